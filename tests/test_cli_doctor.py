"""`mattingapp doctor`: what people paste into a report."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mattingapp
from mattingapp.cli import main
from mattingapp.gui import screen
from mattingapp.imaging.errors import InputError


def lines_of(text):
    """Return the state and finding of each check by its name."""
    checks = [line for line in text.splitlines() if line.startswith(("ok ", "FAILED "))]
    return {line[8:].partition(": ")[0]: (line.split()[0], line.partition(": ")[2]) for line in checks}


def test_it_tells_versions_and_every_check(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    pytest.importorskip("PySide6", reason="the check of the window needs Qt")
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"mattingapp {mattingapp.__version__}, ")
    assert f"numpy {np.__version__}" in told
    checks = lines_of(told)
    assert {state for state, _ in checks.values()} == {"ok"}
    assert list(checks) == ["processor", "devices", "window", "weights", "folders", "compiled code", "test"]
    assert checks["devices"][1].endswith("cpu (CPU)")
    assert "offscreen" in checks["window"][1]
    assert "fusion" in checks["weights"][1]
    assert "mean square error of 0.0" in checks["test"][1]


def test_without_qt_all_else_is_told():
    program = """
import sys
from mattingapp.cli import doctor, main

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoQt())
doctor._test = lambda: "left out here"
sys.exit(main(["doctor"]))
"""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(Path(mattingapp.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    checks = lines_of(done.stdout)
    if sys.platform == "linux":
        assert done.returncode == 3, done.stderr
        assert checks.pop("window") == (
            "FAILED",
            "PySide6 is not installed; run 'pip install PySide6-Essentials'.",
        )
    assert {state for state, _ in checks.values()} == {"ok"}


def test_what_qt_lacks_is_told_and_the_rest_goes_on(monkeypatch, capsys):
    def lacking():
        raise InputError("Qt lacks the library {library}.", library="libxcb-cursor.so.0")

    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(screen, "check_screen", lacking)
    assert main(["doctor"]) == 3
    checks = lines_of(capsys.readouterr().out)
    assert checks["window"] == ("FAILED", "Qt lacks the library libxcb-cursor.so.0.")
    assert checks["test"][0] == "ok"


def test_a_wrong_alpha_and_a_crash_are_failures(monkeypatch, capsys):
    def crash(*arguments, **options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("mattingapp.cli.doctor.MOST_ERROR", 0.0)
    assert main(["doctor"]) == 3
    state, told = lines_of(capsys.readouterr().out)["test"]
    assert state == "FAILED"
    assert "is wrong on" in told
    monkeypatch.setattr("mattingapp.matting.api.matte", crash)
    assert main(["doctor"]) == 3
    assert lines_of(capsys.readouterr().out)["test"] == ("FAILED", "ZeroDivisionError: a bug")


def test_a_folder_that_cannot_be_written_to_is_named(monkeypatch, tmp_path, capsys):
    (tmp_path / "mattingapp").write_text("a file where the folder should be")
    monkeypatch.setattr("mattingapp.cli.doctor.state_folder", lambda: tmp_path / "mattingapp")
    assert main(["doctor"]) == 3
    state, told = lines_of(capsys.readouterr().out)["folders"]
    assert state == "FAILED"
    assert f"'{tmp_path / 'mattingapp'}', for notes on errors, cannot be written to" in told
