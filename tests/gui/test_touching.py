"""The touch-up brush: strokes on the alpha, seen at once, kept by new runs, and in every exported file."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from mattingapp.gui.commands.dialogs import Answer
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.display import ViewMode
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.picture.view import Point
from mattingapp.gui.session.toolbox import Tool
from mattingapp.imaging.composite import composite, parse_colour
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.trimap import Label
from mattingapp.project.load import read_project
from mattingapp.project.touch_up import Touch
from tests.gui.conftest import LEVEL, STAGES
from tests.gui.hand import LEFT, NO_KEYS, RIGHT, at, click, drag, move, pen


@pytest.fixture
def touching(qtbot, done: MainWindow) -> MainWindow:
    """The window after a run, with a hard touch-up brush of 40 px in hand."""
    qtbot.keyClicks(done.canvas, "j")
    done.toolbox.set_size(40)
    done.toolbox.set_hardness(100)
    return done


@pytest.fixture
def spot(touching: MainWindow) -> tuple[int, int]:
    """A place with a good piece of unknown around it."""
    unknown = (touching.session.document.trimap == Label.UNKNOWN).astype(np.uint8)
    depth = cv2.distanceTransform(unknown, cv2.DIST_L2, 5)
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    assert depth[y, x] > 8
    return int(x), int(y)


def final(window: MainWindow, spot: tuple[int, int]) -> float:
    return float(window.session.document.final_alpha()[spot[1], spot[0]])


def grey(view, spot: tuple[int, int]) -> int:
    """Return what a view shows at an image position, in ViewMode.ALPHA."""
    view.view.set_cursor(None)  # the cross would be in the way
    device = view.mapping().to_device(spot[0] + 0.5, spot[1] + 0.5)
    return view.grab().toImage().pixelColor(round(device.x), round(device.y)).red()


def test_adding_removing_and_restoring(touching: MainWindow, spot, qtbot) -> None:
    assert final(touching, spot) == LEVEL["dcnn"]
    click(touching, spot)
    assert final(touching, spot) == 1
    click(touching, spot, RIGHT)
    assert final(touching, spot) == 0
    qtbot.keyClicks(touching.canvas, "x")
    assert touching.toolbox.options.touch is Touch.REMOVE
    assert touching.options.tool.touch.currentData() == Touch.REMOVE
    click(touching, spot, RIGHT)
    assert final(touching, spot) == 1
    touching.options.tool.touch.activated.emit(touching.options.tool.touch.findData(Touch.RESTORE))
    click(touching, spot)
    assert final(touching, spot) == LEVEL["dcnn"]
    assert touching.session.document.history.names == [
        "Add to alpha",
        "Remove from alpha",
        "Add to alpha",
        "Restore alpha",
    ]


def test_the_stroke_is_seen_at_once_on_the_canvas_and_in_its_pane(touching: MainWindow, spot, qtbot) -> None:
    assert grey(touching.canvas, spot) == pytest.approx(255 * 0.75, abs=2)
    x, y = spot
    drag(touching, (x - 5, y), (x + 5, y), release=False)
    assert grey(touching.grid[FINAL].image, spot) == 255
    assert grey(touching.grid["knn"].image, spot) == pytest.approx(255 * LEVEL["knn"], abs=2)
    QTest.mouseRelease(touching.canvas, LEFT, NO_KEYS, at(touching, x + 5, y))
    touching.toolbox.set_size(1)  # its circle would be in the way
    assert grey(touching.canvas, (x, y + 6)) == 255


def test_the_other_tools_show_the_trimap_again(touching: MainWindow, spot, qtbot) -> None:
    click(touching, spot)
    as_alpha = touching.canvas.grab().toImage()
    qtbot.keyClicks(touching.canvas, "b")
    assert touching.canvas.grab().toImage() != as_alpha
    qtbot.keyClicks(touching.canvas, "1")
    assert touching.toolbox.tool is Tool.BRUSH


def test_alt_and_a_drag_up_or_down_change_the_hardness(touching: MainWindow) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    touching.toolbox.set_hardness(50)
    for to in ((300, 340), (300, 260), (300, 295), (300, 550)):
        QTest.mousePress(touching.canvas, LEFT, alt, at(touching, 300, 300))
        move(touching, to)
        scale = touching.view.scale
        wanted = 50 + np.sign(to[1] - 300) * max(abs(to[1] - 300) * scale - 12, 0)
        assert touching.toolbox.options.hardness == pytest.approx(np.clip(wanted, 0, 100), abs=1)
        QTest.keyClick(touching.canvas, Qt.Key.Key_Escape)
        assert touching.toolbox.options.hardness == 50


def test_the_caption_and_the_inspector_tell_of_it(touching: MainWindow, spot) -> None:
    pane = touching.grid[FINAL]
    assert "touched up" not in pane.caption
    click(touching, spot)
    assert pane.caption.endswith("touched up")
    assert "touched up" not in touching.grid["knn"].caption
    touching.view.set_cursor(Point(spot[0] + 0.5, spot[1] + 0.5))
    assert touching.status.inspector[3].endswith("Network 0.75   touched up 1.00")
    touching.actions_["edit.undo"].trigger()
    assert "touched up" not in pane.caption


def test_a_band_is_previewed_on_the_trimap(touching: MainWindow, qtbot) -> None:
    as_alpha = touching.canvas.grab().toImage()
    touching.actions_["trimap.band"].trigger()
    qtbot.waitUntil(touching.band.apply.isEnabled)
    assert touching.canvas.grab().toImage() != as_alpha
    touching.band.reject()
    assert touching.canvas.grab().toImage() == as_alpha


def test_undo_and_redo_show_what_they_do(touching: MainWindow, spot) -> None:
    click(touching, spot)
    pane = touching.grid[FINAL].image
    touching.actions_["edit.undo"].trigger()
    assert final(touching, spot) == LEVEL["dcnn"]
    assert grey(pane, spot) == pytest.approx(255 * 0.75, abs=2)
    assert not touching.isWindowModified()
    touching.actions_["edit.redo"].trigger()
    assert grey(pane, spot) == 255
    assert touching.actions_["edit.undo"].text() == "&Undo Add to alpha"


def test_escape_takes_the_stroke_back(touching: MainWindow, spot) -> None:
    x, y = spot
    drag(touching, (x - 5, y), (x + 5, y), release=False)
    QTest.keyClick(touching.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(touching.canvas, LEFT, NO_KEYS, at(touching, x, y))
    assert final(touching, spot) == LEVEL["dcnn"]
    assert grey(touching.grid[FINAL].image, spot) == pytest.approx(255 * 0.75, abs=2)
    assert touching.session.document.history.names == []


def test_a_new_run_keeps_the_touch_up_and_a_touch_up_makes_nothing_outdated(
    touching: MainWindow, run, spot
) -> None:
    click(touching, spot)
    assert "outdated" not in touching.grid[FINAL].caption
    touching.toolbox.take(Tool.BRUSH)
    drag(touching, (20, 20), (40, 20), button=RIGHT)
    run(touching)
    assert final(touching, spot) == 1
    assert grey(touching.grid[FINAL].image, spot) == 255


def test_another_stage_in_use_takes_the_touch_up_over(touching: MainWindow, spot, qtbot) -> None:
    click(touching, spot)
    with qtbot.waitSignals([touching.session.matte_changed, touching.session.composite_arrived]):
        touching.actions_["matte.knn"].trigger()
    assert final(touching, spot) == 1
    assert grey(touching.grid["knn"].image, spot) == 255
    assert grey(touching.grid[FINAL].image, spot) == pytest.approx(255 * 0.75, abs=2)
    assert grey(touching.canvas, (spot[0], spot[1] + 12)) == 255


def test_touch_ups_can_be_cleared_and_that_can_be_undone(touching: MainWindow, spot) -> None:
    clear = touching.actions_["touch.clear"]
    assert not clear.isEnabled()
    click(touching, spot)
    click(touching, (50, 50))
    clear.trigger()
    assert final(touching, spot) == LEVEL["dcnn"]
    assert grey(touching.grid[FINAL].image, spot) == pytest.approx(255 * 0.75, abs=2)
    assert not clear.isEnabled()
    touching.actions_["edit.undo"].trigger()
    assert final(touching, spot) == final(touching, (50, 50)) == 1


def test_before_a_run_there_is_nothing_to_touch_up(loaded: MainWindow, qtbot) -> None:
    assert not loaded.actions_["tool.touch"].isEnabled()
    qtbot.keyClicks(loaded.canvas, "j")
    assert loaded.toolbox.tool is Tool.BRUSH


def test_another_photo_takes_the_touch_up_brush_away(touching: MainWindow, spot, dialogs) -> None:
    click(touching, spot)
    dialogs.answers.append(Answer.DISCARD)
    touching.open_sample("plush")
    assert dialogs.asked[-1] == "unsaved hair.png"
    assert touching.toolbox.tool is Tool.BRUSH
    assert not touching.session.document.touch_up


def test_pressure_scales_the_touch_up_brush(touching: MainWindow, spot) -> None:
    touching.toolbox.set_pressure(True)
    touching.toolbox.set_size(80)
    pen(touching, (60, 60, 0.25), (90, 60, 0.25))
    alpha = touching.session.document.final_alpha()
    assert alpha[60, 75] == 1
    column = alpha[20:100, 75]
    before = touching.session.document.matte.alpha[20:100, 75]
    assert np.count_nonzero(column != before) == pytest.approx(20, abs=3)


def test_the_composite_and_every_export_have_the_touch_up(
    touching: MainWindow, spot, dialogs, qtbot, tmp_path
) -> None:
    document, session = touching.session.document, touching.session
    x, y = 40, 40  # sure background: adding brings the photo's own colours back
    with qtbot.waitSignal(session.composite_arrived) as composited:
        click(touching, (x, y))
    with qtbot.waitSignal(session.composite_arrived):
        click(touching, spot, RIGHT)
    assert touching.isWindowModified()
    for action_id, name, kind in (
        ("file.alpha", "alpha.png", "PNG, 16 bit"),
        ("file.cutout", "cutout.png", "PNG, 8 bit"),
    ):
        dialogs.saves.append((tmp_path / name, kind))
        with qtbot.waitSignal(session.output.exported, timeout=10000):
            touching.actions_[action_id].trigger()
    assert not touching.isWindowModified(), "a file has it"
    alpha = read_alpha(tmp_path / "alpha.png")
    assert np.abs(alpha - document.final_alpha()).max() < 1e-4
    assert alpha[y, x] == 1
    assert alpha[spot[1], spot[0]] == 0
    cutout = cv2.imread(str(tmp_path / "cutout.png"), cv2.IMREAD_UNCHANGED)
    assert (cutout[y, x, 2::-1] == document.photo.pixels[y, x]).all()
    assert cutout[y, x, 3] == 255
    matte = document.final_matte()()
    expected = quantise(composite(matte.foreground, matte.alpha, parse_colour("#3060a0")), 8)
    assert (expected[y, x] == document.photo.pixels[y, x]).all()
    assert (expected[spot[1], spot[0]] == (0x30, 0x60, 0xA0)).all()
    assert composited.args[0][y, x].tolist() == document.photo.pixels[y, x].tolist()


def test_closing_asks_about_a_touch_up_that_is_in_no_file(
    touching: MainWindow, spot, dialogs, tmp_path, qtbot
) -> None:
    click(touching, spot)
    dialogs.answers.append(Answer.CANCEL)
    assert not touching.close()
    assert dialogs.asked[-1] == "unsaved hair.png"
    dialogs.answers.append(Answer.SAVE)
    dialogs.saves.append((tmp_path / "hair.matting", "Project"))
    assert not touching.close(), "first it is written"
    qtbot.waitUntil(lambda: not touching.isVisible())
    document, _ = read_project(tmp_path / "hair.matting", stages=STAGES)
    assert document.final_alpha()[spot[1], spot[0]] == 1


def test_view_modes_work_on_the_canvas_while_touching_up(touching: MainWindow, spot, qtbot) -> None:
    x, y = 40, 40
    touching.view.actual_size()
    touching.view.pan(2000, 2000, touching.canvas.viewport())  # to the upper left corner
    qtbot.keyClicks(touching.canvas, "w")
    assert touching.viewing.display.mode is ViewMode.WHITE
    place = at(touching, x, y)
    assert touching.canvas.grab().toImage().pixelColor(place).getRgb()[:3] == (255, 255, 255)
    click(touching, (x, y))
    touching.toolbox.set_size(1)
    px, py = (int(side) for side in touching.canvas.position(QPointF(place)))
    shown = touching.canvas.grab().toImage().pixelColor(place).getRgb()[:3]
    photo = touching.session.document.photo.pixels[py - 1 : py + 2, px - 1 : px + 2]
    assert (np.abs(np.array(shown) - photo.astype(int)).max(axis=2) <= 3).any(), "in the photo's own colours"


def test_the_comparison_sees_the_touched_alpha(touching: MainWindow, spot) -> None:
    click(touching, spot)
    assert touching.viewing.gallery.alpha("dcnn")[spot[1], spot[0]] == 1
    assert touching.viewing.gallery.alpha("knn")[spot[1], spot[0]] == LEVEL["knn"]
