"""Saving a project, opening it again, and the question about work that is not saved."""

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.commands import filing
from mattingapp.gui.commands.dialogs import Answer, Overwrite
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.session import reading
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label
from mattingapp.matting.stages import NoSettings
from mattingapp.project.load import read_project
from mattingapp.project.save import Snapshot, write_project
from mattingapp.project.touch_up import Brush, Touch
from mattingapp.resources import resource
from tests.gui.conftest import LEVEL, STAGES, Window
from tests.gui.test_files import drop

HAIR, PLUSH = resource("samples", "hair.png"), resource("samples", "plush.png")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo in a folder of its own."""
    (tmp_path / "photos").mkdir()
    return Path(shutil.copy(HAIR, tmp_path / "photos" / "hair.png"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where projects are saved."""
    return tmp_path / "hair.matting"


def scribble(window: Window, y: int = 30) -> None:
    """Change the trimap by one stroke."""
    window.session.paint((30, y), (60, y), 9, Label.FOREGROUND)
    window.session.end_gesture("Foreground stroke")


@pytest.fixture
def save(qtbot, dialogs):
    """Save by the menu, under a new name if there is one, and wait until it is done."""

    def save(window: Window, path: Path | None = None, action: str = "file.save") -> None:
        if path is not None:
            dialogs.saves.append((path, "Project"))
        with qtbot.waitSignal(window.filing.saving.saved):
            window.actions_[action].trigger()

    return save


def without_pointer(window: Window) -> QImage:
    """Return the canvas as it is while the pointer, which an earlier test may have left on it, is elsewhere."""
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    return window.canvas.grab().toImage()


def test_a_saved_project_opens_as_it_was_and_needs_no_run(
    window: Window, run, save, photo: Path, path: Path, pipeline
) -> None:
    window.open_files(photo, resource("samples", "hair_trimap.png"))
    window.options.method.setCurrentIndex(window.options.method.findData("mean"))
    run(window)
    scribble(window)
    window.session.touch((300, 100), (380, 120), Brush(Touch.ADD, 40))
    window.session.end_touch("Add")
    window.viewing.sample_backdrop("city")
    window.wait()
    before = window.session.document
    composite = before.final_matte()().on(before.backdrop, before.photo.pixels)[0]
    shown = without_pointer(window)
    save(window, path)
    runs = len(pipeline.requests)
    window.open_sample("plush")
    window.options.method.setCurrentIndex(window.options.method.findData("dcnn"))
    window.viewing.clear_backdrop()

    window.open_files(path)
    after = window.session.document
    assert after is not before
    assert np.array_equal(after.trimap, before.trimap)
    assert after.settings == before.settings
    assert window.options.method.currentData() == "mean"
    again = after.final_matte()().on(after.backdrop, after.photo.pixels)[0]
    assert np.abs(again - composite).max() < 1e-4
    assert window.grid["closed-form"].caption == "outdated · 0.3 s · CPU"
    assert window.grid[FINAL].caption == "outdated · 0.3 s · CPU · touched up"
    assert window.grid["closed-form"].image.has_picture
    assert without_pointer(window) == shown
    assert window.actions_["file.alpha"].isEnabled()
    assert len(pipeline.requests) == runs


def test_the_composite_pane_is_filled_when_a_project_opens(qtbot, done: Window, save, path: Path) -> None:
    save(done, path)
    done.open_sample("plush")
    with qtbot.waitSignal(done.session.composite_arrived):
        done.open_files(path)
    assert done.grid[COMPOSITE].image.has_picture


def test_another_result_can_be_chosen_in_a_reopened_project(qtbot, done: Window, save, path: Path) -> None:
    save(done, path)
    done.open_files(path)
    with qtbot.waitSignal(done.session.matte_changed):
        done.results.choose("knn")
    alpha = done.session.document.matte.alpha
    assert (alpha[done.session.document.trimap == Label.UNKNOWN] == LEVEL["knn"]).all()


