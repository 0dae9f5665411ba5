"""Image files to arrays, as they are meant to be seen: upright, without palette, with all their bits."""

import os
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np

from mattingapp.imaging.colour import cmyk_to_rgb, lab_to_rgb
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.formats import reader_of
from mattingapp.imaging.inputs import library_errors, open_input, shown
from mattingapp.imaging.message import Message
from mattingapp.imaging.readers.source import Metadata, Source, Space
from mattingapp.imaging.sizes import check_size

LIMIT_SETTING = "MATTINGAPP_MAX_PIXELS"
DEFAULT_LIMIT = 1 << 28  # pixels; a photo of so many takes some 10 GB of memory
_DAMAGED = "'{name}' is damaged or incomplete ({reason}); get a sound copy of it."


@dataclass(frozen=True, eq=False)
class Raster:
    """A decoded image file.

    Attributes
    ----------
    colour : ndarray (H, W, 3) or (H, W), uint8, uint16, or float32 as it came
        RGB or grey, straight.
    alpha : ndarray (H, W) of the same dtype, or None
        None also where the file's alpha is opaque everywhere.
    icc : bytes or None
        The colour profile of RGB or grey.
    linear : bool
        The colours are in linear light.
    metadata : Metadata
    notes : tuple of Message
        What a person should know of how it was read.
    """

    colour: np.ndarray
    alpha: np.ndarray | None
    icc: bytes | None = None
    linear: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[Message, ...] = ()


def read_raster(path: str | os.PathLike[str], shape: tuple[int, int] | None = None) -> Raster:
    """Read an image file, upright; see `imaging.formats` for what is read.

    Parameters
    ----------
    path : path
    shape : tuple (H, W), optional
        Of the photo: an image of another size is refused before it is decoded.

    Raises
    ------
    InputError
        If the file is missing, no image, damaged, too large, or of another size.
    """
    with open_input(path) as file:
        return _read(Source(file, str(path), Path(path)), shape)


def decode_raster(data: bytes, name: str) -> Raster:
    """Decode what such a file holds; InputError speaks of it as `name`."""
    return _read(Source(BytesIO(data), name), None)


def to_grey(colour: np.ndarray) -> np.ndarray:
    """Return (H, W) grey of the same dtype: the channel itself where all agree, else Rec. 601 luma."""
    if colour.ndim == 2:
        return colour
    red, green, blue = (colour[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return red
    return cv2.cvtColor(np.ascontiguousarray(colour), cv2.COLOR_RGB2GRAY)


def unsound_profile(name: str) -> Message:
    """Return the note that a file's colour profile is of no use."""
    return Message(
        "The colour profile of '{name}' is damaged or of an unusual kind: its colours count as sRGB.",
        name=shown(name),
    )


def split_raster(pixels: np.ndarray) -> Raster:
    """Take the alpha off pixels (H, W) or (H, W, C), uint8 or uint16, channels in the order RGBA."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    colour = pixels if channels == 1 else pixels[..., 0] if channels == 2 else pixels[..., :3]
    return Raster(np.ascontiguousarray(colour), _translucent(pixels[..., -1] if channels in (2, 4) else None))


def _read(source: Source, shape: tuple[int, int] | None) -> Raster:
    reader = reader_of(source)
    with library_errors(_DAMAGED, source.name):
        stored = reader(source)
    turned = stored.orientation in (5, 6, 7, 8)
    size = stored.size[::-1] if turned else stored.size
    _check_limit(size, source.name)
    if shape is not None:
        check_size(Message("'{name}'", name=shown(source.name)), size, shape)
    with library_errors(_DAMAGED, source.name):
        colour, alpha = stored.pixels()
    icc, notes = stored.icc, stored.notes
    if stored.space is Space.CMYK:
        colour, sound = cmyk_to_rgb(colour, icc)
        icc, notes = None, notes if sound else (*notes, unsound_profile(source.name))
    elif stored.space is Space.LAB:
        colour, icc = lab_to_rgb(colour), None
    colour = _upright(colour, stored.orientation)
    return Raster(
        colour,
        None if alpha is None else _translucent(_upright(alpha, stored.orientation)),
        icc,
        stored.space is Space.LINEAR,
        stored.metadata,
        notes,
    )


def _check_limit(size: tuple[int, int], name: str) -> None:
    height, width = size
    text = os.environ.get(LIMIT_SETTING, "")
    limit = int(text) if text.isdecimal() else DEFAULT_LIMIT
    if height * width > limit:
        raise InputError(
            "'{name}' has {width} × {height} pixels, more than {limit}: scale it down, or set {setting} to allow more.",
            name=shown(name),
            width=width,
            height=height,
            limit=limit,
            setting=LIMIT_SETTING,
        )


def _translucent(alpha: np.ndarray | None) -> np.ndarray | None:
    """Return an alpha, None for one that is opaque everywhere."""
    if alpha is None or not alpha.size:
        return None
    full = 1 if np.issubdtype(alpha.dtype, np.floating) else np.iinfo(alpha.dtype).max
    return None if alpha.min() >= full else np.ascontiguousarray(alpha)


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo an EXIF orientation, 1 to 8."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
