"""The journal of the work in hand: a snapshot of the document, then every change since, appended as it is made.

A file of records, each an archive with its length and a digest of all records up to it. So a record that was not
written to its end, or does not follow the ones before it, is noticed, and everything before it still counts.

A change is handed to the system as soon as it is made, which is enough for it to outlive the program in whatever way
that ends. That the disk has it, for a machine that loses its power, is asked for when the hand rests: a disk may take
longer for that than a stroke does.

While all of the work is saved, the journal is laid aside under another name: nobody is offered it, and it goes on with
the next change without writing the history anew.

Results have a file of their own beside it, written anew each time: they are large, and only the latest count. A token
tells which journal they belong to.
"""

import hashlib
import os
import struct
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, FileIO
from pathlib import Path
from typing import IO, Any, NamedTuple

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import Stamp, write_atomically
from mattingapp.project.archive import ArchiveError, ArchiveReader, ArchiveWriter, Images
from mattingapp.project.backdrop import Backdrop
from mattingapp.project.document import Matte, RunSettings, Solved
from mattingapp.project.history import Layer, PastStep
from mattingapp.project.save import (
    Snapshot,
    backdrop_to_json,
    describe,
    relative,
    results_to_json,
    settings_to_json,
    tiles_to_json,
)

RESULTS_SUFFIX = ".results"
ASIDE_SUFFIX = ".saved"
_MAGIC = b"mattingapp journal 1\n"
_HEAD = struct.Struct("<Q16s")  # bytes of the record, and the digest of all so far
_DIGEST_BYTES = 16


@dataclass(frozen=True, eq=False)
class Start:
    """A document with its history, which a journal begins with. Nothing in it ever changes again."""

    snapshot: Snapshot
    view: Mapping[str, Any]


class Places(NamedTuple):
    """Where the files of a document are, and what that of the project was when it was read or written last."""

    trimap: Path | None
    truth: Path | None
    project: Path | None
    stamp: Stamp | None


@dataclass(frozen=True, eq=False)
class Update:
    """What changed since the record before; None is for what did not. Nothing in it ever changes again.

    Attributes
    ----------
    step : tuple of the number of the step before it, and PastStep with the side that is in place now
    last : int
        Number of the last step that is done.
    backdrop : Backdrop
        In place of the present one, without a step.
    settings : RunSettings
    places : Places
    view : dict
    """

    step: tuple[int, PastStep] | None = None
    last: int | None = None
    backdrop: Backdrop | None = None
    settings: RunSettings | None = None
    places: Places | None = None
    view: Mapping[str, Any] | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in vars(self).values())


