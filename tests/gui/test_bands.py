"""Making trimaps: the search for the subject, and the panel for the unknown band."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest

from mattingapp.gui.canvas.band_panel import BandFrom, default_widths, first_choice, widest
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.toolbox import Tool
from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.imaging.trimap import Label, trimap_from_alpha, trimap_from_mask
from mattingapp.resources import resource
from tests.gui.hand import LEFT, RIGHT, at, click, drag, move

HAIR = resource("samples", "hair.png")


@pytest.fixture
def fresh(window: MainWindow) -> MainWindow:
    """A photo with an all-unknown trimap."""
    window.open_files(resource("samples", "plush.png"))
    return window


@pytest.fixture
def ready(qtbot):
    """Wait until the panel shows a band."""
    return lambda window: qtbot.waitUntil(window.band.apply.isEnabled, timeout=30000)


@pytest.fixture
def square() -> np.ndarray:
    mask = np.zeros((600, 800), np.uint8)
    mask[200:400, 200:400] = 255
    return mask


def box(name: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return corners of a rectangle around the subject of a sample."""
    alpha = read_alpha(resource("samples", f"{name}_alpha.png")) > 0.05
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    return (columns[0] - 8, rows[0] - 8), (columns[-1] + 8, rows[-1] + 8)


def test_a_newcomer_gets_a_matte_in_three_gestures(fresh: MainWindow, ready, run, qtbot) -> None:
    qtbot.keyClicks(fresh.canvas, "r")
    drag(fresh, *box("plush"))
    assert "Finding the subject" in fresh.canvas.advice
    ready(fresh)
    assert fresh.canvas.advice == ""
    qtbot.keyClick(fresh.band, Qt.Key.Key_Return)
    document = fresh.session.document
    assert document.history.names == ["Make unknown band"]
    assert fresh.toolbox.tool is Tool.BRUSH, "for what is left to mend"
    alpha = read_alpha(resource("samples", "plush_alpha.png"))
    assert np.mean(alpha[document.trimap == Label.FOREGROUND] > 0.9) > 0.97
    assert np.mean(alpha[document.trimap == Label.BACKGROUND] < 0.1) > 0.98
    run(fresh)
    assert document.matte is not None
    fresh.actions_["edit.undo"].trigger()
    assert (document.trimap == Label.UNKNOWN).all()


def test_the_subject_is_found_by_strokes_too(fresh: MainWindow, ready, qtbot) -> None:
    (left, top), (right, bottom) = box("plush")
    x, y = (left + right) // 2, (top + bottom) // 2
    fresh.toolbox.set_size(30)
    drag(fresh, (x, y - 60), (x, y + 60))
    drag(fresh, (20, 20), (780, 20), button=Qt.MouseButton.RightButton)
    drag(fresh, (20, 20), (20, 580), button=Qt.MouseButton.RightButton)
    fresh.actions_["trimap.cut"].trigger()
    ready(fresh)
    assert fresh.band.used is BandFrom.CUT
    trimap = fresh.session.document.trimap
    assert trimap[y, x] == Label.FOREGROUND
    assert trimap[20, 400] == Label.BACKGROUND
    fresh.band.reject()
    assert fresh.session.document.history.names[-1] == "Background stroke"


def test_nothing_said_is_enough_for_a_guess(fresh: MainWindow, ready) -> None:
    fresh.actions_["trimap.cut"].trigger()
    ready(fresh)
    alpha = read_alpha(resource("samples", "plush_alpha.png"))
    subject = fresh.session.document.trimap == Label.FOREGROUND
    assert np.mean(alpha[subject] > 0.5) > 0.8


