"""The container of a project file: a zip of one description in JSON, with images and arrays beside it. Only data."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np

from mattingapp.imaging.errors import InputError

SUFFIX = ".matting"
FORMAT = "mattingapp project"
VERSION = 1
NULL = type(None)
_DESCRIPTION = "project.json"
_FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)
_DEFLATE_LEVEL = 1


class ArchiveError(ValueError):
    """Something in a project file that no project file written by this program has."""


class ArchiveWriter:
    """Collects the parts of an archive in memory."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w")
        self._images: list[tuple[np.ndarray, str]] = []

    def add_image(self, name: str, pixels: np.ndarray) -> str:
        """Add pixels (H, W) or (H, W, 3), uint8 or uint16, RGB, as PNG.

        Returns
        -------
        str
            The name it is found under: another than `name` where the same array has been added before.
        """
        for added, there in self._images:
            if added is pixels:
                return there
        swapped = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        self.add_bytes(name, cv2.imencode(".png", swapped, _FAST)[1].tobytes())
        self._images.append((pixels, name))
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
    """An archive on disk, to be used in a `with` statement. Whatever is wrong inside raises `ArchiveError`.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        path = Path(path)
        if path.is_dir():
            raise InputError("'{path}' is a folder; name a project file in it.", path=path)
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise InputError("There is no file '{path}'; check its name.", path=path) from None
        except OSError as error:
            raise InputError(
                "'{path}' could not be read ({strerror}); check its permissions.",
                path=path,
                strerror=error.strerror,
            ) from None
        except zipfile.BadZipFile:
            raise ArchiveError("no zip") from None
        self._images: dict[str, np.ndarray] = {}

    def __enter__(self) -> "ArchiveReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def description(self) -> dict[str, Any]:
        """Return the description."""
        try:
            found = json.loads(self.read_bytes(_DESCRIPTION))
        except ValueError as error:  # also of the encoding
            raise ArchiveError(str(error)) from None
        if not isinstance(found, dict):
            raise ArchiveError("no object")
        return found

    def read_bytes(self, name: str) -> bytes:
        """Return one part as it is."""
        try:
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise ArchiveError(str(error)) from None  # RuntimeError: encrypted, or packed in an unknown way

    def read_image(self, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """Return an image, uint8 or uint16, the same array each time; of `shape`, or (H, W, 3) for None."""
        if name not in self._images:
            data = np.frombuffer(self.read_bytes(name), np.uint8)
            pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
            if pixels is None or pixels.dtype not in (np.uint8, np.uint16):
                raise ArchiveError(f"no image in {name}")
            if pixels.shape[2:] == (3,):
                pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
            self._images[name] = pixels
        pixels = self._images[name]
        if pixels.shape != shape if shape is not None else pixels.shape[2:] != (3,):
            raise ArchiveError(f"the shape of {name}")
        return pixels

    def read_array(self, name: str) -> np.ndarray:
        """Return an array."""
        try:
            return np.load(BytesIO(self.read_bytes(name)), allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ArchiveError(str(error)) from None


def field(values: Mapping[str, Any], name: str, *kinds: type) -> Any:
    """Return one field of a JSON object if it is of one of `kinds`, else raise `ArchiveError`."""
    value = values.get(name, ...)
    fits = isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)
    if not fits:
        raise ArchiveError(f"the field {name}")
    return value


def numbers(values: Mapping[str, Any], name: str, count: int) -> tuple[float, ...]:
    """Return a field that is a list of `count` finite numbers."""
    found = field(values, name, list)
    sound = all(isinstance(number, (int, float)) and np.isfinite(number) for number in found)
    if len(found) != count or not sound:
        raise ArchiveError(f"the field {name}")
    return tuple(found)


def objects(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a field that is a list of objects."""
    found = field(values, name, list)
    if not all(isinstance(item, dict) for item in found):
        raise ArchiveError(f"the field {name}")
    return found


def digest(pixels: np.ndarray) -> str:
    """Return what tells these pixels, uint8 or uint16, from others."""
    found = hashlib.blake2b(f"{pixels.shape}{pixels.dtype}".encode(), digest_size=16)
    found.update(np.ascontiguousarray(pixels).data)
    return found.hexdigest()
