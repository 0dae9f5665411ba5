"""The backdrop's dock, and moving its image in the composite."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.backdrop_panel import BackdropKind
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes import PaneKey
from mattingapp.imaging.photo import read_photo
from mattingapp.project.backdrop import BlurredPhoto, Gradient, PlacedImage, PlainColour


@pytest.fixture
def panel(done: MainWindow):
    """The dock of the backdrop, after a run."""
    done.actions_["dock.backdrop"].trigger()
    return done.viewing.backdrop


def choose(panel, kind: BackdropKind) -> None:
    """Choose a kind as the person would."""
    panel.kind.setCurrentIndex(panel.kind.findData(kind))
    panel.kind.activated.emit(panel.kind.currentIndex())


def test_kinds_can_be_chosen_and_adjusted(qtbot, done: MainWindow, panel, dialogs) -> None:
    document = done.session.document
    caption = done.grid[PaneKey.COMPOSITE]
    choose(panel, BackdropKind.COLOUR)
    dialogs.colours.append("#3060a0")
    with qtbot.waitSignal(done.session.composite_arrived):
        panel.colour.click()
    assert isinstance(document.backdrop, PlainColour)
    assert caption.caption == "on #3060a0"
    choose(panel, BackdropKind.GRADIENT)
    dialogs.colours.append("#ff0000")
    panel.first.click()
    panel.angle.setValue(45)
    assert isinstance(document.backdrop, Gradient)
    assert (document.backdrop.first == (1, 0, 0)).all()
    assert document.backdrop.angle == 45
    assert caption.caption == "on a gradient"
    choose(panel, BackdropKind.BLUR)
    panel.blur.setValue(10)
    assert isinstance(document.backdrop, BlurredPhoto)
    assert document.backdrop.share == pytest.approx(0.1)
    choose(panel, BackdropKind.TRANSPARENT)
    assert document.backdrop.transparent


def test_the_dock_follows_the_menu(done: MainWindow, panel) -> None:
    done.actions_["backdrop.meadow"].trigger()
    assert panel.kind.currentData() == BackdropKind.IMAGE
    assert panel.image.text() == "a meadow"
    done.actions_["backdrop.none"].trigger()
    assert panel.kind.currentData() == BackdropKind.TRANSPARENT
    choose(panel, BackdropKind.IMAGE)  # the one used before comes back
    assert done.session.document.backdrop.name == "a meadow"


def test_no_image_chosen_changes_nothing(done: MainWindow, panel, dialogs) -> None:
    choose(panel, BackdropKind.IMAGE)
    assert dialogs.asked[-1] == "Backdrop"
    assert panel.kind.currentData() == BackdropKind.TRANSPARENT
    assert done.session.document.backdrop.transparent


def test_an_image_can_be_placed_by_numbers(done: MainWindow, panel) -> None:
    done.actions_["backdrop.city"].trigger()
    panel.scale.setValue(150)
    panel.x.setValue(10)
    panel.y.setValue(-5)
    backdrop = done.session.document.backdrop
    assert backdrop.scale == pytest.approx(1.5)
    assert backdrop.shift == pytest.approx((0.1, -0.05))
    panel.centre.click()
    assert done.session.document.backdrop.shift == (0, 0)
    assert panel.scale.value() == 100


def test_alt_and_the_mouse_place_the_image(done: MainWindow, panel) -> None:
    done.actions_["backdrop.city"].trigger()
    view = done.grid[PaneKey.COMPOSITE].image
    before = done.view.centre
    scale = view.mapping().scale
    alt = Qt.KeyboardModifier.AltModifier
    QTest.mousePress(view, Qt.MouseButton.LeftButton, alt, QPoint(50, 60))
    QTest.mouseMove(view, QPoint(70, 50))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, alt, QPoint(70, 50))
    shift = done.session.document.backdrop.shift
    assert shift == pytest.approx((20 / scale / 800, -10 / scale / 600), rel=0.1)
    assert panel.x.value() == pytest.approx(100 * shift[0], abs=0.1)
    assert done.view.centre == before  # the picture itself stayed
    turn = QWheelEvent(
        QPointF(50, 60), QPointF(50, 60), QPoint(), QPoint(120, 0), Qt.MouseButton.NoButton, alt,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert done.session.document.backdrop.scale == pytest.approx(1.05)


@pytest.mark.parametrize(
    "kind", [BackdropKind.COLOUR, BackdropKind.GRADIENT, BackdropKind.BLUR, BackdropKind.IMAGE]
)
def test_the_export_is_the_composite_pane_pixel_by_pixel(
    qtbot, done: MainWindow, panel, dialogs, tmp_path, kind: BackdropKind
) -> None:
    shown = []
    done.session.composite_arrived.connect(shown.append)
    with qtbot.waitSignal(done.session.composite_arrived):
        if kind is BackdropKind.IMAGE:
            done.session.set_backdrop(
                PlacedImage(np.arange(600, dtype=np.uint8).reshape(10, 20, 3), "x", 2.0)
            )
        else:
            choose(panel, kind)
    dialogs.saves.append((tmp_path / "composite.png", "PNG"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.composite"].trigger()
    assert np.array_equal(read_photo(tmp_path / "composite.png").pixels, shown[-1])