def test_a_click_on_the_subject_finds_it_and_marks_mend_what_is_found(
    fresh: MainWindow, ready, qtbot
) -> None:
    assert "Drag a rectangle around the subject" in fresh.canvas.advice
    (left, top), (right, bottom) = box("plush")
    x, y = (left + right) // 2, (top + bottom) // 2
    fresh.toolbox.take(Tool.CUT)
    click(fresh, (x, y))
    ready(fresh)
    trimap = fresh.session.document.trimap
    assert trimap[y, x] == Label.FOREGROUND
    assert "Something missing" in fresh.band.text
    fresh.band.outer.box.setValue(4)

    def searched() -> None:
        qtbot.waitUntil(
            lambda: fresh.maker.cut_progress is None and fresh.band.apply.isEnabled(), timeout=20000
        )
        qtbot.wait(300)

    drag(fresh, (x - 20, y + 30), (x + 20, y + 30), button=RIGHT)  # whatever it is, the person knows better
    searched()
    assert (trimap[y + 30, x - 10 : x + 10] == Label.BACKGROUND).all()
    assert fresh.band.outer.value == 4
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    searched()
    assert not (trimap[y + 30, x - 10 : x + 10] == Label.BACKGROUND).any()
    assert len(fresh.maker.hints.marks) == 1
    fresh.band.accept()
    assert fresh.session.document.history.names == ["Make unknown band"]
    assert not fresh.maker.hints


def test_enter_while_the_subject_is_being_found_is_kept(fresh: MainWindow, ready, qtbot) -> None:
    fresh.toolbox.take(Tool.CUT)
    drag(fresh, *box("plush"))
    ready(fresh)
    click(fresh, (20, 20), button=RIGHT)
    assert fresh.maker.cut_progress is not None
    qtbot.keyClick(fresh.band, Qt.Key.Key_Return)
    assert fresh.band.isVisible()
    qtbot.waitUntil(lambda: not fresh.band.isVisible(), timeout=20000)
    assert fresh.session.document.history.names == ["Make unknown band"]
    assert fresh.session.document.trimap[20, 20] == Label.BACKGROUND


def test_a_subject_that_fills_the_photo_is_not_refused(fresh: MainWindow, ready) -> None:
    fresh.toolbox.take(Tool.CUT)
    drag(fresh, (1, 1), (799, 599))
    ready(fresh)
    assert fresh.band.used is BandFrom.CUT


def test_another_tool_begins_the_search_anew(fresh: MainWindow, ready) -> None:
    fresh.toolbox.take(Tool.CUT)
    drag(fresh, *box("plush"))
    ready(fresh)
    fresh.band.reject()
    fresh.toolbox.take(Tool.BRUSH)
    assert not fresh.maker.hints


def test_escape_stops_the_search(fresh: MainWindow, qtbot) -> None:
    fresh.toolbox.take(Tool.CUT)
    drag(fresh, *box("plush"))
    assert fresh.actions_["run.cancel"].isEnabled()
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    assert fresh.maker.cut_progress is None
    assert "Finding" not in fresh.canvas.advice
    qtbot.wait(50)
    assert not fresh.band.isVisible()


def test_the_rectangle_stays_until_the_cut_has_ended(fresh: MainWindow) -> None:
    fresh.toolbox.take(Tool.CUT)
    drag(fresh, (100, 100), (600, 400))
    fresh.view.set_cursor(None)
    edge = QRect(at(fresh, 350, 100) - QPoint(0, 2), QSize(1, 5))
    with_line = fresh.canvas.grab(edge).toImage()
    QTest.keyClick(fresh.canvas, Qt.Key.Key_Escape)
    without = fresh.canvas.grab(edge).toImage()
    changes = [
        abs(with_line.pixelColor(0, y).lightness() - without.pixelColor(0, y).lightness()) for y in range(5)
    ]
    assert max(changes) > 40


def test_the_band_changes_with_its_widths_and_cancel_takes_it_back(loaded: MainWindow, ready, qtbot) -> None:
    document = loaded.session.document
    before = document.trimap.copy()
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    assert loaded.band.used is BandFrom.PAINTED
    unknown = []
    for width in (0, 8, 20):
        loaded.band.inner.box.setValue(width)
        loaded.band.outer.slider.setValue(width)
        qtbot.wait(20)
        unknown.append(np.count_nonzero(document.trimap == Label.UNKNOWN))
    assert unknown[0] == np.count_nonzero(before == Label.UNKNOWN) < unknown[1] < unknown[2]
    loaded.band.inner.box.setValue(-5)
    loaded.band.outer.box.setValue(-5)
    qtbot.wait(20)
    assert np.count_nonzero(document.trimap == Label.UNKNOWN) < unknown[0]
    assert not loaded.actions_["edit.undo"].isEnabled()
    QTest.keyClick(loaded.band, Qt.Key.Key_Escape)
    assert np.array_equal(document.trimap, before)
    assert not loaded.isWindowModified()
    assert not loaded.band.isVisible()


