"""Work in hand survives a program that is killed, and nothing is left of work that was saved."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest

from mattingapp.gui.commands.dialogs import Answer
from mattingapp.gui.session.keeper import REST
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.project import journal
from mattingapp.project.backdrop import PlainColour
from mattingapp.project.document import Document
from mattingapp.project.journal import Journal
from mattingapp.project.replay import read_journal
from mattingapp.resources import resource
from tests.gui.conftest import STAGES, Window

_CRASH = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
import torch
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.trimap import Label
from mattingapp.project.touch_up import Brush, Touch

app = QApplication([])
folder, photo = map(Path, sys.argv[1:])
settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
window = MainWindow(settings, recovery=folder / "recovery")
window.show()

def work():
    window.recovery.keeper.kept.connect(kept)
    window.session.paint((100, 100), (200, 150), 31, Label.FOREGROUND)
    window.session.end_gesture("Stroke")
    window.session.touch((300, 100), (380, 120), Brush(Touch.ADD, 40))
    window.session.end_touch("Add")
    window.session.paint((400, 400), (500, 400), 21, Label.BACKGROUND)  # and the button is still held

def kept():
    if not done:
        done.append(True)
        window.view.zoom_to(3.0)
        QTimer.singleShot(1500, lambda: print("kept", flush=True))

done = []

window.session.document_changed.connect(work)
window.open_files(photo)
sys.exit(app.exec())
"""


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    """The folder of recovery files."""
    return tmp_path / "recovery"


@pytest.fixture
def open_window(qtbot, settings, dialogs, pipeline, recovery: Path) -> Iterator[Callable[[], Window]]:
    """Open windows that keep work in hand, as each start of the program does."""
    windows = []

    def open_window() -> Window:
        window = Window(settings, dialogs, pipeline, STAGES, recovery)
        window.resize(1024, 700)
        window.show()
        windows.append(window)
        return window

    yield open_window
    for window in windows:
        dialogs.answers.append(Answer.DISCARD)
        window.close()
        window.deleteLater()


def scribble(window: Window, y: int = 30) -> None:
    """Change the trimap by one stroke."""
    window.session.paint((30, y), (60, y), 9, Label.FOREGROUND)
    window.session.end_gesture("Foreground stroke")


def files(recovery: Path) -> list[Path]:
    """Return the recovery files there are."""
    return list(recovery.glob("*.matting"))


