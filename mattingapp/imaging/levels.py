"""Trimaps as people have them: which values of a file stand for background, unknown and foreground.

They are recognised by clusters: 0, 127, 255 as well as 0, 1, 2 or 0, 0.5, 1, compressed as JPEG or in 16 bits; in the
colours, or in the transparency of a file that is all of one colour, or with the background erased.
"""

import numpy as np

from mattingapp.imaging.decode import Raster, to_grey
from mattingapp.imaging.depth import quantise, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown

_NEAR = 16  # levels of 255; what JPEG leaves of a flat area lies that near to it
_MIDDLE = slice(64, 192)  # where the values for unknown lie, between the least and the greatest
_ENOUGH = 0.8  # of the pixels lie near three values that are three labels
_FEWEST = 1e-4  # of them lie near each
_FULL_SCALE = 250  # from here on the values need no stretching


def label_levels(raster: Raster, name: str) -> tuple[np.ndarray, int]:
    """Return the values of a trimap on the scale of 0 to 255.

    Parameters
    ----------
    raster : Raster
    name : str
        Of its file.

    Returns
    -------
    levels : ndarray (H, W), uint8
        Up to 63 is background, from 192 foreground.
    n_between : int
        How many pixels lie near none of the three values.

    Raises
    ------
    InputError
        If the values are few and small, but not three.
    """
    grey = _grey(raster)
    least, most = grey.min(), grey.max()
    stretched = _stretched(grey, least, most)
    if most > least and not _is_full_scale(grey.dtype, least, most):
        middle = int(np.argmax(_counts(stretched)[_MIDDLE])) + _MIDDLE.start
        near = _near(stretched, (0, middle, 255))
        if near.sum() >= _ENOUGH * grey.size and near.min() > _FEWEST * grey.size:
            return _around(stretched, middle), int(grey.size - near.sum())
        if np.issubdtype(grey.dtype, np.integer) and most <= 2:
            raise InputError(
                "'{name}' holds the values {least} to {most} only: save it with 0 for background, 128 for unknown and"
                " 255 for foreground.",
                name=shown(name),
                least=least,
                most=most,
            )
    levels = quantise(grey if grey.dtype in (np.uint8, np.uint16) else unit_range(grey, np.float32), 8)
    middle = int(np.argmax(_counts(levels)[_MIDDLE])) + _MIDDLE.start
    return levels, int(grey.size - _near(levels, (0, middle, 255)).sum())


def _grey(raster: Raster) -> np.ndarray:
    """Return the channel that holds the labels."""
    grey, alpha = to_grey(raster.colour), raster.alpha
    if alpha is None:
        return grey
    if grey.min() == grey.max():
        return alpha
    full = 1 if np.issubdtype(alpha.dtype, np.floating) else np.iinfo(alpha.dtype).max
    return np.where(alpha * 2.0 < full, grey.dtype.type(0), grey)  # what was erased is background


def _is_full_scale(dtype: np.dtype, least: float, most: float) -> bool:
    full = 1 if np.issubdtype(dtype, np.floating) else np.iinfo(dtype).max
    return bool(least >= 0 and full * _FULL_SCALE / 255 <= most <= full)


def _stretched(grey: np.ndarray, least: float, most: float) -> np.ndarray:
    """Return `grey` as uint8, its least value at 0 and its greatest at 255."""
    span = max(float(most) - float(least), 1e-9)
    return np.rint((grey.astype(np.float32) - np.float32(least)) * np.float32(255 / span)).astype(np.uint8)


def _counts(levels: np.ndarray) -> np.ndarray:
    return np.bincount(levels.ravel(), minlength=256)


def _near(levels: np.ndarray, values: tuple[int, int, int]) -> np.ndarray:
    """Return how many pixels lie near each of three values."""
    counts = _counts(levels)
    return np.array([counts[max(value - _NEAR, 0) : value + _NEAR + 1].sum() for value in values])


def _around(levels: np.ndarray, middle: int) -> np.ndarray:
    """Return levels with `middle` brought to 128."""
    return np.interp(np.arange(256), (0, middle, 255), (0, 128, 255)).astype(np.uint8)[levels]
