"""The container of a project file: a zip of one description in JSON, with images and arrays beside it. Only data."""

import json
import math
import struct
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

import cv2
import numpy as np

from mattingapp.imaging.readers.chunks import take_apart

SUFFIX = ".matting"
FORMAT = "mattingapp project"
VERSION = 1
NULL = type(None)
_DESCRIPTION = "project.json"
_FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)
_DEFLATE_LEVEL = 1
_MAX_DESCRIPTION = 16 << 20  # bytes; ten thousand steps of a history take three million
_MAX_BYTES = 16 << 20  # of a part that says nothing about its size, as a colour profile
_MAX_PIXELS = 1 << 29  # of an image that nothing else tells the size of
_PIXEL_BYTES = 6 + 1  # of 16-bit colours, and what a PNG may take beyond them
_MAX_PNG_EXTRA = 1 << 16  # bytes that are no pixels
_MAX_ARRAY_HEAD = 1 << 12
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_PNG_HEAD = struct.Struct(">16sIIBB")  # up to the kind of colour
_LARGEST = 1e15


class ArchiveError(ValueError):
    """Something in a project file that no project file written by this program has."""


Images = list[tuple[np.ndarray, str]]  # pixels, and the name they are found under


class ArchiveWriter:
    """Collects the parts of an archive in memory.

    Parameters
    ----------
    shared : list, optional
        The images that archives before this one have for all, to which this one adds.
    """

    def __init__(self, shared: Images | None = None) -> None:
        self._buffer = BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w")
        self._images: Images = []
        self._shared = [] if shared is None else shared

    def add_image(self, name: str, pixels: np.ndarray) -> str:
        """Add pixels (H, W) or (H, W, 3), uint8 or uint16, RGB, as PNG.

        Returns
        -------
        str
            The name it is found under: another than `name` where the same array has been added before.
        """
        return self._add_once(self._images, name, pixels)

    def add_shared(self, name: str, pixels: np.ndarray) -> str:
        """Add pixels as `add_image`, unless this archive or one before it has them; return their name."""
        return self._add_once(self._shared, f"{name}-{uuid.uuid4().hex}.png", pixels)

    def _add_once(self, images: Images, name: str, pixels: np.ndarray) -> str:
        for added, there in images:
            if added is pixels:
                return there
        swapped = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        self.add_bytes(name, cv2.imencode(".png", swapped, _FAST)[1].tobytes())
        images.append((pixels, name))
        return name

    def add_array(self, name: str, values: np.ndarray) -> str:
        """Add an array of any shape and type, bit for bit; return `name`."""
        encoded = BytesIO()
        np.save(encoded, values, allow_pickle=False)
        self._zip.writestr(name, encoded.getvalue(), zipfile.ZIP_DEFLATED, _DEFLATE_LEVEL)
        return name

    def add_bytes(self, name: str, data: bytes) -> str:
        """Add what is packed already; return `name`."""
        self._zip.writestr(name, data)
        return name

    def close(self, description: Mapping[str, Any]) -> bytes:
        """Add the description, and return the archive."""
        self._zip.writestr(_DESCRIPTION, json.dumps(description, indent=1, ensure_ascii=False))
        self._zip.close()
        return self._buffer.getvalue()


