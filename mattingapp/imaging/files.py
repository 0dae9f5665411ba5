"""Writing a file whole or not at all."""

import os
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
