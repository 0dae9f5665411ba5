"""Compiled loops on every core.

The loops release Python's lock, so plain threads are enough. They never wait in a spin, as OpenMP's do, and they
can run beside torch's and beside the window.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numba
import numpy as np

from mattingapp.matting.job import Job

Ranges = Sequence[tuple[int, int]]

# Sums may be reordered and products fused, but NaN and infinity keep their meaning.
compiled = numba.njit(nogil=True, cache=True, fastmath={"contract", "reassoc", "nsz", "arcp"})
inlined = numba.njit(inline="always")

WORTH_A_THREAD = 40_000  # pixels; handing over fewer costs more than it saves
AHEAD = 4  # ranges a core that wait for their turn; to hand over all at once would take a while by itself


@cache
def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="matting-core")


def split(weights: np.ndarray, parts: int) -> list[tuple[int, int]]:
    """Return at most `parts` ranges (first, last) of about the same sum of `weights`, which cover all of them."""
    if not len(weights):
        return []
    total = np.cumsum(weights)
    inner = np.searchsorted(total, total[-1] * np.arange(1, parts) / parts)
    edges = np.unique(np.concatenate(([0], inner, [len(weights)]))).tolist()
    return list(pairwise(edges))


def split_evenly(count: int, parts: int) -> list[tuple[int, int]]:
    """Return at most `parts` ranges (first, last) of about the same length, which cover `count` items."""
    edges = sorted({count * part // parts for part in range(parts + 1)})
    return list(pairwise(edges))


def a_share_each(weights: np.ndarray) -> list[tuple[int, int]]:
    """Return ranges of `weights` of about the same sum, one a core where each is worth it."""
    return split(weights, min(cores(), 1 + int(weights.sum()) // WORTH_A_THREAD))


def on_cores(loop: Callable[..., Any], ranges: Ranges, *arguments: Any) -> list[Any]:
    """Call loop(first, last, *arguments) for every range, on all cores, and return what the calls return."""
    others = [_pool().submit(loop, *bounds, *arguments) for bounds in ranges[1:]]
    return [loop(*bounds, *arguments) for bounds in ranges[:1]] + [call.result() for call in others]


def on_cores_checked(job: Job, loop: Callable[..., Any], ranges: Ranges, *arguments: Any) -> None:
    """Do as `on_cores` for many short ranges, and stop between them when the job is cancelled."""
    pending: deque[Future[None]] = deque()
    try:
        for bounds in ranges:
            pending.append(_pool().submit(loop, *bounds, *arguments))
            if len(pending) > AHEAD * cores():
                pending.popleft().result()
                job.check()
        while pending:
            pending.popleft().result()
            job.check()
    finally:
        for call in pending:
            call.cancel()
        for call in pending:
            if not call.cancelled():
                call.exception()  # waits: the arrays are in use until it is done


@dataclass(frozen=True, eq=False)
class Turns:
    """Blocks of items in two turns, every other block in the first and the rest in the second.

    Blocks that touch only the blocks beside them can all run at once within a turn, and the outcome does not depend
    on the number of cores.

    Attributes
    ----------
    blocks : (ndarray (blocks, 2), ndarray (blocks, 2)), int64
        First and last item of the blocks of each turn.
    work : (ndarray (blocks,), ndarray (blocks,))
    shares : (list, list)
        Ranges of the blocks of each turn, in parts of about the same work.
    """

    blocks: tuple[np.ndarray, np.ndarray]
    work: tuple[np.ndarray, np.ndarray]
    shares: tuple[Ranges, Ranges]

    def backward(self) -> "Turns":
        """Return the turns in reverse order."""
        return Turns(self.blocks[::-1], self.work[::-1], self.shares[::-1])

    def turned(self) -> "Turns":
        """Return the turns that do the same in reverse, for items that are numbered from the other end."""
        count = int(max(blocks.max(initial=0) for blocks in self.blocks))
        first, second = (np.ascontiguousarray(count - blocks[::-1, ::-1]) for blocks in reversed(self.blocks))
        work = self.work[1][::-1], self.work[0][::-1]
        return Turns((first, second), work, (a_share_each(work[0]), a_share_each(work[1])))


def make_turns(edges: np.ndarray, weights: np.ndarray) -> Turns:
    """Return the turns of the blocks between `edges`.

    Parameters
    ----------
    edges : ndarray (blocks + 1,), int64
    weights : ndarray (items,)
    """
    blocks = np.column_stack((edges[:-1], edges[1:])).astype(np.int64)
    sums = np.add.reduceat(weights, edges[:-1])
    work = sums[0::2], sums[1::2]
    shares = a_share_each(work[0]), a_share_each(work[1])
    return Turns((blocks[0::2].copy(), blocks[1::2].copy()), work, shares)


def whole_rows(rows: np.ndarray, weights: np.ndarray, least: int) -> np.ndarray:
    """Return the edges of blocks of whole rows: two rows or more, and at least that sum of `weights` but the last."""
    values, begins = np.unique(rows, return_index=True)
    edges, held, top = [0], 0, values[0]
    for row, begin, weight in zip(values, begins, np.add.reduceat(weights, begins), strict=True):
        if held >= least and row >= top + 2:
            edges.append(begin)
            held, top = 0, row
        held += weight
    return np.array([*edges, len(rows)])


def near_another_block(rows: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return, (items,) bool, which items of blocks of whole rows lie within two rows of another block."""
    sizes = np.diff(edges)
    top, bottom = np.repeat(rows[edges[:-1]], sizes), np.repeat(rows[edges[1:] - 1], sizes)
    return (rows < top + 2) | (rows > bottom - 2)


def take_turns(loop: Callable[..., Any], turns: Turns, *arguments: Any) -> None:
    """Call loop(first, last, blocks, *arguments) for ranges of the blocks of either turn."""
    for blocks, shares in zip(turns.blocks, turns.shares, strict=True):
        on_cores(loop, shares, blocks, *arguments)
