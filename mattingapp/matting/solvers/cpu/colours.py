"""The steps of multi-level foreground estimation, on every core; see `mattingapp.matting.foreground`."""

from collections.abc import Iterator

import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.threads import on_cores_checked, split

PIXELS_AT_ONCE = 200_000  # some 10 ms: as long as a cancel may wait


def foreground(
    photo: np.ndarray,
    alpha: np.ndarray,
    levels: Iterator[tuple[int, int]],
    regularisation: float,
    job: Job,
) -> np.ndarray:
    """Return the foreground colours after a step at each size of `levels`, see `Backend`."""
    photo = job.wait_for(lambda: to_float(photo))
    colours = job.wait_for(lambda: _means(photo, alpha).reshape(1, 1, 6))
    for size in levels:
        colours = step(photo, alpha, size, colours, regularisation, job)
    # The smoothness term tints opaque pixels at an edge; an opaque pixel shows its own colour and no other.
    return job.wait_for(lambda: np.where((alpha >= 1.0)[..., None], photo, colours[..., :3]))


def _means(photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the mean foreground and background colour, (2, 3)."""
    weights = np.stack((alpha, 1.0 - alpha))
    totals = weights.sum((1, 2), dtype=np.float64)[:, None]
    return (np.tensordot(weights, photo, 2) / np.maximum(totals, 1e-6)).astype(np.float32)


def step(
    photo: np.ndarray,
    alpha: np.ndarray,
    size: tuple[int, int],
    before: np.ndarray,
    regularisation: float,
    job: Job,
) -> np.ndarray:
    """Solve every pixel's 2 × 2 system of a level once, with the neighbours of the step before.

    Parameters
    ----------
    photo : ndarray (H, W, 3), float32
    alpha : ndarray (H, W), float32
    size : tuple of int
        Height and width of the level. Photo, alpha and `before` are read where its pixels fall.
    before : ndarray (h, w, 6), float32
        Foreground and background after the step before, of this level or of the one below.
    regularisation : float
        ω of the paper.
    job : Job

    Returns
    -------
    ndarray (*size, 6), float32 in [0, 1]
    """
    after = np.empty((*size, 6), np.float32)
    ranges = split(np.full(size[0], size[1]), 1 + size[0] * size[1] // PIXELS_AT_ONCE)
    full, last = (
        [np.arange(count) * length // count for count, length in zip(size, shape, strict=True)]
        for shape in (alpha.shape, before.shape[:2])
    )
    on_cores_checked(
        job, step_rows, ranges, photo, alpha, *full, before, *last, np.float32(regularisation), after
    )
    return after


@compiled
def step_rows(
    first, last, photo, alpha, rows, columns, before, rows_before, columns_before, regularisation, after
):
    height, width = len(rows), len(columns)
    one = np.float32(1.0)
    f = np.empty(6, np.float32)
    for y in range(first, last):
        row = rows[y]
        for x in range(width):
            column = columns[x]
            here = alpha[row, column]
            f[:] = 0.0
            weights = np.float32(0.0)
            for side in range(4):
                # Beyond the edge a pixel is its own neighbour.
                there_y = min(max(y + (side == 1) - (side == 0), 0), height - 1)
                there_x = min(max(x + (side == 3) - (side == 2), 0), width - 1)
                weight = regularisation + abs(here - alpha[rows[there_y], columns[there_x]])
                weights += weight
                there_y, there_x = rows_before[there_y], columns_before[there_x]
                for c in range(6):
                    f[c] += weight * before[there_y, there_x, c]
            other = one - here
            ff, fb, bb = here * here + weights, here * other, other * other + weights
            scale = one / (ff * bb - fb * fb)
            for c in range(3):
                colour = photo[row, column, c]
                right_f, right_b = here * colour + f[c], other * colour + f[c + 3]
                after[y, x, c] = min(max(scale * (bb * right_f - fb * right_b), np.float32(0.0)), one)
                after[y, x, c + 3] = min(max(scale * (ff * right_b - fb * right_f), np.float32(0.0)), one)
