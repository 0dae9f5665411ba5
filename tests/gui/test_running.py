"""Runs on the worker thread, as seen from the window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QThread
from PySide6.QtTest import QTest

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.session.worker import threads_left
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import write_image
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label, read_trimap
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.resources import resource
from tests.gui.conftest import Window


def pane_level(window: MainWindow, key: str, x: int, y: int) -> int:
    """Return the grey level that a pane shows at an image position."""
    image = window.grid[key].image
    device = image.mapping().to_device(x + 0.5, y + 0.5)
    return image.grab().toImage().pixelColor(round(device.x), round(device.y)).red()


def unknown_pixel(window: MainWindow) -> tuple[int, int]:
    """Return the position of a pixel in the middle of a large unknown region of the sample."""
    y, x = 330, 230
    assert (window.session.document.trimap[y - 9 : y + 9, x - 9 : x + 9] == Label.UNKNOWN).all()
    return x, y


def test_three_alphas_and_a_composite_arrive_in_their_panes(pipeline, run, qtbot, loaded: MainWindow) -> None:
    run(loaded)
    results = loaded.session.document.results
    assert set(results) == {"closed-form", "knn", "dcnn"}
    x, y = unknown_pixel(loaded)
    for key, stage in (("closed-form", "closed-form"), ("knn", "knn"), (FINAL, "dcnn")):
        assert results[stage].result.alpha[y, x] == pipeline.level[stage]
        assert abs(pane_level(loaded, key, x, y) - 255 * pipeline.level[stage]) <= 1
        assert loaded.grid[key].caption == "0.3 s · CPU"
    assert loaded.grid[FINAL].title == "Network"
    assert loaded.grid[COMPOSITE].caption == "transparent"
    assert loaded.grid[COMPOSITE].caption_tip == "transparent\nNetwork, transparent."
    assert loaded.session.document.matte.stage == "dcnn"
    assert loaded.status.text.startswith("Done in")


def test_the_work_is_done_in_another_thread_and_the_news_arrive_in_this_one(
    run, qtbot, loaded: MainWindow, pipeline
) -> None:
    here = QThread.currentThread()
    seen = []
    session = loaded.session
    for signal in (
        session.progress,
        session.preview_arrived,
        session.result_arrived,
        session.composite_arrived,
        session.run_ended,
    ):
        signal.connect(lambda *news: seen.append(QThread.currentThread()))
    run(loaded)
    assert len(seen) >= 5
    assert all(thread is here for thread in seen)
    assert all(thread is not here for thread in pipeline.threads)


def test_the_run_gets_a_trimap_that_painting_does_not_touch(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    kept = pipeline.requests[0].trimap.copy()
    loaded.session.clear_trimap()
    assert np.array_equal(pipeline.requests[0].trimap, kept)


def test_previews_are_shown_while_an_alpha_converges(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    with qtbot.waitSignal(loaded.session.preview_arrived):
        loaded.actions_["run.run"].trigger()
    x, y = unknown_pixel(loaded)
    assert abs(pane_level(loaded, "closed-form", x, y) - 255 * pipeline.level["closed-form"] / 2) <= 1
    qtbot.waitUntil(lambda: loaded.grid["closed-form"].caption == "50 %")
    assert "Closed-form  50 %" in loaded.status.text
    loaded.session.clear_trimap()  # a change in the middle of a run does not hide how far it is
    assert loaded.grid["closed-form"].caption == "50 %"
    assert loaded.options.run.text() == "Cancel"


def test_what_is_done_before_there_is_anything_to_count_is_said(qtbot, loaded: MainWindow) -> None:
    loaded.session.run_started.emit()
    loaded.session.progress.emit("knn", 0.0, "neighbours")
    assert loaded.status.text.startswith("KNN  neighbours")
    loaded.session.progress.emit("knn", 0.25, "neighbours")
    assert loaded.status.text.startswith("KNN  25 %")


def test_escape_ends_the_run_at_once_and_leaves_the_trimap(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    trimap = loaded.session.document.trimap.copy()
    with qtbot.waitSignal(loaded.session.run_ended, timeout=2000):
        QTest.keyClick(loaded.canvas, Qt.Key.Key_Escape)
    assert not loaded.session.running
    assert loaded.status.text == "Cancelled"
    assert loaded.options.run.text() == "Run"
    assert loaded.session.document.results == {}
    assert not loaded.grid["closed-form"].image.has_picture  # nothing of the preview stays
    assert np.array_equal(loaded.session.document.trimap, trimap)


def test_a_cancel_is_acknowledged_while_a_stage_is_deaf(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.deaf = True
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    loaded.actions_["run.cancel"].trigger()
    qtbot.waitUntil(lambda: loaded.status.text == "Cancelling…", timeout=300)
    assert loaded.session.running
    with qtbot.waitSignal(loaded.session.run_ended):
        pipeline.hold.set()
    assert loaded.status.text == "Cancelled"


def test_the_latest_run_wins(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: len(pipeline.requests) == 1)
    loaded.session.document.paint((230, 330), (230, 330), 9, Label.FOREGROUND)
    loaded.session.end_gesture("Stroke")
    ended = []
    loaded.session.run_ended.connect(ended.append)
    with qtbot.waitSignal(loaded.session.composite_arrived, timeout=5000):
        loaded.actions_["run.run"].trigger()
        loaded.actions_["run.run"].trigger()
        pipeline.hold.set()
    assert len(ended) == 1
    assert loaded.session.document.results["dcnn"].result.alpha[330, 230] == 1.0
    assert loaded.grid[FINAL].caption == "0.3 s · CPU"


def test_a_refused_run_says_one_sentence_in_the_window(
    run, qtbot, loaded: MainWindow, pipeline, dialogs
) -> None:
    pipeline.fail = InputError("The model file is missing: install it again.")
    with qtbot.waitSignal(loaded.session.run_ended):
        loaded.actions_["run.run"].trigger()
    assert loaded.notices.text == "The model file is missing: install it again."
    assert loaded.grid["closed-form"].caption == "failed"
    assert loaded.grid["closed-form"].image.hint == "The model file is missing: install it again."
    assert loaded.grid["knn"].image.hint == "Run shows the KNN alpha here"
    assert dialogs.bugs == []
    pipeline.fail = None
    run(loaded)
    assert loaded.grid["closed-form"].caption == "0.3 s · CPU"


def test_a_bug_in_a_stage_shows_its_traceback_and_loses_nothing(
    run, qtbot, loaded: MainWindow, pipeline, dialogs, caplog
) -> None:
    pipeline.fail = ZeroDivisionError("a bug")
    with qtbot.waitSignal(loaded.session.run_ended):
        loaded.actions_["run.run"].trigger()
    assert "ZeroDivisionError: a bug" in dialogs.bugs[0]
    assert "ZeroDivisionError" in caplog.text
    pipeline.fail = None
    run(loaded)  # the thread lives on
    assert loaded.session.document.matte is not None


def test_no_convergence_and_notes_are_told_in_the_title(run, qtbot, loaded: MainWindow, pipeline) -> None:
    short = Message(
        "{device} ran out of memory, so {stage} was computed on the CPU.", device="cuda:0", stage="KNN"
    )
    pipeline.converged, pipeline.notes = False, (short,)
    run(loaded)
    pane = loaded.grid["knn"]
    assert pane.caption == "not converged · 0.3 s · CPU"
    assert pane.caption_tip.splitlines()[1] == "cuda:0 ran out of memory, so KNN was computed on the CPU."


def test_results_are_marked_outdated_until_the_change_is_undone(qtbot, done: MainWindow) -> None:
    done.session.clear_trimap()
    assert done.grid["knn"].caption == "outdated · 0.3 s · CPU"
    assert done.grid[COMPOSITE].caption == "outdated · transparent"
    done.actions_["edit.undo"].trigger()
    assert done.grid["knn"].caption == "0.3 s · CPU"


def test_the_method_chosen_is_run_and_shown(run, qtbot, loaded: MainWindow, pipeline) -> None:
    combo = loaded.options.method
    assert [combo.itemText(i) for i in range(combo.count())] == [
        stage.title for stage in pipeline.stages.values()
    ]
    combo.setCurrentIndex(combo.findData("mean"))
    run(loaded)
    assert pipeline.requests[-1].methods == ("mean",)
    assert loaded.grid[FINAL].title == "Mean"
    combo.setCurrentIndex(combo.findData("knn"))
    run(loaded)
    assert pipeline.requests[-1].methods == ("knn",)
    assert loaded.session.document.matte.stage == "knn"
    assert loaded.grid.chosen_pane == "knn"


def test_another_method_in_the_third_pane_shows_its_own_result(
    run, qtbot, done: MainWindow, pipeline
) -> None:
    combo = done.options.method
    x, y = unknown_pixel(done)
    combo.setCurrentIndex(combo.findData("mean"))
    assert done.grid[FINAL].caption == ""
    assert not done.grid[FINAL].image.has_picture
    assert done.grid.chosen_pane is None  # the matte is the network's, which no pane shows now
    run(done)
    assert abs(pane_level(done, FINAL, x, y) - 255 * pipeline.level["mean"]) <= 1
    combo.setCurrentIndex(combo.findData("dcnn"))
    assert done.grid[FINAL].title == "Network"
    assert abs(pane_level(done, FINAL, x, y) - 255 * pipeline.level["dcnn"]) <= 1


def test_the_method_may_be_changed_during_a_run(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    combo = loaded.options.method
    combo.setCurrentIndex(combo.findData("mean"))
    with qtbot.waitSignal(loaded.session.composite_arrived):
        pipeline.hold.set()
    assert "dcnn" in loaded.session.document.results
    assert not loaded.grid[FINAL].image.has_picture
    assert loaded.grid[COMPOSITE].caption == "transparent"


def test_choosing_a_pane_composites_its_alpha(qtbot, done: MainWindow, pipeline) -> None:
    with qtbot.waitSignal(done.session.composite_arrived):
        QTest.mouseClick(done.grid["knn"].image, Qt.MouseButton.LeftButton)
    assert done.session.document.matte.stage == "knn"
    assert pipeline.requests[-1].methods == ("knn",)
    assert pipeline.requests[-1].foreground
    assert done.grid.chosen_pane == "knn"
    assert done.grid[COMPOSITE].caption == "transparent"
    with qtbot.waitSignal(done.session.composite_arrived):
        QTest.keyClick(done, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert done.session.document.matte.stage == "dcnn"


def test_a_pane_chosen_during_a_run_is_taken_when_it_has_ended(qtbot, done: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    done.actions_["run.run"].trigger()
    done.results.choose("closed-form")
    pipeline.hold.set()
    qtbot.waitUntil(lambda: done.session.document.matte.stage == "closed-form" and not done.session.running)


def test_a_pane_without_a_result_cannot_be_chosen(qtbot, loaded: MainWindow, pipeline) -> None:
    assert not loaded.grid["knn"].choice.isEnabled()
    assert not loaded.actions_["matte.knn"].isEnabled()
    qtbot.mouseClick(loaded.grid["knn"].image, Qt.MouseButton.LeftButton)
    assert pipeline.requests == []


def test_the_devices_of_this_machine_can_be_chosen(run, qtbot, loaded: MainWindow, pipeline) -> None:
    combo = loaded.options.device
    qtbot.waitUntil(lambda: combo.count() > 1)
    assert combo.itemText(0).startswith("Auto (")
    assert combo.itemText(combo.count() - 1) == "CPU"
    combo.setCurrentIndex(combo.count() - 1)
    run(loaded)
    assert pipeline.requests[-1].device == "cpu"


def test_another_photo_ends_the_run_and_takes_no_result_of_it(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    loaded.open_sample("plush")
    pipeline.hold.set()
    qtbot.waitUntil(lambda: not loaded.session.running)
    qtbot.wait(50)
    assert loaded.session.document.results == {}
    assert loaded.session.document.matte is None


def test_closing_during_a_run_leaves_no_thread(qtbot, loaded: MainWindow, pipeline) -> None:
    pipeline.hold.clear()
    loaded.actions_["run.run"].trigger()
    qtbot.waitUntil(lambda: bool(pipeline.requests))
    assert loaded.close()  # while the run would go on for as long as it is held
    qtbot.waitUntil(lambda: not threads_left())


def test_the_pixel_under_the_cursor_is_described(qtbot, done: MainWindow) -> None:
    done.view.actual_size()
    x, y = unknown_pixel(done)
    device = done.canvas.mapping().to_device(x, y)
    qtbot.mouseMove(done.canvas, QPoint(int(device.x), int(device.y)))
    qtbot.waitUntil(lambda: done.view.cursor is not None)
    position, colour, label, alphas = done.status.inspector
    red, green, blue = done.session.document.photo.pixels[y, x]
    assert position == f"{x}, {y}"
    assert colour == f"RGB {red} {green} {blue}"
    assert label == "Unknown"
    assert alphas == "α   Closed-form 0.25   KNN 0.50   Network 0.75"


@pytest.mark.parametrize("method", ["mean", "dcnn"])
def test_the_real_stages_run_in_the_window(
    qtbot, run, settings, dialogs, tmp_path: Path, method: str
) -> None:
    if method == "dcnn" and not DEFAULT_MODEL.exists():
        pytest.skip("needs the trained weights in resources")
    crop = (slice(200, 320), slice(120, 340))
    photo, trimap = tmp_path / "crop.png", tmp_path / "crop_trimap.png"
    write_image(photo, read_photo(resource("samples", "hair.png")).pixels[crop])
    write_image(trimap, read_trimap(resource("samples", "hair_trimap.png"))[0][crop])
    window = Window(settings, dialogs)
    qtbot.addWidget(window)
    window.show()
    window.open_files(photo, trimap)
    window.options.method.setCurrentIndex(window.options.method.findData(method))
    run(window)
    session = window.session
    known = session.document.trimap != Label.UNKNOWN
    for name in ("closed-form", "knn", method):
        alpha = session.document.results[name].result.alpha
        assert alpha.min() >= 0
        assert alpha.max() <= 1
        assert np.array_equal(alpha[known], session.document.trimap[known] / np.float32(255))
        assert 0.02 < alpha[~known].mean() < 0.98
    window.close()
    qtbot.waitUntil(lambda: not threads_left())


def test_warming_up_disturbs_nothing(qtbot, loaded: MainWindow, pipeline, dialogs, caplog) -> None:
    pipeline.fail = ZeroDivisionError("a bug")
    with qtbot.waitSignal(loaded.session._matting.changed):
        loaded.session.warm_up()
    assert "ZeroDivisionError" in caplog.text
    assert not loaded.session.warming
    pipeline.fail = None
    pipeline.hold.clear()
    loaded.session.warm_up()
    loaded.actions_["run.run"].trigger()  # waits for it
    assert loaded.status.text.startswith("Making the solvers ready for this computer, once")
    with qtbot.waitSignal(loaded.session.composite_arrived):
        pipeline.hold.set()
    assert [request.photo.shape for request in pipeline.requests[:2]] == [(48, 48, 3)] * 2
    assert dialogs.bugs == []
    assert loaded.session.document.results["dcnn"].result.alpha.shape == (600, 800)
