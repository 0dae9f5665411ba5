"""The trimap: reading, snapping, checking it, and making one from a mask or an alpha."""

import os
from enum import IntEnum

import cv2
import numpy as np

from mattingapp.imaging.decode import read_raster, to_grey
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import unit_range

DEFAULT_BAND = 10
_NEARLY = 0.01  # 8-bit mattes often end at 1/255 or 254/255


class Label(IntEnum):
    """What a person says of a pixel."""

    BACKGROUND = 0
    UNKNOWN = 128
    FOREGROUND = 255


def read_trimap(path: str | os.PathLike[str]) -> tuple[np.ndarray, int]:
    """Read a trimap from any image file and snap it; see `snap_trimap`. An alpha channel is not looked at."""
    return snap_trimap(to_grey(read_raster(path).colour))


def snap_trimap(grey: np.ndarray) -> tuple[np.ndarray, int]:
    """Give every pixel the nearest of the three labels.

    On the scale of 0 to 255, after rounding: up to 63 background, 64 to 191 unknown, from 192 foreground.

    Parameters
    ----------
    grey : ndarray (H, W)
        uint8, uint16, bool, float in [0, 1], or another integer type with values in 0…255.

    Returns
    -------
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    n_snapped : int
        How many pixels were none of the three before.

    Raises
    ------
    InputError
        For another shape or values out of range.
    """
    grey = np.asarray(grey)
    if grey.ndim != 2:
        raise InputError(f"A trimap must have the shape (height, width), not {grey.shape}; give one channel.")
    levels = _byte_levels(grey)
    trimap = np.full(levels.shape, Label.UNKNOWN, np.uint8)
    trimap[levels < 64] = Label.BACKGROUND
    trimap[levels > 191] = Label.FOREGROUND
    return trimap, int(np.count_nonzero(trimap != levels))


def trimap_problem(trimap: np.ndarray, photo_shape: tuple[int, ...]) -> str | None:
    """Return one sentence that says why there is nothing to compute with `trimap`, or None.

    Beside what `check_trimap` refuses, this names a trimap with nothing unknown.
    """
    if problem := _flaw(trimap, photo_shape):
        return problem
    if not (trimap == Label.UNKNOWN).any():
        return "Nothing is marked as unknown: paint the edge of the foreground, hair and all, as unknown."
    return None


def check_trimap(trimap: np.ndarray, photo_shape: tuple[int, ...]) -> None:
    """Raise InputError where matting is impossible with `trimap`.

    That is a wrong size, values other than 0, 128 and 255, no foreground, or no background. A trimap with
    nothing unknown passes: its alpha is known everywhere.

    Parameters
    ----------
    trimap : ndarray (H, W)
        uint8.
    photo_shape : tuple
        (H, W) or (H, W, 3) of the photo.
    """
    if problem := _flaw(trimap, photo_shape):
        raise InputError(problem)


def trimap_from_mask(
    mask: np.ndarray, inner: float = DEFAULT_BAND, outer: float = DEFAULT_BAND
) -> np.ndarray:
    """Make a trimap from a rough mask: an unknown band along its boundary.

    Parameters
    ----------
    mask : ndarray (H, W), bool, uint8, uint16, or float in [0, 1]
        From half of its range up is foreground.
    inner, outer : float
        How many pixels the band reaches into the foreground, and out of it (Euclidean distance).

    Returns
    -------
    ndarray (H, W), uint8, one of 0, 128, 255

    Raises
    ------
    InputError
        If the mask has only one side, or the band leaves nothing of a side.
    """
    foreground = _byte_levels(np.asarray(mask)) >= 128
    if not foreground.any():
        raise InputError("The mask has no foreground: its pixels must be lighter than mid-grey there.")
    if foreground.all():
        raise InputError("The mask has no background: its pixels must be darker than mid-grey there.")
    return _with_band(foreground, ~foreground, inner, outer)


def trimap_from_alpha(
    alpha: np.ndarray, inner: float = DEFAULT_BAND, outer: float = DEFAULT_BAND
) -> np.ndarray:
    """Make a trimap from an alpha: unknown where it is fractional, and a band around that.

    Parameters
    ----------
    alpha : ndarray (H, W), uint8, uint16, or float in [0, 1]
        Within 0.01 of 0 and of 1 counts as definite.
    inner, outer : float
        How many pixels the band reaches into the definite foreground, and into the definite background.

    Returns
    -------
    ndarray (H, W), uint8, one of 0, 128, 255

    Raises
    ------
    InputError
        If the alpha has no definite foreground or background, or the band leaves nothing of a side.
    """
    alpha = unit_range(np.asarray(alpha), np.float32)
    foreground, background = alpha >= 1 - _NEARLY, alpha <= _NEARLY
    if not foreground.any():
        raise InputError("The alpha has no opaque pixel: paint some foreground yourself.")
    if not background.any():
        raise InputError("The alpha has no transparent pixel: paint some background yourself.")
    return _with_band(foreground, background, inner, outer)


def _flaw(trimap: np.ndarray, photo_shape: tuple[int, ...]) -> str | None:
    if trimap.shape != tuple(photo_shape[:2]):
        return (
            f"The trimap is {_size(trimap.shape)} but the photo is {_size(photo_shape)}: use one of its size."
        )
    foreground = trimap == Label.FOREGROUND
    background = trimap == Label.BACKGROUND
    if not (foreground | background | (trimap == Label.UNKNOWN)).all():
        return "The trimap has values other than 0, 128 and 255: snap it to these three."
    if not foreground.any():
        return "The trimap has no foreground: mark some pixels that surely belong to it."
    if not background.any():
        return "The trimap has no background: mark some pixels that surely belong to it."
    return None


def _size(shape: tuple[int, ...]) -> str:
    if len(shape) < 2:
        return f"an array of shape {shape}"
    return f"{shape[1]} × {shape[0]} pixels"


def _byte_levels(grey: np.ndarray) -> np.ndarray:
    """Return `grey` on the scale of 0 to 255, rounded to integers, halves up."""
    if grey.dtype == np.uint8:
        return grey
    if grey.dtype == bool:
        return grey * np.uint8(255)
    if grey.dtype != np.uint16 and np.issubdtype(grey.dtype, np.integer):
        if grey.size and (grey.min() < 0 or grey.max() > 255):
            raise InputError("Trimap and mask values must lie in 0 to 255; scale them first.")
        return grey.astype(np.uint8)
    return np.floor(unit_range(grey, np.float64) * 255 + 0.5).astype(np.uint8)


def _with_band(foreground: np.ndarray, background: np.ndarray, inner: float, outer: float) -> np.ndarray:
    if inner < 0 or outer < 0:
        raise InputError("The widths of the unknown band must not be negative.")
    trimap = np.full(foreground.shape, Label.UNKNOWN, np.uint8)
    trimap[_depth(foreground) > inner] = Label.FOREGROUND
    trimap[_depth(background) > outer] = Label.BACKGROUND
    if not (trimap == Label.FOREGROUND).any():
        raise InputError(f"An inner band of {inner:g} px leaves no definite foreground: make it narrower.")
    if not (trimap == Label.BACKGROUND).any():
        raise InputError(f"An outer band of {outer:g} px leaves no definite background: make it narrower.")
    return trimap


def _depth(region: np.ndarray) -> np.ndarray:
    """Return how far each pixel of `region` lies from the nearest pixel outside it; 0 outside."""
    return cv2.distanceTransform(region.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