@pytest.fixture(scope="module")
def crash(tmp_path_factory) -> Path:
    """Start a program that paints on a photo, and kill it; return the folder of photo and recovery files."""
    folder = tmp_path_factory.mktemp("crash")
    shutil.copy(resource("samples", "hair.png"), folder / "photo.png")
    program = subprocess.Popen(
        [sys.executable, "-c", _CRASH, str(folder), str(folder / "photo.png")],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout.readline() == "kept\n"
    program.kill()
    program.communicate(timeout=30)
    return folder


@pytest.fixture
def crashed(crash: Path, tmp_path: Path) -> Path:
    """What the killed program left lies in the folders of this test; return the photo."""
    shutil.copytree(crash, tmp_path, dirs_exist_ok=True)
    return tmp_path / "photo.png"


def test_work_of_a_killed_program_is_offered_and_restored(
    qtbot, crashed: Path, open_window, recovery: Path, dialogs, tmp_path: Path
) -> None:
    window = open_window()
    bar = window.recovery.bar
    assert bar.isVisible()
    assert bar.text.startswith("Your work on “photo.png” of ")
    bar.restore_button.click()
    window.wait()
    document = window.session.document
    assert document.photo.path == crashed
    assert document.trimap[100, 100] == Label.FOREGROUND
    assert document.trimap[400, 450] == Label.UNKNOWN, "the stroke was not finished"
    assert document.touch_up.tiles.keys() == {(0, 1)}
    assert document.history.names == ["Stroke", "Add"]
    assert window.view.scale == 3.0
    assert not bar.isVisible()
    assert window.isWindowModified()
    assert window.windowTitle() == "photo.png[*] — mattingapp"
    assert len(files(recovery)) == 1, "it is safe until it is saved"
    window.actions_["edit.undo"].trigger()
    window.actions_["edit.undo"].trigger()
    assert (document.trimap == Label.UNKNOWN).all()
    window.actions_["edit.redo"].trigger()
    dialogs.saves.append((tmp_path / "photo.matting", "Project"))
    with qtbot.waitSignal(window.filing.saving.saved):
        window.actions_["file.save"].trigger()
    qtbot.waitUntil(lambda: files(recovery) == [])
    assert not window.isWindowModified()


def test_discarded_work_is_not_offered_again(crashed: Path, open_window, recovery: Path) -> None:
    window = open_window()
    window.recovery.bar.discard_button.click()
    assert not window.recovery.bar.isVisible()
    assert list(recovery.iterdir()) == []


def test_work_that_nobody_decided_about_is_offered_again(crashed: Path, open_window) -> None:
    first = open_window()
    first.recovery.bar.later_button.click()
    assert not first.recovery.bar.isVisible()
    assert not open_window().recovery.bar.isVisible(), "the first still has it"
    first.close()
    assert open_window().recovery.bar.isVisible()


def test_restoring_asks_about_what_is_open(crashed: Path, open_window, dialogs) -> None:
    window = open_window()
    window.open_sample("plush")
    scribble(window)
    document = window.session.document
    dialogs.answers.append(Answer.CANCEL)
    window.recovery.bar.restore_button.click()
    window.wait()
    assert window.session.document is document
    assert window.recovery.bar.isVisible()


def test_restored_work_whose_photo_is_gone_is_not_lost(crashed: Path, open_window, dialogs, tmp_path) -> None:
    moved = crashed.rename(tmp_path / "elsewhere.png")
    window = open_window()
    window.recovery.bar.restore_button.click()
    window.wait()
    assert dialogs.asked[-1] == "Where is photo.png?"
    assert window.recovery.bar.isVisible()
    dialogs.opens.append(moved)
    window.recovery.bar.restore_button.click()
    window.wait()
    assert window.session.document.photo.path == moved
    assert not window.recovery.bar.isVisible()


def test_nothing_is_kept_of_work_that_is_not_changed(open_window, recovery: Path) -> None:
    open_window().open_sample("hair")
    assert not recovery.exists()


@pytest.fixture
def kept(qtbot, recovery: Path) -> Callable[[Window], Document]:
    """Return the document as a program would find it if this one ended now."""

    def kept(window: Window) -> Document:
        qtbot.waitUntil(lambda: not window.recovery.keeper.writing)
        return read_journal(*files(recovery), stages=STAGES).document

    return kept


def test_every_gesture_is_kept_at_once(open_window, kept) -> None:
    window = open_window()
    window.open_sample("hair")
    for y in range(30, 130, 20):
        scribble(window, y)
        assert np.array_equal(kept(window).trimap, window.session.document.trimap)
    window.actions_["edit.undo"].trigger()
    window.session.set_backdrop(PlainColour(np.float32([1, 0, 0])))
    again = kept(window)
    assert again.history.names == window.session.document.history.names
    assert isinstance(again.backdrop, PlainColour)


def test_results_are_kept_when_the_hand_rests(qtbot, open_window, run, kept, recovery: Path) -> None:
    window = open_window()
    window.open_sample("hair")
    scribble(window)
    run(window)
    qtbot.waitUntil(lambda: any(recovery.glob("*.results")))
    again = kept(window)
    assert again.results.keys() == window.session.document.results.keys()
    assert again.matte.stage == window.session.document.matte.stage
    scribble(window, 50)
    assert kept(window).outdated(again.matte.state)


def test_a_slow_disk_is_given_the_latest_results_only(qtbot, open_window, run, monkeypatch) -> None:
    """Else those of every stroke wait in the memory: hundreds of megabytes each, on a large photo."""
    may_write, mattes = threading.Event(), []

    def write(journal: Journal, results: object, matte: object) -> None:
        mattes.append(matte)
        may_write.wait(30)

    monkeypatch.setattr(Journal, "write_results", write)
    window = open_window()
    window.open_sample("hair")
    for y in (30, 50, 70):
        scribble(window, y)
        run(window)
        qtbot.wait(2 * REST)
    may_write.set()
    qtbot.waitUntil(lambda: len(mattes) == 2)
    assert mattes[1] is window.session.document.matte


def test_restored_results_are_shown_and_kept(
    qtbot, open_window, run, recovery: Path, dialogs, tmp_path
) -> None:
    window = open_window()
    window.open_sample("hair")
    scribble(window)
    run(window)
    qtbot.waitUntil(lambda: any(recovery.glob("*.results")))
    left = tmp_path / "left"
    shutil.copytree(recovery, left, ignore=shutil.ignore_patterns("*.lock"))
    dialogs.answers.append(Answer.DISCARD)
    window.close()
    assert list(recovery.iterdir()) == []
    shutil.copytree(left, recovery, dirs_exist_ok=True)
    other = open_window()
    other.recovery.bar.restore_button.click()
    other.wait()
    assert other.session.document.matte is not None
    assert other.grid["closed-form"].image.has_picture
    assert other.actions_["edit.undo"].isEnabled()
    assert {path.suffix for path in recovery.iterdir()} == {".matting", ".results", ".lock"}


@pytest.mark.parametrize("how", ["close", "open", "undo", "save"])
def test_nothing_is_left_of_work_that_is_saved_or_given_up(
    qtbot, open_window, kept, recovery: Path, dialogs, tmp_path: Path, how: str
) -> None:
    window = open_window()
    window.open_sample("hair")
    scribble(window)
    kept(window)
    dialogs.answers.append(Answer.DISCARD)
    if how == "close":
        window.close()
        assert list(recovery.iterdir()) == []
    elif how == "open":
        window.open_sample("plush")
    elif how == "undo":
        window.actions_["edit.undo"].trigger()
    else:
        dialogs.saves.append((tmp_path / "hair.matting", "Project"))
        with qtbot.waitSignal(window.filing.saving.saved):
            window.actions_["file.save"].trigger()
    qtbot.waitUntil(lambda: files(recovery) == [])


def test_keeping_does_not_hold_the_window_up(monkeypatch, open_window, qtbot) -> None:
    may_write = threading.Event()
    monkeypatch.setattr(Journal, "write", lambda journal, news: may_write.wait(30))
    window = open_window()
    window.open_sample("hair")
    scribble(window)
    scribble(window, 50)  # although nothing is written yet
    assert (window.session.document.trimap[50, 30:60] == Label.FOREGROUND).all()
    may_write.set()


def test_a_disk_that_is_full_is_told_once_and_later_all_is_kept(
    qtbot, open_window, monkeypatch, kept, recovery: Path
) -> None:
    def refuse(path, data, durable) -> None:
        raise InputError("The disk is full; make room.")

    window = open_window()
    window.open_sample("hair")
    notices = []
    window.session.noticed.connect(notices.append)
    with monkeypatch.context() as full:
        full.setattr(journal, "write_atomically", refuse)
        for y in (30, 50):
            scribble(window, y)
            QTest.qWait(50)
    assert [notice.text for notice in notices] == ["The disk is full; make room."]
    scribble(window, 70)
    qtbot.waitUntil(lambda: files(recovery) != [])
    assert np.array_equal(kept(window).trimap, window.session.document.trimap)


def test_a_folder_that_cannot_be_used_is_told_at_the_start(open_window, recovery: Path) -> None:
    recovery.write_text("no folder")
    window = open_window()
    assert window.notices.isVisible()
    assert window.notices.text.startswith("Work cannot be kept safe in ")
    window.open_sample("hair")
    scribble(window)


def test_a_foreign_file_is_told_at_the_start(open_window, recovery: Path) -> None:
    recovery.mkdir()
    (recovery / "other.matting").write_bytes(b"foreign")
    window = open_window()
    assert "other.matting' is no work that this version" in window.notices.text
    assert not window.recovery.bar.isVisible()
