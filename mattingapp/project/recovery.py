"""Where the work in hand is kept in case the program ends badly, and what was left there by programs that did.

Each running program has a recovery file of its own and holds a lock beside it. The system lets go of the lock when the
program ends, in whatever way, so that a file without one was left behind; whoever finds it takes the lock first.
"""

import sys
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from mattingapp.imaging.errors import InputError
from mattingapp.project.archive import SUFFIX
from mattingapp.project.load import photo_name

_LOCK = ".lock"


@dataclass(frozen=True)
class LeftBehind:
    """Work that a program could not save.

    Attributes
    ----------
    path : Path
        Its recovery file; `project.load.read_project` reads it.
    photo : str
        Name of the photo, "" for one that was pasted.
    time : datetime
        When it was written, in local time.
    """

    path: Path
    photo: str
    time: datetime


class RecoveryFolder:
    """The folder of all recovery files, as one running program sees it.

    Parameters
    ----------
    folder : Path
        Created when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Path | None = None
        self._locks: dict[Path, IO[bytes]] = {}

    def own(self) -> Path:
        """Return the file to write the work in hand to; no other program touches it.

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
                ) from None
            self._own = path
        return self._own

    def left_behind(self) -> list[LeftBehind]:
        """Return what programs left that do not run any more, the latest first. Nobody else gets it until `close`."""
        found = []
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path in self._locks or not self._take(path):
                continue
            try:
                left = LeftBehind(path, photo_name(path), datetime.fromtimestamp(path.stat().st_mtime))
            except InputError:  # of a newer version, perhaps, which will want it
                self._release(path)
            else:
                found.append(left)
        return sorted(found, key=lambda left: left.time, reverse=True)

    def adopt(self, path: Path) -> None:
        """Go on with work that was left behind: its file is the own one from now on."""
        self._own = path

    def discard(self, path: Path) -> None:
        """Remove work that was left behind."""
        path.unlink(missing_ok=True)
        self._release(path)

    def clear(self) -> None:
        """Remove the own file: the work is saved, or given up."""
        if self._own is not None:
            self._own.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the own file, and let others have what was left behind."""
        self.clear()
        for path in list(self._locks):
            self._release(path)

    def _take(self, path: Path) -> bool:
        """Lock a file for this program; return whether that could be done."""
        lock = path.with_suffix(_LOCK).open("ab")
        if _locked(lock):
            self._locks[path] = lock
            return True
        lock.close()
        return False

    def _release(self, path: Path) -> None:
        self._locks.pop(path).close()
        if not path.exists():  # nobody looks for its lock any more
            path.with_suffix(_LOCK).unlink(missing_ok=True)


def _locked(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed, or the program ends; return whether no other has it locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
