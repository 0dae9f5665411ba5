"""The unknown band of a trimap as runs of pixels, so that loops over it touch no known pixel and need no index.

The places of the band are the unknown pixels and all within two pixels of one, which is as far as a row of the
matting Laplacian reaches, in raster order. Around an unknown run the places of a row two above or two below are
without a gap, so one offset a run and row addresses them all. A field is an array over the places that is zero at
the known ones.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.threads import a_share_each, on_cores, split

REACH = 2


class Runs(NamedTuple):
    """Horizontal runs of pixels inside the places of a band.

    Attributes
    ----------
    rows, starts, lengths : ndarray (runs,), int64
        In the photo padded by `REACH` on every side.
    offsets : ndarray (runs, 5), int64
        The pixel (row + d - 2, x) is at the place offsets[run, d] + x.
    """

    rows: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, eq=False)
class Band:
    """The unknown band.

    Attributes
    ----------
    places : ndarray (size,), int64
        Raster index of each place in the padded photo.
    pixels : ndarray (n,), int64
        Raster index of each unknown pixel in the photo as it is.
    unknown : ndarray (n,), int64
        The place of each unknown pixel.
    runs : Runs
        Of the unknown pixels.
    windows : Runs
        Of the centres of the 3 × 3 windows that lie in the photo and hold an unknown pixel.
    shape : tuple of int
        Height and width of the padded photo.
    """

    places: np.ndarray
    pixels: np.ndarray
    unknown: np.ndarray
    runs: Runs
    windows: Runs
    shape: tuple[int, int]

    @property
    def size(self) -> int:
        """Number of places."""
        return len(self.places)


def make_band(unknown: np.ndarray) -> Band:
    """Return the band of an (H, W) bool mask."""
    padded = np.pad(unknown, REACH).view(np.uint8)
    height, width = padded.shape
    rows, starts, lengths = _runs(cv2.dilate(padded, np.ones((5, 5), np.uint8)))
    first = np.cumsum(lengths) - lengths
    places = _counted_on(rows * width + starts, lengths)

    def inside(mask: np.ndarray) -> Runs:
        run_rows, run_starts, run_lengths = _runs(mask)
        reach = np.arange(-REACH, REACH + 1)
        raster = (run_rows[:, None] + reach) * width + run_starts[:, None]
        holding = np.maximum(np.searchsorted(rows * width + starts, raster, side="right") - 1, 0)
        return Runs(run_rows, run_starts, run_lengths, first[holding] - starts[holding])

    centres = cv2.dilate(padded, np.ones((3, 3), np.uint8))
    margin = REACH + 1
    centres[:margin] = centres[-margin:] = 0
    centres[:, :margin] = centres[:, -margin:] = 0
    runs = inside(padded)
    unknown_places = _counted_on(runs.offsets[:, REACH] + runs.starts, runs.lengths)
    return Band(places, np.flatnonzero(unknown), unknown_places, runs, inside(centres), (height, width))


def turned_runs(band: Band) -> Runs:
    """Return the runs of the unknown pixels in the photo turned by 180°, where places count from the other end."""
    runs, width = band.runs, band.shape[1]
    return Runs(
        band.shape[0] - 1 - runs.rows[::-1],
        (width - runs.starts - runs.lengths)[::-1],
        runs.lengths[::-1].copy(),
        np.ascontiguousarray(band.size - width - runs.offsets[::-1, ::-1]),
    )


def _counted_on(numbers: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return each of the numbers and those after it, `lengths` of them, all in one array (sum of lengths,)."""
    out = np.empty(int(lengths.sum()), np.int64)
    on_cores(_count_on, a_share_each(lengths), numbers, lengths, np.cumsum(lengths) - lengths, out)
    return out


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, start and length of the horizontal runs of a uint8 mask that holds 0 and 1."""
    ranges = split(np.full(len(mask), mask.shape[1]), cores())
    counts = np.zeros(len(mask), np.int64)
    on_cores(_count_runs, ranges, mask, counts)
    first = np.cumsum(counts) - counts
    rows, starts, lengths = np.empty((3, int(counts.sum())), np.int64)
    on_cores(_find_runs, ranges, mask, counts, first, rows, starts, lengths)
    return rows, starts, lengths


@compiled
def _count_on(first, last, numbers, lengths, begins, out):
    for run in range(first, last):
        for x in range(lengths[run]):
            out[begins[run] + x] = numbers[run] + x


@compiled
def _count_runs(first, last, mask, counts):
    for y in range(np.uint64(first), np.uint64(last)):
        count = int(mask[y, 0])
        for x in range(np.uint64(1), np.uint64(mask.shape[1])):
            count += mask[y, x] > mask[y, x - np.uint64(1)]
        counts[y] = count


@compiled
def _find_runs(first, last, mask, counts, begins, rows, starts, lengths):
    for y in range(first, last):
        if counts[y] == 0:
            continue
        run, before = begins[y], 0
        for x in range(mask.shape[1]):
            here = mask[y, x]
            if here > before:
                rows[run], starts[run] = y, x
            elif here < before:
                lengths[run] = x - starts[run]
                run += 1
            before = here
        if before > 0:
            lengths[run] = mask.shape[1] - starts[run]