def test_a_reopened_project_does_not_run_by_itself(qtbot, done: Window, save, path: Path, pipeline) -> None:
    with qtbot.waitSignal(done.session.run_ended):
        done.actions_["run.auto"].trigger()
    save(done, path)
    runs = len(pipeline.requests)
    done.open_files(path)
    qtbot.wait(150)
    assert len(pipeline.requests) == runs
    with qtbot.waitSignal(done.session.run_started):
        scribble(done)


def test_the_title_says_what_is_open_and_whether_it_is_saved(loaded: Window, save, path: Path) -> None:
    assert loaded.windowTitle() == "hair.png[*] — mattingapp"
    scribble(loaded)
    assert loaded.isWindowModified()
    save(loaded, path)
    assert loaded.windowTitle() == "hair.matting[*] — mattingapp"
    assert not loaded.isWindowModified()
    assert "Saved hair.matting" in loaded.notices.text
    scribble(loaded, 50)
    assert loaded.isWindowModified()
    loaded.actions_["edit.undo"].trigger()
    assert not loaded.isWindowModified()


def test_save_asks_for_a_name_once_and_save_as_each_time(
    loaded: Window, dialogs, save, tmp_path: Path
) -> None:
    save(loaded, tmp_path / "one.matting")
    assert dialogs.asked[-1] == "Save the project | hair.matting"
    scribble(loaded)
    asked = len(dialogs.asked)
    save(loaded)
    assert len(dialogs.asked) == asked
    save(loaded, tmp_path / "two.matting", "file.save_as")
    assert dialogs.asked[-1] == "Save the project | one.matting"
    assert loaded.session.document.project_path == tmp_path / "two.matting"
    assert read_project(tmp_path / "one.matting", stages=STAGES)[0].photo.path == HAIR


def test_with_a_project_every_change_counts(qtbot, done: Window, save, path: Path) -> None:
    save(done, path)
    done.viewing.sample_backdrop("city")
    done.wait()
    assert done.isWindowModified()
    save(done)
    done.options.method.setCurrentIndex(done.options.method.findData("mean"))
    assert done.isWindowModified()
    save(done)
    with qtbot.waitSignal(done.session.matte_changed):
        done.results.choose("knn")
    assert done.isWindowModified()


def test_a_trimap_in_a_file_of_its_own_is_not_in_the_project(
    loaded: Window, dialogs, save, path: Path
) -> None:
    save(loaded, path)
    scribble(loaded)
    dialogs.saves.append((path.with_name("trimap.png"), "PNG"))
    loaded.actions_["trimap.save"].trigger()
    assert loaded.isWindowModified()


def test_projects_are_remembered_and_opened_from_the_list(loaded: Window, save, settings, path: Path) -> None:
    save(loaded, path)
    assert settings.recent[0] == path
    loaded.open_sample("plush")
    loaded.recent.actions()[0].trigger()
    loaded.wait()
    assert loaded.session.document.project_path == path


def test_a_dropped_project_is_opened(loaded: Window, save, path: Path) -> None:
    save(loaded, path)
    loaded.open_sample("plush")
    drop(loaded, path)
    assert loaded.windowTitle() == "hair.matting[*] — mattingapp"


def test_a_project_is_dropped_alone(loaded: Window, save, path: Path) -> None:
    save(loaded, path)
    drop(loaded, path, HAIR)
    assert "drop it alone" in loaded.notices.text


def test_a_missing_photo_is_asked_for(window: Window, dialogs, save, photo: Path, path: Path) -> None:
    window.open_files(photo)
    scribble(window)
    save(window, path)
    moved = photo.with_name("elsewhere.png")
    photo.rename(moved)
    window.open_sample("plush")
    window.open_files(path)  # and no answer
    assert dialogs.asked[-1] == "Where is hair.png?"
    assert "hair.png' of this project is missing" in window.notices.text
    assert window.session.document.photo.path == PLUSH
    dialogs.opens.append(moved)
    window.open_files(path)
    window.wait()
    assert window.session.document.photo.path == moved
    assert window.session.document.project_path == path


def test_a_changed_photo_is_told(window: Window, save, photo: Path, path: Path) -> None:
    window.open_files(photo)
    save(window, path)
    pixels = np.asarray(Image.open(photo))
    Image.fromarray(255 - pixels).save(photo)
    window.open_files(path)
    assert "hair.png' has changed" in window.notices.text


