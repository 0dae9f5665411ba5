"""Undo and redo of a trimap: each step keeps the pixels of its rectangle, run-length coded."""

import itertools
from dataclasses import dataclass

import numpy as np

from mattingapp.project.painting import NOTHING, Rect

MAX_BYTES = 256 << 20


@dataclass(frozen=True, eq=False)
class _Runs:
    """An array of few long runs. A trimap of 24 megapixels takes some 100 kB and packs in 5 ms."""

    shape: tuple[int, ...]
    values: np.ndarray
    lengths: np.ndarray

    @classmethod
    def pack(cls, pixels: np.ndarray) -> "_Runs":
        flat = np.ascontiguousarray(pixels).reshape(-1)
        starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
        return cls(pixels.shape, flat[starts], np.diff(starts, append=flat.size).astype(np.int32))

    def unpack(self) -> np.ndarray:
        return np.repeat(self.values, self.lengths).reshape(self.shape)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.lengths.nbytes


@dataclass(eq=False)
class _Step:
    name: str
    rect: Rect
    state: int
    pixels: _Runs  # of the other side: before the step while it is done, after it while it is undone

    def swap(self, trimap: np.ndarray) -> None:
        other = self.pixels.unpack()
        self.pixels = _Runs.pack(trimap[self.rect.slices])
        trimap[self.rect.slices] = other


class History:
    """The steps that led to the trimap as it is.

    Parameters
    ----------
    max_bytes : int
        Memory for the pixels kept; the oldest steps go first, the latest always stays.

    Attributes
    ----------
    state : int
        Names the present content: it returns to an earlier value when the steps since are undone, and a new step
        gives one never seen before.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._numbers = itertools.count(1)
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._oldest_state = 0

    @property
    def state(self) -> int:
        return self._done[-1].state if self._done else self._oldest_state

    @property
    def undo_name(self) -> str | None:
        """Name of the step that `undo` takes back, or None."""
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        """Name of the step that `redo` does again, or None."""
        return self._undone[-1].name if self._undone else None

    def push(self, name: str, rect: Rect, before: np.ndarray) -> None:
        """Record a step that is done already; `before` holds the pixels that were in `rect`."""
        self._undone.clear()
        self._done.append(_Step(name, rect, next(self._numbers), _Runs.pack(before)))
        while sum(step.pixels.nbytes for step in self._done) > self._max_bytes and len(self._done) > 1:
            self._oldest_state = self._done.pop(0).state

    def undo(self, trimap: np.ndarray) -> Rect:
        """Take the last step back in `trimap`, and return the rectangle that changed."""
        return self._move(self._done, self._undone, trimap)

    def redo(self, trimap: np.ndarray) -> Rect:
        """Do the last undone step again in `trimap`, and return the rectangle that changed."""
        return self._move(self._undone, self._done, trimap)

    @staticmethod
    def _move(source: list[_Step], target: list[_Step], trimap: np.ndarray) -> Rect:
        if not source:
            return NOTHING
        step = source.pop()
        step.swap(trimap)
        target.append(step)
        return step.rect
