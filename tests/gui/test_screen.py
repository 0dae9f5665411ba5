"""Whether there is a screen, told before Qt would abort."""

import ctypes
import sys

import pytest

from mattingapp.gui.screen import check_screen, missing_library
from mattingapp.imaging.errors import InputError


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libEGL.so.1", "libegl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_a_missing_library_is_told_with_its_package(library, package):
    error = missing_library(OSError(f"{library}: cannot open shared object file: No such file or directory"))
    assert f"install the package {package} " in str(error)
    assert library in str(error)


def test_another_error_is_none_of_these():
    assert missing_library(ImportError("cannot import name 'QtCore'")) is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"DISPLAY": ":7777"}, "':7777' cannot be opened; set DISPLAY"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":7777"}, "':7777' cannot be opened"),
        ({"WAYLAND_DISPLAY": "nowhere-0", "DISPLAY": ":7777"}, "'nowhere-0' cannot be opened"),
        ({"QT_QPA_PLATFORM": "abacus"}, "no platform 'abacus'"),
    ],
)
def test_a_screen_that_is_not_there_is_told_in_one_sentence(monkeypatch, environment, told):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_PLUGIN_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    load = ctypes.CDLL
    # The plug-in itself may lack a library on a machine without a desktop.
    monkeypatch.setattr(ctypes, "CDLL", lambda name: None if "platforms" in name else load(name))
    with pytest.raises(InputError, match=told):
        check_screen()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_what_the_plug_in_of_qt_lacks_is_told_before_qt_aborts(monkeypatch):
    def lacking(name):
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(ctypes, "CDLL", lacking)
    with pytest.raises(InputError, match="install the package libxcb-cursor0"):
        check_screen()


def test_one_that_needs_none_is_fine(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb;offscreen")
    monkeypatch.setenv("DISPLAY", ":7777")
    check_screen()