class ArchiveReader:
    """An open archive. Whatever is wrong inside raises `ArchiveError`, and no part takes more memory than is asked for.

    Parameters
    ----------
    file : binary file
        To be closed by who opened it.
    shared : dict from name to ndarray, optional
        The images that archives before this one had for all, to which those of this one are added.
    """

    def __init__(self, file: IO[bytes], shared: dict[str, np.ndarray] | None = None) -> None:
        with _libraries():
            self._zip = zipfile.ZipFile(file)
        self._images: dict[str, np.ndarray] = {}
        self._shared = {} if shared is None else shared

    def description(self) -> dict[str, Any]:
        """Return the description."""
        data = self.read_bytes(_DESCRIPTION, _MAX_DESCRIPTION)
        with _libraries():
            found = json.loads(data)
            json.dumps(
                found, ensure_ascii=False
            ).encode()  # not the half of a character, which no file name has
        if not isinstance(found, dict):
            raise ArchiveError("no object")
        return found

    def read_bytes(self, name: str, largest: int = _MAX_BYTES) -> bytes:
        """Return one part as it is, if it has no more than `largest` bytes."""
        with self._open(name, largest) as part, _libraries():
            return part.read()

    def read_image(self, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """Return an image, uint8 or uint16, the same array each time; of `shape`, or (H, W, 3) for None."""
        if name not in self._images:
            self._images[name] = self._decoded(name, shape)
        return _checked(self._images[name], name, shape)

    def read_shared(self, name: str) -> np.ndarray:
        """Return an image (H, W, 3), uint8 or uint16, that this archive or one before it has."""
        if name not in self._shared:
            self._shared[name] = self._decoded(name, None)
        return _checked(self._shared[name], name, None)

    def read_array(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
        """Return an array of this shape and type."""
        wanted = np.dtype(kind)
        size = math.prod(shape) * wanted.itemsize
        data = BytesIO(self.read_bytes(name, size + _MAX_ARRAY_HEAD))
        with _libraries():
            if np.lib.format.read_magic(data) != (1, 0):
                raise ArchiveError(f"the kind of array of {name}")
            found, columns_first, dtype = np.lib.format.read_array_header_1_0(data)
        values = data.read()
        if found != shape or dtype != wanted or columns_first or len(values) != size:
            raise ArchiveError(f"the array {name}")
        return np.frombuffer(values, wanted).reshape(shape)

    def _open(self, name: str, largest: int) -> IO[bytes]:
        with _libraries():
            part = self._zip.getinfo(name)
            if part.file_size > largest or part.compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):
                raise ArchiveError(f"the size of {name}")  # other kinds unpack without a bound
            return self._zip.open(part)

    def _decoded(self, name: str, shape: tuple[int, ...] | None) -> np.ndarray:
        """Return the pixels of a PNG; it is decoded only where its head and its size in bytes agree with `shape`."""
        with self._open(name, _MAX_PIXELS * _PIXEL_BYTES) as part, _libraries():
            head = part.read(_PNG_HEAD.size)
            signature, width, height, bits, kind = _PNG_HEAD.unpack(head)
        channels = {0: 1, 2: 3}.get(kind, 0)
        shape = (height, width, 3) if shape is None else shape
        fits = (
            signature == _PNG_START and bits in (8, 16) and shape == (height, width, 3)[: 2 + (channels == 3)]
        )
        if not fits or not channels or not 0 < height * width <= _MAX_PIXELS:
            raise ArchiveError(f"the size of {name}")
        raw = math.prod(shape) * bits // 8
        data = self.read_bytes(name, raw + raw // 64 + height + _MAX_PNG_EXTRA)
        with _libraries():  # the decoder makes room for whatever length a part claims
            pixels = cv2.imdecode(np.frombuffer(take_apart(data)[0], np.uint8), cv2.IMREAD_UNCHANGED)
            if pixels is None:
                raise ArchiveError(f"no image in {name}")
            return pixels if channels == 1 else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)


def _checked(pixels: np.ndarray, name: str, shape: tuple[int, ...] | None) -> np.ndarray:
    if pixels.shape != shape if shape is not None else pixels.shape[2:] != (3,):
        raise ArchiveError(f"the shape of {name}")
    return pixels


@contextmanager
def _libraries() -> Iterator[None]:
    """Turn whatever a library says about what it is given into `ArchiveError`. To be drawn tightly around its calls."""
    try:
        yield
    except ArchiveError:
        raise
    except Exception as error:  # each has a dozen of its own
        raise ArchiveError(str(error)) from error


def field(values: Mapping[str, Any], name: str, *kinds: type) -> Any:
    """Return one field of a JSON object if it is of one of `kinds`, else raise `ArchiveError`."""
    value = values.get(name, ...)
    fits = isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)
    if not fits:
        raise ArchiveError(f"the field {name}")
    return value


def numbers(values: Mapping[str, Any], name: str, count: int) -> tuple[float, ...]:
    """Return a field that is a list of `count` numbers that are finite and no larger than any size or place is."""
    found = field(values, name, list)
    if len(found) != count or not all(map(_sound, found)):
        raise ArchiveError(f"the field {name}")
    return tuple(found)


def number(values: Mapping[str, Any], name: str) -> float:
    """Return a field that is such a number."""
    found = field(values, name, int, float)
    if not _sound(found):
        raise ArchiveError(f"the field {name}")
    return float(found)


def _sound(value: object) -> bool:
    return type(value) in (int, float) and -_LARGEST < value < _LARGEST  # type: ignore[operator]


def objects(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a field that is a list of objects."""
    found = field(values, name, list)
    if not all(isinstance(item, dict) for item in found):
        raise ArchiveError(f"the field {name}")
    return found