def test_a_damaged_project_keeps_what_is_open(loaded: Window, save, path: Path) -> None:
    save(loaded, path)
    path.write_bytes(path.read_bytes()[:2000])
    loaded.open_sample("plush")
    loaded.open_files(path)
    assert "is damaged or no project" in loaded.notices.text
    assert loaded.session.document.photo.path == PLUSH


def test_a_pasted_photo_is_in_its_project(window: Window, save, path: Path) -> None:
    pixels = read_photo(HAIR)
    read = reading.open_photo(lambda: replace(pixels, path=None), None, window.session.inherited())
    window.session.show_document(read)
    save(window, path)
    window.open_sample("plush")
    window.open_files(path)
    assert np.array_equal(window.session.document.photo.pixels, pixels.pixels)
    assert window.windowTitle() == "hair.matting[*] — mattingapp"


def test_a_project_of_a_method_that_is_not_here_is_told(
    loaded: Window, save, path: Path, monkeypatch
) -> None:
    loaded.session.set_parameters("knn", NoSettings())
    save(loaded, path)
    monkeypatch.delitem(loaded.session.stages, "knn")
    loaded.open_files(path)
    assert "the method 'knn', which is not installed here" in loaded.notices.text


# The question about work that is not saved


@pytest.mark.parametrize("by", ["close", "open", "drop", "sample"])
def test_work_is_not_lost_without_asking(loaded: Window, dialogs, by: str) -> None:
    scribble(loaded)
    document = loaded.session.document
    dialogs.answers.append(Answer.CANCEL)
    dialogs.opens.append(PLUSH)
    {
        "close": loaded.close,
        "open": loaded.actions_["file.open"].trigger,
        "drop": lambda: drop(loaded, PLUSH),
        "sample": lambda: loaded.open_sample("plush"),
    }[by]()
    assert dialogs.asked[-1] == "unsaved hair.png"
    assert loaded.session.document is document
    assert loaded.isVisible()
    assert loaded.isWindowModified()


def test_a_cancelled_close_changes_nothing(loaded: Window, dialogs, settings) -> None:
    scribble(loaded)
    loaded.resize(1111, 777)
    before = settings.geometry
    dialogs.answers.append(Answer.CANCEL)
    assert not loaded.close()
    assert settings.geometry == before


def test_save_in_the_question_saves_and_goes_on(qtbot, loaded: Window, dialogs, path: Path) -> None:
    scribble(loaded)
    trimap = loaded.session.document.trimap.copy()
    dialogs.answers.append(Answer.SAVE)
    dialogs.saves.append((path, "Project"))
    loaded.open_sample("plush")
    qtbot.waitUntil(lambda: loaded.session.document.photo.path == PLUSH)
    assert np.array_equal(read_project(path, stages=STAGES)[0].trimap, trimap)


def test_discard_in_the_question_goes_on_without_asking_again(loaded: Window, dialogs) -> None:
    scribble(loaded)
    dialogs.answers.append(Answer.DISCARD)
    loaded.open_sample("plush")
    assert loaded.session.document.photo.path == PLUSH
    assert dialogs.asked.count("unsaved hair.png") == 1


def test_a_save_without_a_name_keeps_everything_open(loaded: Window, dialogs) -> None:
    scribble(loaded)
    dialogs.answers.append(Answer.SAVE)
    assert not loaded.close()  # the file dialog is cancelled
    assert loaded.isVisible()
    assert loaded.isWindowModified()


def test_a_save_that_fails_keeps_everything_open(qtbot, loaded: Window, dialogs, tmp_path: Path) -> None:
    scribble(loaded)
    dialogs.answers.append(Answer.SAVE)
    dialogs.saves.append((tmp_path / "nowhere" / "hair.matting", "Project"))
    assert not loaded.close()
    qtbot.waitUntil(lambda: "There is no folder" in loaded.notices.text)
    assert loaded.isVisible()
    assert loaded.isWindowModified()


