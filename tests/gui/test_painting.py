"""Painting on the canvas with the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.imaging.trimap import Label
from mattingapp.resources import resource
from tests.gui.hand import LEFT, MIDDLE, RIGHT, at, drag, move


@pytest.fixture
def fresh(window: MainWindow) -> MainWindow:
    """A photo with an all-unknown trimap."""
    window.open_files(resource("samples", "hair.png"))
    return window


def test_a_new_trimap_is_unknown_and_run_says_what_is_missing(fresh: MainWindow) -> None:
    assert (fresh.session.document.trimap == Label.UNKNOWN).all()
    run = fresh.actions_["run.run"]
    assert not run.isEnabled()
    assert "no foreground" in run.toolTip()
    assert not fresh.options.run.isEnabled()
    assert "around the subject" in fresh.canvas.advice


def test_run_can_be_pressed_once_both_sides_are_marked(fresh: MainWindow) -> None:
    drag(fresh, (400, 300), (420, 320))
    assert "no background" in fresh.actions_["run.run"].toolTip()
    drag(fresh, (50, 50), (90, 50), button=RIGHT)
    assert fresh.options.run.isEnabled()
    assert fresh.canvas.advice == ""


def test_a_drag_paints_a_stroke_of_the_brush_in_hand(fresh: MainWindow) -> None:
    fresh.toolbox.set_size(40)
    drag(fresh, (200, 300), (300, 300), (300, 400))
    trimap = fresh.session.document.trimap
    for x, y in ((200, 300), (250, 300), (300, 300), (300, 350), (300, 400), (250, 318), (250, 283)):
        assert trimap[y, x] == Label.FOREGROUND, (x, y)
    for x, y in ((250, 325), (250, 275), (170, 300), (300, 430)):
        assert trimap[y, x] == Label.UNKNOWN, (x, y)


def test_the_right_button_paints_background_with_the_size_of_that_brush(fresh: MainWindow) -> None:
    fresh.toolbox.set_size(10)
    fresh.toolbox.sizes[Label.BACKGROUND] = 80
    drag(fresh, (300, 300), (320, 300), button=RIGHT)
    trimap = fresh.session.document.trimap
    assert trimap[300, 310] == trimap[335, 310] == Label.BACKGROUND
    assert fresh.toolbox.label == Label.FOREGROUND


def test_keys_choose_the_label_and_x_swaps_the_last_two(fresh: MainWindow, qtbot) -> None:
    toolbox = fresh.toolbox
    for key, label in (
        ("2", Label.BACKGROUND),
        ("3", Label.UNKNOWN),
        ("1", Label.FOREGROUND),
        ("e", Label.UNKNOWN),
    ):
        qtbot.keyClicks(fresh.canvas, key)
        assert toolbox.label == label
    qtbot.keyClicks(fresh.canvas, "x")
    assert toolbox.label == Label.FOREGROUND
    assert fresh.actions_["tool.foreground"].isChecked()
    qtbot.keyClicks(fresh.canvas, "x")
    assert toolbox.label == Label.UNKNOWN


def test_each_label_keeps_its_size(fresh: MainWindow, qtbot) -> None:
    before = dict(fresh.toolbox.sizes)
    qtbot.keyClicks(fresh.canvas, "]]")
    assert fresh.toolbox.size > before[Label.FOREGROUND]
    assert fresh.options.tool.size_box.value() == fresh.toolbox.size
    qtbot.keyClicks(fresh.canvas, "2")
    assert fresh.toolbox.size == before[Label.BACKGROUND] == fresh.options.tool.size_box.value()
    qtbot.keyClicks(fresh.canvas, "[")
    assert fresh.toolbox.size < before[Label.BACKGROUND]


def test_the_brush_can_be_one_pixel_and_two_thousand(fresh: MainWindow) -> None:
    for _ in range(60):
        fresh.actions_["tool.smaller"].trigger()
    assert fresh.toolbox.size == 1
    for _ in range(60):
        fresh.actions_["tool.larger"].trigger()
    assert fresh.toolbox.size == 2000


def test_shift_click_draws_a_straight_line_from_the_last_stroke(fresh: MainWindow) -> None:
    drag(fresh, (100, 100), (120, 100))
    QTest.mouseClick(fresh.canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, at(fresh, 300, 250))
    trimap = fresh.session.document.trimap
    for share in np.linspace(0, 1, 9):
        assert trimap[int(100 + 150 * share), int(120 + 180 * share)] == Label.FOREGROUND


def test_each_stroke_is_one_named_step(fresh: MainWindow) -> None:
    trimap = fresh.session.document.trimap
    drag(fresh, (200, 300), (260, 300), (300, 340))
    first = trimap.copy()
    drag(fresh, (100, 100), (120, 110), button=RIGHT)
    second = trimap.copy()
    undo, redo = fresh.actions_["edit.undo"], fresh.actions_["edit.redo"]
    assert undo.text() == "&Undo Background stroke"
    undo.trigger()
    assert np.array_equal(trimap, first)
    assert undo.text() == "&Undo Foreground stroke"
    assert redo.text() == "&Redo Background stroke"
    undo.trigger()
    assert (trimap == Label.UNKNOWN).all()
    assert not undo.isEnabled()
    redo.trigger()
    redo.trigger()
    assert np.array_equal(trimap, second)
    assert not redo.isEnabled()


def test_escape_takes_the_stroke_under_way_back(fresh: MainWindow) -> None:
    drag(fresh, (200, 300), (300, 300), release=False)
    assert fresh.session.document.trimap[300, 250] == Label.FOREGROUND
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    assert (fresh.session.document.trimap == Label.UNKNOWN).all()
    move(fresh, (350, 300))
    QTest.mouseRelease(fresh.canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(fresh, 350, 300))
    assert (fresh.session.document.trimap == Label.UNKNOWN).all()
    assert fresh.session.document.history.undo_name is None


def test_no_shortcut_acts_in_the_middle_of_a_stroke(fresh: MainWindow) -> None:
    drag(fresh, (100, 100), (120, 100))
    drag(fresh, (200, 300), (300, 300), release=False)
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(fresh.canvas, Qt.Key.Key_2)
    assert fresh.toolbox.label == Label.FOREGROUND
    QTest.mouseRelease(fresh.canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(fresh, 300, 300))
    trimap = fresh.session.document.trimap
    assert trimap[100, 110] == trimap[300, 250] == Label.FOREGROUND


@pytest.mark.parametrize("by", ["space", "middle"])
def test_panning_in_the_middle_of_a_stroke_leaves_no_mark(fresh: MainWindow, by: str) -> None:
    fresh.view.actual_size()
    fresh.toolbox.set_size(20)
    drag(fresh, (400, 300), (420, 300), release=False)
    painted = fresh.session.document.trimap.copy()
    corner = fresh.canvas.mapping()
    if by == "space":
        QTest.keyPress(fresh.canvas, Qt.Key.Key_Space)
        buttons = LEFT
    else:
        QTest.mousePress(fresh.canvas, MIDDLE, Qt.KeyboardModifier.NoModifier, at(fresh, 420, 300))
        buttons = LEFT | MIDDLE
    grabbed = at(fresh, 420, 300)
    for step in (20, 40, 60):
        position = QPointF(grabbed + QPoint(step, step))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            position,
            QPointF(fresh.canvas.mapToGlobal(position.toPoint())),
            Qt.MouseButton.NoButton,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(fresh.canvas, event)
    moved = fresh.canvas.mapping()
    assert moved.dx > corner.dx + 30
    assert np.array_equal(fresh.session.document.trimap, painted)
    if by == "space":
        QTest.keyRelease(fresh.canvas, Qt.Key.Key_Space)
    else:
        QTest.mouseRelease(fresh.canvas, MIDDLE, Qt.KeyboardModifier.NoModifier, at(fresh, 420, 300))
    move(fresh, (440, 300))
    QTest.mouseRelease(fresh.canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(fresh, 440, 300))
    trimap = fresh.session.document.trimap
    assert trimap[300, 435] == Label.FOREGROUND
    rows = np.flatnonzero((trimap == Label.FOREGROUND).any(axis=1))
    assert rows.min() >= 288
    assert rows.max() <= 312
    assert fresh.session.document.history.undo_name == "Foreground stroke"


def test_fill_gives_a_painted_outline_its_inside(fresh: MainWindow, qtbot) -> None:
    fresh.toolbox.set_size(9)
    drag(fresh, (200, 200), (400, 200), (400, 400), (200, 400), (200, 200))
    qtbot.keyClicks(fresh.canvas, "g")
    QTest.mouseClick(fresh.canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(fresh, 300, 300))
    trimap = fresh.session.document.trimap
    assert (trimap[210:390, 210:390] == Label.FOREGROUND).all()
    assert trimap[100, 100] == Label.UNKNOWN
    assert fresh.session.document.history.undo_name == "Foreground fill"


def test_the_canvas_shows_what_is_painted(fresh: MainWindow) -> None:
    fresh.toolbox.set_size(60)
    position = at(fresh, 400, 300)
    before = fresh.canvas.grab().toImage().pixelColor(position)
    drag(fresh, (400, 300), (401, 300))
    fresh.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    after = fresh.canvas.grab().toImage().pixelColor(position)
    assert after.blue() - after.red() > before.blue() - before.red() + 60
    fresh.actions_["view.overlay"].trigger()
    hidden = fresh.canvas.grab().toImage().pixelColor(position)
    assert abs(hidden.blue() - before.blue()) < 25


def test_typing_a_size_is_not_a_shortcut(fresh: MainWindow, qtbot) -> None:
    box = fresh.options.tool.size_box
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "123")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert fresh.toolbox.size == 123
    assert fresh.toolbox.label == Label.FOREGROUND
