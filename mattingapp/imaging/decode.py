"""Image files to arrays, as they are meant to be seen: upright, without palette, with all their bits."""

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from mattingapp.imaging.errors import InputError

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
MAX_PIXELS = 1 << 29
_ORIENTATION = 0x0112
_TIFF_BITS = 258
_TIFF_EXTRA_SAMPLES = 338
_ASSOCIATED_ALPHA = 1

# Photographs of 100 megapixels are ordinary work; MAX_PIXELS is the limit here.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, eq=False)
class Raster:
    """A decoded image file.

    Attributes
    ----------
    colour : ndarray (H, W, 3) or (H, W), uint8 or uint16
        RGB or grey, straight.
    alpha : ndarray (H, W) of the same dtype, or None
        None also where the file's alpha is opaque everywhere.
    icc : bytes or None
        The colour profile, if it is one of RGB; another does not fit the RGB that is written later.
    """

    colour: np.ndarray
    alpha: np.ndarray | None
    icc: bytes | None


def read_raster(path: str | os.PathLike[str]) -> Raster:
    """Read a JPEG, PNG, TIFF, WebP or BMP file of 8 or 16 bits a channel, upright.

    Raises
    ------
    InputError
        If the file is missing, no image, damaged, or of a depth other than 8 or 16 bits.
    """
    return decode_raster(_read_bytes(Path(path)), str(path))


def decode_raster(data: bytes, name: str) -> Raster:
    """Decode what such a file holds; InputError speaks of it as `name`."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InputError(
                    "'{name}' has {width} × {height} pixels, more than this program can hold; scale it"
                    " down first.",
                    name=name,
                    width=image.width,
                    height=image.height,
                )
            pixels = _decode(image, data, name)
            icc = image.info.get("icc_profile")
    except UnidentifiedImageError:
        raise InputError(
            "'{name}' is not an image this program can read; use JPEG, PNG, TIFF, WebP or BMP"
            " with 8 or 16 bits a channel.",
            name=name,
        ) from None
    except (OSError, SyntaxError, EOFError) as error:
        raise InputError(
            "'{name}' is damaged or incomplete ({error}); get a sound copy of it.", name=name, error=error
        ) from None
    return split_raster(pixels, icc)


def to_grey(colour: np.ndarray) -> np.ndarray:
    """Return (H, W) grey of the same dtype: the channel itself where all agree, else Rec. 601 luma."""
    if colour.ndim == 2:
        return colour
    red, green, blue = (colour[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return red
    return cv2.cvtColor(np.ascontiguousarray(colour), cv2.COLOR_RGB2GRAY)


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputError("'{path}' is a folder; name an image file in it.", path=path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("There is no file '{path}'; check its name.", path=path) from None
    except OSError as error:
        raise InputError(
            "'{path}' could not be read ({strerror}); check its permissions.",
            path=path,
            strerror=error.strerror,
        ) from None


def _decode(image: Image.Image, data: bytes, name: str) -> np.ndarray:
    """Return the upright pixels (H, W) or (H, W, C), channels in the order RGBA."""
    bits = _bits(image, data)
    if bits > 8:
        return _decode_deep(image, data, bits, name)
    orientation = image.getexif().get(_ORIENTATION, 1)
    if image.format == "TIFF":
        orientation = 1  # Pillow turns a TIFF upright while loading it
    if image.has_transparency_data:
        image = image.convert("LA" if image.mode in ("L", "LA") else "RGBA")
    else:
        image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    return _upright(np.asarray(image), orientation)


def _bits(image: Image.Image, data: bytes) -> int:
    if image.format == "PNG":
        return data[24]
    if image.format == "TIFF":
        return max(image.tag_v2.get(_TIFF_BITS, (1,)))  # type: ignore[attr-defined]
    return 8


def _decode_deep(image: Image.Image, data: bytes, bits: int, name: str) -> np.ndarray:
    """Decode with OpenCV, for Pillow cuts 16-bit colour down to 8."""
    orientation, associated = 1, False
    if image.format == "TIFF":  # which OpenCV turns upright
        associated = image.tag_v2.get(_TIFF_EXTRA_SAMPLES) == (_ASSOCIATED_ALPHA,)  # type: ignore[attr-defined]
    else:
        image.load()  # raises where a PNG is cut short; OpenCV would fill the rest with black
        orientation = image.getexif().get(_ORIENTATION, 1)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise OSError("its pixels could not be decoded")
    if pixels.dtype != np.uint16 or bits != 16:
        raise InputError(
            "'{name}' has {bits} bits a channel; save it with 8 or 16 bits.", name=name, bits=bits
        )
    if pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
    if associated:
        pixels = _straight(pixels)
    return _upright(pixels, orientation)


def _straight(pixels: np.ndarray) -> np.ndarray:
    """Divide associated (premultiplied) colours by their alpha."""
    alpha = np.maximum(pixels[..., 3:], 1).astype(np.float64)
    colour = np.minimum(np.rint(pixels[..., :3] / alpha * 65535), 65535)
    return np.concatenate([colour.astype(np.uint16), pixels[..., 3:]], axis=2)


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo an EXIF orientation, 1 to 8; anything else counts as 1."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def split_raster(pixels: np.ndarray, icc: bytes | None = None) -> Raster:
    """Take the alpha off pixels (H, W) or (H, W, C), uint8 or uint16, channels in the order RGBA."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    alpha = np.ascontiguousarray(pixels[..., -1]) if channels in (2, 4) else None
    if alpha is not None and alpha.min() == np.iinfo(alpha.dtype).max:
        alpha = None
    colour = pixels if channels == 1 else pixels[..., 0] if channels == 2 else pixels[..., :3]
    is_rgb_profile = icc is not None and icc[16:20] == b"RGB "
    return Raster(np.ascontiguousarray(colour), alpha, icc if is_rgb_profile else None)
