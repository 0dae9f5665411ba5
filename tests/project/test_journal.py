"""The journal: whatever was done to a document up to the last record that is whole comes back, undo and redo too."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo
from mattingapp.imaging.trimap import Label
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, PlacedImage
from mattingapp.project.document import Document, Matte, RunSettings, Solved
from mattingapp.project.journal import Journal, Start
from mattingapp.project.recorder import Recorder
from mattingapp.project.replay import photo_name, read_journal
from mattingapp.project.touch_up import Brush, Touch

SHAPE = 300, 280
MEADOW = PlacedImage(np.random.default_rng(5).integers(0, 256, (9, 7, 3), np.uint8), "meadow.jpg")


class Keeping:
    """A document, and its journal, which is told of every step."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path, self.document = path, document
        self.recorder, self.journal = Recorder(document), Journal(path)
        self.view: dict[str, object] = {}

    def keep(self) -> None:
        """Write what is new."""
        if news := self.recorder.news(self.view):
            self.journal.write(news)

    def again(self) -> Document:
        """Return the document as its journal has it."""
        return read_journal(self.path).document


@pytest.fixture
def keeping(tmp_path: Path):
    """The journal of a pasted photo."""
    pixels = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3), np.uint8)
    made = Keeping(tmp_path / "work.matting", Document(Photo(pixels)))
    made.keep()
    yield made
    made.journal.close()


def stroke(document: Document, rng: np.random.Generator) -> None:
    start, end = rng.uniform(0, 300, (2, 2))
    document.paint(tuple(start), tuple(end), int(rng.integers(1, 40)), rng.choice(list(Label)))
    document.end_gesture(f"Stroke {rng.integers(100)}")


def mark(document: Document) -> None:
    """Make one stroke where none was."""
    y = 5 + 10 * len(document.history.names)
    document.paint((5, y), (200, y), 5, Label.FOREGROUND)
    document.end_gesture(f"Stroke at {y}")


def touch(document: Document, rng: np.random.Generator) -> None:
    start, end = rng.uniform(0, 300, (2, 2))
    document.touch(tuple(start), tuple(end), Brush(rng.choice(list(Touch)), rng.uniform(5, 60)))
    document.end_touch("Touch")


def backdrop(document: Document, rng: np.random.Generator) -> None:
    chosen = [Backdrop(), BlurredPhoto(rng.uniform(0.01, 0.1)), replace(MEADOW, scale=rng.uniform(1, 2))]
    document.set_backdrop(chosen[rng.integers(3)], "Backdrop", rng.choice([None, "slider"]))


def travel(document: Document, rng: np.random.Generator) -> None:
    document.go_to(int(rng.integers(len(document.history.names) + 1)))


def choose(document: Document, rng: np.random.Generator) -> None:
    document.settings = RunSettings(rng.choice(["knn", "mean", "closed-form"]))


ACTIONS: tuple[Callable, ...] = stroke, stroke, touch, backdrop, travel, choose


