"""The touch-up layer: what strokes do to an alpha, to colours, and to memory."""

import numpy as np
import pytest

from mattingapp.imaging.photo import Photo
from mattingapp.imaging.trimap import Label
from mattingapp.project.document import Document, Matte
from mattingapp.project.history import Layer
from mattingapp.project.painting import Rect
from mattingapp.project.touch_up import TILE, Brush, Touch, TouchUp, touched_alpha, touched_matte

SHAPE = (600, 700)
ADD, REMOVE, RESTORE = (Brush(touch, 60, hardness=0.5) for touch in Touch)


@pytest.fixture
def alpha() -> np.ndarray:
    return np.random.default_rng(0).random(SHAPE, np.float32)


def stroke(layer: TouchUp, brush: Brush, *points: tuple[float, float]):
    for start, end in zip(points, points[1:] or points, strict=False):
        layer.paint(start, end, brush)
    return layer.end()


def test_adding_makes_opaque_and_removing_transparent(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (100, 100), (300, 100))
    stroke(layer, REMOVE, (100, 300), (300, 300))
    final = touched_alpha(alpha, layer.tiles)
    assert (final[86:114, 100:300] == 1).all()
    assert (final[286:314, 100:300] == 0).all()
    assert np.array_equal(final[135:260], alpha[135:260])
    assert final.min() >= 0
    assert final.max() <= 1


def test_a_soft_brush_fades_to_its_rim_and_a_hard_one_does_not() -> None:
    shares = []
    for hardness in (0.0, 0.5, 1.0):
        layer = TouchUp(SHAPE)
        layer.paint((300.5, 300.5), (300.5, 300.5), Brush(Touch.ADD, 60, hardness))
        shares.append(touched_alpha(np.zeros(SHAPE, np.float32), layer.tiles)[300, 300:334])
    soft, middle, hard = shares
    assert soft[0] == middle[0] == hard[0] == 1
    assert (np.diff(soft) <= 0).all()
    assert 0.3 < soft[15] < 0.7
    assert middle[14] == 1
    assert (hard[:30] == 1).all()
    assert all(share[32] == 0 for share in shares)


def test_a_stroke_that_crosses_itself_acts_once() -> None:
    layer = TouchUp(SHAPE)
    brush = Brush(Touch.ADD, 60, 0.5, strength=0.4)
    stroke(layer, brush, (100, 100), (200, 100), (150, 100), (150, 180), (150, 100))
    once = touched_alpha(np.zeros(SHAPE, np.float32), layer.tiles)
    assert once.max() == pytest.approx(0.4)
    stroke(layer, brush, (150, 100))
    twice = touched_alpha(np.zeros(SHAPE, np.float32), layer.tiles)
    assert twice[100, 150] == pytest.approx(1 - 0.6**2)


def test_restoring_brings_the_computed_alpha_back_and_frees_the_memory(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (100, 100))
    assert layer
    stroke(layer, Brush(Touch.RESTORE, 200, hardness=1), (100, 100))
    assert not layer
    assert np.array_equal(touched_alpha(alpha, layer.tiles), alpha)


def test_a_new_alpha_keeps_the_touch_ups(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (100, 100))
    other = 1 - alpha
    assert touched_alpha(other, layer.tiles)[100, 100] == 1
    assert np.array_equal(touched_alpha(other, layer.tiles)[300:], other[300:])


def test_only_touched_tiles_take_memory(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (TILE, TILE))
    assert set(layer.tiles) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    stroke(layer, ADD, (690, 590))  # the tiles at the border are cut
    assert layer.tiles[2, 2].shape == (2, 600 - 2 * TILE, 700 - 2 * TILE)
    assert touched_alpha(alpha, layer.tiles)[590, 690] == 1


def test_a_part_of_the_final_alpha_is_the_same_as_the_whole(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (240, 240), (400, 300))
    rect = Rect(200, 210, 430, 290)
    assert np.array_equal(
        touched_alpha(alpha, layer.tiles, rect), touched_alpha(alpha, layer.tiles)[rect.slices]
    )


def test_strokes_outside_the_photo_do_nothing() -> None:
    layer = TouchUp(SHAPE)
    assert stroke(layer, ADD, (-100, 50), (-90, 800)) is None
    assert not layer


def test_an_aborted_stroke_leaves_no_trace(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (100, 100))
    before = touched_alpha(alpha, layer.tiles)
    layer.paint((100, 100), (500, 500), REMOVE)
    assert layer.abort() == Rect(0, 0, 700, 600)
    assert np.array_equal(touched_alpha(alpha, layer.tiles), before)


def test_a_snapshot_is_not_changed_by_later_strokes(alpha: np.ndarray) -> None:
    layer = TouchUp(SHAPE)
    stroke(layer, ADD, (100, 100))
    snapshot = layer.tiles
    before = touched_alpha(alpha, snapshot)
    stroke(layer, REMOVE, (110, 110))
    assert np.array_equal(touched_alpha(alpha, snapshot), before)


