"""The real main window, offscreen, with settings of its own, scripted dialogs and a pipeline that answers at once."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QEventLoop, QSettings, QThread
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel

from mattingapp.gui.commands.dialogs import Answer, Dialogs, Overwrite
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.worker import threads_left
from mattingapp.imaging.message import Message
from mattingapp.matting.job import Cancelled
from mattingapp.matting.request import StageResult
from mattingapp.matting.stages import Stage
from mattingapp.project.document import RunSettings


def _never(inputs, job):
    raise AssertionError("the fake pipeline estimates nothing")


STAGES = {
    stage.name: stage
    for stage in (
        Stage("closed-form", "Closed-form", _never),
        Stage("knn", "KNN", _never),
        Stage("shared", "Shared", _never),
        Stage("mean", "Mean", _never, needs=("closed-form", "knn")),
        Stage("dcnn", "Network", _never, needs=("closed-form", "knn"), layered=True),
        Stage("dcnn3", "Network of three", _never, needs=("closed-form", "knn", "shared"), layered=True),
        Stage("fusion", "Fusion", _never, needs=("closed-form", "knn", "shared")),
    )
}
LEVEL = {
    "closed-form": 0.25,
    "knn": 0.5,
    "shared": 0.625,
    "mean": 0.375,
    "dcnn": 0.75,
    "dcnn3": 0.8125,
    "fusion": 0.875,
}  # alpha of the unknown pixels, by stage


@dataclass
class FakePipeline:
    """Gives every stage a flat alpha at once, or waits, or fails, as told."""

    level = LEVEL
    stages = STAGES
    fail: Exception | None = None
    hold: threading.Event = field(default_factory=threading.Event)  # clear: wait at the first stage
    deaf: bool = False  # to cancel, while it waits
    converged: bool = True
    notes: tuple[Message, ...] = ()
    requests: list = field(default_factory=list)
    threads: list = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hold.set()

    def __call__(self, request, progress, preview, cancel, cache) -> Iterator[StageResult]:
        self.requests.append(request)
        self.threads.append(QThread.currentThread())
        method = request.methods[-1]
        for name in (*STAGES[method].needed(), method):
            progress(name, 0.0, "starting")
            alpha = np.where(request.trimap == 128, LEVEL[name], request.trimap / 255).astype(np.float32)
            preview(name, alpha / 2)
            while not self.hold.is_set():
                if cancel.is_set() and not self.deaf:
                    raise Cancelled
                progress(name, 0.5, "half way")
                time.sleep(0.005)
            if cancel.is_set():
                raise Cancelled
            if self.fail is not None:
                raise self.fail
            progress(name, 1.0, "done")
            yield StageResult(name, STAGES[name].title, alpha, 0.31, "cpu", self.converged, self.notes)
        if request.foreground:
            colours = (request.photo / np.iinfo(request.photo.dtype).max).astype(np.float32)
            yield StageResult("foreground", "Foreground", alpha, 0.1, "cpu", foreground=colours)


class ScriptedDialogs(Dialogs):
    """Answers from lists, and remembers what was asked."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.opens: list[Path] = []
        self.saves: list[tuple[Path, str]] = []
        self.colours: list[str] = []
        self.answers: list[Answer] = []
        self.overwrites: list[Overwrite] = []
        self.bugs: list[str] = []
        self.keys: list[tuple[str, str]] = []
        self.asked: list[str] = []

    def open_image(self, parent, title):
        self.asked.append(title)
        return self.opens.pop(0) if self.opens else None

    open_document = open_image

    def save_image(self, parent, title, name, formats, first=""):
        self.asked.append(f"{title} | {name}")
        self.first_format = first
        return self.saves.pop(0) if self.saves else None

    def colour(self, parent, title):
        return self.colours.pop(0) if self.colours else None

    def unsaved(self, parent, name):
        self.asked.append(f"unsaved {name}")
        return self.answers.pop(0)

    def changed(self, parent, name):
        self.asked.append(f"changed {name}")
        return self.overwrites.pop(0)

    def bug(self, parent, traceback):
        self.bugs.append(traceback)

    def run(self, dialog):
        self.asked.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        for action_id, key in self.keys:
            dialog.choose(action_id)
            dialog.edit.setKeySequence(QKeySequence(key))
            dialog.assign.click()
        dialog.deleteLater()


class Window(MainWindow):
    """The main window, in the hands of somebody who waits until a file is open."""

    def open_files(self, photo: Path, trimap: Path | None = None) -> None:
        super().open_files(photo, trimap)
        self.wait()

    def open_sample(self, name: str) -> None:
        super().open_sample(name)
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is being read any more."""
        deadline = time.monotonic() + 30
        while self.filing.opening or self.session.output.reading:
            assert time.monotonic() < deadline
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


@pytest.fixture(autouse=True)
def fusion(qapp: QApplication) -> None:
    """The style of the program."""
    qapp.setStyle("Fusion")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that touch nobody's own; the last run was the network's of the paper, of two stages."""
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    settings.run = RunSettings("dcnn")
    return settings


@pytest.fixture
def dialogs(settings: Settings) -> ScriptedDialogs:
    """Dialogs that answer by themselves."""
    return ScriptedDialogs(settings)


@pytest.fixture
def pipeline() -> FakePipeline:
    """A pipeline that answers at once."""
    return FakePipeline()


@pytest.fixture
def window(qtbot, settings, dialogs, pipeline) -> Iterator[Window]:
    """The main window with nothing open; its threads must end when it closes."""
    made = Window(settings, dialogs, pipeline, STAGES)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    pipeline.hold.set()
    dialogs.answers.append(Answer.DISCARD)
    made.close()
    qtbot.waitUntil(lambda: not threads_left())
    made.deleteLater()


@pytest.fixture
def loaded(qtbot, window: MainWindow) -> MainWindow:
    """The window with the hair sample and its trimap open."""
    window.open_sample("hair")
    return window


@pytest.fixture
def run(qtbot) -> Callable[[MainWindow], None]:
    """Run, and wait for the composite."""

    def run(window: MainWindow) -> None:
        with qtbot.waitSignals([window.session.run_ended, window.session.composite_arrived], timeout=60000):
            window.actions_["run.run"].trigger()

    return run


@pytest.fixture
def done(run, loaded: MainWindow) -> MainWindow:
    """The window with the hair sample, after a run."""
    run(loaded)
    return loaded