def test_the_preview_is_painted_on_the_canvas(loaded: MainWindow, ready, qtbot) -> None:
    loaded.actions_["overlay.stronger"].trigger()
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    loaded.band.inner.box.setValue(0)
    loaded.band.outer.box.setValue(0)
    qtbot.wait(20)
    trimap = loaded.session.document.trimap
    row = 150
    x = int(np.flatnonzero(trimap[row] == Label.FOREGROUND)[0]) + 4
    before = loaded.canvas.grab().toImage().pixelColor(at(loaded, x, row))
    loaded.band.inner.box.setValue(20)
    qtbot.wait(20)
    assert trimap[row, x] == Label.UNKNOWN
    after = loaded.canvas.grab().toImage().pixelColor(at(loaded, x, row))
    assert before.blue() - before.red() > after.blue() - after.red() + 30
    loaded.band.reject()


def test_while_a_band_is_previewed_nothing_else_changes_the_trimap(loaded: MainWindow, ready) -> None:
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    shown = loaded.session.document.trimap.copy()
    for action_id in ("trimap.clear", "edit.undo", "run.run", "trimap.import", "trimap.save", "tool.fill"):
        assert not loaded.actions_[action_id].isEnabled(), action_id
    assert loaded.actions_["view.fit"].isEnabled()
    drag(loaded, (300, 60), (340, 100))
    assert np.array_equal(loaded.session.document.trimap, shown)
    loaded.band.accept()
    assert loaded.actions_["trimap.clear"].isEnabled()
    assert np.array_equal(loaded.session.document.trimap, shown)


def test_a_polygon_under_way_is_given_up_for_a_preview(loaded: MainWindow, ready) -> None:
    loaded.toolbox.take(Tool.POLYGON)
    QTest.mouseClick(loaded.canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(loaded, 300, 300))
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    loaded.band.reject()
    move(loaded, (400, 400), Qt.MouseButton.NoButton)
    QTest.keyClick(loaded.canvas, Qt.Key.Key_Return)
    assert loaded.session.document.history.names == []


def choose_file(window: MainWindow, dialogs, origin: BandFrom, path: Path | None) -> None:
    if path is not None:
        dialogs.opens.append(path)
    index = window.band.origin.findData(origin)
    window.band.origin.setCurrentIndex(index)
    window.band.origin.activated.emit(index)


def test_a_band_is_made_from_a_mask_in_a_file(fresh: MainWindow, dialogs, ready, square, tmp_path) -> None:
    write_alpha(tmp_path / "mask.png", square)
    fresh.actions_["trimap.band"].trigger()
    assert not fresh.band.apply.isEnabled()
    choose_file(fresh, dialogs, BandFrom.MASK_FILE, tmp_path / "mask.png")
    ready(fresh)
    fresh.band.inner.box.setValue(5)
    fresh.band.outer.box.setValue(20)
    fresh.band.accept()
    assert np.array_equal(fresh.session.document.trimap, trimap_from_mask(square, 5, 20))
    assert fresh.actions_["edit.undo"].text() == "&Undo Make unknown band"


def test_a_band_is_made_from_an_alpha_or_cut_out_in_a_file(
    fresh: MainWindow, dialogs, ready, tmp_path
) -> None:
    alpha = read_alpha(resource("samples", "plush_alpha.png"))
    levels = np.rint(alpha * 255).astype(np.uint8)
    colours = np.zeros((*levels.shape, 3), np.uint8)
    Image.fromarray(np.dstack([colours, levels])).save(tmp_path / "cutout.png")
    fresh.actions_["trimap.band"].trigger()
    choose_file(fresh, dialogs, BandFrom.ALPHA_FILE, tmp_path / "cutout.png")
    ready(fresh)
    fresh.band.inner.box.setValue(3)
    fresh.band.outer.box.setValue(4)
    fresh.band.accept()
    assert np.array_equal(fresh.session.document.trimap, trimap_from_alpha(levels, 3, 4))


def test_no_file_chosen_leaves_the_choice(loaded: MainWindow, dialogs, ready) -> None:
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    choose_file(loaded, dialogs, BandFrom.MASK_FILE, None)
    assert loaded.band.origin.currentData() == BandFrom.PAINTED
    assert loaded.band.used is BandFrom.PAINTED
    loaded.band.reject()


