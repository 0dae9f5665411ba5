"""How canvas and panes share the window."""

from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.session.layout import Layout
from tests.gui.conftest import STAGES, Window


def area(widget: QWidget) -> int:
    return widget.width() * widget.height()


def lay_out(window: MainWindow, layout: Layout) -> None:
    """Choose a layout, and let Qt move everything there."""
    window.resize(1280, 800)
    window.actions_[f"layout.{layout}"].trigger()
    QApplication.processEvents()


def shown(window: MainWindow) -> list[str]:
    return [key for key, pane in window.grid.panes.items() if pane.isVisible()]


def test_a_newcomer_sees_the_result_as_large_as_the_photo_and_every_alpha(done: MainWindow, settings) -> None:
    assert settings.layout is Layout.DELIVER
    lay_out(done, Layout.DELIVER)
    assert area(done.grid[COMPOSITE]) >= area(done.canvas)
    assert {"closed-form", "knn", FINAL, COMPOSITE} <= set(shown(done))
    heights = {done.grid[key].height() for key in shown(done) if key != COMPOSITE}
    assert max(heights) - min(heights) <= 1  # they stand side by side


def test_focus_gives_the_canvas_most_of_the_window_and_keeps_all_panes_in_sight(done: MainWindow) -> None:
    before = shown(done)
    lay_out(done, Layout.FOCUS)
    assert shown(done) == before
    assert done.canvas.width() > 3 * done.grid.width()
    lefts = {done.grid[key].mapTo(done, done.grid[key].rect().topLeft()).x() for key in before}
    assert len(lefts) == 1
    assert all(done.grid[key].image.height() > 40 for key in before)


def test_compare_makes_the_rows_alike(done: MainWindow) -> None:
    for layout in (Layout.FOCUS, Layout.DELIVER, Layout.COMPARE):
        lay_out(done, layout)
    assert abs(done.grid[COMPOSITE].height() - done.grid["knn"].height()) <= 2
    assert done.grid[FINAL].height() == done.grid[COMPOSITE].height()
    assert done.grid[FINAL].x() < done.grid[COMPOSITE].x()
    assert abs(done.canvas.width() - done.grid.width()) < 20


def test_one_pane_alone_fills_the_room_in_every_layout(done: MainWindow) -> None:
    for layout in Layout:
        lay_out(done, layout)
        done.grid.show_single("knn")
        QApplication.processEvents()
        assert shown(done) == ["knn"]
        assert done.grid["knn"].height() == done.grid.height()
        assert done.grid["knn"].width() == done.grid.width()
        done.grid.show_single(None)


def test_another_layout_brings_all_panes_back_and_is_remembered(
    done, settings, dialogs, pipeline, qtbot
) -> None:
    done.grid.show_single("knn")
    done.actions_["layout.compare"].trigger()
    assert len(shown(done)) > 1
    assert settings.layout is Layout.COMPARE
    again = Window(settings, dialogs, pipeline, STAGES)
    qtbot.addWidget(again)
    assert again.actions_["layout.compare"].isChecked()
    again.close()
