"""Files that a person names, opened without trust: only ordinary ones, nothing blocks, no library error gets out.

Every reader of the program opens its file with `open_input`, and calls its library inside `library_errors`.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from mattingapp.imaging.errors import InputError

_LONGEST = 200  # characters of a name or a reason in a sentence


def shown(text: object) -> str:
    """Return a path or a library's reason as it can stand in a sentence: one line, printable, not too long."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST // 2]}…{plain[-_LONGEST // 2 :]}"


def open_input(path: str | os.PathLike[str]) -> BinaryIO:
    """Open an ordinary file for reading, whatever its name.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, pipe, socket or device, may not be read, or its name is impossible.
    """
    try:
        _check_kind(path, Path(path).stat().st_mode)  # before opening: a device may act on that alone
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(path, flags), "rb")
        _check_kind(path, os.fstat(file.fileno()).st_mode)  # it may have been replaced in between
        return file
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError("There is no file '{path}'; check its name.", path=shown(path)) from error
    except OSError as error:
        raise InputError(
            "'{path}' could not be read ({reason}); check its name and its permissions.",
            path=shown(path),
            reason=shown(error.strerror),
        ) from error
    except ValueError as error:  # a NUL, or a half of a character
        raise InputError("'{path}' cannot be the name of a file; check it.", path=shown(path)) from error


def read_input(path: str | os.PathLike[str]) -> bytes:
    """Return what an ordinary file holds; raise as `open_input`."""
    with open_input(path) as file, library_errors("'{name}' could not be read ({reason}); try again.", path):
        return file.read()


@contextmanager
def library_errors(template: str, name: object, **values: Any) -> Iterator[None]:
    """Turn whatever a library raises inside into InputError, the cause kept. To be drawn tightly around its calls.

    Parameters
    ----------
    template : str
        The sentence, in which {name} is the file and {reason} what the library says.
    name : object
        Path or name of the file.
    **values
        Further values of the sentence.
    """
    try:
        yield
    except InputError:
        raise
    except MemoryError as error:
        raise InputError(
            "'{name}' needs more memory than there is; close other programs, or use a smaller one.",
            name=shown(name),
        ) from error
    except Exception as error:
        reason = shown(str(error).strip().partition("\n")[0] or type(error).__name__)
        raise InputError(template, name=shown(name), reason=reason, **values) from error


def _check_kind(path: str | os.PathLike[str], mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise InputError("'{path}' is a folder; name a file in it.", path=shown(path))
    if not stat.S_ISREG(mode):
        raise InputError("'{path}' is a pipe, a socket or a device; name an ordinary file.", path=shown(path))
