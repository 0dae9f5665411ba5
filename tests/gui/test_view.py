"""Zoom and pan, shared by the canvas and the panes."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.picture.view import MAX_SCALE, MIN_SCALE, Point, Size, View
from mattingapp.gui.widgets.elided_label import fitting

PANE = Size(300, 200)


@pytest.fixture
def view() -> View:
    """A view of a 4000 × 3000 photo on a canvas of 800 × 600."""
    made = View()
    made.set_canvas(Size(800, 600))
    made.set_image(Size(4000, 3000))
    return made


def wheel(
    widget: QWidget,
    at: QPointF,
    notches: int,
    pixels: tuple[int, int] = (0, 0),
    phase=Qt.ScrollPhase.NoScrollPhase,
) -> None:
    """Turn the wheel over a widget position, or scroll by finger."""
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(*pixels),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        phase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_fit_shows_the_whole_image_in_every_viewport(view: View) -> None:
    for viewport in (Size(800, 600), PANE, Size(100, 900)):
        mapping = view.mapping(viewport)
        left, top = mapping.to_device(0, 0)
        right, bottom = mapping.to_device(4000, 3000)
        assert 0 <= left < right <= viewport.width
        assert 0 <= top < bottom <= viewport.height
        assert abs(left + right - viewport.width) <= 2


def test_zoom_keeps_the_place_under_the_pointer(view: View) -> None:
    for viewport in (Size(800, 600), PANE):
        pointer = Point(120, 90)
        before = view.mapping(viewport).to_image(*pointer)
        for factor in (1.25, 3.0, 0.7):
            view.zoom(factor, viewport, pointer)
        after = view.mapping(viewport)
        moved = after.to_device(*before)
        assert abs(moved.x - pointer.x) <= 2  # offsets are rounded to whole pixels
        assert abs(moved.y - pointer.y) <= 2


def test_all_viewports_look_at_the_same_place(view: View) -> None:
    view.zoom_to(1.0)
    view.pan(-300, 120, Size(800, 600))
    for viewport in (Size(800, 600), PANE):
        middle = view.mapping(viewport).to_image(viewport.width / 2, viewport.height / 2)
        assert abs(middle.x - view.centre.x) <= 3
        assert abs(middle.y - view.centre.y) <= 3


def test_actual_size_is_one_device_pixel_an_image_pixel(view: View) -> None:
    view.zoom_to(1.0)
    mapping = view.mapping(Size(800, 600))
    assert mapping.scale == 1.0
    assert mapping.dx == round(mapping.dx)


def test_zoom_has_limits_and_the_image_cannot_get_lost(view: View) -> None:
    view.zoom(1e9)
    assert view.scale == MAX_SCALE
    view.zoom(1e-9)
    assert view.scale == MIN_SCALE
    view.pan(1e9, -1e9, PANE)
    assert view.centre == Point(0, 3000)


def test_a_fitted_image_stays_fitted_when_the_canvas_grows(view: View) -> None:
    before = view.scale
    view.set_canvas(Size(1600, 1200))
    assert view.scale == pytest.approx(2 * before)
    view.zoom_to(1.0)
    view.set_canvas(Size(800, 600))
    assert view.scale == 1.0


def test_the_wheel_over_a_pane_zooms_the_canvas_too(loaded: MainWindow) -> None:
    pane, canvas = loaded.grid["knn"].image, loaded.canvas
    pointer = QPointF(60, 80)
    before = pane.position(pointer)
    canvas_scale = canvas.mapping().scale
    wheel(pane, pointer, 2)
    assert canvas.mapping().scale == pytest.approx(canvas_scale * 1.25**2)
    after = pane.position(pointer)
    assert abs(after.x - before.x) < 4
    assert abs(after.y - before.y) < 4


def test_two_fingers_pan(loaded: MainWindow) -> None:
    loaded.view.actual_size()
    before = loaded.canvas.mapping()
    wheel(loaded.canvas, QPointF(100, 100), 1, (-30, 14), Qt.ScrollPhase.ScrollUpdate)
    after = loaded.canvas.mapping()
    assert (after.dx - before.dx, after.dy - before.dy) == (-30, 14)
    assert after.scale == before.scale


@pytest.mark.parametrize("way", ["middle", "space"])
def test_dragging_pans_all_and_paints_nothing(loaded: MainWindow, way: str) -> None:
    loaded.view.actual_size()
    canvas = loaded.canvas
    trimap = loaded.session.document.trimap.copy()
    before = [view.mapping() for view in (canvas, loaded.grid[COMPOSITE].image)]
    button = Qt.MouseButton.MiddleButton if way == "middle" else Qt.MouseButton.LeftButton
    if way == "space":
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))
    QTest.mouseMove(canvas, QPoint(240, 230))
    QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(240, 230))
    if way == "space":
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
    after = [view.mapping() for view in (canvas, loaded.grid[COMPOSITE].image)]
    assert (after[0].dx - before[0].dx, after[0].dy - before[0].dy) == (40, 30)
    assert after[1].dx > before[1].dx
    assert (loaded.session.document.trimap == trimap).all()


def test_keys_zoom(loaded: MainWindow) -> None:
    fitted = loaded.view.scale
    for key, scale in (("1", 1.0), ("=", 1.25), ("-", 1.0), ("0", fitted)):
        QTest.keyClick(loaded.canvas, key, Qt.KeyboardModifier.ControlModifier)
        assert loaded.view.scale == pytest.approx(scale)
    assert loaded.view.fitting


def pane_boxes(window: MainWindow) -> dict[str, QRect]:
    """Return where in the grid the visible panes are."""
    return {
        key: QRect(pane.mapTo(window.grid, QPoint()), pane.size())
        for key, pane in window.grid.panes.items()
        if pane.isVisible()
    }


def test_one_pane_can_be_shown_alone(loaded: MainWindow) -> None:
    QTest.mouseDClick(
        loaded.grid["knn"], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 10)
    )
    assert [key for key, pane in loaded.grid.panes.items() if pane.isVisible()] == ["knn"]
    enlarge = loaded.actions_["window.enlarge"]
    assert enlarge.isChecked()
    QApplication.processEvents()
    assert loaded.grid["knn"].size() == loaded.grid.size()
    enlarge.trigger()
    assert [key for key, pane in loaded.grid.panes.items() if pane.isVisible()] == [
        key for key in loaded.grid.panes if key != "shared"
    ]


def test_panes_that_have_nothing_to_show_make_room(run, loaded: MainWindow) -> None:
    def rows() -> list[list[str]]:
        QApplication.processEvents()
        boxes = pane_boxes(loaded)
        tops = sorted({box.top() for box in boxes.values()})
        widths = [{box.width() for box in boxes.values() if box.top() == top} for top in tops]
        assert all(max(row) - min(row) <= 2 for row in widths)
        return [[key for key, box in boxes.items() if box.top() == top] for top in tops]

    loaded.actions_["layout.compare"].trigger()
    method = loaded.options.method
    closed_form, knn, shared, final, composite = loaded.grid.panes
    assert rows() == [[closed_form, knn], [final, composite]]
    method.setCurrentIndex(method.findData("shared"))
    assert rows() == [[shared], [composite]]
    run(loaded)
    method.setCurrentIndex(method.findData("dcnn"))
    assert rows() == [[closed_form, knn, shared], [final, composite]]


@pytest.mark.parametrize(
    ("key", "dx", "dy"),
    [(Qt.Key.Key_Left, -1, 0), (Qt.Key.Key_Right, 1, 0), (Qt.Key.Key_Up, 0, -1), (Qt.Key.Key_Down, 0, 1)],
)
def test_arrow_keys_pan(loaded: MainWindow, key: Qt.Key, dx: int, dy: int) -> None:
    loaded.view.zoom_to(3.0)
    x, y = loaded.view.centre
    QTest.keyClick(loaded.canvas, key)
    step = Size(loaded.canvas.viewport().width // 30, loaded.canvas.viewport().height // 30)
    assert loaded.view.centre == pytest.approx((x + dx * step.width, y + dy * step.height), abs=1)


def test_pictures_that_fill_their_panes_stay_apart(loaded: MainWindow) -> None:
    loaded.actions_["layout.compare"].trigger()
    loaded.view.zoom_to(8.0)
    QApplication.processEvents()
    boxes = list(pane_boxes(loaded).values())
    assert boxes[1].left() - boxes[0].right() > 2
    assert boxes[2].top() - boxes[0].bottom() > 2


def test_a_caption_gives_way_by_whole_parts(qapp) -> None:
    metrics = QFontMetrics(qapp.font())
    text = "SAD 1.46 · MSE 0.0017 · 0.8 s"
    wide, middle, narrow = (
        metrics.horizontalAdvance(part) for part in (text, "SAD 1.46 · MSE 0.0017 …", "SAD 1.46 …")
    )
    assert fitting(text, wide, metrics) == text
    assert fitting(text, wide - 1, metrics) == "SAD 1.46 · MSE 0.0017 …"
    assert fitting(text, middle - 1, metrics) == "SAD 1.46 …"
    assert fitting(text, narrow - 1, metrics) == ""  # not "SAD 1"
    assert fitting("Draw around what to fill", narrow, metrics).endswith("…")
