"""The photograph: what its file holds, and its colours as floats."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from mattingapp.imaging.decode import Raster, decode_raster, read_raster, split_raster
from mattingapp.imaging.errors import InputError


@dataclass(frozen=True, eq=False)
class Photo:
    """A photograph, upright, in the colours of its own profile.

    Attributes
    ----------
    pixels : ndarray (H, W, 3), uint8 or uint16
        RGB, straight.
    alpha : ndarray (H, W), float32 in [0, 1], or None
        The alpha the file already had; None where it had none or was opaque everywhere.
    icc : bytes or None
        The RGB colour profile of the file.
    path : Path or None
        Where it was read from; None for one that came without a file.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    path: Path | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def stem(self) -> str:
        """What files made from it are named after."""
        return "pasted" if self.path is None else self.path.stem


def read_photo(path: str | os.PathLike[str]) -> Photo:
    """Read a photograph from a JPEG, PNG, TIFF, WebP or BMP file of 8 or 16 bits a channel.

    Grey becomes RGB, a palette is looked up, the EXIF orientation is applied, the colour profile is kept.

    Raises
    ------
    InputError
        If the file is missing, no image, damaged, or of another depth.
    """
    return _photo(read_raster(path), Path(path))


def decode_photo(data: bytes, name: str) -> Photo:
    """Read a photograph from the bytes of such a file; InputError speaks of it as `name`."""
    return _photo(decode_raster(data, name))


def photo_of(pixels: np.ndarray) -> Photo:
    """Return the photograph of straight RGB or RGBA pixels (H, W, C), uint8 or uint16."""
    return _photo(split_raster(pixels))


def _photo(raster: Raster, path: Path | None = None) -> Photo:
    pixels = raster.colour if raster.colour.ndim == 3 else np.repeat(raster.colour[..., None], 3, axis=2)
    alpha = None if raster.alpha is None else unit_range(raster.alpha, np.float32)
    return Photo(pixels, alpha, raster.icc, path)


def to_float(pixels: np.ndarray, dtype: DTypeLike = np.float32) -> np.ndarray:
    """Return colours as floats in [0, 1].

    Parameters
    ----------
    pixels : ndarray (H, W, 3), (H, W, 4) or (H, W), uint8, uint16, or float in [0, 1]
        RGB, RGBA (the alpha is dropped) or grey.
    dtype : dtype
        Floating-point type of the result.

    Returns
    -------
    ndarray (H, W, 3)

    Raises
    ------
    InputError
        For another shape or type, and for floats outside [0, 1] or not finite.
    """
    return unit_range(to_rgb(pixels), dtype)


def to_rgb(pixels: np.ndarray) -> np.ndarray:
    """Return the same colours, of the same type, (H, W, 3); InputError for another shape."""
    pixels = np.asarray(pixels)
    if pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4):
        pixels = pixels[..., :3]
    elif pixels.ndim == 2:
        pixels = pixels[..., None]
    else:
        raise InputError(
            "An image must have the shape (height, width, 3), not {shape}; give it as RGB or grey.",
            shape=pixels.shape,
        )
    if pixels.size == 0:
        raise InputError("The image has no pixels; give one of at least 1 × 1.")
    return pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)


def unit_range(values: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Return uint8, uint16, or float values in [0, 1], of any shape, as floats in [0, 1]; else InputError."""
    if values.dtype in (np.uint8, np.uint16):
        return np.divide(values, np.iinfo(values.dtype).max, dtype=dtype)
    if not np.issubdtype(values.dtype, np.floating):
        raise InputError(
            "Pixels of type {dtype} have no known range; give uint8, uint16 or floats in [0, 1].",
            dtype=values.dtype,
        )
    if values.size and not (values.min() >= 0 and values.max() <= 1):  # false for NaN as well
        raise InputError("Pixels given as floats must lie in [0, 1] and be finite; scale them first.")
    return values.astype(dtype, copy=False)
