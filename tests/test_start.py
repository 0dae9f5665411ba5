"""The program starts wherever it is, and a bug is written down."""

import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import mattingapp
from mattingapp import bug_report
from mattingapp.cli import COMMANDS, main
from mattingapp.cli.progress import Progress
from mattingapp.matting import matte
from mattingapp.matting.job import COMPILING
from mattingapp.matting.solvers.cpu import prepare

PACKAGE = Path(mattingapp.__file__).parent


class TestWhereTheCompiledLoopsAreKept:
    @pytest.fixture
    def start(self, tmp_path):
        """Start an installation that cannot be written to, without a home that can; return what it says."""
        installation = tmp_path / "installed" / "mattingapp"
        shutil.copytree(
            PACKAGE, installation, ignore=shutil.ignore_patterns("__pycache__", "gui", "resources")
        )
        (installation / "matting" / "solvers" / "cpu" / "__pycache__").touch()  # root can write to any folder
        (tmp_path / "tmp").mkdir()
        program = "import mattingapp.matting.solvers.cpu.threads, numba; print(numba.config.CACHE_DIR)"
        changes = {
            "PYTHONPATH": str(installation.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": os.devnull,
            "XDG_CACHE_HOME": os.devnull,
            "TMPDIR": str(tmp_path / "tmp"),
        }
        environment = {**os.environ, **changes}
        environment.pop("NUMBA_CACHE_DIR", None)

        def run():
            return subprocess.run(
                [sys.executable, "-P", "-c", program],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )

        return run

    @pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows gives each person a temporary folder")
    def test_a_temporary_folder_that_nobody_else_can_write_to_and_it_is_told(self, start, tmp_path):
        first = start()
        folder = Path(first.stdout.strip())
        assert folder.parent == tmp_path / "tmp"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (told,) = first.stderr.splitlines()
        assert str(folder) in told
        assert "NUMBA_CACHE_DIR" in told
        folder.chmod(0o777)  # another might have put code there
        assert Path(start().stdout.strip()) != folder

    def test_otherwise_nothing_is_said(self):
        program = "import mattingapp.matting.solvers.cpu.threads, numba; print(repr(numba.config.CACHE_DIR))"
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
        environment.pop("NUMBA_CACHE_DIR", None)
        done = subprocess.run(
            [sys.executable, "-P", "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert (done.stdout.strip(), done.stderr) == ("''", "")


class TestFirstUse:
    def test_without_a_terminal_it_is_told_at_once_and_once(self, capsys):
        with Progress() as progress:
            progress.show("closed-form", 0.0, "Closed-form")
            progress.show("closed-form", 0.0, COMPILING)
            progress.show("knn", 0.0, COMPILING)
        assert capsys.readouterr().err.splitlines() == [f"closed-form: 0%, {COMPILING}"]

    def test_its_seconds_are_not_those_of_a_stage(self, monkeypatch):
        matte(np.zeros((8, 8, 3), np.uint8), np.eye(8) * 0.5 + np.tri(8, k=-1), "closed-form", device="cpu")
        told = []
        monkeypatch.setattr(prepare, "_is_ready", lambda: False)
        monkeypatch.setattr(prepare, "is_on_disk", lambda: False)
        monkeypatch.setattr(prepare, "_compile", lambda: time.sleep(3))
        begin = time.perf_counter()
        result = matte(
            np.zeros((8, 8, 3), np.uint8),
            np.eye(8) * 0.5 + np.tri(8, k=-1),
            "closed-form",
            device="cpu",
            progress=lambda stage, fraction, text: told.append(text),
        )
        assert time.perf_counter() - begin > 3
        assert result.seconds < 2.5
        assert COMPILING in told


class TestBugs:
    @pytest.fixture
    def buggy(self, monkeypatch):
        def fail(options):
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(COMMANDS["trimap"], "run", fail)
        return lambda: main(["trimap", "mask.png", "-o", "trimap.png"])

    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they keep it elsewhere")
    def test_a_report_is_written_once_and_its_place_told(self, buggy, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert buggy() == 1
        (report,) = (tmp_path / "mattingapp").iterdir()
        *trace, told = capsys.readouterr().err.splitlines()
        assert trace[-1] == "ZeroDivisionError: a bug"
        assert str(report) in told
        text = report.read_text()
        assert f"mattingapp {mattingapp.__version__}" in text
        assert f"numpy {np.__version__}" in text
        assert text.rstrip().endswith("ZeroDivisionError: a bug")
        assert buggy() == 1
        assert len(list((tmp_path / "mattingapp").iterdir())) == 1

    def test_without_a_folder_of_ones_own_it_lies_in_a_temporary_one(self, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
        monkeypatch.setattr(bug_report, "state_folder", lambda: Path(os.devnull, "mattingapp"))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        assert tmp_path in bug_report.write_report("a trace").parents
        monkeypatch.setattr("tempfile.tempdir", os.devnull)
        assert bug_report.write_report("a trace") is None
