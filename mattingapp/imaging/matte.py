"""Alphas, cut-outs and composites on disk, written whole or not at all."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mattingapp.imaging.decode import read_raster, to_grey
from mattingapp.imaging.encode import encode_png, encode_tiff
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import check_output, write_atomically
from mattingapp.imaging.photo import to_float, unit_range

_MATTE_ENCODERS = {".png": encode_png, ".tif": encode_tiff, ".tiff": encode_tiff}
MATTE_SUFFIXES = tuple(_MATTE_ENCODERS)
_SAVE_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".webp": ("WEBP", {"quality": 95}),
}
IMAGE_SUFFIXES = tuple(_SAVE_OPTIONS)
_BLOCK = 1 << 16  # values quantised at a time


def read_alpha(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an alpha from an image file.

    It is the file's alpha channel where that is not opaque everywhere, else its grey (the luma of colours).

    Returns
    -------
    ndarray (H, W), float32 in [0, 1]
    """
    raster = read_raster(path)
    return unit_range(to_grey(raster.colour) if raster.alpha is None else raster.alpha, np.float32)


def write_alpha(path: str | os.PathLike[str], alpha: np.ndarray, bits: int = 8) -> None:
    """Write an alpha as grey PNG or TIFF, rounded to the nearest of 2**`bits` levels.

    Parameters
    ----------
    path : path
        Ends in .png, .tif or .tiff.
    alpha : ndarray (H, W)
        Float in [0, 1].
    bits : int
        8 or 16.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    check_output(path, MATTE_SUFFIXES)
    write_atomically(path, _encoder(path)(quantise(alpha, bits)))


def write_cutout(
    path: str | os.PathLike[str],
    foreground: np.ndarray,
    alpha: np.ndarray,
    bits: int = 8,
    icc: bytes | None = None,
    premultiplied: bool = False,
) -> None:
    """Write foreground colours and their alpha as RGBA PNG or TIFF, straight or premultiplied.

    Colours are black where the written alpha is 0, so that nothing of the old background stays in the file.

    Parameters
    ----------
    path : path
        Ends in .png, .tif or .tiff.
    foreground : ndarray (H, W, 3)
        Straight colours, uint8, uint16, or float in [0, 1].
    alpha : ndarray (H, W)
        Float in [0, 1].
    bits : int
        8 or 16.
    icc : bytes, optional
        RGB colour profile to embed.
    premultiplied : bool
        Write the colours times their alpha, in the encoded values that alpha was estimated in; see `encode_png`
        and `encode_tiff` for how the file says so.

    Raises
    ------
    InputError
        If the file cannot be written there, or the sizes differ.
    """
    check_output(path, MATTE_SUFFIXES)
    pixels = cutout_pixels(foreground, alpha, bits, premultiplied)
    write_atomically(path, _encoder(path)(pixels, icc, premultiplied))


def cutout_pixels(
    foreground: np.ndarray, alpha: np.ndarray, bits: int = 8, premultiplied: bool = False
) -> np.ndarray:
    """Return what `write_cutout` writes: RGBA, ndarray (H, W, 4), uint8 or uint16."""
    if foreground.shape != (*alpha.shape, 3):
        raise InputError(
            "Foreground {foreground} and alpha {alpha} differ in size; give the alpha of it.",
            foreground=foreground.shape,
            alpha=alpha.shape,
        )
    levels = quantise(alpha, bits)
    if premultiplied:
        foreground = to_float(foreground) * np.clip(alpha, 0, 1)[..., None]
    colours = np.where(levels[..., None] > 0, quantise(foreground, bits), 0)
    return np.dstack([colours, levels])


def write_image(path: str | os.PathLike[str], rgb: np.ndarray, icc: bytes | None = None) -> None:
    """Write a composite with 8 bits a channel, in the format its suffix names.

    Parameters
    ----------
    path : path
        Ends in .png, .jpg, .jpeg, .tif, .tiff or .webp.
    rgb : ndarray (H, W, 3)
        uint8, uint16, or float in [0, 1].
    icc : bytes, optional
        RGB colour profile to embed.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    check_output(path, IMAGE_SUFFIXES)
    name, options = _SAVE_OPTIONS[Path(path).suffix.lower()]
    encoded = BytesIO()
    Image.fromarray(quantise(rgb, 8)).save(encoded, name, icc_profile=icc, **options)
    write_atomically(path, encoded.getvalue())


def quantise(values: np.ndarray, bits: int) -> np.ndarray:
    """Return uint8, uint16 or float values (clipped to [0, 1]) as the nearest levels of 8 or 16 bits."""
    if bits not in (8, 16):
        raise InputError("Images are written with 8 or 16 bits a channel, not {bits}.", bits=bits)
    depth = np.uint8 if bits == 8 else np.uint16
    if values.dtype == depth:
        return values
    levels = np.empty(values.shape, depth)
    step = max(_BLOCK // max(values[:1].size, 1), 1)
    for top in range(0, len(values), step):  # blocks stay in the cache: ten times as fast
        block = values[top : top + step]
        if np.issubdtype(block.dtype, np.floating):
            block = np.clip(block, 0, 1)
        scaled = unit_range(block, np.float64) * (2**bits - 1)
        levels[top : top + step] = np.rint(scaled, out=scaled)
    return levels


def _encoder(path: str | os.PathLike[str]) -> Callable[..., bytes]:
    return _MATTE_ENCODERS[Path(path).suffix.lower()]
