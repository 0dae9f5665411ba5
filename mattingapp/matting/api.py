"""The Python API: arrays in, arrays out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from mattingapp.imaging.photo import to_float
from mattingapp.imaging.trimap import Label, snap_trimap
from mattingapp.matting import foreground as multi_level
from mattingapp.matting.device import choose_device
from mattingapp.matting.job import Job
from mattingapp.matting.pipeline import MattingRequest, Progress, run_pipeline
from mattingapp.matting.stages import DEFAULT_METHOD, NoSettings, StageInputs


def estimate_alpha(
    image: np.ndarray,
    trimap: np.ndarray,
    method: str = DEFAULT_METHOD,
    *,
    device: str = "auto",
    settings: Mapping[str, Any] = MappingProxyType({}),
    progress: Progress | None = None,
) -> np.ndarray:
    """Estimate the alpha of `image`.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1], uint8 or uint16
    trimap : ndarray (H, W)
        Float in [0, 1], background below 0.1 and foreground above 0.9, or uint8 with 0, 128 and 255 (values between
        are snapped to the nearest).
    method : str
        "closed-form", "knn", "shared", "mean", "dcnn", "dcnn3", "fusion", or a stage that another package has
        registered.
    device : str
        "auto", "cpu", "cuda", "cuda:1" or "mps".
    settings : mapping from stage name to its settings, optional
    progress : callable (stage, fraction, text) -> None, optional

    Returns
    -------
    ndarray (H, W), float32 in [0, 1]

    Raises
    ------
    mattingapp.imaging.errors.InputError
        A ValueError, in one sentence, for a trimap without foreground or background, sizes that differ, and the like.

    Examples
    --------
    >>> alpha = estimate_alpha(image, trimap, "closed-form")  # doctest: +SKIP
    """
    request = MattingRequest(image, _labels(trimap), (method,), settings, device)
    *_, last = run_pipeline(request, progress)
    return last.alpha


def estimate_foreground(image: np.ndarray, alpha: np.ndarray, *, device: str = "auto") -> np.ndarray:
    """Estimate the foreground colours of `image`, so that a composite does not carry the old background.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1], uint8 or uint16
    alpha : ndarray (H, W), float in [0, 1]
    device : str

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]
    """
    photo = to_float(image)
    matte = np.asarray(alpha, np.float32)
    trimap = np.full(matte.shape, Label.UNKNOWN, np.uint8)
    inputs = StageInputs(photo, trimap, {"alpha": matte}, NoSettings(), choose_device(device))
    colours = multi_level.foreground(inputs, Job()).foreground
    assert colours is not None
    return colours


def _labels(trimap: np.ndarray) -> np.ndarray:
    """Return `trimap` in labels; floats follow the convention of PyMatting."""
    trimap = np.asarray(trimap)
    if not np.issubdtype(trimap.dtype, np.floating):
        return snap_trimap(trimap)[0]
    labels = np.full(trimap.shape, Label.UNKNOWN, np.uint8)
    labels[trimap < 0.1] = Label.BACKGROUND
    labels[trimap > 0.9] = Label.FOREGROUND
    return labels
