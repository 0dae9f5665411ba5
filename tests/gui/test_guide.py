"""The start page, and the guided first matte."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.frame.guide import Step, next_step
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.situation import Situation
from mattingapp.gui.session.toolbox import Tool
from mattingapp.resources import resource


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        (Situation(photo=True, problem="Paint some foreground."), Step.CUT),
        (Situation(photo=True, problem="Paint some foreground.", previewing=True), Step.BAND),
        (Situation(photo=True, previewing=True), Step.BAND),
        (Situation(photo=True), Step.RUN),
        (Situation(photo=True, matte=True), Step.BACKDROP),
        (Situation(photo=True, matte=True, opaque_backdrop=True), Step.EXPORT),
    ],
)
def test_the_situation_alone_decides_the_step(situation: Situation, step: Step) -> None:
    assert next_step(situation) is step


def test_three_gestures_lead_to_a_matte(qtbot, window: MainWindow, dialogs, tmp_path) -> None:
    window.actions_["help.guide"].trigger()
    window.wait()
    guide = window.guide
    assert guide.isVisible()
    assert window.toolbox.tool is Tool.CUT
    assert "Drag a rectangle" in guide.text
    with qtbot.waitSignal(window.session.preview_changed, timeout=30000):
        window.maker.cut((80, 40, 720, 580))
    qtbot.waitUntil(lambda: "grey band" in guide.text, timeout=30000)
    assert not guide.answer.isVisible()  # the panel has the button
    qtbot.waitUntil(window.band.apply.isEnabled)
    window.band.apply.click()
    assert "Now run" in guide.text
    with qtbot.waitSignals([window.session.run_ended, window.session.composite_arrived]):
        guide.answer.click()
    assert "in front of something else" in guide.text
    guide.answer.click()
    window.wait()
    assert "Export the cut-out" in guide.text
    dialogs.saves.append((tmp_path / "cut.png", "PNG, 8 bit"))
    with qtbot.waitSignal(window.session.noticed):
        guide.answer.click()
    assert (tmp_path / "cut.png").exists()
    guide.close_button.click()
    assert not guide.isVisible()


def test_undoing_goes_back_a_step(qtbot, window: MainWindow) -> None:
    window.actions_["help.guide"].trigger()
    window.wait()
    document = window.session.document
    window.session.fill((5, 5), 0)
    window.session.end_gesture("Fill")
    document.paint((300, 300), (300, 300), 50, 255)
    window.session.end_gesture("Stroke")
    document.paint((10, 10), (200, 10), 50, 128)
    window.session.end_gesture("Stroke")
    assert "Now run" in window.guide.text
    while window.actions_["edit.undo"].isEnabled():
        window.actions_["edit.undo"].trigger()
    assert "Drag a rectangle" in window.guide.text


def test_the_guide_says_when_it_works(qtbot, loaded: MainWindow, pipeline) -> None:
    loaded.guide.show()
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    assert "while they are computed" in loaded.guide.text
    assert not loaded.guide.answer.isVisible()


def test_the_start_page_offers_what_was_open_lately(window: MainWindow, tmp_path) -> None:
    assert window.start_page.isVisible()
    assert window.start_page.recent_buttons == []
    path = resource("samples", "hair.png")
    window.filing.remember([path])
    button = window.start_page.recent_buttons[0]
    QTest.qWait(10)
    button.click()
    window.wait()
    assert window.session.document.photo.path == path


def test_the_start_page_shows_that_a_photo_can_be_dropped(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(resource("samples", "hair.png")))])
    enter = QDragEnterEvent(
        QPoint(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    before = window.start_page.grab().toImage()
    QApplication.sendEvent(window, enter)
    assert window.start_page.grab().toImage() != before
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert window.start_page.grab().toImage() == before
