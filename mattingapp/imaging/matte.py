"""Alphas, cut-outs and composites on disk, written whole or not at all."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mattingapp.imaging.decode import read_raster, to_grey
from mattingapp.imaging.depth import quantise, to_float
from mattingapp.imaging.encode import encode
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import check_output, write_atomically
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import alpha_of
from mattingapp.imaging.readers.source import EXIF_TAGS, Metadata
from mattingapp.imaging.sizes import check_size

MATTE_SUFFIXES = (".png", ".tif", ".tiff")
_JPEG: dict[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}
_LOSSY: dict[str, dict[str, Any]] = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".webp": {"format": "WEBP", "quality": 95},
}
_LONGEST_SIDE = {".jpg": 65535, ".jpeg": 65535, ".webp": 16383}  # pixels that the formats hold
IMAGE_SUFFIXES = (*MATTE_SUFFIXES, *_LOSSY)
_EXIF_DIRECTORY = 0x8769


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


def write_alpha(
    path: str | os.PathLike[str], alpha: np.ndarray, bits: int = 8, metadata: Metadata | None = None
) -> None:
    """Write an alpha as grey PNG or TIFF, rounded to the nearest of 2**`bits` levels.

    Parameters
    ----------
    path : path
        Ends in .png, .tif or .tiff.
    alpha : ndarray (H, W)
        Float in [0, 1].
    bits : int
        8 or 16.
    metadata : Metadata, optional
        What the photo carried.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    check_output(path, MATTE_SUFFIXES)
    write_atomically(path, encode(_suffix(path), quantise(alpha, bits), metadata=metadata))


def write_cutout(
    path: str | os.PathLike[str],
    foreground: np.ndarray,
    alpha: np.ndarray,
    bits: int = 8,
    icc: bytes | None = None,
    premultiplied: bool = False,
    metadata: Metadata | None = None,
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
        Write the colours times their alpha, in the encoded values that alpha was estimated in; see `encode` for how
        the file says so.
    metadata : Metadata, optional
        What the photo carried.

    Raises
    ------
    InputError
        If the file cannot be written there, or the sizes differ.
    """
    check_output(path, MATTE_SUFFIXES)
    pixels = cutout_pixels(foreground, alpha, bits, premultiplied)
    write_atomically(path, encode(_suffix(path), pixels, icc, premultiplied, metadata))


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


def write_image(
    path: str | os.PathLike[str],
    rgb: np.ndarray,
    icc: bytes | None = None,
    bits: int = 8,
    metadata: Metadata | None = None,
) -> None:
    """Write a composite in the format its suffix names.

    Parameters
    ----------
    path : path
        Ends in .png, .jpg, .jpeg, .tif, .tiff or .webp.
    rgb : ndarray (H, W, 3) or (H, W)
        uint8, uint16, or float in [0, 1].
    icc : bytes, optional
        RGB colour profile to embed.
    bits : int
        8, or for PNG and TIFF 16.
    metadata : Metadata, optional
        What the photo carried.

    Raises
    ------
    InputError
        If the file cannot be written there, or the format holds no such picture.
    """
    check_image(path, rgb.shape, bits)
    suffix = _suffix(path)
    if suffix in MATTE_SUFFIXES:
        data = encode(suffix, quantise(rgb, bits), icc, metadata=metadata)
    else:
        data = _encode_lossy(_LOSSY[suffix], quantise(rgb, 8), icc, metadata or Metadata())
    write_atomically(path, data)


def check_image(path: str | os.PathLike[str], shape: tuple[int, ...], bits: int = 8) -> None:
    """Raise InputError unless `write_image` could write such a picture there. Cheap, so that it is told early."""
    check_output(path, IMAGE_SUFFIXES)
    suffix = _suffix(path)
    longest = _LONGEST_SIDE.get(suffix, max(shape[:2]))
    if max(shape[:2]) > longest:
        raise InputError(
            "'{path}' can have {longest} pixels a side at most, and the photo {width} × {height}: choose PNG or TIFF.",
            path=shown(path),
            longest=longest,
            width=shape[1],
            height=shape[0],
        )
    if bits > 8 and suffix in _LOSSY:
        raise InputError(
            "'{path}' can have 8 bits a channel only: choose PNG or TIFF for 16.", path=shown(path)
        )


def _encode_lossy(
    options: dict[str, Any], pixels: np.ndarray, icc: bytes | None, metadata: Metadata
) -> bytes:
    exif = Image.Exif()
    for name, text in metadata.exif.items():
        directory = exif.get_ifd(_EXIF_DIRECTORY) if name == "DateTimeOriginal" else exif
        # Pillow writes text in ASCII, with question marks.
        directory[EXIF_TAGS[name]] = text if text.isascii() else text.encode()
    if metadata.resolution is not None:
        options = {**options, "dpi": metadata.resolution}
    encoded = BytesIO()
    Image.fromarray(pixels).save(encoded, icc_profile=icc, exif=exif, **options)
    return encoded.getvalue()


def _suffix(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.lower()