def test_closing_while_it_is_saved_waits_for_the_file(qtbot, loaded: Window, dialogs, path: Path) -> None:
    scribble(loaded)
    dialogs.saves.append((path, "Project"))
    loaded.actions_["file.save"].trigger()
    assert not loaded.close()
    assert not dialogs.asked[-1].startswith("unsaved")
    qtbot.waitUntil(lambda: not loaded.isVisible())
    read_project(path, stages=STAGES)


def test_what_is_painted_while_it_is_saved_is_asked_about(qtbot, loaded: Window, dialogs, path: Path) -> None:
    scribble(loaded)
    dialogs.answers += [Answer.SAVE, Answer.CANCEL]
    dialogs.saves.append((path, "Project"))
    assert not loaded.close()
    scribble(loaded, 50)
    qtbot.waitUntil(lambda: "unsaved hair.matting" in dialogs.asked)
    assert loaded.isVisible()
    assert loaded.isWindowModified()


# Opening without waiting


@pytest.fixture
def slow(monkeypatch) -> threading.Event:
    """Let photos be read only once this is set."""
    may_read = threading.Event()

    def read(path: Path):
        assert may_read.wait(30)
        return read_photo(path)

    monkeypatch.setattr(reading, "read_photo", read)
    return may_read


def test_the_window_lives_while_a_photo_is_read(qtbot, window: Window, slow: threading.Event) -> None:
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(5)
    filing.Filing.open_files(window.filing, HAIR)
    assert window.session.opened is None
    qtbot.waitUntil(lambda: window.loading.isVisible())
    assert window.loading.text == "Opening hair.png…"
    qtbot.waitUntil(lambda: len(ticks) > 10)
    slow.set()
    window.wait()
    assert window.session.document.photo.path == HAIR
    assert window.canvas.isVisible()
    timer.stop()


def test_a_photo_that_is_read_at_once_is_shown_without_a_word(window: Window) -> None:
    shown = []
    window.loading.tell = shown.append
    window.open_files(HAIR)
    assert not window.loading.isVisible()
    assert window.options.isEnabled()


@pytest.mark.parametrize("by", ["escape", "button"])
def test_opening_is_cancelled(qtbot, loaded: Window, slow: threading.Event, by: str) -> None:
    document = loaded.session.document
    loaded.filing.open_files(PLUSH)
    qtbot.waitUntil(lambda: loaded.loading.isVisible())
    assert not loaded.options.isEnabled()
    assert loaded.actions_["run.cancel"].isEnabled()
    loaded.actions_["run.cancel"].trigger() if by == "escape" else loaded.loading.stop.click()
    assert loaded.canvas.isVisible()
    assert loaded.options.isEnabled()
    slow.set()
    qtbot.wait(100)
    assert loaded.session.document is document


def test_the_latest_photo_wins(qtbot, window: Window, slow: threading.Event) -> None:
    opened = []
    window.session.document_changed.connect(lambda: opened.append(window.session.document.photo.path))
    window.filing.open_files(HAIR)
    window.filing.open_files(PLUSH)
    slow.set()
    window.wait()
    qtbot.wait(50)
    assert opened == [PLUSH]


def test_what_is_painted_while_a_photo_is_read_is_not_lost(
    loaded: Window, slow: threading.Event, dialogs
) -> None:
    document = loaded.session.document
    loaded.filing.open_files(PLUSH)
    scribble(loaded)
    dialogs.answers.append(Answer.CANCEL)
    slow.set()
    loaded.wait()
    assert dialogs.asked[-1] == "unsaved hair.png"
    assert loaded.session.document is document


def test_the_window_closes_while_a_photo_is_read(window: Window, slow: threading.Event) -> None:
    window.filing.open_files(HAIR)
    threading.Timer(0.2, slow.set).start()
    assert window.close()
    QApplication.processEvents()
    assert window.session.opened is None


def test_a_file_that_cannot_be_opened_leaves_the_list(window: Window, settings, tmp_path: Path) -> None:
    gone = tmp_path / "gone.png"
    window.filing.remember([gone, HAIR])
    window.open_files(gone)
    assert settings.recent == [HAIR]
    assert "There is no file" in window.notices.text


