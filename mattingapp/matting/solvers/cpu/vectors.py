"""Float64 vectors on every core, for conjugate gradients."""

import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.threads import on_cores, split_evenly

WORTH_A_CORE = 65536  # elements


class ArrayVectors:
    """Vectors that are arrays (n,), float64.

    Parameters
    ----------
    size : int
    """

    def __init__(self, size: int) -> None:
        self._shares = _shares(size)

    def copy(self, a: np.ndarray) -> np.ndarray:
        """Return a copy of `a`."""
        out = np.empty_like(a)
        on_cores(_copy, self._shares, a, out)
        return out

    def dot(self, a: np.ndarray, b: np.ndarray) -> float:
        """Return a · b."""
        return sum(on_cores(_dot, self._shares, a, b))

    def step(self, factor: float, p: np.ndarray, q: np.ndarray, x: np.ndarray, r: np.ndarray) -> float:
        """Add factor · p to `x`, take factor · q from `r`, and return r · r."""
        return sum(on_cores(_step, self._shares, factor, p, q, x, r))

    def scale_and_add(self, factor: float, to: np.ndarray, a: np.ndarray) -> None:
        """Set `to` to factor · to + a."""
        on_cores(_scale_and_add, self._shares, factor, to, a)


def taken(a: np.ndarray, places: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return a[places], float64, in `out` if that is there."""
    out = np.empty(len(places)) if out is None else out
    on_cores(_take, _shares(len(places)), a, places, out)
    return out


def add_at(a: np.ndarray, places: np.ndarray, b: np.ndarray) -> None:
    """Add `b` to a[places], which all are different."""
    on_cores(_add_at, _shares(len(places)), a, places, b)


def _shares(size: int) -> list[tuple[int, int]]:
    return split_evenly(size, min(cores(), 1 + size // WORTH_A_CORE))


@compiled
def _take(first, last, a, places, out):
    for i in range(np.uint64(first), np.uint64(last)):
        out[i] = a[places[i]]


@compiled
def _add_at(first, last, a, places, b):
    for i in range(np.uint64(first), np.uint64(last)):
        a[places[i]] += b[i]


@compiled
def _copy(first, last, a, out):
    out[first:last] = a[first:last]


@compiled
def _dot(first, last, a, b):
    total = 0.0
    for i in range(np.uint64(first), np.uint64(last)):
        total += a[i] * b[i]
    return total


@compiled
def _step(first, last, factor, p, q, x, r):
    total = 0.0
    for i in range(np.uint64(first), np.uint64(last)):
        x[i] += factor * p[i]
        r[i] -= factor * q[i]
        total += r[i] * r[i]
    return total


@compiled
def _scale_and_add(first, last, factor, to, a):
    for i in range(np.uint64(first), np.uint64(last)):
        to[i] = factor * to[i] + a[i]
