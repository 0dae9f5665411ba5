"""Float64 vectors on every core, for conjugate gradients."""

from itertools import pairwise

import numpy as np

from mattingapp.matting.compiled.threads import compiled, cores, on_cores

WORTH_A_CORE = 65536  # elements


class ArrayVectors:
    """Vectors that are arrays (n,), float64.

    Parameters
    ----------
    size : int
    """

    def __init__(self, size: int) -> None:
        parts = min(cores(), 1 + size // WORTH_A_CORE)
        edges = [size * part // parts for part in range(parts + 1)]
        self._shares = list(pairwise(edges))

    def copy(self, a: np.ndarray) -> np.ndarray:
        """Return a copy of `a`."""
        return a.copy()

    def dot(self, a: np.ndarray, b: np.ndarray) -> float:
        """Return a · b."""
        return sum(on_cores(_dot, self._shares, a, b))

    def step(self, factor: float, p: np.ndarray, q: np.ndarray, x: np.ndarray, r: np.ndarray) -> float:
        """Add factor · p to `x`, take factor · q from `r`, and return r · r."""
        return sum(on_cores(_step, self._shares, factor, p, q, x, r))

    def scale_and_add(self, factor: float, to: np.ndarray, a: np.ndarray) -> None:
        """Set `to` to factor · to + a."""
        on_cores(_scale_and_add, self._shares, factor, to, a)


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
