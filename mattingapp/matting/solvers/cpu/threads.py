"""Compiled loops on every core.

The loops release Python's lock, so plain threads are enough. To wake a thread that sleeps takes 0.1 ms, a third of
many of these loops; so one that waits looks for its call for a short while before it sleeps, for as long as a solver
takes from one loop to the next. It never waits longer awake, as OpenMP's threads may, so the loops can run beside
torch's and beside the window.
"""

import atexit
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.waiting import look_for_change

Ranges = Sequence[tuple[int, int]]

WORTH_A_THREAD = 40_000  # pixels; handing over fewer costs more than it saves
AT_ONCE = 400_000  # pixels of a step of a solver, some 20 ms: as long as a cancel may wait


class _Counter:
    """A number that one thread counts up and another waits for."""

    def __init__(self) -> None:
        self._count = np.zeros(1, np.int64)
        self._changed = threading.Event()
        self._asleep = False

    def add_one(self) -> None:
        self._count[0] += 1
        if self._asleep:
            self._changed.set()

    def wait_until_not(self, before: int) -> int:
        """Return the number once it is not `before`."""
        if self._count[0] == before and not look_for_change(self._count, before):
            self._changed.clear()
            self._asleep = True  # before it looks for the last time
            if self._count[0] == before:
                self._changed.wait()
            self._asleep = False
        return int(self._count[0])


class _Helper:
    """A thread that makes one call at a time for another."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], None]] = []  # one at most
        self._given, self._done = _Counter(), _Counter()
        self._begun = 0
        self._ending = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="matting-core")
        self._thread.start()

    def start(self, call: Callable[[], None]) -> None:
        """Make a call, which must not raise, unless it is over with before it begins."""
        self._calls.append(call)
        self._given.add_one()

    def finish(self) -> None:
        """Take the call back if it has not begun, or wait for its end."""
        try:
            self._calls.pop()
        except IndexError:
            self._begun += 1
            self._done.wait_until_not(self._begun - 1)

    def end(self) -> None:
        """End the thread, once its call is over; another thread may still start and finish calls meanwhile."""
        self._ending = True
        while self._thread.is_alive():
            self._given.add_one()  # again where that met another's
            self._thread.join(timeout=0.1)

    def _run(self) -> None:
        given = 0
        while not self._ending:
            given = self._given.wait_until_not(given)
            try:
                call = self._calls.pop()
            except IndexError:
                continue
            call()
            self._done.add_one()


_hiring = threading.Lock()


def _idle_helpers() -> list[_Helper]:
    """Return the helpers that have nothing to do, to take from and to give back to."""
    with _hiring:
        return _hired()


@cache
def _hired() -> list[_Helper]:
    helpers = [_Helper() for _ in range(cores() - 1)]

    @atexit.register
    def end() -> None:  # a thread that is in compiled code when Python ends would abort the process
        for helper in helpers:
            helper.end()

    return helpers.copy()


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


def a_share_each(weights: np.ndarray, at_once: int = AT_ONCE) -> list[tuple[int, int]]:
    """Return ranges of `weights` of about the same sum, one a core where each is worth it, or more of `at_once`."""
    total = int(weights.sum())
    rounds = -(-total // (at_once * cores()))
    return split(weights, max(rounds, 1) * min(cores(), 1 + total // WORTH_A_THREAD))


def on_cores(loop: Callable[..., Any], ranges: Ranges, *arguments: Any) -> list[Any]:
    """Call loop(first, last, *arguments) for every range, on all idle cores, and return what the calls return."""
    if len(ranges) < 2:
        return [loop(*bounds, *arguments) for bounds in ranges]
    results: list[Any] = [None] * len(ranges)
    errors: list[BaseException] = []
    numbers: Iterator[int] = iter(range(len(ranges)))

    def work() -> None:
        try:
            for number in numbers:
                results[number] = loop(*ranges[number], *arguments)
        except BaseException as error:  # raised by the thread that asked, whatever it is
            errors.append(error)

    idle, taken = _idle_helpers(), []
    try:
        for _ in range(len(ranges) - 1):
            try:
                helper = idle.pop()
            except IndexError:  # all are busy: what is left is done here
                break
            helper.start(work)
            taken.append(helper)
        work()
    finally:  # the arrays are in use until all calls are done
        for helper in taken:
            helper.finish()
        idle.extend(taken)
    if errors:
        raise errors[0]
    return results


def on_cores_checked(job: Job, loop: Callable[..., Any], ranges: Ranges, *arguments: Any) -> None:
    """Do as `on_cores` for many short ranges, and stop between them when the job is cancelled."""

    def checked(first: int, last: int) -> None:
        job.check()
        loop(first, last, *arguments)

    on_cores(checked, ranges)


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


def take_turns(job: Job, loop: Callable[..., Any], turns: Turns, *arguments: Any) -> None:
    """Call loop(first, last, blocks, *arguments) for ranges of the blocks of either turn, unless it is cancelled."""
    for blocks, shares in zip(turns.blocks, turns.shares, strict=True):
        on_cores_checked(job, loop, shares, blocks, *arguments)
