"""The document: gestures, saving, outdated results, and the composite."""

import numpy as np
import pytest

from mattingapp.imaging.composite import composite, parse_colour
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo
from mattingapp.imaging.trimap import Label
from mattingapp.project.backdrop import PlacedImage, PlainColour
from mattingapp.project.document import Document, Matte
from mattingapp.project.touch_up import Brush, Touch


@pytest.fixture
def document() -> Document:
    return Document(Photo(np.zeros((60, 80, 3), np.uint8)))


def test_a_new_trimap_is_all_unknown(document: Document) -> None:
    assert (document.trimap == Label.UNKNOWN).all()
    assert not document.modified
    assert "foreground" in document.problem


def test_a_gesture_of_many_segments_is_one_step(document: Document) -> None:
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    document.paint((30, 10), (30, 40), 6, Label.FOREGROUND)
    assert document.end_gesture("Foreground stroke")
    assert document.history.undo_name == "Foreground stroke"
    document.undo()
    assert (document.trimap == Label.UNKNOWN).all()
    document.redo()
    assert document.trimap[40, 30] == Label.FOREGROUND == document.trimap[10, 10]


def test_what_is_missing_is_told_after_every_change(document: Document) -> None:
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    document.end_gesture("Foreground stroke")
    assert "background" in document.problem
    document.paint((10, 50), (30, 50), 6, Label.BACKGROUND)
    document.end_gesture("Background stroke")
    assert document.problem is None
    document.undo()
    assert "background" in document.problem
    document.redo()
    assert document.problem is None
    document.replace_trimap(np.repeat([[0, 255]], 60, axis=0).repeat(40, axis=1).astype(np.uint8), "Import")
    assert "unknown" in document.problem


def test_a_gesture_that_changes_nothing_is_no_step(document: Document) -> None:
    document.paint((10, 10), (30, 10), 6, Label.UNKNOWN)
    assert not document.end_gesture("Unknown stroke")
    assert document.history.undo_name is None
    assert not document.end_gesture("Nothing at all")


def test_an_aborted_gesture_leaves_no_trace(document: Document) -> None:
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    assert document.abort_gesture()
    assert (document.trimap == Label.UNKNOWN).all()
    assert not document.end_gesture("Nothing")


def test_the_live_trimap_is_one_array_for_ever(document: Document) -> None:
    live = document.trimap
    document.replace_trimap(np.zeros((60, 80), np.uint8), "Import trimap")
    document.undo()
    assert document.trimap is live


def test_a_trimap_of_another_size_is_refused_in_words(document: Document) -> None:
    with pytest.raises(InputError, match="80 × 60"):
        document.replace_trimap(np.zeros((10, 10), np.uint8), "Import trimap")
    with pytest.raises(InputError, match="80 × 60"):
        Document(document.photo, np.zeros((10, 10), np.uint8))


def test_modified_means_unlike_the_saved_one(document: Document) -> None:
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    document.end_gesture("Stroke")
    assert document.modified
    document.mark_saved()
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_a_result_is_outdated_until_the_change_is_undone(document: Document) -> None:
    state = document.trimap_state
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    document.end_gesture("Stroke")
    assert document.outdated(state)
    document.undo()
    assert not document.outdated(state)


def test_the_composite_is_that_of_the_imaging_room(document: Document) -> None:
    rng = np.random.default_rng(1)
    alpha = rng.random((60, 80), np.float32)
    foreground = rng.random((60, 80, 3), np.float32)
    matte = Matte("knn", "KNN", alpha, foreground, document.trimap_state)
    colour = parse_colour("#3060a0")
    laid, ground = matte.on(PlainColour(colour), document.photo.pixels)
    assert np.array_equal(laid, composite(foreground, alpha, colour))
    assert np.array_equal(ground, colour)
    image = rng.integers(0, 255, (30, 70, 3), np.uint8)
    laid, ground = matte.on(PlacedImage(image, "noise"), document.photo.pixels)
    assert np.array_equal(laid, composite(foreground, alpha, ground))


@pytest.mark.parametrize("how", ["stroke", "region", "colour", "outline"])
def test_protected_pixels_keep_their_label(document: Document, how: str) -> None:
    document.paint((20, 20), (20, 20), 10, Label.BACKGROUND)
    document.end_gesture("Background stroke")
    definite = document.trimap != Label.UNKNOWN
    paint = {
        "stroke": lambda label: document.paint((10, 20), (40, 20), 20, label, protect=True),
        "region": lambda label: document.fill((50, 50), label, protect=True),
        "colour": lambda label: document.fill_colour((50, 50), label, 10, False, protect=True),
        "outline": lambda label: document.fill_outline(
            [(0, 0), (50, 0), (50, 50), (0, 50)], label, protect=True
        ),
    }[how]
    paint(Label.FOREGROUND)
    assert document.end_gesture("Foreground")
    assert (document.trimap[definite] == Label.BACKGROUND).all()
    assert document.trimap[20, 30] == Label.FOREGROUND
    paint(Label.UNKNOWN)
    assert not document.end_gesture("Unknown")


@pytest.mark.parametrize("seed", range(3))
def test_any_series_of_steps_can_be_gone_through_in_both_directions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = Document(Photo(rng.integers(0, 256, (300, 400, 3), np.uint8)))
    alpha = np.full((300, 400), 0.5, np.float32)
    document.matte = Matte("knn", "KNN", alpha, np.zeros((300, 400, 3), np.float32), document.trimap_state)

    def point() -> tuple[float, float]:
        return float(rng.uniform(-50, 450)), float(rng.uniform(-50, 350))

    def label() -> Label:
        return Label(int(rng.choice(list(Label))))

    def protect() -> bool:
        return bool(rng.random() < 0.3)

    def act() -> None:
        kind = rng.integers(8)
        if kind == 0:
            document.paint(point(), point(), int(rng.integers(1, 90)), label(), protect())
        elif kind == 1:
            document.fill(point(), label(), protect())
        elif kind == 2:
            document.fill_colour(point(), label(), int(rng.integers(90)), bool(rng.integers(2)), protect())
        elif kind == 3:
            document.fill_outline([point() for _ in range(rng.integers(1, 7))], label(), protect())
        elif kind == 4:
            document.put_trimap(rng.choice([0, 128, 255], (300, 400)).astype(np.uint8))
        elif kind == 5:
            document.clear_touch_up("Clear")
        else:
            touch = list(Touch)[rng.integers(3)]
            document.touch(point(), point(), Brush(touch, rng.uniform(1, 90), rng.random(), rng.random()))
        if rng.random() < 0.2:
            document.abort_gesture()
            document.touch_up.abort()
        document.end_touch("Touch")
        document.end_gesture("Gesture")

    def content() -> tuple[bytes, bytes]:
        return document.trimap.tobytes(), document.final_alpha().tobytes()

    seen = {0: content()}
    for _ in range(120):
        if rng.random() < 0.15:
            document.go_to(int(rng.integers(len(document.history.names) + 1)))
            assert content() == seen[document.history.position]
        before = document.history.position
        act()
        if document.history.position != before:  # what had been undone is gone
            assert document.history.position == before + 1 == len(document.history.names)
            seen = {place: what for place, what in seen.items() if place <= before}
            seen[before + 1] = content()
    for position in rng.permutation(len(document.history.names) + 1).tolist():
        document.go_to(position)
        assert content() == seen[position]
    counted = [np.count_nonzero(document.trimap == value) for value in Label]
    assert document._counts.tolist() == counted