def test_a_mask_of_another_size_is_refused_in_words(fresh: MainWindow, dialogs, qtbot, tmp_path) -> None:
    write_alpha(tmp_path / "mask.png", np.eye(30, dtype=np.uint8) * 255)
    fresh.actions_["trimap.band"].trigger()
    choose_file(fresh, dialogs, BandFrom.MASK_FILE, tmp_path / "mask.png")
    qtbot.waitUntil(lambda: "30 × 30" in fresh.band.text)
    assert not fresh.band.apply.isEnabled()
    fresh.band.accept()
    assert fresh.band.isVisible()
    fresh.band.reject()
    assert (fresh.session.document.trimap == Label.UNKNOWN).all()


def test_a_band_that_swallows_everything_is_refused_in_words(
    fresh: MainWindow, dialogs, ready, qtbot, tmp_path
) -> None:
    mask = np.zeros((600, 800), np.uint8)
    mask[200:240, 200:240] = 255
    write_alpha(tmp_path / "mask.png", mask)
    fresh.actions_["trimap.band"].trigger()
    choose_file(fresh, dialogs, BandFrom.MASK_FILE, tmp_path / "mask.png")
    ready(fresh)
    shown = fresh.session.document.trimap.copy()
    fresh.band.inner.box.setValue(60)
    qtbot.waitUntil(lambda: "leaves no definite foreground" in fresh.band.text)
    assert not fresh.band.apply.isEnabled()
    assert np.array_equal(fresh.session.document.trimap, shown), "the last band that was possible stays"
    fresh.band.inner.box.setValue(6)
    ready(fresh)
    fresh.band.reject()


def test_the_alpha_in_use_can_be_the_source(done: MainWindow, ready) -> None:
    done.band.begin(BandFrom.ALPHA)
    ready(done)
    done.band.inner.box.setValue(2)
    done.band.outer.box.setValue(3)
    done.band.accept()
    expected = trimap_from_alpha(done.session.document.matte.alpha, 2, 3)
    assert np.array_equal(done.session.document.trimap, expected)


def test_only_sources_that_are_there_are_offered(fresh: MainWindow) -> None:
    fresh.actions_["trimap.band"].trigger()
    model, origin = fresh.band.origin.model(), fresh.band.origin
    offered = {origin.itemData(i) for i in range(origin.count()) if model.item(i).isEnabled()}
    assert offered == {BandFrom.PAINTED, BandFrom.MASK_FILE, BandFrom.ALPHA_FILE}
    fresh.band.reject()


def test_another_photo_closes_the_panel(loaded: MainWindow, ready) -> None:
    loaded.actions_["trimap.band"].trigger()
    ready(loaded)
    loaded.open_sample("plush")
    assert not loaded.band.isVisible()
    assert not loaded.session.previewing
    assert loaded.actions_["run.run"].isEnabled()


def test_what_suggests_itself_comes_first(loaded: MainWindow, sample_alpha) -> None:
    document = loaded.session.document
    assert first_choice(document, None) is BandFrom.PAINTED
    assert first_choice(document, np.zeros((600, 800), bool)) is BandFrom.CUT
    document.trimap[document.trimap == Label.BACKGROUND] = Label.UNKNOWN
    assert first_choice(document, None) is BandFrom.MASK_FILE


@pytest.mark.parametrize("shape", [(60, 80), (600, 800), (4000, 6000), (9000, 200)])
def test_the_widths_offered_fit_the_photo(shape: tuple[int, int]) -> None:
    for origin in BandFrom:
        inner, outer = default_widths(origin, shape)
        least = 0 if origin is BandFrom.CUT else 10  # whose band makes itself
        assert least <= inner <= outer <= widest(shape) <= 500


def test_the_panel_stays_inside_the_canvas(loaded: MainWindow, ready, qtbot) -> None:
    for size in ((1024, 700), (1600, 1000)):
        loaded.resize(*size)
        loaded.band.begin()
        ready(loaded)
        corner = loaded.canvas.mapTo(loaded.band.parentWidget(), QPoint(0, 0))
        ground = loaded.canvas.rect().translated(corner)
        assert ground.contains(loaded.band.geometry())
        loaded.band.reject()
