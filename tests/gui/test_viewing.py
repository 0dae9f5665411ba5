"""How results are looked at: view modes, wipe and difference, ground truth, the photo while a key is held."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.docks.viewer_panel import count_levels, shares
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.compare import CompareMode
from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.panes.gallery import COMPOSITE, PHOTO, TRUTH
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.picture.difference import ABOVE, BELOW, Difference
from mattingapp.gui.picture.image_view import ImageView
from mattingapp.imaging.matte import write_alpha
from mattingapp.imaging.metrics import score
from mattingapp.imaging.trimap import Label
from mattingapp.project.backdrop import PlainColour
from mattingapp.resources import resource

UNKNOWN = 230, 330  # in the middle of a large unknown region of the sample
KEYS = {
    Qt.Key.Key_A: ViewMode.ALPHA,
    Qt.Key.Key_M: ViewMode.OVERLAY,
    Qt.Key.Key_K: ViewMode.BLACK,
    Qt.Key.Key_W: ViewMode.WHITE,
    Qt.Key.Key_T: ViewMode.CHECKER,
    Qt.Key.Key_C: ViewMode.COMPOSITE,
}


def shown(view: ImageView, x: int, y: int) -> np.ndarray:
    """Return the colour that a view shows in the middle of a pixel of the photo."""
    device = view.mapping().to_device(x + 0.5, y + 0.5)
    colour: QColor = view.grab().toImage().pixelColor(int(device.x), int(device.y))
    return np.array((colour.red(), colour.green(), colour.blue()))


@pytest.fixture
def near(done: MainWindow) -> MainWindow:
    """The window after a run, one pixel of the photo large on the screen."""
    done.view.zoom_to(16.0)
    scale = done.view.scale
    x, y = UNKNOWN
    done.view.pan((done.view.centre.x - x) * scale, (done.view.centre.y - y) * scale, done.view.canvas)
    return done


def test_single_keys_show_alphas_in_other_ways(qtbot, near: MainWindow) -> None:
    x, y = UNKNOWN
    with qtbot.waitSignal(near.session.composite_arrived):
        near.session.set_backdrop(PlainColour(np.array((0, 0.5, 1), np.float32)))
    photo = near.session.document.photo.pixels[y, x].astype(float)  # the fake pipeline's foreground
    alpha = 0.5
    expected = {
        ViewMode.ALPHA: np.full(3, 255 * alpha),
        ViewMode.OVERLAY: photo + (np.array((255, 0, 0)) - photo) * alpha * 150 / 255,
        ViewMode.BLACK: alpha * photo,
        ViewMode.WHITE: alpha * photo + (1 - alpha) * 255,
        ViewMode.COMPOSITE: alpha * photo + (1 - alpha) * np.array((0, 128, 255)),
    }
    pane = near.grid["knn"].image
    for key, mode in KEYS.items():
        QTest.keyClick(near.canvas, key)
        assert near.viewing.display.mode is mode
        assert near.actions_[f"mode.{mode}"].isChecked()
        if mode in expected:
            assert np.abs(shown(pane, x, y) - expected[mode]).max() <= 3, mode
    QTest.keyClick(near.canvas, Qt.Key.Key_F)  # from the composite around to the first
    assert near.viewing.display.mode is ViewMode.ALPHA


def test_on_a_checker_the_ground_shows_through(near: MainWindow) -> None:
    near.view.zoom_to(64.0)  # a pixel of the photo is larger than the checker's cells
    QTest.keyClick(near.canvas, Qt.Key.Key_T)
    pane = near.grid["knn"].image
    image = pane.grab().toImage()
    device = pane.mapping().to_device(*UNKNOWN)
    greys = {image.pixelColor(int(device.x) + 2 + step, int(device.y) + 4).red() for step in range(0, 20, 4)}
    assert len(greys) == 2


def test_the_composite_pane_looks_the_same_in_every_mode(near: MainWindow) -> None:
    pane = near.grid[COMPOSITE].image
    before = shown(pane, *UNKNOWN)
    for mode in ViewMode:
        near.viewing.display.set_mode(mode)
        assert np.array_equal(shown(pane, *UNKNOWN), before)


def test_gain_and_gamma_change_what_is_seen_and_nothing_else(near: MainWindow) -> None:
    pane = near.grid["closed-form"]
    near.viewing.display.set_gain(2.0)
    assert abs(shown(pane.image, *UNKNOWN)[0] - 128) <= 1  # twice a quarter
    assert pane.chip.isVisible()
    assert "gain 2" in pane.chip.text()
    assert not near.grid[COMPOSITE].chip.isVisible()
    near.viewing.display.set_gamma(2.0)
    assert abs(shown(pane.image, *UNKNOWN)[0] - 255 * 0.5**0.5) <= 1
    assert near.session.document.results["closed-form"].result.alpha[UNKNOWN[::-1]] == 0.25
    near.viewing.display.set_mode(ViewMode.BLACK)
    assert not pane.chip.isVisible()  # this mode shows the alpha as it is
    near.viewing.display.set_mode(ViewMode.ALPHA)
    pane.chip.click()
    assert not near.viewing.display.adjusted
    assert not pane.chip.isVisible()
    assert abs(shown(pane.image, *UNKNOWN)[0] - 64) <= 1


def test_the_wipe_is_marked_too(near: MainWindow) -> None:
    near.viewing.display.set_gain(2.0)
    near.viewing.wipe(True)
    assert near.viewing.compare.chip.isVisible()
    near.viewing.difference()  # which has a gain of its own
    assert not near.viewing.compare.chip.isVisible()
    near.viewing.wipe(True)
    near.viewing.compare.chip.click()
    assert not near.viewing.compare.chip.isVisible()


def test_the_curve_keeps_black_and_finds_holes() -> None:
    display = Display()
    assert np.array_equal(display.curve(), np.arange(256))
    display.set_gamma(0.2)
    assert display.curve()[250] < 235  # a hole of 2 % in the foreground
    display.set_gain(1000)
    assert display.gain == 64
    assert display.curve()[0] == 0


def test_a_held_key_shows_the_photo_everywhere(near: MainWindow) -> None:
    photo = near.session.document.photo.pixels[UNKNOWN[::-1]].astype(int)
    views = [near.canvas, *(pane.image for pane in near.grid.panes.values() if pane.isVisible())]
    before = [shown(view, *UNKNOWN) for view in views]
    QTest.keyPress(near.canvas, Qt.Key.Key_Backslash)
    for view in views:
        assert np.abs(shown(view, *UNKNOWN) - photo).max() <= 1
    QTest.keyRelease(near.canvas, Qt.Key.Key_Backslash)
    for view, colour in zip(views, before, strict=True):
        assert np.array_equal(shown(view, *UNKNOWN), colour)


def test_the_photo_from_the_menu_stays_until_the_next_press(near: MainWindow) -> None:
    near.actions_["view.photo"].trigger()
    assert near.viewing.display.photo_only
    QTest.mousePress(near.grid["knn"].image, Qt.MouseButton.MiddleButton)
    assert not near.viewing.display.photo_only


def test_the_wipe_shows_one_picture_at_each_side_of_a_line_that_can_be_dragged(near: MainWindow) -> None:
    QTest.keyClick(near.canvas, Qt.Key.Key_V)
    assert near.viewing.compare.isVisible()
    assert not near.grid["knn"].isVisible()
    near.viewing.compare.compare(CompareMode.WIPE, "closed-form", "knn")
    view = near.viewing.compare.image
    QApplication.processEvents()
    middle = view.height() // 2 + 40

    def levels() -> list[int]:
        image = view.grab().toImage()
        return [image.pixelColor(x, middle).red() for x in (view.width() // 4, 3 * view.width() // 4)]

    assert levels() == [64, 128]
    line = QPoint(view.width() // 2, middle)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, line)
    QTest.mouseMove(view, QPoint(view.width() - 4, middle))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, line)
    assert levels() == [64, 64]
    near.viewing.compare.swap()
    assert levels() == [128, 128]
    view.setFocus()
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.split == 0.0
    assert levels() == [64, 64]
    QTest.keyClick(near, Qt.Key.Key_V)
    assert not near.viewing.compare.isVisible()
    assert near.grid["knn"].isVisible()


def test_the_wipe_offers_everything_there_is(near: MainWindow) -> None:
    near.actions_["view.compare"].trigger()
    box = near.viewing.compare.first
    offered = [box.itemData(index) for index in range(box.count())]
    assert offered == [PHOTO, "closed-form", "knn", "dcnn", COMPOSITE]
    assert box.currentData() == PHOTO
    assert near.viewing.compare.second.currentData() == "dcnn"


def test_the_difference_tells_above_from_below(near: MainWindow) -> None:
    QTest.keyClick(near.canvas, Qt.Key.Key_D)
    pane = near.viewing.compare
    pane.compare(CompareMode.DIFFERENCE, "knn", "closed-form")
    pane.gain.setValue(2)
    red, green, blue = shown(pane.image, *UNKNOWN)
    assert red > green > blue  # 0.5 is above 0.25: orange
    pane.swap()
    red, green, blue = shown(pane.image, *UNKNOWN)
    assert blue > green > red
    weak = blue
    pane.gain.setValue(4)
    assert shown(pane.image, *UNKNOWN)[2] > weak
    assert pane.first.findData(PHOTO) < 0  # only alphas have a difference


def test_the_difference_says_what_its_colours_mean(done: MainWindow) -> None:
    done.actions_["view.difference"].trigger()
    done.viewing.compare.compare(CompareMode.DIFFERENCE, "knn", "knn")  # nothing but black, and the legend
    QApplication.processEvents()
    image = done.viewing.compare.image.grab().toImage()
    seen = np.array([image.pixelColor(x, y).getRgb() for y in range(60) for x in range(200)])
    for colour in (ABOVE, BELOW):
        assert np.abs(seen - colour.getRgb()).max(1).min() < 50  # strokes of letters are thin


def test_opposite_differences_do_not_cancel_when_zoomed_out() -> None:
    first = np.zeros((256, 256), np.float32)
    first[:, ::2] = 1
    picture = Difference(first, 1 - first, 1.0)
    small = picture._levels[1].pixels
    assert small[..., :3].max() > 60


def test_nothing_to_compare_is_said(loaded: MainWindow) -> None:
    loaded.actions_["view.compare"].trigger()
    assert loaded.viewing.compare.image.hint == "Run first: there is nothing to compare yet"


def test_ground_truth_puts_errors_in_the_titles(qtbot, run, done: MainWindow, dialogs, sample_alpha) -> None:
    dialogs.opens.append(resource("samples", "hair_alpha.png"))
    done.actions_["file.truth"].trigger()
    assert dialogs.asked[-1] == "Load the ground truth"
    qtbot.waitUntil(lambda: len(done.session.scores) == 3)
    result = done.session.document.results["knn"].result
    expected = score(result.alpha, sample_alpha, done.session.document.trimap)
    caption = done.grid["knn"].caption
    assert f"SAD {expected.sad:.2f} · MSE {expected.mse:.4f} · Grad {expected.gradient:.2f}" in caption
    assert f"{expected.connectivity:.3f}" in done.grid["knn"].caption_tip
    QTest.keyClick(done.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert (done.viewing.compare.first.currentData(), done.viewing.compare.second.currentData()) == (
        "dcnn",
        TRUTH,
    )
    with qtbot.waitSignal(done.session.scores_arrived):
        run(done)  # another result is measured as well


def test_a_ground_truth_of_another_size_is_refused(done: MainWindow, tmp_path) -> None:
    write_alpha(tmp_path / "small.png", np.zeros((30, 40), np.uint8))
    done.session.load_truth(tmp_path / "small.png")
    done.wait()
    assert done.notices.text.endswith(
        "' is 40 × 30 pixels but the photo is 800 × 600 pixels: use one of its size."
    )
    assert done.session.document.truth is None


def test_another_photo_has_no_ground_truth(qtbot, done: MainWindow) -> None:
    done.session.load_truth(resource("samples", "hair_alpha.png"))
    done.wait()
    done.open_sample("plush")
    assert done.session.document.truth is None
    assert done.session.scores == {}
    assert not done.actions_["view.error"].isEnabled()


def test_tab_shows_one_pane_large(done: MainWindow) -> None:
    pane = done.grid["closed-form"]
    several = [key for key, other in done.grid.panes.items() if other.isVisible()]
    assert len(several) == 4
    pane.image.setFocus()
    QTest.keyClick(pane.image, Qt.Key.Key_Tab)
    assert [key for key, other in done.grid.panes.items() if other.isVisible()] == ["closed-form"]
    QTest.keyClick(pane.image, Qt.Key.Key_Tab)
    QTest.keyClick(done.canvas, Qt.Key.Key_Tab)
    assert [key for key, other in done.grid.panes.items() if other.isVisible()] == [FINAL]
    QTest.mouseDClick(done.grid[FINAL].image, Qt.MouseButton.LeftButton)
    assert [key for key, other in done.grid.panes.items() if other.isVisible()] == several


def test_view_modes_show_previews_too(qtbot, near: MainWindow, pipeline) -> None:
    near.viewing.display.set_mode(ViewMode.BLACK)
    near.session.document.paint(UNKNOWN, UNKNOWN, 9, Label.UNKNOWN)
    pipeline.hold.clear()
    with qtbot.waitSignal(near.session.preview_arrived):
        near.actions_["run.run"].trigger()
    photo = near.session.document.photo.pixels[UNKNOWN[::-1]]
    level = shown(near.grid["closed-form"].image, *UNKNOWN)
    assert np.abs(level - photo * 0.125).max() <= 3


def test_the_viewer_dock_shows_and_sets_gain_gamma_and_mode(done: MainWindow) -> None:
    done.actions_["dock.viewer"].trigger()
    panel = done.viewing.viewer
    panel.gain.slider.setValue(1000)
    assert done.viewing.display.gain == pytest.approx(64)
    panel.gamma.slider.setValue(0)
    assert done.viewing.display.gamma == pytest.approx(0.1)
    panel.reset.click()
    assert not done.viewing.display.adjusted
    assert not panel.reset.isEnabled()
    panel.mode.activated.emit(panel.mode.findData(ViewMode.WHITE))
    assert done.actions_["mode.white"].isChecked()


def test_the_histogram_counts_the_unknown_pixels(done: MainWindow) -> None:
    done.actions_["dock.viewer"].trigger()
    panel = done.viewing.viewer
    unknown = np.count_nonzero(done.session.document.trimap == Label.UNKNOWN)
    assert panel.source.currentData() == "dcnn"
    assert panel.histogram.counts[191] == panel.histogram.counts.sum() == unknown  # all at 0.75
    panel.source.setCurrentIndex(panel.source.findData("knn"))
    panel.source.activated.emit(panel.source.currentIndex())
    assert panel.histogram.counts[128] == unknown
    done.open_sample("plush")
    assert panel.histogram.counts.sum() == 0
    assert "Run shows" in panel.summary.text()


def test_haze_and_holes_are_told() -> None:
    trimap = np.full((10, 10), 128, np.uint8)
    trimap[0] = 255
    alpha = np.full((10, 10), 0.5, np.float32)
    alpha[1], alpha[2:4], alpha[4] = 0.02, 0.98, 1.0
    assert shares(count_levels(alpha, trimap)) == pytest.approx((10 / 90, 20 / 90))
