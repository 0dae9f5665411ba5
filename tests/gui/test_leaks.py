"""Nothing stays behind when the window has closed: no widget, no thread, no timer, no filter."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.worker import threads_left
from tests.gui.conftest import Window


def settle() -> None:
    """Let Qt delete what was told to go."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def before() -> tuple[set, set]:
    """The windows and threads there are already."""
    settle()
    return set(QApplication.topLevelWidgets()), set(threading.enumerate())


def test_a_closed_window_leaves_nothing(before, qtbot, settings, dialogs, pipeline, run) -> None:
    window = Window(settings, dialogs, pipeline, pipeline.stages)
    window.show()
    window.open_sample("hair")
    run(window)
    for spec, action in window.actions_.rows():
        if spec.id.startswith(
            ("dock.", "mode.", "view.compare", "view.difference", "run.auto", "trimap.band")
        ):
            action.trigger()
    window.band.reject()
    QTest.keyPress(window.canvas, Qt.Key.Key_Backslash)
    QTest.keyRelease(window.canvas, Qt.Key.Key_Backslash)
    window.close()
    timers = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert timers == []
    qtbot.waitUntil(lambda: not threads_left())
    window.deleteLater()
    settle()
    assert not shiboken6.isValid(window)
    windows, running = before
    assert set(QApplication.topLevelWidgets()) <= windows
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= running


def test_opening_many_photos_keeps_the_number_of_widgets(loaded: MainWindow, run) -> None:
    def count() -> int:
        settle()
        return threading.active_count() + len(QApplication.allWidgets())

    for sample in ("plush", "hair"):
        loaded.open_sample(sample)
        run(loaded)
    first = count()
    for sample in ("plush", "hair", "plush", "hair"):
        loaded.open_sample(sample)
        run(loaded)
    assert count() <= first
