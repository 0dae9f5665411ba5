"""Alphas, cut-outs and composites on disk, written whole or not at all."""

import os
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from mattingapp.imaging.decode import read_raster, to_grey
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import check_output, write_atomically
from mattingapp.imaging.photo import unit_range

MATTE_SUFFIXES = (".png",)
_SAVE_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".webp": ("WEBP", {"quality": 95}),
}
IMAGE_SUFFIXES = tuple(_SAVE_OPTIONS)
_IHDR_END = 33  # 8 bytes of signature, 25 of the IHDR chunk
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
    """Write an alpha as grey PNG, rounded to the nearest of 2**`bits` levels.

    Parameters
    ----------
    path : path
        Ends in .png.
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
    write_atomically(path, _encode_png(quantise(alpha, bits), None))


def write_cutout(
    path: str | os.PathLike[str],
    foreground: np.ndarray,
    alpha: np.ndarray,
    bits: int = 8,
    icc: bytes | None = None,
) -> None:
    """Write foreground colours and their alpha as straight (not premultiplied) RGBA PNG.

    Colours are black where the written alpha is 0, so that nothing of the old background stays in the file.

    Parameters
    ----------
    path : path
        Ends in .png.
    foreground : ndarray (H, W, 3)
        uint8, uint16, or float in [0, 1].
    alpha : ndarray (H, W)
        Float in [0, 1].
    bits : int
        8 or 16.
    icc : bytes, optional
        RGB colour profile to embed.

    Raises
    ------
    InputError
        If the file cannot be written there, or the sizes differ.
    """
    check_output(path, MATTE_SUFFIXES)
    if foreground.shape != (*alpha.shape, 3):
        raise InputError(
            f"Foreground {foreground.shape} and alpha {alpha.shape} differ in size; give the alpha of it."
        )
    levels = quantise(alpha, bits)
    colours = np.where(levels[..., None] > 0, quantise(foreground, bits), 0)
    write_atomically(path, _encode_png(np.dstack([colours, levels]), icc))


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
        raise InputError(f"Images are written with 8 or 16 bits a channel, not {bits}.")
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


def _encode_png(pixels: np.ndarray, icc: bytes | None) -> bytes:
    """Encode grey or RGBA; with OpenCV, for Pillow writes no 16-bit colour, and OpenCV no profile."""
    swapped = pixels if pixels.ndim == 2 else pixels[..., [2, 1, 0, 3]]
    encoded = cv2.imencode(".png", np.ascontiguousarray(swapped))[1].tobytes()
    if icc is None:
        return encoded
    return encoded[:_IHDR_END] + _chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc)) + encoded[_IHDR_END:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
