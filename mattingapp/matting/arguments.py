"""The one place that checks the arrays handed to the Python API."""

from typing import Any

import numpy as np

from mattingapp.imaging.depth import to_rgb, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label, check_trimap, snap_trimap

SURELY = 0.1  # how far from 0 and 1 a trimap of floats is still definite; the convention of PyMatting


def image_of(image: Any) -> np.ndarray:
    """Return an image (H, W, 3), uint8, uint16 or float in [0, 1]; grey is repeated, an alpha dropped."""
    pixels = to_rgb(_array("image", image))
    unit_range(pixels[:1], np.float32)  # its type; the values are checked where they are read
    return pixels


def labels_of(trimap: Any, image: np.ndarray) -> np.ndarray:
    """Return a trimap for `image` in labels, (H, W) uint8: see `mattingapp.matting.estimate_alpha`."""
    trimap = _array("trimap", trimap)
    if trimap.ndim != 2:
        raise InputError(
            "A trimap must have the shape (height, width), not {shape}; give one channel.", shape=trimap.shape
        )
    labels = _labels_of_floats(trimap) if np.issubdtype(trimap.dtype, np.floating) else snap_trimap(trimap)[0]
    check_trimap(labels, image.shape)
    return labels


def alpha_of(alpha: Any, image: np.ndarray) -> np.ndarray:
    """Return an alpha for `image`, uint8, uint16 or float in [0, 1], as (H, W) float32 in [0, 1]."""
    alpha = _array("alpha", alpha)
    if alpha.shape != image.shape[:2]:
        raise InputError(
            "The alpha of this image must have the shape {wanted}, not {shape}; give one of its size, in one channel.",
            wanted=image.shape[:2],
            shape=alpha.shape,
        )
    return unit_range(alpha, np.float32)


def _labels_of_floats(trimap: np.ndarray) -> np.ndarray:
    if trimap.size and not (trimap.min() >= 0 and trimap.max() <= 1):  # false for NaN as well
        raise InputError(
            "A trimap of floats must lie in [0, 1] and be finite, but this one goes from {least:g} to {most:g}; "
            "scale it, or give it as uint8.",
            least=trimap.min(),
            most=trimap.max(),
        )
    labels = np.full(trimap.shape, Label.UNKNOWN, np.uint8)
    labels[trimap < SURELY] = Label.BACKGROUND
    labels[trimap > 1 - SURELY] = Label.FOREGROUND
    return labels


def _array(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of numbers in the byte order of this machine."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:  # nested lists of different lengths, a tensor of a GPU
        raise InputError(
            "The {name} is no array ({error}); give a NumPy array.", name=name, error=error
        ) from error
    if array.dtype.kind not in "biuf":
        raise InputError(
            "The {name} is an array of type {dtype}, not of real numbers; give uint8, uint16 or floats.",
            name=name,
            dtype=array.dtype,
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)
