"""The Python API: arrays in, arrays out."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.matting import foreground as multi_level
from mattingapp.matting.arguments import alpha_of, image_of, labels_of
from mattingapp.matting.device import choose_device
from mattingapp.matting.job import Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest, Progress, StageResult
from mattingapp.matting.stages import DEFAULT_METHOD, NoSettings, StageInputs


class ConvergenceWarning(UserWarning):
    """A solver ran out of iterations, and the alpha is its best iterate."""


@dataclass(frozen=True, eq=False, repr=False)
class MatteResult:
    """A matte, and how it came about.

    Attributes
    ----------
    alpha : ndarray (H, W), float32 in [0, 1], straight
    foreground : ndarray (H, W, 3), float32 in [0, 1], or None
        Estimated foreground colours, where they were asked for.
    stages : tuple of StageResult
        What was run, in order; the matte is that of the last one.
    """

    alpha: np.ndarray
    foreground: np.ndarray | None
    stages: tuple[StageResult, ...]

    @property
    def converged(self) -> bool:
        """False where a stage returned the best iterate of a solver that ran out of iterations."""
        return all(stage.converged for stage in self.stages)

    @property
    def notes(self) -> tuple[Message, ...]:
        """What the stages have to tell, a sentence each."""
        return tuple(note for stage in self.stages for note in stage.notes)

    @property
    def seconds(self) -> float:
        """Time the stages took, added up; some may have run at the same time."""
        return sum(stage.seconds for stage in self.stages)

    def __repr__(self) -> str:
        height, width = self.alpha.shape
        stages = ", ".join(f"{stage.stage} {stage.seconds:.2f} s" for stage in self.stages)
        state = "converged" if self.converged else "not converged"
        return f"<MatteResult {width} × {height}, {state}: {' '.join((stages, *self.notes))}>"


def matte(
    image: np.ndarray,
    trimap: np.ndarray,
    method: str = DEFAULT_METHOD,
    *,
    foreground: bool = False,
    device: str = "auto",
    settings: Mapping[str, Any] = MappingProxyType({}),
    full_size: bool = False,
    progress: Progress | None = None,
) -> MatteResult:
    """Estimate the alpha of `image`, as `estimate_alpha` does, and return it with what there is to know of it.

    Parameters
    ----------
    foreground : bool
        Estimate the foreground colours as well.

    Returns
    -------
    MatteResult

    Examples
    --------
    >>> result = matte(image, trimap, "knn", foreground=True)  # doctest: +SKIP
    >>> result.converged, result.seconds, result.notes  # doctest: +SKIP
    """
    image = image_of(image)
    request = MattingRequest(
        image, labels_of(trimap, image), (method,), settings, device, foreground, full_size
    )
    *stages, last = run_pipeline(request, progress)
    return MatteResult(last.alpha, last.foreground, (*stages, last))


def estimate_alpha(
    image: np.ndarray,
    trimap: np.ndarray,
    method: str = DEFAULT_METHOD,
    *,
    device: str = "auto",
    settings: Mapping[str, Any] = MappingProxyType({}),
    full_size: bool = False,
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
    full_size : bool
        Compute every stage on the image itself. By default KNN and shared matting see a copy of 2 megapixels of one
        that has more, and their alphas are brought up by its colours.
    progress : callable (stage, fraction, text) -> None, optional

    Returns
    -------
    ndarray (H, W), float32 in [0, 1]

    Raises
    ------
    mattingapp.imaging.errors.InputError
        A ValueError, in one sentence, for a trimap without foreground or background, sizes that differ, and the like.

    Warns
    -----
    ConvergenceWarning
        Where a solver ran out of iterations; the alpha is its best iterate.

    Examples
    --------
    >>> alpha = estimate_alpha(image, trimap, "closed-form")  # doctest: +SKIP
    """
    result = matte(
        image, trimap, method, device=device, settings=settings, full_size=full_size, progress=progress
    )
    for stage in result.stages:
        if not stage.converged:
            warnings.warn(
                f"{stage.title} has not converged; its alpha is the best it found.",
                ConvergenceWarning,
                stacklevel=2,
            )
    return result.alpha


def estimate_foreground(image: np.ndarray, alpha: np.ndarray, *, device: str = "auto") -> np.ndarray:
    """Estimate the foreground colours of `image`, so that a composite does not carry the old background.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1], uint8 or uint16
    alpha : ndarray (H, W), float in [0, 1], uint8 or uint16
    device : str

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]

    Raises
    ------
    mattingapp.imaging.errors.InputError
        A ValueError, in one sentence, for sizes that differ, values out of range, and the like.
    """
    photo = to_float(image_of(image))
    straight = alpha_of(alpha, photo)
    trimap = np.full(straight.shape, Label.UNKNOWN, np.uint8)
    inputs = StageInputs(photo, trimap, {"alpha": straight}, NoSettings(), choose_device(device))
    colours = multi_level.foreground(inputs, Job()).foreground
    assert colours is not None
    return colours