def test_what_was_added_shows_the_photo_and_the_rest_the_estimated_colours() -> None:
    """The final matte on any backdrop is the computed composite, with the added photo laid over it."""
    rng = np.random.default_rng(1)
    photo = rng.integers(0, 256, (*SHAPE, 3), np.uint8)
    foreground = rng.random((*SHAPE, 3), np.float32)
    alpha = rng.random(SHAPE, np.float32)
    layer = TouchUp(SHAPE)
    stroke(layer, Brush(Touch.ADD, 80, 0.2, 0.7), (200, 200), (300, 260))
    stroke(layer, Brush(Touch.REMOVE, 80, 0.2, 0.5), (260, 220))
    final, colours = touched_matte(alpha, foreground, photo, layer.tiles)
    coverage, added = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    for (row, column), tile in layer.tiles.items():
        area = np.s_[row * TILE : row * TILE + tile.shape[1], column * TILE : column * TILE + tile.shape[2]]
        coverage[area], added[area] = tile
    premultiplied = ((1 - coverage) * alpha)[..., None] * foreground + added[..., None] * (photo / 255)
    assert np.abs(final[..., None] * colours - premultiplied).max() < 1e-5
    assert colours.min() >= 0
    assert colours.max() <= 1
    rect = Rect(180, 190, 420, 300)
    part = touched_matte(alpha, foreground, photo, layer.tiles, rect)
    assert np.array_equal(part[0], final[rect.slices])
    assert np.array_equal(part[1], colours[rect.slices])


@pytest.fixture
def document() -> Document:
    document = Document(Photo(np.full((*SHAPE, 3), 90, np.uint8)))
    alpha = np.full(SHAPE, 0.5, np.float32)
    document.matte = Matte("knn", "KNN", alpha, np.zeros((*SHAPE, 3), np.float32), document.trimap_state)
    return document


def test_touch_up_strokes_are_steps_between_those_on_the_trimap(document: Document) -> None:
    document.touch((100, 100), (200, 100), ADD)
    assert document.end_touch("Add to alpha")
    document.paint((10, 10), (30, 10), 6, Label.FOREGROUND)
    document.end_gesture("Foreground stroke")
    state = document.trimap_state
    document.touch((300, 300), (300, 300), REMOVE)
    document.end_touch("Remove from alpha")
    assert document.history.names == ["Add to alpha", "Foreground stroke", "Remove from alpha"]
    assert document.trimap_state == state, "a touch-up does not make results outdated"
    assert document.final_alpha()[300, 300] == 0
    assert document.undo()[Layer.TOUCH_UP]
    assert document.final_alpha()[300, 300] == 0.5
    document.undo()
    assert document.trimap[10, 20] == Label.UNKNOWN
    assert document.final_alpha()[100, 150] == 1
    document.undo()
    assert document.final_alpha()[100, 150] == 0.5
    document.go_to(3)
    assert document.final_alpha()[300, 300] == 0
    assert document.final_alpha()[100, 150] == 1


def test_clearing_is_one_step_and_comes_back(document: Document) -> None:
    document.touch((100, 100), (600, 500), ADD)
    document.end_touch("Add to alpha")
    touched = document.final_alpha()
    assert document.clear_touch_up("Clear touch-up")
    assert not document.touch_up
    assert (document.final_alpha() == 0.5).all()
    document.undo()
    assert np.array_equal(document.final_alpha(), touched)
    document.redo()
    assert not document.clear_touch_up("Clear touch-up")
    assert document.history.position == 2


def test_a_touch_up_counts_as_a_change_until_it_is_exported(document: Document) -> None:
    document.touch((100, 100), (100, 100), ADD)
    document.end_touch("Add to alpha")
    assert document.modified
    assert document.trimap_state == 0
    document.mark_exported(document.touch_state)
    assert not document.modified


def test_the_final_matte_is_that_of_the_moment_it_was_asked_for(document: Document) -> None:
    document.touch((100, 100), (100, 100), ADD)
    document.end_touch("Add to alpha")
    make = document.final_matte()
    document.touch((300, 300), (300, 300), ADD)
    document.end_touch("Add to alpha")
    matte = make()
    assert matte.alpha[100, 100] == 1
    assert matte.alpha[300, 300] == 0.5
    assert matte.foreground[100, 100] == pytest.approx(90 / 255)
    assert (document.matte.alpha == 0.5).all()


def test_no_number_of_strokes_leaves_the_range() -> None:
    rng = np.random.default_rng(1)
    touch_up = TouchUp((60, 60))
    for _ in range(60):
        start, end = rng.uniform(0, 60, (2, 2))
        touch_up.paint(tuple(start), tuple(end), Brush(rng.choice(list(Touch)), 25))
        touch_up.end()
        for covered, added in touch_up.tiles.values():
            assert ((added >= 0) & (added <= covered) & (covered <= 1)).all()
