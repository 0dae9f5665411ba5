"""Lasso, polygon, fill, protection, brush sizes and the pen, with mouse, keyboard and tablet events."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.overlays import Palette
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.toolbox import Tool, ToolOptions
from mattingapp.imaging.trimap import Label
from mattingapp.resources import resource
from tests.gui.hand import LEFT, MIDDLE, NO_KEYS, RIGHT, at, click, drag, move, pen

FG, BG, UN = Label.FOREGROUND, Label.BACKGROUND, Label.UNKNOWN
ALT = Qt.KeyboardModifier.AltModifier
LOOP = ((200, 200), (400, 190), (420, 400), (300, 440), (190, 380), (200, 210))


@pytest.fixture
def fresh(window: MainWindow) -> MainWindow:
    """A photo with an all-unknown trimap."""
    window.open_files(resource("samples", "hair.png"))
    return window


@pytest.fixture
def trimap(fresh: MainWindow) -> np.ndarray:
    """Its live trimap."""
    return fresh.session.document.trimap


def corners(window: MainWindow, *points: tuple[float, float], button=LEFT) -> None:
    for point in points:
        click(window, point, button)


# Lasso


def test_a_lasso_fills_what_it_goes_around_in_one_step(fresh: MainWindow, trimap, qtbot) -> None:
    qtbot.keyClicks(fresh.canvas, "l")
    drag(fresh, *LOOP)
    assert (trimap[220:370, 215:390] == FG).all()
    assert trimap[150, 300] == trimap[300, 150] == trimap[470, 300] == UN
    assert fresh.session.document.history.names == ["Foreground outline"]
    fresh.actions_["edit.undo"].trigger()
    assert (trimap == UN).all()


def test_the_lasso_takes_the_label_in_hand_and_the_right_button_background(
    fresh: MainWindow, trimap, qtbot
) -> None:
    qtbot.keyClicks(fresh.canvas, "l")
    drag(fresh, *LOOP, button=RIGHT)
    assert trimap[300, 300] == BG
    qtbot.keyClicks(fresh.canvas, "3")
    assert fresh.toolbox.tool is Tool.LASSO, "a label leaves the tool in hand"
    drag(fresh, (250, 250), (350, 250), (350, 350), (250, 350))
    assert trimap[300, 300] == UN
    assert trimap[230, 220] == BG


def test_escape_gives_a_lasso_up(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.LASSO)
    drag(fresh, *LOOP, release=False)
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(fresh.canvas, LEFT, NO_KEYS, at(fresh, *LOOP[-1]))
    assert (trimap == UN).all()
    assert fresh.session.document.history.names == []


def test_a_click_with_the_lasso_is_no_step(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.LASSO)
    click(fresh, (300, 300))
    assert fresh.session.document.history.names == []


# Polygon


@pytest.mark.parametrize("close", ["enter", "double click", "first corner"])
def test_a_polygon_is_closed_and_filled(fresh: MainWindow, trimap, qtbot, close: str) -> None:
    qtbot.keyClick(fresh.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert fresh.toolbox.tool is Tool.POLYGON
    corners(fresh, (200, 200), (400, 200), (400, 400))
    move(fresh, (200, 400), Qt.MouseButton.NoButton)
    assert (trimap == UN).all()
    if close == "double click":
        click(fresh, (200, 400))
        QTest.mouseDClick(fresh.canvas, LEFT, NO_KEYS, at(fresh, 200, 400))
    else:
        click(fresh, (200, 400))
        if close == "enter":
            QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
        else:
            click(fresh, (202, 201))
    assert (trimap[205:395, 205:395] == FG).all()
    assert np.count_nonzero(trimap == FG) < 206 * 206
    assert fresh.session.document.history.names == ["Foreground outline"]


def test_a_polygon_begun_with_the_right_button_is_background(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200), (300, 400), button=RIGHT)
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Enter)
    assert trimap[260, 300] == BG


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Z])
def test_the_last_corner_can_be_taken_back(fresh: MainWindow, trimap, key) -> None:
    click(fresh, (50, 50))
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200), (400, 400), (700, 500))
    modifiers = Qt.KeyboardModifier.ControlModifier if key == Qt.Key.Key_Z else NO_KEYS
    QTest.keyClick(fresh.canvas, key, modifiers)
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
    assert trimap[250, 350] == FG
    assert trimap[420, 560] == UN
    assert trimap[50, 50] == FG, "nothing was undone"


def test_taking_all_corners_back_ends_the_polygon(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200))
    for _ in range(2):
        QTest.keyClick(fresh.canvas, Qt.Key.Key_Backspace)
    corners(fresh, (500, 300), (600, 300), (600, 400))
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
    assert trimap[320, 590] == FG
    assert trimap[210, 380] == UN


@pytest.mark.parametrize("end", ["escape", "another tool"])
def test_a_polygon_can_be_given_up(fresh: MainWindow, trimap, qtbot, end: str) -> None:
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200), (400, 400))
    if end == "escape":
        QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    else:
        qtbot.keyClicks(fresh.canvas, "l")
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
    assert (trimap == UN).all()


@pytest.mark.parametrize("by", ["space", "middle", "wheel"])
def test_one_can_pan_and_zoom_between_corners(fresh: MainWindow, trimap, by: str) -> None:
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200))
    before = fresh.canvas.mapping()
    if by == "wheel":
        wheel(fresh, 2)
    else:
        if by == "space":
            QTest.keyPress(fresh.canvas, Qt.Key.Key_Space)
        drag(fresh, (300, 300), (340, 330), button=LEFT if by == "space" else MIDDLE)
        if by == "space":
            QTest.keyRelease(fresh.canvas, Qt.Key.Key_Space)
    assert fresh.canvas.mapping() != before
    click(fresh, (400, 400))
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
    assert trimap[230, 380] == FG
    assert trimap[380, 220] == UN


def test_zooming_by_key_does_not_disturb_a_polygon(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.POLYGON)
    corners(fresh, (200, 200), (400, 200))
    QTest.keyClick(fresh.canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    click(fresh, (400, 400))
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Return)
    assert trimap[230, 380] == FG


# Fill and protection


def test_fill_by_colour_takes_what_looks_alike(fresh: MainWindow, trimap, qtbot) -> None:
    photo = fresh.session.document.photo.pixels
    qtbot.keyClicks(fresh.canvas, "g2")
    fresh.options.tool.by.setCurrentIndex(1)
    fresh.options.tool.by.activated.emit(1)
    fresh.options.tool.tolerance.setValue(20)
    fresh.options.tool.contiguous.setChecked(False)
    click(fresh, (20, 20))
    x, y = (int(side) for side in fresh.canvas.position(QPointF(at(fresh, 20, 20))))
    alike = (np.abs(photo.astype(int) - photo[y, x]) <= 20).all(axis=2)
    assert np.array_equal(trimap == BG, alike)
    fresh.actions_["edit.undo"].trigger()
    fresh.options.tool.contiguous.setChecked(True)
    click(fresh, (20, 20))
    assert trimap[20, 20] == BG
    assert not ((trimap == BG) & ~alike).any()
    assert fresh.session.document.history.names == ["Background fill"]


@pytest.mark.parametrize("tool", [Tool.BRUSH, Tool.LASSO, Tool.FILL])
def test_protected_pixels_are_painted_around(fresh: MainWindow, trimap, qtbot, tool: Tool) -> None:
    fresh.toolbox.set_size(60)
    click(fresh, (300, 300))
    definite = trimap == FG
    qtbot.keyClicks(fresh.canvas, "/2")
    assert fresh.toolbox.options.protect
    assert fresh.actions_["tool.protect"].isChecked()
    fresh.toolbox.take(tool)
    if tool is Tool.BRUSH:
        drag(fresh, (200, 300), (400, 300))
    elif tool is Tool.LASSO:
        drag(fresh, *LOOP)
    else:
        click(fresh, (300, 300))
        assert np.array_equal(trimap == FG, definite)
        click(fresh, (100, 100))
    assert np.array_equal(trimap == FG, definite)
    assert trimap[300, 220] == BG
    qtbot.keyClicks(fresh.canvas, "/")
    fresh.toolbox.take(Tool.FILL)
    click(fresh, (300, 300))
    assert not (trimap == FG).any()


# Sizes


def test_alt_and_a_drag_resize_the_brush_so_that_its_rim_follows(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.set_size(40)
    for button in (LEFT, RIGHT):
        QTest.mousePress(fresh.canvas, button, ALT, at(fresh, 300, 300))
        move(fresh, (350, 310), button)
        assert fresh.toolbox.size == pytest.approx(140, abs=4)
        assert fresh.canvas._circle == (pytest.approx((300, 300), abs=2), fresh.toolbox.size / 2)
        fresh.canvas.grab()
        move(fresh, (290, 300), button)
        assert fresh.toolbox.size == pytest.approx(20, abs=4)
        QTest.mouseRelease(fresh.canvas, button, ALT, at(fresh, 290, 300))
        fresh.toolbox.set_size(40)
    assert (trimap == UN).all()
    assert fresh.session.document.history.names == []


def test_a_resize_ends_at_one_pixel_and_escape_takes_it_back(fresh: MainWindow) -> None:
    fresh.toolbox.set_size(40)
    QTest.mousePress(fresh.canvas, LEFT, ALT, at(fresh, 500, 300))
    move(fresh, (100, 300))
    assert fresh.toolbox.size == 1
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    assert fresh.toolbox.size == 40


def wheel(window: MainWindow, notches: int, modifiers=NO_KEYS) -> None:
    position = QPointF(at(window, 300, 300))
    event = QWheelEvent(
        position,
        QPointF(window.canvas.mapToGlobal(position.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.canvas, event)


def test_shift_and_the_wheel_resize_the_brush_and_do_not_zoom(fresh: MainWindow) -> None:
    scale, size = fresh.view.scale, fresh.toolbox.size
    wheel(fresh, 3, Qt.KeyboardModifier.ShiftModifier)
    larger = fresh.toolbox.size
    wheel(fresh, -3, Qt.KeyboardModifier.ShiftModifier)
    assert fresh.toolbox.size < larger
    assert larger > 1.5 * size
    assert fresh.view.scale == scale


@pytest.mark.parametrize("size", [1, 2, 3, 500, 2000])
def test_brushes_of_every_size_paint_and_are_drawn(fresh: MainWindow, trimap, size: int) -> None:
    fresh.toolbox.set_size(size)
    drag(fresh, (300, 300), (302, 300))
    fresh.canvas.grab()
    assert (trimap[299:302, 299:304] == FG).any()
    rows = np.flatnonzero((trimap == FG).any(axis=1))
    assert len(rows) == min(size, 600)


@pytest.mark.parametrize("label", list(Label))
def test_the_pointer_wears_the_colour_of_the_label_in_hand(fresh: MainWindow, label: Label) -> None:
    fresh.toolbox.choose(label)
    QTest.mouseMove(fresh.canvas, at(fresh, 300, 300))
    QApplication.processEvents()
    place = at(fresh, *fresh.view.cursor)
    seen = fresh.canvas.grab().toImage().pixelColor(place)
    wanted = fresh.overlays.swatch(label)
    assert max(abs(a - b) for a, b in zip(seen.getRgb(), wanted.getRgb(), strict=True)) < 40


def test_tools_and_their_options_are_remembered(
    window: MainWindow, settings, tmp_path, dialogs, pipeline
) -> None:
    window.toolbox.set_options(tolerance=7, hardness=90, touch_size=123, pressure=True, by_colour=True)
    window.overlays.set_palette(Palette.CLASSIC)
    window.overlays.set_strength(70)
    window.close()
    again = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert again.tools == ToolOptions(tolerance=7, hardness=90, touch_size=123, pressure=True, by_colour=True)
    assert again.palette is Palette.CLASSIC
    assert again.strength == 70


def test_options_that_make_no_sense_are_ignored(tmp_path) -> None:
    store = QSettings(str(tmp_path / "broken.ini"), QSettings.Format.IniFormat)
    for name, value in (
        ("tool/tolerance", 999),
        ("tool/strength", -3),
        ("trimap/palette", "mud"),
        ("trimap/strength", 0),
    ):
        store.setValue(name, value)
    settings = Settings(store)
    assert settings.tools.tolerance == 255
    assert settings.tools.strength == 1
    assert settings.palette is Palette.SAFE
    assert settings.strength == 10


# The pen


def test_pressure_scales_the_brush_where_that_is_wanted(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.set_size(100)
    pen(fresh, (150, 150, 0.3), (250, 150, 0.3))
    assert (trimap[105:195, 200] == FG).all(), "off at first"
    fresh.actions_["tool.pressure"].trigger()
    pen(fresh, (150, 400, 0.2), (300, 400, 0.2), (450, 400, 1.0))
    thickness = [np.count_nonzero(trimap[300:500, x] == FG) for x in (200, 300, 375, 445)]
    assert thickness[0] == pytest.approx(20, abs=2)
    assert thickness[3] == pytest.approx(99, abs=4)
    assert thickness == sorted(thickness)
    assert thickness[2] == pytest.approx(60, abs=6), "grows steadily in between"
    assert fresh.session.document.history.names == ["Foreground stroke"] * 2


def test_the_lightest_touch_still_paints_a_pixel(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.set_pressure(True)
    pen(fresh, (150, 150, 0.0), (160, 150, 0.001))
    assert 1 <= np.count_nonzero(trimap == FG) <= 24


def test_the_other_end_of_the_pen_erases(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.set_size(80)
    click(fresh, (300, 300))
    fresh.toolbox.sizes[UN] = 80
    pen(fresh, (300, 300, 1.0), (310, 300, 1.0), end=QPointingDevice.PointerType.Eraser)
    assert trimap[300, 300] == UN
    assert fresh.session.document.history.names[-1] == "Unknown stroke"
    assert fresh.toolbox.label == FG


def test_a_pen_draws_a_lasso_too(fresh: MainWindow, trimap) -> None:
    fresh.toolbox.take(Tool.LASSO)
    pen(fresh, *((x, y, 0.5) for x, y in LOOP))
    assert trimap[300, 300] == FG


def test_a_hovering_pen_moves_the_cursor_and_paints_nothing(fresh: MainWindow, trimap) -> None:
    pen(fresh, (300, 300, 0.5))
    undone = fresh.session.document.history.position
    position = QPointF(at(fresh, 100, 100))
    move(fresh, (100, 100), Qt.MouseButton.NoButton)
    assert fresh.view.cursor == pytest.approx(fresh.canvas.position(position))
    assert fresh.session.document.history.position == undone


# Options bar, legend and colours


@pytest.mark.parametrize("tool", list(Tool))
def test_the_options_of_each_tool_fit_the_smallest_window(done: MainWindow, tool: Tool) -> None:
    done.resize(1024, 700)
    done.toolbox.set_options(by_colour=True)
    done.toolbox.take(tool)
    QApplication.processEvents()
    assert done.width() == 1024
    shown = [
        part for part in done.options.tool.findChildren(type(done.options.tool.size_box)) if part.isVisible()
    ]
    assert bool(shown) is (tool in (Tool.BRUSH, Tool.TOUCH, Tool.FILL))


def test_the_bar_says_what_is_in_hand_and_what_to_do(fresh: MainWindow, qtbot) -> None:
    says = fresh.options.tool
    assert says.in_hand == "Foreground brush"
    qtbot.keyClicks(fresh.canvas, "2l")
    assert says.in_hand == "Background lasso"
    assert "Draw around" in says.hint
    qtbot.keyClicks(fresh.canvas, "r")
    assert says.in_hand == "Subject"
    assert "rectangle around the subject" in says.hint
    qtbot.keyClicks(fresh.canvas, "b")
    assert says.in_hand == "Background brush"
    assert says.hint == ""
    qtbot.keyClicks(fresh.canvas, "e")
    assert says.in_hand == "Unknown brush"


def pixel(window: MainWindow, x: int, y: int) -> np.ndarray:
    window.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    return np.array(window.canvas.grab().toImage().pixelColor(at(window, x, y)).getRgb()[:3], float)


def test_colours_and_strength_of_the_overlay_can_be_chosen(fresh: MainWindow, qtbot) -> None:
    fresh.toolbox.set_size(60)
    click(fresh, (400, 300))
    photo = fresh.session.document.photo.pixels[300, 400].astype(float)
    fresh.view.actual_size()
    blue = pixel(fresh, 400, 300)
    assert blue[2] - photo[2] > 20
    fresh.actions_["palette.classic"].trigger()
    green = pixel(fresh, 400, 300)
    assert green[1] - green[2] > blue[1] - blue[2] + 40
    assert fresh.actions_["palette.classic"].isChecked()
    fresh.tools.strength.setValue(60)
    assert fresh.overlays.strength == 60
    before = fresh.overlays.strength
    qtbot.keyClicks(fresh.canvas, "....")
    assert fresh.overlays.strength == before + 40 == fresh.tools.strength.value()
    assert np.abs(pixel(fresh, 400, 300) - photo).sum() > np.abs(green - photo).sum()
    for _ in range(20):
        fresh.actions_["overlay.fainter"].trigger()
    assert fresh.overlays.strength == 10
    assert np.abs(pixel(fresh, 400, 300) - photo).sum() < np.abs(green - photo).sum() / 2


@pytest.mark.parametrize("palette", list(Palette))
def test_the_legend_wears_the_colours_of_the_overlay(fresh: MainWindow, palette: Palette) -> None:
    fresh.actions_[f"palette.{palette}"].trigger()
    for label in Label:
        icon = fresh.actions_[f"tool.{label.name.lower()}"].icon().pixmap(48, 48).toImage()
        assert icon.pixelColor(10, 24).rgb() == fresh.overlays.swatch(label).rgb()


def luminance(colour) -> float:
    return 0.3 * colour.redF() + 0.6 * colour.greenF() + 0.1 * colour.blueF()


DEFICIENCIES = {  # Viénot et al. 1999, linear RGB
    "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_safe_colours_differ_for_those_who_do_not_see_red_or_green(
    fresh: MainWindow, deficiency: str
) -> None:
    seen = [
        np.array(DEFICIENCIES[deficiency]) @ np.array(fresh.overlays.swatch(label).getRgbF()[:3]) ** 2.2
        for label in (FG, BG)
    ]
    assert np.abs(seen[0] - seen[1]).max() > 0.3


# The history list


def test_the_history_lists_every_step_and_a_click_goes_there(fresh: MainWindow, trimap, qtbot) -> None:
    fresh.actions_["dock.history"].trigger()
    panel = fresh.docks["history"].widget()
    drag(fresh, (100, 100), (120, 100))
    drag(fresh, (200, 200), (220, 200), button=RIGHT)
    first = trimap.copy()
    fresh.toolbox.take(Tool.LASSO)
    drag(fresh, *LOOP)
    last = trimap.copy()
    names = [panel.item(row).text() for row in range(panel.count())]
    assert names == ["Opened", "Foreground stroke", "Background stroke", "Foreground outline"]
    assert panel.currentRow() == 3

    def press(row: int) -> None:
        place = panel.visualItemRect(panel.item(row)).center()
        QTest.mouseClick(panel.viewport(), LEFT, NO_KEYS, place)

    press(0)
    assert (trimap == UN).all()
    assert fresh.actions_["edit.redo"].text() == "&Redo Foreground stroke"
    press(2)
    assert np.array_equal(trimap, first)
    press(3)
    assert np.array_equal(trimap, last)
    fresh.actions_["edit.undo"].trigger()
    assert panel.currentRow() == 2
    fresh.toolbox.take(Tool.BRUSH)
    click(fresh, (600, 100))
    assert [panel.item(row).text() for row in range(panel.count())] == [*names[:3], "Foreground stroke"]


# Every gesture is drawn


@pytest.mark.parametrize("begin", ["lasso", "polygon", "cut", "resize", "brush"])
def test_gestures_under_way_are_drawn_over_the_photo(fresh: MainWindow, begin: str) -> None:
    fresh.toolbox.set_size(80)
    empty = fresh.canvas.grab().toImage()
    act: dict[str, Callable[[], None]] = {
        "lasso": lambda: drag(fresh, *LOOP, release=False),
        "polygon": lambda: corners(fresh, *LOOP[:4]),
        "cut": lambda: drag(fresh, (200, 200), (500, 400), release=False),
        "brush": lambda: drag(fresh, (200, 200), (500, 400), release=False),
        "resize": lambda: (
            QTest.mousePress(fresh.canvas, LEFT, ALT, at(fresh, 300, 300)),
            move(fresh, (340, 300)),
        ),
    }
    fresh.toolbox.take(Tool.BRUSH if begin == "resize" else Tool(begin))
    act[begin]()
    assert fresh.canvas.grab().toImage() != empty
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    assert fresh.canvas._gesture is None


def on_screen(window: MainWindow) -> np.ndarray:
    """Return what stands on the canvas, painted piece by piece as the window painted it."""
    QApplication.processEvents()
    image = window.screen().grabWindow(window.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    corner = window.canvas.mapTo(window, QPoint(0, 0))
    return pixels[
        corner.y() : corner.y() + window.canvas.height(), corner.x() : corner.x() + window.canvas.width(), :3
    ].copy()


@pytest.mark.parametrize("begin", ["lasso", "polygon", "cut", "resize", "brush", "touch"])
@pytest.mark.parametrize("scale", [None, 1.0, 3.0])
def test_what_a_gesture_repaints_is_enough(done: MainWindow, begin: str, scale: float | None) -> None:
    """While it goes on and after it was given up, painting everything anew changes nothing."""
    canvas, way = done.canvas, LOOP
    if scale is not None:
        done.view.zoom_to(scale)
        way = tuple((300 + (x - 300) / scale / 2, 300 + (y - 300) / scale / 2) for x, y in LOOP)
    done.toolbox.take(Tool.BRUSH if begin == "resize" else Tool(begin))
    done.toolbox.set_size(30)
    if begin == "polygon":
        corners(done, *way[:4])
        move(done, way[4], Qt.MouseButton.NoButton)
        move(done, way[5], Qt.MouseButton.NoButton)
    else:
        if begin == "resize":
            QTest.mousePress(canvas, LEFT, ALT, at(done, *way[0]))
        for point in way[1:]:
            if begin == "resize":
                move(done, point)
                QApplication.processEvents()
        if begin != "resize":
            drag(done, *way, release=False)
    for _ in range(2):
        piecewise = on_screen(done)
        canvas.update()
        assert np.abs(piecewise.astype(int) - on_screen(done)).max() <= 2  # smoothing depends on the piece
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NO_KEYS, at(done, *way[-1]))


def test_the_mouse_event_of_a_stroke_that_ends_elsewhere_ends_it(fresh: MainWindow, trimap) -> None:
    drag(fresh, (100, 100), (200, 100), release=False)
    position = QPointF(at(fresh, 300, 300))
    event = QMouseEvent(
        QEvent.Type.MouseMove, position, position, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NO_KEYS
    )
    QApplication.sendEvent(fresh.canvas, event)
    assert not fresh.canvas.painting
    assert trimap[300, 300] == UN
    assert fresh.session.document.history.names == ["Foreground stroke"]
