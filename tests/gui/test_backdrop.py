"""The backdrop's dock, and moving its image in the composite."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColorSpace, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.picture.screen import photo_picture
from mattingapp.gui.session.backdrop_titles import BackdropKind
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label
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
    caption = done.grid[COMPOSITE]
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
    done.wait()
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
    done.wait()
    panel.scale.setValue(150)
    panel.right.setValue(10)
    panel.down.setValue(-5)
    backdrop = done.session.document.backdrop
    assert backdrop.scale == pytest.approx(1.5)
    assert backdrop.shift == pytest.approx((0.1, -0.05))
    panel.centre.click()
    assert done.session.document.backdrop.shift == (0, 0)
    assert panel.scale.value() == 100


@pytest.mark.parametrize("other", ["gradient", "blur", "none"])
def test_a_number_being_typed_is_dropped_with_the_backdrop_it_was_for(
    qtbot, done: MainWindow, panel, other: str
) -> None:
    with qtbot.waitSignal(done.session.backdrop_changed):
        done.viewing.sample_backdrop("meadow")
    done.activateWindow()
    panel.scale.setFocus()
    panel.scale.selectAll()
    QTest.keyClicks(panel.scale, "150")
    with qtbot.waitSignal(done.session.backdrop_changed):
        done.actions_[f"backdrop.{other}"].trigger()
    panel.scale.clearFocus()
    assert not isinstance(done.session.document.backdrop, PlacedImage)


def test_alt_and_the_mouse_place_the_image(done: MainWindow, panel) -> None:
    done.actions_["backdrop.city"].trigger()
    done.wait()
    view = done.grid[COMPOSITE].image
    before = done.view.centre
    scale = view.mapping().scale
    alt = Qt.KeyboardModifier.AltModifier
    QTest.mousePress(view, Qt.MouseButton.LeftButton, alt, QPoint(50, 60))
    QTest.mouseMove(view, QPoint(70, 50))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, alt, QPoint(70, 50))
    shift = done.session.document.backdrop.shift
    assert shift == pytest.approx((20 / scale / 800, -10 / scale / 600), rel=0.1)
    assert panel.right.value() == pytest.approx(100 * shift[0], abs=0.1)
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


def names(window: MainWindow) -> list[str]:
    """Return the steps that are done."""
    history = window.session.document.history
    return history.names[: history.position]


def test_backdrops_can_be_undone_and_done_again(qtbot, done: MainWindow) -> None:
    shown = []
    done.session.composite_arrived.connect(shown.append)
    with qtbot.waitSignal(done.session.composite_arrived):
        done.actions_["backdrop.city"].trigger()
    with qtbot.waitSignal(done.session.composite_arrived):
        done.actions_["backdrop.gradient"].trigger()
    assert names(done) == ["Backdrop: Image", "Backdrop: Gradient"]
    assert done.actions_["edit.undo"].text() == "&Undo Backdrop: Gradient"
    with qtbot.waitSignal(done.session.composite_arrived):
        done.actions_["edit.undo"].trigger()
    assert done.session.document.backdrop.name == "a city"
    assert np.array_equal(shown[-1], shown[0])
    assert done.grid[COMPOSITE].caption == "on a city"
    done.actions_["edit.redo"].trigger()
    assert isinstance(done.session.document.backdrop, Gradient)
    done.session.go_to(0)
    assert done.session.document.backdrop.transparent
    assert not done.actions_["file.composite"].isEnabled()


def test_one_gesture_on_the_backdrop_is_one_step(done: MainWindow, panel) -> None:
    done.actions_["backdrop.city"].trigger()
    done.wait()
    for value in (110, 120, 130):
        panel.scale.setValue(value)
    panel.right.setValue(10)
    view = done.grid[COMPOSITE].image
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(2):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, alt, QPoint(50, 60))
        for x in (60, 70, 80):
            QTest.mouseMove(view, QPoint(x, 60))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, alt, QPoint(80, 60))
    assert names(done) == ["Backdrop: Image", *["Place backdrop"] * 4]  # size, place, and two drags
    for _ in range(4):
        done.actions_["edit.undo"].trigger()
    assert done.session.document.backdrop.scale == 1
    assert done.session.document.backdrop.shift == (0, 0)
    assert panel.scale.value() == 100


def test_a_change_after_undo_takes_the_place_of_what_was_undone(done: MainWindow, panel) -> None:
    done.actions_["backdrop.gradient"].trigger()
    panel.angle.setValue(45)
    panel.angle.setValue(50)
    done.actions_["edit.undo"].trigger()
    panel.angle.setValue(60)
    assert names(done) == ["Backdrop: Gradient", "Adjust backdrop"]
    assert done.session.document.history.redo_name is None
    done.actions_["edit.undo"].trigger()
    assert done.session.document.backdrop.angle == 90


def test_painting_and_backdrops_are_undone_in_turn(done: MainWindow) -> None:
    before = done.session.document.trimap.copy()
    done.actions_["backdrop.gradient"].trigger()
    done.session.paint((30, 30), (60, 30), 9, Label.FOREGROUND)
    done.session.end_gesture("Stroke")
    done.actions_["backdrop.none"].trigger()
    done.actions_["edit.undo"].trigger()
    assert isinstance(done.session.document.backdrop, Gradient)
    assert not np.array_equal(done.session.document.trimap, before)
    done.actions_["edit.undo"].trigger()
    assert np.array_equal(done.session.document.trimap, before)
    assert isinstance(done.session.document.backdrop, Gradient)


def test_a_transparent_backdrop_made_transparent_is_no_step(done: MainWindow) -> None:
    done.actions_["backdrop.none"].trigger()
    assert names(done) == []


def test_an_image_weighs_in_the_history_once(done: MainWindow, panel) -> None:
    done.actions_["backdrop.city"].trigger()
    done.wait()
    image = done.session.document.backdrop.image
    panel.scale.setValue(150)
    history = done.session.document.history
    assert history.latest.nbytes == 0  # both sides of the step show the same image
    done.actions_["backdrop.gradient"].trigger()
    assert history.latest.nbytes == image.nbytes


def test_an_image_keeps_its_colours_behind_a_photo_of_another_profile(
    qtbot, window: MainWindow, tmp_path
) -> None:
    adobe = QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data()
    Image.new("RGB", (60, 50), (0, 200, 0)).save(tmp_path / "wide.png", icc_profile=adobe)
    Image.new("RGB", (60, 50), (200, 30, 30)).save(tmp_path / "backdrop.png")
    window.open_files(tmp_path / "wide.png")
    window.wait()
    window.session.set_backdrop_image(tmp_path / "backdrop.png", "red")
    window.wait()
    shown = photo_picture(window.session.document.backdrop.image, adobe).pixels[5, 5, 2::-1]
    assert np.abs(shown.astype(int) - (200, 30, 30)).max() <= 2


def test_a_backdrop_that_cannot_be_read_is_told_and_changes_nothing(
    done: MainWindow, dialogs, tmp_path
) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    dialogs.opens.append(tmp_path / "notes.txt")
    done.actions_["backdrop.image"].trigger()
    done.wait()
    assert "notes.txt" in done.notices.text
    assert done.session.document.backdrop.transparent
    assert names(done) == []


def test_the_window_does_not_wait_for_a_backdrop(qtbot, done: MainWindow) -> None:
    done.actions_["backdrop.city"].trigger()
    assert done.session.document.backdrop.transparent
    done.wait()
    assert done.session.document.backdrop.name == "a city"
