"""Depth: the one place where levels of 8 and 16 bits become floats, floats become levels, and one depth another.

Levels are rounded to the nearest, halves to the even one.
"""

import cv2
import numpy as np
from numpy.typing import DTypeLike

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown

_BLOCK = 1 << 16  # values that stay in the cache while they are converted: ten times as fast


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


def quantise(values: np.ndarray, bits: int) -> np.ndarray:
    """Return uint8, uint16 or float values (clipped to [0, 1]) as the nearest levels of 8 or 16 bits."""
    if bits not in (8, 16):
        raise InputError("Images are written with 8 or 16 bits a channel, not {bits}.", bits=bits)
    depth = np.uint8 if bits == 8 else np.uint16
    if values.dtype == depth:
        return values
    if values.dtype == np.uint16:
        return cv2.convertScaleAbs(values, alpha=1 / 257).reshape(values.shape)
    levels = np.empty(values.shape, depth)
    step = max(_BLOCK // max(values[:1].size, 1), 1)
    for top in range(0, len(values), step):
        block = values[top : top + step]
        if np.issubdtype(block.dtype, np.floating):
            block = np.clip(block, 0, 1)
        block = unit_range(block, block.dtype if bits == 8 and block.dtype == np.float32 else np.float64)
        scaled = block * block.dtype.type(2**bits - 1)
        levels[top : top + step] = np.rint(scaled, out=scaled)
    return levels


def to_read_depth(values: np.ndarray, name: str) -> np.ndarray:
    """Return what a file holds in one of the types that are worked with: uint8, uint16, or float32 without NaN.

    Parameters
    ----------
    values : ndarray
    name : str
        Of the file, for the InputError where it holds numbers that have no known range.
    """
    if values.dtype in (np.uint8, np.uint16):
        return values
    if values.dtype == np.uint32:
        return np.rint(values / (2**16 + 1)).astype(np.uint16)
    if np.issubdtype(values.dtype, np.floating):
        return np.nan_to_num(values.astype(np.float32), nan=0.0)
    raise InputError(
        "'{name}' holds numbers of type {dtype}; save it with 8 or 16 bits a channel, or as floats.",
        name=shown(name),
        dtype=values.dtype,
    )


def straight(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Divide associated (premultiplied) colours by their alpha, all of one type: uint8, uint16 or float32."""
    if colour.ndim == 3:
        alpha = alpha[..., None]
    if alpha.dtype == np.float32:
        return np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    full = np.iinfo(alpha.dtype).max
    levels = np.rint(colour / np.maximum(alpha, 1).astype(np.float64) * full)
    return np.minimum(levels, full).astype(colour.dtype)
