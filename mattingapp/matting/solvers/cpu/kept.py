"""Where the compiled loops are kept from one start of the program to the next."""

import logging
import os
import stat
import tempfile
from multiprocessing import parent_process
from pathlib import Path

import numba

log = logging.getLogger(__name__)


def choose_folder() -> None:
    """Let numba keep its code beside the program or in the person's cache; in a temporary folder where it cannot.

    The environment's NUMBA_CACHE_DIR comes first.
    """
    # What numba has read from a file in the working folder does not count: code is loaded from there.
    numba.config.CACHE_DIR = os.environ.get("NUMBA_CACHE_DIR", "")  # type: ignore[attr-defined]
    try:
        numba.njit(cache=True)(_anything)
    except RuntimeError:  # numba's answer where it can write to neither
        folder = _temporary_folder()
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
        if parent_process() is None:
            log.warning(
                "Neither the program's folder nor your cache folder can be written to, so its compiled code is kept "
                "in '%s'; set NUMBA_CACHE_DIR to a folder that stays.",
                folder,
            )


def _anything() -> None:
    """Stand for any function that is to be compiled."""


def _temporary_folder() -> Path:
    """Return a folder that nobody else can write to: what is loaded from there is run."""
    if hasattr(os, "getuid"):
        folder = Path(tempfile.gettempdir(), f"mattingapp-{os.getuid()}")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
        except OSError:
            pass
        else:
            is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if is_ours and not stat.S_IMODE(found.st_mode) & 0o077:
                return folder
    return Path(tempfile.mkdtemp(prefix="mattingapp-"))