# What others have written, and what the document was made from


@pytest.fixture
def changed(loaded: Window, save, path: Path) -> Window:
    """The window with a project that another program has changed, and work that is not saved."""
    save(loaded, path)
    scribble(loaded)
    path.write_bytes(b"of another program")
    return loaded


@pytest.mark.parametrize("answer", list(Overwrite))
def test_saving_over_what_others_changed_asks(
    qtbot, changed: Window, dialogs, path: Path, answer: Overwrite
) -> None:
    dialogs.overwrites.append(answer)
    dialogs.saves.append((path.with_name("other.matting"), "Project"))
    with qtbot.waitSignal(changed.filing.saving.saved, timeout=1000, raising=answer is not Overwrite.CANCEL):
        changed.actions_["file.save"].trigger()
    assert dialogs.asked.count("changed hair.matting") == 1
    assert (path.read_bytes() == b"of another program") is (answer is not Overwrite.REPLACE)
    assert path.with_name("other.matting").exists() is (answer is Overwrite.RENAME)
    assert changed.isWindowModified() is (answer is Overwrite.CANCEL)


def test_two_windows_on_one_project_do_not_overwrite_each_other(
    qtbot, loaded: Window, dialogs, save, path: Path
) -> None:
    save(loaded, path)
    document, _ = read_project(path, stages=STAGES)
    document.replace_trimap(np.full_like(document.trimap, Label.UNKNOWN), "Clear")
    write_project(path, Snapshot.of(document))
    scribble(loaded)
    dialogs.overwrites.append(Overwrite.CANCEL)
    loaded.actions_["file.save"].trigger()
    qtbot.waitUntil(lambda: "changed hair.matting" in dialogs.asked)
    assert np.array_equal(read_project(path, stages=STAGES)[0].trimap, document.trimap)


def test_a_file_that_was_only_touched_is_saved_without_a_question(
    loaded: Window, dialogs, save, path: Path
) -> None:
    save(loaded, path)
    os.utime(path, (1, 1))
    scribble(loaded)
    save(loaded)
    assert not any(asked.startswith("changed") for asked in dialogs.asked)


def test_saving_twice_in_a_row_asks_nothing(qtbot, loaded: Window, dialogs, save, path: Path) -> None:
    save(loaded, path)
    scribble(loaded)
    loaded.actions_["file.save"].trigger()
    scribble(loaded, 50)
    loaded.actions_["file.save"].trigger()
    qtbot.waitUntil(lambda: not loaded.isWindowModified())
    assert not any(asked.startswith("changed") for asked in dialogs.asked)


@pytest.mark.parametrize("source", ["photo", "trimap", "truth", "backdrop"])
def test_nothing_is_exported_over_what_the_document_was_made_from(
    qtbot, window: Window, run, dialogs, tmp_path: Path, source: str
) -> None:
    files = {name: tmp_path / f"{name}.png" for name in ("photo", "trimap", "truth", "backdrop")}
    for name, path in files.items():
        shutil.copy(resource("samples", "hair_trimap.png" if name == "trimap" else "hair.png"), path)
    window.open_files(files["photo"], files["trimap"])
    window.session.load_truth(files["truth"])
    window.session.set_backdrop_image(files["backdrop"], "a picture")
    window.wait()
    run(window)
    before = {path: path.read_bytes() for path in files.values()}
    os.link(files[source], tmp_path / "hard.png")
    (tmp_path / "link.png").symlink_to(files[source])
    for output in (files[source], tmp_path / "hard.png", tmp_path / "link.png"):
        for action in ("file.alpha", "file.composite", *(("trimap.save",) if source != "trimap" else ())):
            dialogs.saves.append((output, "PNG" if action != "file.alpha" else "PNG, 8 bit"))
            window.actions_[action].trigger()
            words = {"truth": "ground truth", "photo": "open photo", "trimap": "open trimap"}
            expected = f"{output.name} is the {words.get(source, source)}: choose another name."
            assert window.notices.text == expected
    QTest.qWait(50)
    assert {path: path.read_bytes() for path in files.values()} == before
