"""Undo and redo of a trimap."""

import numpy as np
import pytest

from mattingapp.imaging.trimap import Label
from mattingapp.project.history import History, Layer, Patch, Runs, TrimapChange
from mattingapp.project.painting import NOTHING, Rect, whole


def paint(trimap: np.ndarray, history: History, rect: Rect, label: int, name: str = "Stroke") -> None:
    before = Patch.of(trimap, rect)
    trimap[rect.slices] = label
    history.push(name, TrimapChange(trimap, before))


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
        history.undo()
        assert np.array_equal(trimap, contents[i])
    assert history.undo_name is None
    assert not any(history.undo().values())
    for i in (0, 1, 2):
        assert history.redo_name == f"Step {i}"
        history.redo()
        assert np.array_equal(trimap, contents[i + 1])
    assert not any(history.redo().values())


def test_undo_tells_which_rectangle_changed(trimap: np.ndarray) -> None:
    history = History()
    paint(trimap, history, Rect(3, 4, 20, 9), Label.FOREGROUND)
    assert history.undo() == {**dict.fromkeys(Layer, NOTHING), Layer.TRIMAP: Rect(3, 4, 20, 9)}


def test_a_new_step_forgets_what_was_undone(trimap: np.ndarray) -> None:
    history = History()
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    history.undo()
    paint(trimap, history, Rect(9, 9, 12, 12), Label.BACKGROUND)
    assert history.redo_name is None


def test_the_state_names_the_content(trimap: np.ndarray) -> None:
    history = History()
    fresh = history.state(Layer.TRIMAP)
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    painted = history.state(Layer.TRIMAP)
    history.undo()
    assert history.state(Layer.TRIMAP) == fresh
    history.redo()
    assert history.state(Layer.TRIMAP) == painted
    history.undo()
    paint(trimap, history, Rect(0, 0, 6, 6), Label.FOREGROUND)
    assert history.state(Layer.TRIMAP) not in (fresh, painted)


def test_memory_is_bounded_and_the_oldest_steps_go_first(trimap: np.ndarray) -> None:
    noise = np.random.default_rng(0).choice([0, 128, 255], trimap.shape).astype(np.uint8)
    history = History(max_bytes=3 * 5 * noise.size)  # a run takes five bytes, so about three noisy steps
    states = [history.state(Layer.TRIMAP)]
    for i in range(8):
        before = Patch.of(trimap, whole(trimap))
        trimap[...] = np.roll(noise, i)
        history.push(f"Step {i}", TrimapChange(trimap, before))
        states.append(history.state(Layer.TRIMAP))
    undone = 0
    while any(history.undo().values()):
        undone += 1
    assert 3 <= undone <= 6
    assert history.state(Layer.TRIMAP) == states[8 - undone]


def test_the_last_step_can_always_be_undone(trimap: np.ndarray) -> None:
    history = History(max_bytes=1)
    before = trimap.copy()
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    history.undo()
    assert np.array_equal(trimap, before)


def test_any_step_can_be_gone_to_and_back(trimap: np.ndarray) -> None:
    history = History()
    contents = [trimap.copy()]
    for i in range(5):
        paint(trimap, history, Rect(i, i, i + 8, i + 8), (0, 255)[i % 2], f"Step {i}")
        contents.append(trimap.copy())
    assert history.names == [f"Step {i}" for i in range(5)]
    for position in (1, 4, 0, 5, 2):
        history.go_to(position)
        assert history.position == position
        assert np.array_equal(trimap, contents[position])
    assert history.go_to(4)[Layer.TRIMAP] == Rect(2, 2, 11, 11)
    history.go_to(99)
    assert history.position == 5


class Elsewhere:
    """A change of another layer."""

    layer = Layer.TOUCH_UP
    nbytes = 1

    def swap(self) -> Rect:
        return Rect(0, 0, 1, 1)


def test_a_step_on_another_layer_leaves_the_state_of_this_one(trimap: np.ndarray) -> None:
    history = History()
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    painted = history.state(Layer.TRIMAP)
    history.push("Touch-up", Elsewhere())
    assert history.state(Layer.TRIMAP) == painted
    assert history.state(Layer.TOUCH_UP) not in (painted, 0)
    assert history.undo() == {**dict.fromkeys(Layer, NOTHING), Layer.TOUCH_UP: Rect(0, 0, 1, 1)}
    assert history.state(Layer.TOUCH_UP) == 0


def test_forgetting_old_steps_does_not_change_the_state(trimap: np.ndarray) -> None:
    history = History(max_bytes=1)
    paint(trimap, history, Rect(0, 0, 5, 5), Label.FOREGROUND)
    painted = history.state(Layer.TRIMAP)
    history.push("Touch-up", Elsewhere())
    assert history.names == ["Touch-up"]
    assert history.state(Layer.TRIMAP) == painted


@pytest.mark.parametrize("n", [1, 2, 65536, 65537, 65538, 200000])
def test_runs_give_back_what_was_packed(n: int) -> None:
    rng = np.random.default_rng(n)
    pixels = rng.choice(np.uint8([0, 128, 255]), n).repeat(rng.integers(1, 4, n))[:n].reshape(1, n)
    runs = Runs.pack(pixels)
    assert np.array_equal(runs.unpack(), pixels)
    assert (runs.values[1:] != runs.values[:-1]).all(), "no run is cut in two"
