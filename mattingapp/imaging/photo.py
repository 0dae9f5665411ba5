"""The photograph: what its file holds, as colours that are computed with."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mattingapp.imaging.colour import grey_to_srgb, is_sound, linear_to_rgb
from mattingapp.imaging.decode import Raster, decode_raster, read_raster, split_raster, unsound_profile
from mattingapp.imaging.depth import quantise, to_rgb, unit_range
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message
from mattingapp.imaging.readers.source import Metadata


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
    metadata : Metadata
        What goes along into the files made from it.
    notes : tuple of Message
        What a person should know of how it was read.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    path: Path | None = None
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[Message, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def stem(self) -> str:
        """What files made from it are named after."""
        return "pasted" if self.path is None else self.path.stem


def read_photo(path: str | os.PathLike[str]) -> Photo:
    """Read a photograph from an image file; see `imaging.formats` for what is read.

    Grey becomes RGB, a palette is looked up, the orientation is applied, CMYK, CIELAB and grey of a profile become
    sRGB, linear light is encoded as sRGB; an RGB profile is kept.

    Raises
    ------
    InputError
        If the file is missing, no image, damaged, or too large.
    """
    return _photo(read_raster(path), str(path), Path(path))


def decode_photo(data: bytes, name: str) -> Photo:
    """Read a photograph from the bytes of such a file; InputError speaks of it as `name`."""
    return _photo(decode_raster(data, name), name)


def photo_of(pixels: np.ndarray) -> Photo:
    """Return the photograph of straight RGB or RGBA pixels (H, W, C), uint8 or uint16."""
    return _photo(split_raster(pixels))


def _photo(raster: Raster, name: str = "", path: Path | None = None) -> Photo:
    colour, icc, notes = raster.colour, raster.icc, raster.notes
    alpha = None if raster.alpha is None else alpha_of(raster.alpha)
    if raster.linear:
        colour, icc = linear_to_rgb(colour), None
    elif colour.dtype == np.float32:
        if colour.size and (colour.min() < 0 or colour.max() > 1):
            notes = (
                *notes,
                Message("'{name}' has colours below 0 or above 1: they were cut.", name=shown(name)),
            )
        colour = quantise(colour, 16)
    if icc is not None and not is_sound(icc):
        grey = grey_to_srgb(colour, icc) if colour.ndim == 2 else None
        colour, icc = colour if grey is None else grey, None
        if grey is None:
            notes = (*notes, unsound_profile(name))
    return Photo(to_rgb(colour), alpha, icc, path, raster.metadata, notes)


def alpha_of(values: np.ndarray) -> np.ndarray:
    """Return what a file holds as alpha, uint8, uint16 or float32, as float32 in [0, 1]; floats beyond are cut."""
    return unit_range(np.clip(values, 0, 1) if values.dtype == np.float32 else values, np.float32)
