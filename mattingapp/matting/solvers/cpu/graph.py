"""The system D − A of a graph of pixels, over the unknown ones: similarities A, and their row sums D."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.threads import a_share_each, on_cores, on_cores_checked, split

MOST_PARTS = 8  # of the edges: each takes a number for every row
# Some 30 ms: as long as a cancel may wait.
PIXELS_AT_ONCE, ROWS_AT_ONCE, ENTRIES_AT_ONCE = 100_000, 20_000, 10_000_000


@dataclass(frozen=True, eq=False)
class GraphSystem:
    """(D − A) x = b over the unknown pixels.

    Attributes
    ----------
    pixels : ndarray (n,), int32
        Raster index of the pixel of each row. Rows that are coupled are near each other.
    degrees, b : ndarray (n,), float64
        D, which counts known neighbours as well, and what the known ones add.
    starts, counts : ndarray (n,), int64
        Where the similarities of a row begin, and how many there are.
    columns : ndarray (entries,), uint32
    weights : ndarray (entries,), float32
    shares : list of (int, int)
        Ranges of rows, in parts of about the same work.
    """

    pixels: np.ndarray
    degrees: np.ndarray
    b: np.ndarray
    starts: np.ndarray
    counts: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    shares: list[tuple[int, int]]

    def scaled(self, factor: float) -> "GraphSystem":
        """Return the system with every similarity times a factor."""
        return replace(
            self,
            degrees=factor * self.degrees,
            b=factor * self.b,
            weights=np.float32(factor) * self.weights,
        )

    def times(self, x: np.ndarray, job: Job, out: np.ndarray | None = None) -> np.ndarray:
        """Return (D − A) x, in `out` if that is there."""
        out = np.empty_like(x) if out is None else out
        arrays = self.degrees, self.starts, self.counts, self.columns, self.weights
        on_cores_checked(job, _times, self.shares, *arrays, x, out)
        return out


def graph_system(
    features: np.ndarray,
    pixels: np.ndarray,
    alpha: np.ndarray,
    neighbours: list[np.ndarray],
    once: bool,
    job: Job,
    fall: float = 0.0,
) -> GraphSystem:
    """Join the pixels to their neighbours, an edge counting for both its ends.

    Parameters
    ----------
    features : ndarray (H · W, dimensions), float32
        The similarity of two pixels is 1 − the mean absolute difference of their features, times `fall`'s factor.
    pixels : ndarray (n,), int32
        The unknown pixels, in the order the rows shall have.
    alpha : ndarray (H · W,), float32
        The alpha of the known pixels.
    neighbours : list of ndarray (H · W, k), int32
        Raster indices of each pixel's neighbours. A negative one in the first place: it has none that matter.
    once : bool
        An edge that is found twice counts once.
    job : Job
    fall : float
        See `Similarity`.
    """
    # Each core goes through a part of all edges: first it counts what the rows get from it, then it puts it there.
    parts = min(cores(), MOST_PARTS)
    row, places = job.wait_for(lambda: _without_edges(len(features), pixels, parts))
    for found in neighbours:
        _go_through(_count, found, parts, job, row, places)
    starts, counts = job.wait_for(lambda: _starts(places))
    # Memory comes at the first touch, which would be in the loops.
    columns = job.wait_for(lambda: np.full(int(counts.sum()), -1, np.int32))
    for found in neighbours:
        _go_through(_fill, found, parts, job, row, places, columns)
    weights = np.zeros(len(columns), np.float32)
    degrees, b = np.zeros((2, len(pixels)))
    ranges = job.wait_for(lambda: split(counts, 1 + len(pixels) // ROWS_AT_ONCE))
    system = (starts, counts, columns, weights, degrees, b)
    on_cores_checked(job, _weigh, ranges, features, pixels, row, alpha, once, np.float32(fall), *system)
    shares = job.wait_for(lambda: _shares(counts))
    return GraphSystem(pixels, degrees, b, starts, counts, columns.view(np.uint32), weights, shares)


def _without_edges(count: int, pixels: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the row of each of `count` pixels, -1 without one, and (parts, rows) of zeros."""
    row = np.full(count, -1, np.int32)
    row[pixels] = np.arange(len(pixels), dtype=np.int32)
    return row, np.full((parts, len(pixels)), 0, np.int64)  # not zeros: memory comes at the first touch


