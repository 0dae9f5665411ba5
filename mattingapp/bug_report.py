"""Reports of errors that are bugs: what ran where, and the traceback; nothing of the photo."""

import contextlib
import hashlib
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from mattingapp import __version__

_LIBRARIES = ("numpy", "scipy", "numba", "torch", "opencv-python-headless", "pillow", "PySide6-Essentials")


def write_report(traceback: str) -> Path | None:
    """Write a report of a bug into the person's state folder, or a temporary one; return its place.

    The same bug is one file, however often it is met. None where no folder can be written to.
    """
    text = "\n".join((*circumstances(), "", traceback))
    name = f"error-{hashlib.blake2b(traceback.encode('utf-8', 'replace'), digest_size=4).hexdigest()}.txt"
    for folder in (state_folder, _temporary_folder):
        with contextlib.suppress(OSError, RuntimeError):  # not writable; no home
            path = folder() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            return path
    return None


def state_folder() -> Path:
    """Return where this system keeps what a program notes about itself."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "mattingapp")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "mattingapp"
    named = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "state") / "mattingapp"


def _temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="mattingapp-"))


def circumstances() -> list[str]:
    """Return a line each on the program, Python and the system, and the libraries and GPUs."""
    lines = [
        f"mattingapp {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores",
    ]
    for library in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            lines.append(f"{library} {metadata.version(library)}")
    torch = sys.modules.get("torch")  # not loaded for a report's sake
    if torch is not None:
        with contextlib.suppress(Exception):  # a driver that fails may be what the report is about
            lines += [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return lines
