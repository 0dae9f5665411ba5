"""Undo and redo: a list of named steps, each of which can put the other side of one change in place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

import numpy as np

from mattingapp.project.painting import NOTHING, Rect

MAX_BYTES = 256 << 20
_BLOCK = 1 << 16  # pixels compared at a time


class Layer(Enum):
    """What a step changes."""

    TRIMAP = auto()
    TOUCH_UP = auto()
    BACKDROP = auto()


class Change(Protocol):
    """What one step did, as the means to take it back and to do it again.

    A step has two sides, before and after; each kind of change has its own type for a side, which never changes.
    """

    layer: Layer
    other: Any  # the side that is not in place

    @property
    def nbytes(self) -> int:
        """Memory that keeping it takes."""

    def present(self) -> Any:
        """Return the side that is in place; no later step may be done."""

    def swap(self) -> Rect:
        """Exchange what is in place with what was there before; return the rectangle that changed."""


@dataclass(frozen=True, eq=False)
class Runs:
    """An array of few long runs. A trimap of 24 megapixels takes some 100 kB and packs in 5 ms."""

    shape: tuple[int, ...]
    values: np.ndarray
    lengths: np.ndarray

    @classmethod
    def pack(cls, pixels: np.ndarray) -> "Runs":
        """Pack an array of any shape."""
        flat = np.ascontiguousarray(pixels).reshape(-1)
        starts = [np.zeros(1, np.int64)]
        for begin in range(0, flat.size - 1, _BLOCK):  # memory that is asked for anew is slow
            block = flat[begin : begin + _BLOCK + 1]
            starts.append(np.flatnonzero(block[1:] != block[:-1]) + begin + 1)
        first = np.concatenate(starts)
        return cls(pixels.shape, flat[first], np.diff(first, append=flat.size).astype(np.int32))

    def unpack(self) -> np.ndarray:
        """Return the array."""
        return np.repeat(self.values, self.lengths).reshape(self.shape)

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.values.nbytes + self.lengths.nbytes


class Patch(NamedTuple):
    """The labels inside a rectangle of the trimap, run-length coded: a side of a `TrimapChange`."""

    rect: Rect
    runs: Runs

    @classmethod
    def of(cls, trimap: np.ndarray, rect: Rect) -> "Patch":
        """Take those of a trimap."""
        return cls(rect, Runs.pack(trimap[rect.slices]))


class TrimapChange:
    """Other labels inside a rectangle of the trimap.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8
        The live array: `swap` changes it in place.
    other : Patch
    """

    layer = Layer.TRIMAP

    def __init__(self, trimap: np.ndarray, other: Patch) -> None:
        self._trimap = trimap
        self.other = other

    @property
    def nbytes(self) -> int:
        return self.other.runs.nbytes

    def present(self) -> Patch:
        return Patch.of(self._trimap, self.other.rect)

    def swap(self) -> Rect:
        other, self.other = self.other, self.present()
        self._trimap[other.rect.slices] = other.runs.unpack()
        return other.rect


@dataclass(frozen=True, eq=False)
class Step:
    """A named change, and the number that no other step has had."""

    name: str
    state: int
    change: Change


class PastStep(NamedTuple):
    """A step at one moment; its side is that which was not in place."""

    name: str
    state: int
    layer: Layer
    side: Any


class Past(NamedTuple):
    """A history at one moment: nothing in it ever changes again."""

    steps: tuple[PastStep, ...] = ()
    position: int = 0
    forgotten: Mapping[Layer, int] = dict.fromkeys(Layer, 0)
    following: int = 1  # the number of the next step


class History:
    """The steps that led to the document as it is, and those that were undone.

    Parameters
    ----------
    max_bytes : int
        Memory for the changes kept; the oldest steps go first, the latest always stays.

    Attributes
    ----------
    position : int
        How many of the steps are done.
    following : int
        The number of the next step.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self.following = 1
        self._steps: list[Step] = []
        self._forgotten: dict[Layer, int] = dict.fromkeys(Layer, 0)  # states that steps no longer kept led to
        self.position = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, the oldest first, those undone last."""
        return tuple(self._steps)

    @property
    def last(self) -> int:
        """The number of the last step that is done, 0 for none."""
        return self._steps[self.position - 1].state if self.position else 0

    @property
    def past(self) -> Past:
        """Itself as it is now."""
        steps = (
            PastStep(step.name, step.state, step.change.layer, step.change.other) for step in self._steps
        )
        return Past(tuple(steps), self.position, dict(self._forgotten), self.following)

    def restore(self, past: Past, change: Callable[[Layer, Any], Change]) -> None:
        """Become what it was; `change` makes the change of a layer from the side that is not in place."""
        self._steps = [Step(step.name, step.state, change(step.layer, step.side)) for step in past.steps]
        self._forgotten, self.following = dict(past.forgotten), past.following
        self.position = past.position

    def position_of(self, number: int) -> int:
        """Return how many steps are done where `number` is the last of them; 0 where there is no such step."""
        return next((i + 1 for i, step in enumerate(self._steps) if step.state == number), 0)

    @property
    def names(self) -> list[str]:
        """The names of all steps, the oldest first, those undone last."""
        return [step.name for step in self._steps]

    @property
    def undo_name(self) -> str | None:
        """Name of the step that `undo` takes back, or None."""
        return self._steps[self.position - 1].name if self.position else None

    @property
    def redo_name(self) -> str | None:
        """Name of the step that `redo` does again, or None."""
        return self._steps[self.position].name if self.position < len(self._steps) else None

    @property
    def latest(self) -> Change | None:
        """What the last step did, if there is one and it is not undone."""
        return self._steps[-1].change if 0 < self.position == len(self._steps) else None

    def state(self, layer: Layer) -> int:
        """Return a number that names the present content of a layer.

        It returns to an earlier value when the steps since are undone, and a new step gives one never seen before.
        """
        done = reversed(self._steps[: self.position])
        return next((step.state for step in done if step.change.layer is layer), self._forgotten[layer])

    def push(self, name: str, change: Change) -> None:
        """Record a step that is done already; those that were undone are forgotten."""
        del self._steps[self.position :]
        self._steps.append(Step(name, self.following, change))
        self.following += 1
        while sum(step.change.nbytes for step in self._steps) > self._max_bytes and len(self._steps) > 1:
            oldest = self._steps.pop(0)
            self._forgotten[oldest.change.layer] = oldest.state
        self.position = len(self._steps)

    def undo(self) -> Mapping[Layer, Rect]:
        """Take the last step back; return what changed."""
        return self.go_to(self.position - 1)

    def redo(self) -> Mapping[Layer, Rect]:
        """Do the last undone step again; return what changed."""
        return self.go_to(self.position + 1)

    def go_to(self, position: int) -> Mapping[Layer, Rect]:
        """Undo or redo until `position` steps are done; return the rectangles that changed, by layer."""
        position = min(max(position, 0), len(self._steps))
        if position < self.position:
            steps = self._steps[position : self.position][::-1]
        else:
            steps = self._steps[self.position : position]
        changed = dict.fromkeys(Layer, NOTHING)
        for step in steps:
            changed[step.change.layer] |= step.change.swap()
        self.position = position
        return changed