def assert_equal(one: Document, other: Document) -> None:
    """Tell whether two documents are the same, now and after each undo and redo."""
    assert one.history.names == other.history.names
    assert one.history.position == other.history.position
    assert one.settings == replace(other.settings, device="auto")
    for position in (one.history.position, *range(len(one.history.names) + 1)):
        one.go_to(position)
        other.go_to(position)
        assert np.array_equal(one.trimap, other.trimap)
        assert one.problem == other.problem
        assert one.trimap_state == other.trimap_state
        assert one.touch_up.tiles.keys() == other.touch_up.tiles.keys()
        for key, tile in one.touch_up.tiles.items():
            assert np.array_equal(tile, other.touch_up.tiles[key])
        assert type(one.backdrop) is type(other.backdrop)
        for name, value in vars(one.backdrop).items():
            assert np.array_equal(value, getattr(other.backdrop, name))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_comes_back_with_its_history(keeping: Keeping, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for count in range(40):
        ACTIONS[rng.integers(len(ACTIONS))](keeping.document, rng)
        keeping.keep()
        if count == 20:
            keeping.recorder.start_over()
    again = keeping.again()
    assert again.modified
    assert_equal(again, keeping.document)


def test_a_journal_that_goes_on_after_a_restore_has_everything(keeping: Keeping) -> None:
    for _ in range(6):
        mark(keeping.document)
        keeping.keep()
    keeping.document.undo()
    keeping.keep()
    for intact in (True, False):
        keeping.journal.close()
        replayed = read_journal(keeping.path)
        assert replayed.intact
        keeping.document, keeping.view = replayed.document, dict(replayed.view)
        keeping.journal, keeping.recorder = Journal(keeping.path, resume=True), Recorder(replayed.document)
        if intact:
            keeping.recorder.go_on(replayed.view)
            assert not keeping.recorder.news(keeping.view)
        mark(keeping.document)
        keeping.keep()
        keeping.document.set_backdrop(MEADOW, "Backdrop")
        keeping.keep()
        assert_equal(keeping.again(), keeping.document)


def test_it_goes_on_behind_a_record_cut_short(keeping: Keeping) -> None:
    mark(keeping.document)
    keeping.keep()
    keeping.journal.close()
    with keeping.path.open("ab") as file:
        file.write(b"half a record")
    replayed = read_journal(keeping.path)
    keeping.document = replayed.document
    keeping.journal, keeping.recorder = Journal(keeping.path, resume=True), Recorder(replayed.document)
    keeping.recorder.go_on(replayed.view)
    mark(keeping.document)
    keeping.keep()
    assert_equal(keeping.again(), keeping.document)


def test_laid_aside_it_is_no_work_and_goes_on_with_the_next_change(keeping: Keeping) -> None:
    for _ in range(3):
        mark(keeping.document)
        keeping.keep()
    size = keeping.path.stat().st_size
    keeping.journal.lay_aside()
    assert not keeping.path.exists()
    mark(keeping.document)
    keeping.keep()
    assert [path.name for path in keeping.path.parent.iterdir()] == [keeping.path.name]
    assert keeping.path.stat().st_size < size + 3000, "the history is not written anew"
    assert_equal(keeping.again(), keeping.document)


def test_what_is_being_painted_is_not_in_it(keeping: Keeping) -> None:
    keeping.document.paint((20, 20), (90, 90), 9, Label.FOREGROUND)
    keeping.view = {"scale": 2.0}
    keeping.keep()
    assert (keeping.again().trimap == Label.UNKNOWN).all()


def test_a_record_cut_short_or_changed_ends_it_and_what_was_before_counts(keeping: Keeping) -> None:
    rng = np.random.default_rng(1)
    ends, trimaps = [], []
    for _ in range(4):
        stroke(keeping.document, rng)
        keeping.keep()
        ends.append(keeping.path.stat().st_size)
        trimaps.append(keeping.document.trimap.copy())
    data = keeping.path.read_bytes()
    for end in (ends[3] - 1, ends[2] + 25, ends[2] + 24, ends[2] + 7, ends[2]):
        keeping.path.write_bytes(data[:end])
        assert np.array_equal(keeping.again().trimap, trimaps[2])
    flipped = bytearray(data)
    flipped[ends[1] + 100] ^= 1
    keeping.path.write_bytes(flipped)
    assert np.array_equal(keeping.again().trimap, trimaps[1])


def test_records_of_another_journal_do_not_count(keeping: Keeping, tmp_path: Path) -> None:
    before = keeping.path.stat().st_size
    other = Keeping(tmp_path / "other.matting", Document(Photo(np.zeros((*SHAPE, 3), np.uint8))))
    for made in (keeping, other):
        made.keep()
        stroke(made.document, np.random.default_rng(2))
        made.keep()
    mixed = keeping.path.read_bytes()[:before] + other.path.read_bytes()[-200:]
    other.journal.close()
    keeping.path.write_bytes(mixed)
    assert keeping.again().history.names == []


def test_results_come_back_and_are_as_old_as_they_were(keeping: Keeping) -> None:
    document = keeping.document
    alpha = np.full(SHAPE, 0.25, np.float32)
    request = MattingRequest(document.photo.pixels, document.trimap.copy(), ("closed-form",), foreground=True)
    result = StageResult("closed-form", "Closed-form", alpha, 0.5, "cpu")
    document.results["closed-form"] = Solved(result, request, document.trimap_state)
    colours = np.full((*SHAPE, 3), 0.5, np.float32)
    document.matte = Matte("closed-form", "Closed-form", alpha, colours, document.trimap_state)
    keeping.journal.write_results(document.results, document.matte)
    again = keeping.again()
    assert np.abs(again.results["closed-form"].result.alpha - alpha).max() < 1e-4
    assert np.abs(again.matte.foreground - colours).max() < 1e-4
    assert not again.outdated(again.matte.state)
    stroke(document, np.random.default_rng(3))
    keeping.keep()
    again = keeping.again()
    assert again.outdated(again.results["closed-form"].state)
    again.undo()
    assert not again.outdated(again.results["closed-form"].state)


def test_results_stay_with_the_journal_that_goes_on_and_with_no_other(keeping: Keeping) -> None:
    document = keeping.document
    alpha = np.full(SHAPE, 0.25, np.float32)
    request = MattingRequest(document.photo.pixels, document.trimap.copy(), ("closed-form",))
    result = StageResult("closed-form", "Closed-form", alpha, 0.5, "cpu")
    document.results["closed-form"] = Solved(result, request, 0)
    keeping.journal.write_results(document.results, None)
    for resume in (True, False):
        journal = Journal(keeping.path, resume)
        journal.write(Recorder(document).news({}))
        journal.close()
        assert bool(keeping.again().results) is resume


def test_damaged_results_are_told_and_the_work_is_there(keeping: Keeping) -> None:
    stroke(keeping.document, np.random.default_rng(3))
    keeping.keep()
    keeping.path.with_suffix(".results").write_bytes(b"half a file")
    replayed = read_journal(keeping.path)
    assert replayed.notes == ("The results of the last run could not be read; run again.",)
    assert np.array_equal(replayed.document.trimap, keeping.document.trimap)


def test_the_view_and_the_places_of_files_come_back(keeping: Keeping, tmp_path: Path) -> None:
    keeping.view = {"scale": 2.5, "mode": "black"}
    keeping.document.trimap_path = tmp_path / "trimap.png"
    keeping.document.project_path = tmp_path / "work" / "hair.matting"
    keeping.keep()
    replayed = read_journal(keeping.path)
    assert replayed.view == keeping.view
    assert replayed.document.trimap_path == tmp_path / "trimap.png"
    assert replayed.document.project_path == tmp_path / "work" / "hair.matting"


def test_an_image_is_written_once_however_often_it_is_moved(keeping: Keeping) -> None:
    image = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    keeping.document.set_backdrop(PlacedImage(image, "noise.png"), "Backdrop")
    keeping.keep()
    before = keeping.path.stat().st_size
    for scale in np.linspace(1, 2, 20):
        keeping.document.set_backdrop(PlacedImage(image, "noise.png", float(scale)), "Scale", "wheel")
        keeping.keep()
    assert keeping.path.stat().st_size - before < image.nbytes / 4
    assert keeping.again().backdrop.scale == 2
    assert np.array_equal(keeping.again().backdrop.image, image)


def test_nothing_new_is_no_news(keeping: Keeping) -> None:
    assert not keeping.recorder.news({})
    keeping.recorder.start_over()
    assert isinstance(keeping.recorder.news({}), Start)


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
def test_after_a_write_that_failed_it_begins_anew(keeping: Keeping) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    keeping.document.paint((20, 20), (90, 90), 9, Label.FOREGROUND)
    keeping.document.end_gesture("Stroke")
    resource.setrlimit(resource.RLIMIT_FSIZE, (keeping.path.stat().st_size + 10, limits[1]))
    try:
        with pytest.raises(
            InputError, match=r"^Work cannot be kept safe in .* \(File too large\): save it often"
        ):
            keeping.keep()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert keeping.again().history.names == [], "the half of a record does not count"
    keeping.document.paint((20, 90), (90, 20), 9, Label.BACKGROUND)
    keeping.document.end_gesture("Stroke")
    keeping.keep()  # told already
    keeping.recorder.start_over()
    keeping.keep()
    assert_equal(keeping.again(), keeping.document)


def test_the_name_of_the_photo_needs_no_replay(keeping: Keeping) -> None:
    assert photo_name(keeping.path) == ""


def test_removed_work_leaves_nothing(keeping: Keeping, tmp_path: Path) -> None:
    keeping.journal.write_results({}, None)
    keeping.journal.remove()
    keeping.journal.remove_results()
    assert list(tmp_path.iterdir()) == []
