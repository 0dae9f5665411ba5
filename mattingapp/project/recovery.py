"""Where the work in hand is kept in case the program ends badly, and what was left there by programs that did.

Each running program has a journal of its own and holds a lock beside it. The system lets go of the lock when the
program ends, in whatever way, so that a journal without one was left behind; whoever finds it takes the lock first.
"""

import logging
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import remove_parts
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message
from mattingapp.project.archive import SUFFIX
from mattingapp.project.journal import ASIDE_SUFFIX, RESULTS_SUFFIX
from mattingapp.project.replay import photo_name

log = logging.getLogger(__name__)

_LOCK = ".lock"


@dataclass(frozen=True)
class LeftBehind:
    """Work that a program could not save.

    Attributes
    ----------
    path : Path
        Its journal; `project.replay.read_journal` reads it.
    photo : str
        Name of the photo, "" for one that was pasted.
    time : datetime
        When it was written, in local time.
    """

    path: Path
    photo: str
    time: datetime


class RecoveryFolder:
    """The folder of all journals, as one running program sees it.

    Parameters
    ----------
    folder : Path
        Created when something is written.

    Attributes
    ----------
    problems : list of Message
        What was found that is no work of this program, and why work cannot be kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Path | None = None
        self._locks: dict[Path, FileLock] = {}
        self.problems: list[Message] = []

    def own(self) -> Path:
        """Return the journal to write the work in hand to; no other program touches it.

        Raises
        ------
        InputError
            If the folder cannot be made or written to.
        """
        if self._own is None:
            path = self._folder / f"{uuid.uuid4().hex}{SUFFIX}"
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._take(path)
            except OSError as error:
                raise InputError(
                    "Work cannot be kept safe in '{folder}' ({strerror}): save it often.",
                    folder=self._folder,
                    strerror=error.strerror,
                ) from error
            self._own = path
        return self._own

    def left_behind(self) -> list[LeftBehind]:
        """Return what programs left that do not run any more, the latest first. Nobody else gets it until `close`."""
        self.problems.clear()
        if not self._writable():
            self.problems.append(
                Message(
                    "Work cannot be kept safe in '{folder}', which cannot be written to: save it often.",
                    folder=self._folder,
                )
            )
            return []
        self._tidy()
        found = []
        for path in self._journals():
            try:
                if path in self._locks or not self._take(path):
                    continue
                left = LeftBehind(path, photo_name(path), datetime.fromtimestamp(path.stat().st_mtime))
            except (InputError, OSError) as error:  # of a newer version, perhaps, which will want it
                self._release(path)
                log.info("%s is left alone", path, exc_info=error)
                self.problems.append(
                    Message(
                        "'{path}' is no work that this version of the program can restore; move it elsewhere.",
                        path=shown(path),
                    )
                )
            else:
                found.append(left)
        return sorted(found, key=lambda left: left.time, reverse=True)

    def adopt(self, path: Path) -> None:
        """Go on with work that was left behind: its journal is the own one from now on."""
        self._own = path

    def discard(self, path: Path) -> None:
        """Remove work that was left behind."""
        _remove(path)
        self._release(path)

    def close(self) -> None:
        """Let others have what was left behind; the own journal has to be removed before."""
        for path in list(self._locks):
            self._release(path)

    def _journals(self) -> list[Path]:
        return list(self._folder.glob(f"*{SUFFIX}"))

    def _writable(self) -> bool:
        """Whether the folder, or that in which it is to be made, can be written to."""
        there = next((folder for folder in (self._folder, *self._folder.parents) if folder.exists()), None)
        return there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)

    def _tidy(self) -> None:
        """Remove what belongs to no journal any more, unless a running program is about to write that."""
        remove_parts(self._folder)
        for suffix in (RESULTS_SUFFIX, ASIDE_SUFFIX, _LOCK):
            for path in self._folder.glob(f"*{suffix}"):
                journal = path.with_suffix(SUFFIX)
                if not journal.exists() and journal not in self._locks and self._take(journal):
                    _remove(journal)
                    self._release(journal)

    def _take(self, path: Path) -> bool:
        """Lock a journal for this program; return whether that could be done."""
        lock = FileLock(path.with_suffix(_LOCK))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._locks[path] = lock
        return True

    def _release(self, path: Path) -> None:
        lock = self._locks.pop(path, None)
        if lock is None:
            return
        if not path.exists():  # nobody looks for its lock any more
            with suppress(OSError):  # on Windows, where the release removes it
                path.with_suffix(_LOCK).unlink()
        lock.release()


def _remove(path: Path) -> None:
    """Remove a journal and its results."""
    for file in (path, path.with_suffix(ASIDE_SUFFIX), path.with_suffix(RESULTS_SUFFIX)):
        file.unlink(missing_ok=True)
