"""Whether a window can be opened: where it cannot, Qt would abort the process. Needs no Qt to be imported."""

import ctypes
import os
import sys
from pathlib import Path

from mattingapp.imaging.errors import InputError


def missing_library(error: OSError | ImportError) -> InputError | None:
    """Return the sentence for what the loader of Linux says where a library of the system is missing, else None."""
    library, _, reason = str(error).partition(":")
    if ".so" not in library or "cannot open shared object" not in reason:
        return None
    return InputError(
        "Qt lacks the library {library} of this system; install the package {package} (its name on Debian and Ubuntu).",
        library=library,
        package=_package(library),
    )


def _package(library: str) -> str:
    """Return what the rules of Debian call the package of a library: libxcb-cursor0 for libxcb-cursor.so.0."""
    name, _, version = library.lower().replace("_", "-").partition(".so.")
    name = name.replace("-2.0", "2.0")  # GLib's are called in their own way
    return f"{name}{'-' if name[-1].isdigit() else ''}{version}"


def check_screen() -> None:
    """Raise InputError where Qt would find no screen to open a window on, or lacks a library for it."""
    if sys.platform != "linux":
        return
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        raise InputError("There is no screen to open the window on; 'mattingapp matte' works without one.")
    named = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = ["wayland"] if "WAYLAND_DISPLAY" in os.environ else []
    platforms = [part.partition(":")[0] for part in named.split(";")] if named else [*wayland, "xcb"]
    hindrances = [_hindrance(platform) for platform in platforms]
    if all(hindrances):
        raise next(filter(None, hindrances))


def _hindrance(platform: str) -> InputError | None:
    """Return what keeps Qt from opening a window by one of its plug-ins, None where nothing is known to."""
    from PySide6.QtCore import QLibraryInfo

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    plugin = folder / f"libq{platform}.so"
    if plugin.exists():
        try:
            ctypes.CDLL(str(plugin))  # as Qt will in a moment
        except OSError as error:
            return missing_library(error)
    elif not any(folder.glob(f"libq{platform.partition('-')[0]}*")) and not os.environ.get("QT_PLUGIN_PATH"):
        return InputError("Qt has no platform '{platform}'; unset QT_QPA_PLATFORM.", platform=platform)
    if platform == "xcb" and not _x11_answers():
        return InputError(
            "The display '{display}' cannot be opened; set DISPLAY to one that can, or use 'mattingapp matte', which "
            "needs none.",
            display=os.environ.get("DISPLAY", ""),
        )
    if platform == "wayland" and not _wayland_answers():
        return InputError(
            "The display '{display}' cannot be opened; set WAYLAND_DISPLAY to one that can, or use 'mattingapp matte', "
            "which needs none.",
            display=os.environ.get("WAYLAND_DISPLAY", ""),
        )
    return None


def _x11_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # built in another way: Qt may know how
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers


def _wayland_answers() -> bool:
    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return True
    wayland.wl_display_connect.restype = ctypes.c_void_p
    wayland.wl_display_disconnect.argtypes = [ctypes.c_void_p]
    display = wayland.wl_display_connect(None)
    if display:
        wayland.wl_display_disconnect(display)
    return bool(display)
