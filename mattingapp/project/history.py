"""Undo and redo: a list of named steps, each of which can put the other side of one change in place."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

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
    """What one step did, as the means to take it back and to do it again."""

    layer: Layer

    @property
    def nbytes(self) -> int:
        """Memory that keeping it takes."""

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


class TrimapChange:
    """Other labels inside a rectangle of the trimap, run-length coded.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8
        The live array: `swap` changes it in place.
    rect : Rect
    before : ndarray
        The pixels that were in `rect`.
    """

    layer = Layer.TRIMAP

    def __init__(self, trimap: np.ndarray, rect: Rect, before: np.ndarray) -> None:
        self._trimap = trimap
        self._rect = rect
        self._other = Runs.pack(before)

    @property
    def nbytes(self) -> int:
        return self._other.nbytes

    def swap(self) -> Rect:
        other = self._other.unpack()
        self._other = Runs.pack(self._trimap[self._rect.slices])
        self._trimap[self._rect.slices] = other
        return self._rect


@dataclass(frozen=True, eq=False)
class _Step:
    name: str
    state: int
    change: Change


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
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._numbers = itertools.count(1)
        self._steps: list[_Step] = []
        self._forgotten: dict[Layer, int] = dict.fromkeys(Layer, 0)  # states that steps no longer kept led to
        self.position = 0

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
        self._steps.append(_Step(name, next(self._numbers), change))
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
