"""Alphas, cut-outs and composites on disk, written whole or not at all."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mattingapp.imaging.decode import read_raster, to_grey
from mattingapp.imaging.depth import quantise, to_float
from mattingapp.imaging.encode import encode_png, encode_tiff
from mattingapp.imaging.files import check_output, write_atomically
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import alpha_of
from mattingapp.imaging.sizes import check_size

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


def read_alpha(path: str | os.PathLike[str], shape: tuple[int, int] | None = None) -> np.ndarray:
    """Read an alpha from an image file.

    It is the file's alpha channel where that is not opaque everywhere, else its grey (the luma of colours).

    Parameters
    ----------
    path : path
    shape : tuple (H, W), optional
        Of the photo: a file of another size is refused before it is decoded.

    Returns
    -------
    ndarray (H, W), float32 in [0, 1]
    """
    raster = read_raster(path, shape)
    return alpha_of(to_grey(raster.colour) if raster.alpha is None else raster.alpha)


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
    check_size(Message("The alpha"), alpha.shape, foreground.shape)
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


def _encoder(path: str | os.PathLike[str]) -> Callable[..., bytes]:
    return _MATTE_ENCODERS[Path(path).suffix.lower()]
