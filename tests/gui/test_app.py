"""The program as it is started, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from mattingapp.resources import resource

_GARBAGE = r"""
[General]
geometry=garbage
docks=7
splitter=@Invalid()
theme=pink
language=klingon
folder=@Variant(\0\0\0)
recent=@Rect(1 2 3 4)

[brush]
foreground=wide
background=@ByteArray(xx)
unknown=1e999

[tool]
smooth=maybe
size=@Point(1 2)
tolerance=nan

[trimap]
palette=7
strength=strong

[run]
method=magic
device=abacus
auto=perhaps

[export]
alpha=many

[shortcuts]
run.run=@Invalid()
nonsense=@Rect(1 2 3 4)
x=[[[
"""

_START = """
import sys
from pathlib import Path
import mattingapp.gui.app as app
from PySide6.QtCore import QTimer

class Window(app.MainWindow):
    def show(self):
        super().show()
        QTimer.singleShot({delay}, self.{then})

    def report(self):
        if self.filing.opening:
            QTimer.singleShot(20, self.report)
            return
        print("open:", self.windowTitle(), self.actions_["run.run"].isEnabled())
        self.close()

    def fail(self):
        QTimer.singleShot(0, self.report)
        raise RuntimeError("a bug in the window")

app.MainWindow = Window
app.Dialogs.bug = lambda self, parent, traceback: print("told:", traceback.splitlines()[-1])
sys.exit(app.run_app(*map(Path, sys.argv[1:])))
"""


def start(tmp_path: Path, then: str, *files: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """Start the program with files open, and do `then` a moment later; `before` is code that goes first."""
    code = before + _START.format(delay=300, then=then)
    home = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
    }
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, files)],
        env=os.environ | home,
        cwd=root,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_photo_and_trimap_from_the_command_line_are_ready_to_run(tmp_path: Path) -> None:
    ended = start(tmp_path, "report", resource("samples", "hair.png"), resource("samples", "hair_trimap.png"))
    assert ended.returncode == 0, ended.stderr
    assert "open: hair.png[*] — mattingapp True" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.rglob("mattingapp.conf"))  # the settings were written, and there


def test_a_bug_in_the_window_is_told_and_the_program_goes_on(tmp_path: Path) -> None:
    ended = start(tmp_path, "fail")
    assert ended.returncode == 0
    assert "told: RuntimeError: a bug in the window" in ended.stdout
    assert "open: mattingapp False" in ended.stdout
    assert "RuntimeError: a bug in the window" in ended.stderr  # and logged


def test_a_settings_file_of_garbage_is_no_reason_not_to_open(tmp_path: Path) -> None:
    file = tmp_path / "mattingapp" / "mattingapp.conf"
    file.parent.mkdir()
    file.write_text(_GARBAGE)
    ended = start(tmp_path, "report")
    assert ended.returncode == 0, ended.stderr
    assert "open: mattingapp False" in ended.stdout
    assert "Traceback" not in ended.stderr
