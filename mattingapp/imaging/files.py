"""Writing a file whole or not at all, and whether two names are of one file."""

import functools
import hashlib
import os
import stat
import sys
import unicodedata
import uuid
from pathlib import Path
from typing import IO, NamedTuple

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown

if sys.platform != "win32":  # which removes no file that is open anywhere
    import fcntl

_PART_PREFIX, _PART_SUFFIX = ".mattingapp-", ".part"


def check_output(path: str | os.PathLike[str], suffixes: tuple[str, ...]) -> None:
    """Raise InputError unless a file called `path`, ending in one of `suffixes`, could be written.

    Cheap, so that a bad name is told before the work and not after it.
    """
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise InputError(
            "'{path}' must end in {suffixes}; rename it.", path=path, suffixes=" or ".join(suffixes)
        )
    mode = _mode(path)
    if mode is not None and not os.access(path, os.W_OK):
        raise InputError("'{path}' is write-protected; choose another name.", path=path)
    folder = Path(os.path.realpath(path)).parent if mode is not None else path.parent
    if not folder.is_dir():
        raise InputError("There is no folder '{folder}'; create it or choose another.", folder=folder)
    if not os.access(folder, os.W_OK):
        raise InputError("The folder '{folder}' cannot be written to; choose another.", folder=folder)


def _mode(path: Path) -> int | None:
    """Return the mode bits of a file that may be replaced, None where there is none."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # too long, a circle of links, a character that no name may have
        raise InputError(
            "A file cannot be called '{path}'; choose another name.", path=shown(path)
        ) from error
    if stat.S_ISDIR(mode):
        raise InputError("'{path}' is a folder; name a file in it.", path=path)
    if not stat.S_ISREG(mode):
        raise InputError("'{path}' is a device or a pipe and no file; choose another name.", path=path)
    return stat.S_IMODE(mode)


def same_file(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> bool:
    """Tell whether two names are of one file: through links, hard links, or another spelling of it.

    Of files that are not there yet, it tells whether writing to both names would make one file.
    """
    try:
        places = [Path(os.path.realpath(path)) for path in (first, second)]
        there = [place.exists() for place in places]
        if all(there):
            return places[0].samefile(places[1])
        return not any(there) and _spelling(places[0]) == _spelling(places[1])
    except (OSError, ValueError):  # a name that no file can have
        return False


def _spelling(path: Path) -> str:
    """Return a name as the system compares it."""
    name = os.path.normcase(path)
    return unicodedata.normalize("NFC", name).casefold() if sys.platform == "darwin" else name


def make_folder(folder: str | os.PathLike[str]) -> None:
    """Make `folder` and its parents; raise InputError where that cannot be done, or nothing can be written into it."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(
            "The folder '{folder}' cannot be made ({reason}); choose another.",
            folder=shown(folder),
            reason=getattr(error, "strerror", None) or error,
        ) from error
    if not os.access(folder, os.W_OK):
        raise InputError("The folder '{folder}' cannot be written to; choose another.", folder=shown(folder))


class Stamp(NamedTuple):
    """What a file was at one moment."""

    modified: int  # ns
    size: int  # bytes
    digest: str


def stamp(path: str | os.PathLike[str]) -> Stamp | None:
    """Return what a file is now, None where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            found = os.fstat(file.fileno())
            return Stamp(found.st_mtime_ns, found.st_size, hashlib.file_digest(file, "sha256").hexdigest())
    except (OSError, ValueError):
        return None


def has_changed(path: str | os.PathLike[str], before: Stamp) -> bool:
    """Tell whether a file that was once as `before` is there and holds something else."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return False
    if (found.st_mtime_ns, found.st_size) == before[:2]:
        return False
    now = stamp(path)
    return now is None or now.digest != before.digest


def write_atomically(path: str | os.PathLike[str], data: bytes, durable: bool = True) -> None:
    """Write `data` to `path`, replacing what was there only once all of it is on the disk.

    A link stays a link to what it names, and a file keeps its mode bits.

    Parameters
    ----------
    path : path
    data : bytes
    durable : bool
        Whether to wait for the disk, so that it also outlives a loss of power.

    Raises
    ------
    InputError
        If the folder is missing or not writable, the disk is full, or there is something that is no file; nothing is
        left behind then.
    """
    path = Path(path)
    mode = _mode(path)
    target = Path(os.path.realpath(path))
    _remove_parts_once(target.parent)
    part = target.with_name(f"{_PART_PREFIX}{uuid.uuid4().hex}{_PART_SUFFIX}")
    try:
        with part.open("xb") as file:
            _held(file)
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(target)
    except OSError as error:
        raise InputError(
            "'{path}' could not be written ({strerror}); choose another place.",
            path=path,
            strerror=error.strerror,
        ) from None
    finally:
        part.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove what programs that were killed left of files they were writing there."""
    for part in folder.glob(f"{_PART_PREFIX}*{_PART_SUFFIX}"):
        try:
            with part.open("rb") as file:
                if _held(file):
                    part.unlink()
        except OSError:  # gone meanwhile, another's, or open elsewhere on Windows
            continue


@functools.cache  # a folder may be large, and a batch writes into it often
def _remove_parts_once(folder: Path) -> None:
    remove_parts(folder)


def _held(file: IO[bytes]) -> bool:
    """Hold an open file until it is closed, or the program ends; return whether no other program holds it."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
