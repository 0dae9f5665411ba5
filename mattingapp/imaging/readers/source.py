"""What goes into a reader, a file; and what comes out: a picture whose header is read and whose pixels are not yet."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message

_HEAD = 4096  # bytes; every format tells itself in fewer


class Space(Enum):
    """What the channels of a picture stand for."""

    GREY_OR_RGB = "grey or RGB"
    LINEAR = "grey or RGB in linear light"
    CMYK = "CMYK"  # 0 is no ink
    LAB = "CIELAB"


@dataclass(frozen=True)
class Metadata:
    """What a picture carries along beside its pixels, and what made from it goes on to carry.

    Attributes
    ----------
    resolution : tuple (x, y) or None
        Pixels per inch.
    exif : dict from str to str
        Of `EXIF_TAGS`, those that are there. Where a photo was taken is never among them.
    """

    resolution: tuple[float, float] | None = None
    exif: dict[str, str] = field(default_factory=dict)


EXIF_TAGS = {
    "Make": 271,
    "Model": 272,
    "DateTime": 306,
    "Artist": 315,
    "Copyright": 33432,
    "DateTimeOriginal": 36867,
}


@dataclass(frozen=True, eq=False)
class Stored:
    """A picture in its file.

    Attributes
    ----------
    size : tuple (H, W)
        As it lies in the file, before `orientation`.
    pixels : callable
        Decodes it: returns colour (H, W) or (H, W, channels) and alpha (H, W) or None, straight, of one type:
        uint8, uint16 or float32 (of which 0 to 1 is the range).
    space : Space
    orientation : int
        EXIF, 1 to 8.
    icc : bytes or None
        Colour profile.
    metadata : Metadata
    notes : tuple of Message
        What a person should know.
    """

    size: tuple[int, int]
    pixels: Callable[[], tuple[np.ndarray, np.ndarray | None]]
    space: Space = Space.GREY_OR_RGB
    orientation: int = 1
    icc: bytes | None = None
    metadata: Metadata = Metadata()
    notes: tuple[Message, ...] = ()


class Source:
    """A file to be read.

    Parameters
    ----------
    file : binary file
        At its start.
    name : str
        Its path, or what to call it.
    path : Path, optional
        Where it is, if on a disk.
    """

    def __init__(self, file: BinaryIO, name: str, path: Path | None = None) -> None:
        self.file = file
        self.name = name
        self.head = file.read(_HEAD)
        self._path = path

    @property
    def suffix(self) -> str:
        """What its name ends in, in small letters: ".tif"."""
        return Path(self.name).suffix.lower()

    @cached_property
    def data(self) -> bytes:
        """All of it."""
        self.file.seek(0)
        return self.file.read()

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.file.seek(0, 2)

    @contextmanager
    def on_disk(self, suffixes: tuple[str, ...]) -> Iterator[str]:
        """Give a path that ends in one of `suffixes`, for a library that reads nothing else."""
        if self._path is not None and self.suffix in suffixes and _is_plain(self._path):
            yield str(self._path)
        else:
            with on_disk(self.data, suffixes[0]) as path:
                yield path


@contextmanager
def on_disk(data: bytes, suffix: str) -> Iterator[str]:
    """Give the path of a temporary file that holds `data`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"picture{suffix}"
        path.write_bytes(data)
        yield str(path)


def _is_plain(path: Path) -> bool:
    """Tell whether a library takes a path as it is: in UTF-8, and without what stands for arguments in it."""
    text = str(path)
    return text.isprintable() and "?" not in text


def first_of_several(name: str) -> Message:
    """Return the note that only the first picture of a file is used."""
    return Message("'{name}' holds several pictures; the first one is used.", name=shown(name))
