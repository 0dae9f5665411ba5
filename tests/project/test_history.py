"""Undo and redo of a trimap."""

import numpy as np
import pytest

from mattingapp.imaging.trimap import Label
from mattingapp.project.history import History
from mattingapp.project.painting import Rect, whole


def paint(trimap: np.ndarray, history: History, rect: Rect, label: int, name: str = "Stroke") -> None:
    before = trimap[rect.slices].copy()
    trimap[rect.slices] = label
    history.push(name, rect, before)


@pytest.fixture
def trimap() -> np.ndarray:
    return np.full((40, 50), Label.UNKNOWN, np.uint8)


def test_steps_go_back_and_forth_one_by_one(trimap: np.ndarray) -> None:
    history = History()
    contents = [trimap.copy()]
    for i, rect in enumerate([Rect(0, 0, 10, 10), Rect(5, 5, 30, 20), Rect(8, 0, 9, 40)]):
        paint(trimap, history, rect, (0, 255, 0)[i], f"Step {i}")
        contents.append(trimap.copy())
    for i in (2, 1, 0):
        assert history.undo_name == f"Step {i}"
        history.undo(trimap)
        assert np.array_equal(trimap, contents[i])
    assert history.undo_name is None
    assert not history.undo(trimap)
    for i in (0, 1, 2):
        assert history.redo_name == f"Step {i}"
        history.redo(trimap)
        assert np.array_equal(trimap, contents[i + 1])
    assert not history.redo(trimap)


def test_undo_tells_which_rectangle_changed(trimap: np.ndarray) -> None:
    history = History()
    paint(trimap, history, Rect(3, 4, 20, 9), Label.FOREGROUND)
    assert history.undo(trimap) == Rect(3, 4, 20, 9)


def test_a_new_step_forgets_what_was_undone(trimap: np.ndarray) -> None:
    history = History()
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    history.undo(trimap)
    paint(trimap, history, Rect(9, 9, 12, 12), Label.BACKGROUND)
    assert history.redo_name is None


def test_the_state_names_the_content(trimap: np.ndarray) -> None:
    history = History()
    fresh = history.state
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    painted = history.state
    history.undo(trimap)
    assert history.state == fresh
    history.redo(trimap)
    assert history.state == painted
    history.undo(trimap)
    paint(trimap, history, Rect(0, 0, 6, 6), Label.FOREGROUND)
    assert history.state not in (fresh, painted)


def test_memory_is_bounded_and_the_oldest_steps_go_first(trimap: np.ndarray) -> None:
    noise = np.random.default_rng(0).choice([0, 128, 255], trimap.shape).astype(np.uint8)
    history = History(max_bytes=3 * 5 * noise.size)  # a run takes five bytes, so about three noisy steps
    states = [history.state]
    for i in range(8):
        before = trimap.copy()
        trimap[...] = np.roll(noise, i)
        history.push(f"Step {i}", whole(trimap), before)
        states.append(history.state)
    undone = 0
    while history.undo(trimap):
        undone += 1
    assert 3 <= undone <= 6
    assert history.state == states[8 - undone]


def test_the_last_step_can_always_be_undone(trimap: np.ndarray) -> None:
    history = History(max_bytes=1)
    before = trimap.copy()
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    history.undo(trimap)
    assert np.array_equal(trimap, before)
