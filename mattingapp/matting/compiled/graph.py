"""The system D − A of a graph of pixels, over the unknown ones: similarities A, and their row sums D."""

import math
from dataclasses import dataclass, replace

import numpy as np

from mattingapp.matting.compiled.threads import (
    a_share_each,
    compiled,
    cores,
    on_cores,
    on_cores_checked,
    split,
)
from mattingapp.matting.job import Job

MOST_PARTS = 8  # of the edges: each takes a number for every row
ROWS_AT_ONCE = 50_000  # some 30 ms: as long as a cancel may wait


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

    def times(self, x: np.ndarray) -> np.ndarray:
        """Return (D − A) x."""
        out = np.empty_like(x)
        on_cores(
            _times, self.shares, self.degrees, self.starts, self.counts, self.columns, self.weights, x, out
        )
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
    row = np.full(len(features), -1, np.int32)
    row[pixels] = np.arange(len(pixels), dtype=np.int32)
    # Each core goes through a part of all edges: first it counts what the rows get from it, then it puts it there.
    parts = min(cores(), MOST_PARTS)
    each = [(part, part + 1) for part in range(parts)]
    places = np.zeros((parts, len(pixels)), np.int64)
    for found in neighbours:
        job.wait_for(lambda: on_cores(_count, each, parts, found, row, places))  # noqa: B023 - called here
    counts = places.sum(0)
    starts = np.cumsum(counts) - counts
    places[:] = starts + np.cumsum(places, axis=0) - places
    columns = np.empty(int(counts.sum()), np.int32)
    for found in neighbours:
        job.wait_for(lambda: on_cores(_fill, each, parts, found, row, places, columns))  # noqa: B023 - called here
    weights = np.zeros(len(columns), np.float32)
    degrees, b = np.zeros((2, len(pixels)))
    ranges = split(counts, 1 + len(pixels) // ROWS_AT_ONCE)
    system = (starts, counts, columns, weights, degrees, b)
    on_cores_checked(job, _weigh, ranges, features, pixels, row, alpha, once, np.float32(fall), *system)
    return GraphSystem(
        pixels, degrees, b, starts, counts, columns.view(np.uint32), weights, a_share_each(counts)
    )


@compiled
def _count(first, last, parts, neighbours, row, counts):
    """Count the ends at every unknown pixel, for each of the parts from first to last."""
    for part in range(first, last):
        for pixel in range(len(neighbours) * part // parts, len(neighbours) * (part + 1) // parts):
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
def _fill(first, last, parts, neighbours, row, places, others):
    """Note the other end of every edge at the row of an unknown pixel, from its place for the part on."""
    for part in range(first, last):
        for pixel in range(len(neighbours) * part // parts, len(neighbours) * (part + 1) // parts):
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
