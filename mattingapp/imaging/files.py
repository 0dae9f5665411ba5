"""Writing a file whole or not at all."""

import os
import sys
import unicodedata
import uuid
from pathlib import Path

from mattingapp.imaging.errors import InputError


def check_output(path: str | os.PathLike[str], suffixes: tuple[str, ...]) -> None:
    """Raise InputError unless a file called `path`, ending in one of `suffixes`, could be written.

    Cheap, so that a bad name is told before the work and not after it.
    """
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise InputError(
            "'{path}' must end in {suffixes}; rename it.", path=path, suffixes=" or ".join(suffixes)
        )
    if path.is_dir():
        raise InputError("'{path}' is a folder; name a file in it.", path=path)
    folder = path.parent
    if not folder.is_dir():
        raise InputError("There is no folder '{folder}'; create it or choose another.", folder=folder)
    if not os.access(folder, os.W_OK):
        raise InputError("The folder '{folder}' cannot be written to; choose another.", folder=folder)


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


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, replacing what was there only once all of it is on the disk.

    Raises
    ------
    InputError
        If the folder is missing or not writable, or the disk is full; nothing is left behind then.
    """
    path = Path(path)
    target = path.resolve()  # a link stays a link to what it names
    part = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise InputError(
            "'{path}' could not be written ({strerror}); choose another place.",
            path=path,
            strerror=error.strerror,
        ) from None
    finally:
        part.unlink(missing_ok=True)
