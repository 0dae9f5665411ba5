"""The trimap: reading, snapping, checking it, and making one from a mask or an alpha."""

import os
from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np

from mattingapp.imaging.decode import read_raster
from mattingapp.imaging.depth import quantise, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.levels import label_levels
from mattingapp.imaging.message import Message
from mattingapp.imaging.sizes import size_problem

DEFAULT_BAND = 10
MAX_BAND = 500
_NEARLY = 0.01  # 8-bit mattes often end at 1/255 or 254/255


class Label(IntEnum):
    """What a person says of a pixel."""

    BACKGROUND = 0
    UNKNOWN = 128
    FOREGROUND = 255


def read_trimap(path: str | os.PathLike[str], shape: tuple[int, int] | None = None) -> tuple[np.ndarray, int]:
    """Read a trimap from any image file, as people have them; see `imaging.levels`.

    Parameters
    ----------
    path : path
    shape : tuple (H, W), optional
        Of the photo: a file of another size is refused before it is decoded.

    Returns
    -------
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    n_between : int
        How many pixels had a value near none of the three that the file uses.
    """
    levels, n_between = label_levels(read_raster(path, shape), str(path))
    return snap_trimap(levels)[0], n_between


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
        raise InputError(
            "A trimap must have the shape (height, width), not {shape}; give one channel.", shape=grey.shape
        )
    levels = _byte_levels(grey)
    trimap = np.full(levels.shape, Label.UNKNOWN, np.uint8)
    trimap[levels < 64] = Label.BACKGROUND
    trimap[levels > 191] = Label.FOREGROUND
    return trimap, int(np.count_nonzero(trimap != levels))


def trimap_problem(trimap: np.ndarray, photo_shape: tuple[int, ...]) -> Message | None:
    """Return one sentence that says why there is nothing to compute with `trimap`, or None.

    Beside what `check_trimap` refuses, this names a trimap with nothing unknown.
    """
    if problem := _flaw(trimap, photo_shape):
        return problem
    if not (trimap == Label.UNKNOWN).any():
        return Message(
            "Nothing is marked as unknown: paint the edge of the foreground, hair and all, as unknown."
        )
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


@dataclass(frozen=True, eq=False)
class BandSource:
    """Definite foreground and background, ready for unknown bands of any width between them.

    Attributes
    ----------
    foreground, background : ndarray (H, W), float32, pixels
        How far each pixel lies inside either, less than 0 outside where the band may become narrower.
    narrowest : int
        The least width there is sense in: below 0 the unknown pixels there are become fewer.
    """

    foreground: np.ndarray
    background: np.ndarray
    narrowest: int = 0

    @classmethod
    def of_mask(cls, mask: np.ndarray) -> "BandSource":
        """Take the boundary of a rough mask; see `trimap_from_mask`."""
        foreground = _byte_levels(np.asarray(mask)) >= 128
        if not foreground.any():
            raise InputError("The mask has no foreground: its pixels must be lighter than mid-grey there.")
        if foreground.all():
            raise InputError("The mask has no background: its pixels must be darker than mid-grey there.")
        return cls(_depth(foreground), _depth(~foreground))

    @classmethod
    def of_alpha(cls, alpha: np.ndarray) -> "BandSource":
        """Take what is fractional in an alpha, and more or less around it; see `trimap_from_alpha`."""
        alpha = unit_range(np.asarray(alpha), np.float32)
        foreground, background = alpha >= 1 - _NEARLY, alpha <= _NEARLY
        if not foreground.any():
            raise InputError("The alpha has no opaque pixel: paint some foreground yourself.")
        if not background.any():
            raise InputError("The alpha has no transparent pixel: paint some background yourself.")
        return cls(_signed_depth(foreground), _signed_depth(background), -MAX_BAND)

    @classmethod
    def of_trimap(cls, trimap: np.ndarray) -> "BandSource":
        """Take what is unknown in a trimap (H, W), uint8, or the edge between its two sides, and more or less."""
        if problem := _one_sided(trimap):
            raise InputError(problem)
        foreground, background = trimap == Label.FOREGROUND, trimap == Label.BACKGROUND
        return cls(_signed_depth(foreground), _signed_depth(background), -MAX_BAND)

    def trimap(self, inner: float, outer: float) -> np.ndarray:
        """Return the trimap with a band of these widths in pixels, (H, W), uint8.

        Raises
        ------
        InputError
            If the band leaves nothing of a side, or a width is below `narrowest`.
        """
        if min(inner, outer) < self.narrowest:
            raise InputError("The widths of the unknown band must not be negative.")
        foreground = cv2.compare(self.foreground, float(inner), cv2.CMP_GT)
        background = cv2.compare(self.background, float(outer), cv2.CMP_GT)
        if not foreground.any():
            raise InputError(
                "An inner band of {inner:g} px leaves no definite foreground: make it narrower.", inner=inner
            )
        if not background.any():
            raise InputError(
                "An outer band of {outer:g} px leaves no definite background: make it narrower.", outer=outer
            )
        # 255 where only the first is 255, 0 where only the second is, else 128: in one pass.
        return cv2.addWeighted(foreground, 0.5, background, -0.5, 127.75)


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
    return BandSource.of_mask(mask).trimap(inner, outer)


def trimap_from_alpha(
    alpha: np.ndarray, inner: float = DEFAULT_BAND, outer: float = DEFAULT_BAND
) -> np.ndarray:
    """Make a trimap from an alpha: unknown where it is fractional, and a band around that.

    Parameters
    ----------
    alpha : ndarray (H, W), uint8, uint16, or float in [0, 1]
        Within 0.01 of 0 and of 1 counts as definite.
    inner, outer : float
        How many pixels the band reaches into the definite foreground, and into the definite background. Less than 0
        makes what is fractional definite that near to them.

    Returns
    -------
    ndarray (H, W), uint8, one of 0, 128, 255

    Raises
    ------
    InputError
        If the alpha has no definite foreground or background, or the band leaves nothing of a side.
    """
    return BandSource.of_alpha(alpha).trimap(inner, outer)


def _flaw(trimap: np.ndarray, photo_shape: tuple[int, ...]) -> Message | None:
    if problem := size_problem(Message("The trimap"), trimap.shape, photo_shape):
        return problem
    foreground = trimap == Label.FOREGROUND
    background = trimap == Label.BACKGROUND
    if not (foreground | background | (trimap == Label.UNKNOWN)).all():
        return Message("The trimap has values other than 0, 128 and 255: snap it to these three.")
    return _one_sided(trimap)


def _one_sided(trimap: np.ndarray) -> Message | None:
    for label, name in ((Label.FOREGROUND, Message("foreground")), (Label.BACKGROUND, Message("background"))):
        if not (trimap == label).any():
            return Message("The trimap has no {name}: mark some pixels that surely belong to it.", name=name)
    return None


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
    return quantise(unit_range(grey, grey.dtype) if grey.dtype != np.uint16 else grey, 8)


def _depth(region: np.ndarray) -> np.ndarray:
    """Return how far each pixel of `region` lies from the nearest pixel outside it; 0 outside."""
    return cv2.distanceTransform(region.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _signed_depth(region: np.ndarray) -> np.ndarray:
    """Return the same inside, and outside how far each pixel lies from the region, less than 0."""
    return _depth(region) - _depth(~region)