def _starts(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where rows begin and how many ends they have; set the counts (parts, rows) to where a part begins."""
    counts = places.sum(0)
    starts = np.cumsum(counts) - counts
    places[:] = starts + np.cumsum(places, axis=0) - places
    return starts, counts


def _go_through(
    loop: Callable[..., None], neighbours: np.ndarray, parts: int, job: Job, *arrays: np.ndarray
) -> None:
    """Go through the parts of a list of neighbours, some of each at once, and stop between when cancelled.

    The next run writes to the list: nothing may read it once this one has stopped.
    """
    edges = np.arange(parts + 1) * len(neighbours) // parts
    each = [(part, part + 1) for part in range(parts)]
    pieces = 1 + len(neighbours) // (parts * PIXELS_AT_ONCE)
    for piece in range(pieces):
        job.check()
        begins = edges[:-1] + np.diff(edges) * piece // pieces
        ends = edges[:-1] + np.diff(edges) * (piece + 1) // pieces
        on_cores(loop, each, begins, ends, neighbours, *arrays)


def _shares(counts: np.ndarray) -> list[tuple[int, int]]:
    """Return ranges of rows for every core, none of them with too many ends."""
    return split(counts, max(len(a_share_each(counts)), 1 + int(counts.sum()) // ENTRIES_AT_ONCE))


@compiled
def _count(first, last, begins, ends, neighbours, row, counts):
    """Count the ends at every unknown pixel, for each of the parts from first to last."""
    for part in range(first, last):
        for pixel in range(begins[part], ends[part]):
            if neighbours[pixel, 0] < 0:
                continue
            here = row[pixel]
            if here >= 0:
                counts[part, here] += neighbours.shape[1]
            for i in range(neighbours.shape[1]):
                there = row[neighbours[pixel, i]]
                if there >= 0:
                    counts[part, there] += 1


@compiled
def _fill(first, last, begins, ends, neighbours, row, places, others):
    """Note the other end of every edge at the row of an unknown pixel, from its place for the part on."""
    for part in range(first, last):
        for pixel in range(begins[part], ends[part]):
            if neighbours[pixel, 0] < 0:
                continue
            here = row[pixel]
            for i in range(neighbours.shape[1]):
                other = neighbours[pixel, i]
                there = row[other]
                if here >= 0:
                    others[places[part, here]] = other
                    places[part, here] += 1
                if there >= 0:
                    others[places[part, there]] = pixel
                    places[part, there] += 1


@compiled
def _weigh(
    first, last, features, pixels, row, alpha, once, fall, starts, counts, columns, weights, degrees, b
):
    """Weigh the edges of the rows from first to last; keep those between unknown pixels, as columns."""
    dimensions = features.shape[1]
    for here in range(first, last):
        pixel, begin = pixels[here], starts[here]
        others = columns[begin : begin + counts[here]]
        others.sort()
        kept, i = 0, 0  # what is kept is written where it was read before
        while i < len(others):
            other, times = others[i], 0
            while i < len(others) and others[i] == other:
                i, times = i + 1, times + 1
            difference = np.float32(0.0)
            for d in range(dimensions):
                difference += abs(features[pixel, d] - features[other, d])
            weight = max(np.float32(1.0) - difference / dimensions, np.float32(0.0))
            if fall > 0.0:
                weight *= math.exp(-fall * difference)
            if not once:
                weight *= times
            degrees[here] += weight
            if row[other] >= 0:
                columns[begin + kept], weights[begin + kept] = row[other], weight
                kept += 1
            else:
                b[here] += weight * alpha[other]
        counts[here] = kept


@compiled
def _times(first, last, degrees, starts, counts, columns, weights, x, out):
    for row in range(np.uint64(first), np.uint64(last)):
        total = degrees[row] * x[row]
        begin = np.uint64(starts[row])
        for entry in range(begin, begin + np.uint64(counts[row])):
            total -= weights[entry] * x[columns[entry]]
        out[row] = total