class Journal:
    """Writes one journal. Its methods are called one after the other, those that say so in another thread as well.

    Parameters
    ----------
    path : Path
    resume : bool
        Whether it goes on with the one that is there, and its results.
    """

    def __init__(self, path: Path, resume: bool = False) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._chain = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        self._images: Images = []
        self._token = token_of(path) if resume else uuid.uuid4().hex
        self._end: int | None = (
            None  # of its records, in bytes; None before it begins, or where that is not known
        )
        self._resume = resume
        self.size = 0  # bytes, of the changes

    def write(self, news: Start | Update) -> None:
        """Begin, or begin anew, or append.

        Raises
        ------
        InputError
            If that cannot be done. After an update that could not be written, it has to begin anew.
        """
        if isinstance(news, Start):
            self._begin(news)
        else:
            self._take_up()
            self._append(self._packed_update(news))

    def write_results(self, results: Mapping[str, Solved], matte: Matte | None) -> None:
        """Keep these results instead of those before; in any thread.

        Raises
        ------
        InputError
            If that cannot be done.
        """
        archive = ArchiveWriter()
        data = archive.close({"token": self._token, **results_to_json(archive, results, matte)})
        write_atomically(self._path.with_suffix(RESULTS_SUFFIX), data)

    def sync(self) -> None:
        """Have the disk take all that was written; in any thread."""
        with suppress(FileNotFoundError), self._path.open("r+b") as file:
            os.fsync(file.fileno())

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def lay_aside(self) -> None:
        """All of the work is saved, until the next change."""
        self.close()
        with suppress(FileNotFoundError):
            self._path.replace(self._aside)

    def remove(self) -> None:
        """Remove it, but not its results: the work is given up."""
        self.close()
        for path in (self._path, self._aside):
            path.unlink(missing_ok=True)

    def remove_results(self) -> None:
        """Remove its results; in any thread."""
        self._path.with_suffix(RESULTS_SUFFIX).unlink(missing_ok=True)

    @property
    def _aside(self) -> Path:
        return self._path.with_suffix(ASIDE_SUFFIX)

    def _begin(self, start: Start) -> None:
        self.close()
        self._resume, self._end = False, None
        self._images = []
        self._chain = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        data = _MAGIC + self._framed(self._packed_start(start))
        write_atomically(self._path, data, durable=self._path.exists())  # a fresh one is soon synced
        self._aside.unlink(missing_ok=True)
        self._end, self.size = len(data), 0

    def _take_up(self) -> None:
        """Open it at its end; what is after the last record that is whole goes."""
        if self._resume:
            self._resume = False
            with self._path.open("rb") as file:
                for data in records(file):
                    self._chain.update(data)
                    self._end = file.tell()
        if self._file is None and self._end is not None:
            if self._aside.exists():
                self._aside.replace(self._path)
            self._file = self._path.open("r+b", buffering=0)
            self._file.truncate(self._end)
            self._file.seek(self._end)

    def _append(self, data: bytes) -> None:
        if self._file is None or self._end is None:  # an update before this one could not be written
            return
        framed = self._framed(data)
        try:
            left = memoryview(framed)
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self.close()
            self._end = None
            raise InputError(
                "Work cannot be kept safe in '{folder}' ({strerror}): save it often.",
                folder=self._path.parent,
                strerror=error.strerror,
            ) from error
        self._end += len(framed)
        self.size += len(framed)

    def _framed(self, data: bytes) -> bytes:
        self._chain.update(data)
        return _HEAD.pack(len(data), self._chain.digest()) + data

    def _packed_start(self, start: Start) -> bytes:
        archive, snapshot, folder = ArchiveWriter(self._images), start.snapshot, self._path.parent
        past = snapshot.past
        description = describe(archive, snapshot, snapshot.trimap.unpack(), folder)
        project = relative(snapshot.project_path, folder)
        description["recovered"] = {"project": project, "stamp": snapshot.project_stamp}
        description["token"] = self._token
        description["view"] = dict(start.view)
        description["history"] = {
            "steps": [_step_to_json(archive, step) for step in past.steps],
            "position": past.position,
            "forgotten": {layer.name: number for layer, number in past.forgotten.items()},
            "following": past.following,
        }
        return archive.close(description)

    def _packed_update(self, update: Update) -> bytes:
        archive, folder = ArchiveWriter(self._images), self._path.parent
        found: dict[str, Any] = {}
        if update.step is not None:
            before, step = update.step
            found["step"] = {"before": before, **_step_to_json(archive, step)}
        if update.last is not None:
            found["last"] = update.last
        if update.backdrop is not None:
            found["backdrop"] = backdrop_to_json(archive, update.backdrop)
        if update.settings is not None:
            found["settings"] = settings_to_json(update.settings)
        if update.places is not None:
            *paths, stamp = update.places
            names = (relative(path, folder) for path in paths)
            found["places"] = dict(zip(Places._fields, (*names, stamp), strict=True))
        if update.view is not None:
            found["view"] = dict(update.view)
        return archive.close(found)


def token_of(path: Path) -> str:
    """Return the token in a journal that can be read."""
    with path.open("rb") as file:
        token: object = ArchiveReader(BytesIO(next(records(file)))).description().get("token")
    return token if isinstance(token, str) else ""


def records(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the archives in a journal, up to the first that is not whole.

    A file that is one archive is yielded as it is: earlier versions of the program kept work so.

    Raises
    ------
    ArchiveError
        If it is neither.
    """
    size = os.fstat(file.fileno()).st_size
    if file.read(len(_MAGIC)) != _MAGIC:
        file.seek(0)
        if not zipfile.is_zipfile(file):
            raise ArchiveError("no journal")
        file.seek(0)
        yield file.read()
        return
    chain = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        length, digest = _HEAD.unpack(head)
        if length > size - file.tell():
            return
        data = file.read(length)
        chain.update(data)
        if chain.digest() != digest:
            return
        yield data


def _step_to_json(archive: ArchiveWriter, step: PastStep) -> dict[str, Any]:
    name, number, layer, side = step
    found: dict[str, Any] = {"name": name, "number": number, "layer": layer.name}
    if layer is Layer.TRIMAP:
        values = archive.add_array(f"steps/{number}-values.npy", side.runs.values)
        lengths = archive.add_array(f"steps/{number}-lengths.npy", side.runs.lengths)
        return found | {
            "rect": list(side.rect),
            "runs": len(side.runs.values),
            "values": values,
            "lengths": lengths,
        }
    if layer is Layer.TOUCH_UP:
        return found | {"tiles": tiles_to_json(archive, f"steps/{number}", side)}
    return found | {"backdrop": backdrop_to_json(archive, side)}
