"""The matting Laplacian of Levin, Lischinski and Weiss (2008) over an unknown band.

In every 3 × 3 window k with colours I_i, mean μ and covariance Σ,

    L_ij = δ_ij − 1/9 · (1 + (I_i − μ)ᵀ (Σ + ε/9 · 1)⁻¹ (I_j − μ)),

and the matting Laplacian is the sum over the windows. A row reaches two pixels in each direction. It is symmetric,
so the band keeps the diagonal and 12 planes of the other 24 entries: those of the pixels after it in raster order,
(0, 1) (0, 2) (1, −2) … (1, 2) (2, −2) … (2, 2). The others are read at the other end.

Every row adds up to zero. In float32 the entries are right to 1e-7, and where the diagonal is what they add up to, in
float64, so are the alphas to 1e-5; were it rounded as well, the alphas of large regions would drift.
"""

import numpy as np

from mattingapp.imaging.depth import unit_range
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.band import REACH, Band
from mattingapp.matting.solvers.cpu.compiler import compiled, inlined
from mattingapp.matting.solvers.cpu.threads import a_share_each, on_cores, on_cores_checked, split_evenly

PLANES = 12
PIXEL_TYPES = (np.uint8, np.uint16, np.float32, np.float64)  # that loops are compiled for
WINDOWS_AT_ONCE = 100_000  # some 30 ms: as long as a cancel may wait
_0, _1, _2, _3, _4 = (np.uint64(number) for number in range(5))


class BandLaplacian:
    """The matting Laplacian over the places of a band.

    Parameters
    ----------
    colours : ndarray (places, 3), float64 in [0, 1]
        The photo at the places of the band; see `band_colours`.
    band : Band
    epsilon : float
        Regularises the windows' covariances. They need float64: in float32 the weights are wrong by 1e-2 at 1e-7.
    job : Job

    Attributes
    ----------
    planes : ndarray (12, places), float32
    diagonal : ndarray (places,), float64
        Of the unknown pixels; zero elsewhere. What a caller adds to it holds the pixels to zero.
    """

    def __init__(self, colours: np.ndarray, band: Band, epsilon: float, job: Job) -> None:
        self.planes, self.diagonal = np.zeros((PLANES, band.size), np.float32), np.zeros(band.size)
        windows = band.windows
        ranges = a_share_each(windows.lengths, WINDOWS_AT_ONCE)
        # A window adds to three rows. Each range of rows takes in the windows beside it and adds to its own rows only.
        tops = np.unique([windows.rows[first] for first, _ in ranges])
        rows = list(zip([0, *tops[1:].tolist()], [*tops[1:].tolist(), band.shape[0]], strict=True))
        on_cores_checked(job, _add_windows, rows, colours, windows, epsilon / 9.0, self.planes)
        self._runs, self._job = band.runs, job
        self._shares = a_share_each(band.runs.lengths)
        self.diagonal = -self.times(np.ones(band.size))

    def times(self, field: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Return L · field at the unknown pixels, zero elsewhere, in `out` if that is there and zero elsewhere."""
        out = np.zeros(len(field)) if out is None else out
        on_cores_checked(self._job, _times, self._shares, self.planes, self.diagonal, field, self._runs, out)
        return out


def band_colours(photo: np.ndarray, band: Band) -> np.ndarray:
    """Return the photo's colours (places, 3), float64 in [0, 1], at the places of its band.

    Beyond the photo's edge they are those of the edge.
    """
    if photo.dtype not in PIXEL_TYPES:
        photo = unit_range(photo, np.float64)
    white = np.iinfo(photo.dtype).max if photo.dtype.kind == "u" else 1
    colours = np.empty((band.size, 3))
    ranges = split_evenly(band.size, len(a_share_each(band.runs.lengths)))
    on_cores(_take_colours, ranges, band.places, band.shape[1], np.ascontiguousarray(photo), white, colours)
    return colours


@compiled
def _take_colours(first, last, places, width, photo, white, colours):
    """Set `colours` to those of the photo at the places from first to last, or the nearest inside, over `white`."""
    for place in range(first, last):
        row, column = places[place] // width - REACH, places[place] % width - REACH
        row, column = min(max(row, 0), photo.shape[0] - 1), min(max(column, 0), photo.shape[1] - 1)
        for channel in range(3):
            colours[place, channel] = photo[row, column, channel] / white


@compiled
def _add_windows(top, bottom, colours, windows, ridge, planes):
    """Add every window's weights to the planes at the pixels whose row is in [top, bottom)."""
    rows, starts, lengths, offsets = windows
    deviation, whitened, place = np.empty((9, 3)), np.empty((9, 3)), np.empty(9, np.int64)
    for run in range(np.searchsorted(rows, top - 1), np.searchsorted(rows, bottom + 1)):
        for x in range(starts[run], starts[run] + lengths[run]):
            mean_r = mean_g = mean_b = 0.0
            for a in range(9):
                place[a] = offsets[run, a // 3 + 1] + x + a % 3 - 1
                r, g, b = colours[place[a]]
                mean_r, mean_g, mean_b = mean_r + r, mean_g + g, mean_b + b
                deviation[a] = r, g, b
            mean_r, mean_g, mean_b = mean_r / 9.0, mean_g / 9.0, mean_b / 9.0
            rr = rg = rb = gg = gb = bb = 0.0
            for a in range(9):
                r, g, b = deviation[a, 0] - mean_r, deviation[a, 1] - mean_g, deviation[a, 2] - mean_b
                deviation[a] = r, g, b
                rr, rg, rb = rr + r * r, rg + r * g, rb + r * b
                gg, gb, bb = gg + g * g, gb + g * b, bb + b * b
            rr, gg, bb = rr / 9.0 + ridge, gg / 9.0 + ridge, bb / 9.0 + ridge
            rg, rb, gb = rg / 9.0, rb / 9.0, gb / 9.0
            # Σ + ε/9 = U D Uᵀ, whose pivots are at least ε/9 but for rounding; the adjugate would lose grey windows.
            p_r = rr
            u_g, u_b = rg / p_r, rb / p_r
            p_g = max(gg - u_g * rg, ridge)
            rest = gb - u_g * rb
            v_b = rest / p_g
            p_b = max(bb - u_b * rb - v_b * rest, ridge)
            s_r, s_g, s_b = 1.0 / (9.0 * p_r), 1.0 / (9.0 * p_g), 1.0 / (9.0 * p_b)
            for a in range(9):
                r, g, b = deviation[a]
                g -= u_g * r
                b -= u_b * r + v_b * g
                deviation[a] = r, g, b
                whitened[a] = s_r * r, s_g * g, s_b * b
            for a in range(9):
                if top <= rows[run] + a // 3 - 1 < bottom:
                    r, g, b = whitened[a, 0], whitened[a, 1], whitened[a, 2]
                    for c in range(a + 1, 9):
                        weight = r * deviation[c, 0] + g * deviation[c, 1] + b * deviation[c, 2] + 1.0 / 9.0
                        planes[5 * (c // 3 - a // 3) + c % 3 - a % 3 - 1, place[a]] -= weight


# Places are unsigned, and few streams are read at once: only so does the compiler use vector instructions.
@inlined
def _subtract_below(planes, field, runs, run, row):
    """Subtract from `row` what the two rows below a run add to L · field along it."""
    here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
    for distance in range(1, 3):
        a = np.uint64(5 * distance - 3)
        below = np.uint64(runs.offsets[run, 2 + distance] + runs.starts[run] - 2)
        for x in range(np.uint64(runs.lengths[run])):
            row[x] -= (
                planes[a, here + x] * field[below + x]
                + planes[a + _1, here + x] * field[below + x + _1]
                + planes[a + _2, here + x] * field[below + x + _2]
                + planes[a + _3, here + x] * field[below + x + _3]
                + planes[a + _4, here + x] * field[below + x + _4]
            )


@inlined
def _subtract_above(planes, field, runs, run, row):
    """Subtract from `row` what the two rows above a run add to L · field along it."""
    for distance in range(1, 3):
        a = np.uint64(5 * distance - 3)
        above = np.uint64(runs.offsets[run, 2 - distance] + runs.starts[run] - 2)
        for x in range(np.uint64(runs.lengths[run])):
            row[x] -= (
                planes[a + _4, above + x] * field[above + x]
                + planes[a + _3, above + x + _1] * field[above + x + _1]
                + planes[a + _2, above + x + _2] * field[above + x + _2]
                + planes[a + _1, above + x + _3] * field[above + x + _3]
                + planes[a, above + x + _4] * field[above + x + _4]
            )


@inlined
def _subtract_right(planes, field, runs, run, row):
    """Subtract from `row` what the two pixels after each of a run add to L · field along it."""
    here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
    for x in range(np.uint64(runs.lengths[run])):
        row[x] -= planes[_0, here + x] * field[here + x + _1] + planes[_1, here + x] * field[here + x + _2]


@inlined
def _subtract_left(planes, field, runs, run, row):
    """Subtract from `row` what the two pixels before each of a run add to L · field along it."""
    left = np.uint64(runs.offsets[run, 2] + runs.starts[run]) - _2
    for x in range(np.uint64(runs.lengths[run])):
        row[x] -= planes[_0, left + x + _1] * field[left + x + _1] + planes[_1, left + x] * field[left + x]


@inlined
def _solve_along(planes, inverse, runs, run, row, field):
    """Solve for one pixel of a run after the other, where `row` holds all but what the pixels before it add."""
    here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
    one_before, two_before = field[here - _1], field[here - _2]
    for x in range(np.uint64(runs.lengths[run])):
        place = here + x
        # In this order the next pixel waits for one product only.
        known = (row[x] - planes[_1, place - _2] * two_before) * inverse[place]
        value = known - planes[_0, place - _1] * inverse[place] * one_before
        one_before, two_before = value, one_before
        field[place] = value


@compiled
def _times(first, last, planes, diagonal, field, runs, out):
    """Set `out` to L · field along the runs from first to last."""
    row = np.empty(runs.lengths[first:last].max(), field.dtype)
    for run in range(first, last):
        here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
        length = np.uint64(runs.lengths[run])
        for x in range(length):
            row[x] = -diagonal[here + x] * field[here + x]
        _subtract_left(planes, field, runs, run, row)
        _subtract_right(planes, field, runs, run, row)
        _subtract_below(planes, field, runs, run, row)
        _subtract_above(planes, field, runs, run, row)
        for x in range(length):
            out[here + x] = -row[x]


@compiled
def relax_from_zero(first, last, blocks, at_edge, planes, inverse, right, runs, field, left):
    """Sweep through the blocks of a turn where `field` is zero still, and set `left` to right - L · field.

    What is not solved for yet adds nothing, and inside a block only that is left over. Runs at a block's edge wait
    for the other turn: see `residual`.
    """
    row = np.empty(runs.lengths.max(), field.dtype)
    for number in range(first, last):
        for run in range(blocks[number, 0], blocks[number, 1]):
            here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
            for x in range(np.uint64(runs.lengths[run])):
                row[x] = right[here + x]
            _subtract_above(planes, field, runs, run, row)
            if at_edge[run]:
                _subtract_below(planes, field, runs, run, row)
            _solve_along(planes, inverse, runs, run, row, field)
        for run in range(blocks[number, 0], blocks[number, 1]):
            if at_edge[run]:
                continue
            here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
            row[:] = 0.0
            _subtract_right(planes, field, runs, run, row)
            _subtract_below(planes, field, runs, run, row)
            for x in range(np.uint64(runs.lengths[run])):
                left[here + x] = row[x]


@compiled
def residual(first, last, numbers, planes, diagonal, field, right, runs, left):
    """Set `left` to right - L · field along the runs with some numbers."""
    row = np.empty(runs.lengths.max(), field.dtype)
    for run in numbers[first:last]:
        here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
        length = np.uint64(runs.lengths[run])
        for x in range(length):
            row[x] = right[here + x] - diagonal[here + x] * field[here + x]
        _subtract_left(planes, field, runs, run, row)
        _subtract_right(planes, field, runs, run, row)
        _subtract_below(planes, field, runs, run, row)
        _subtract_above(planes, field, runs, run, row)
        for x in range(length):
            left[here + x] = row[x]


@compiled
def relax_turned(first, last, blocks, planes, inverse, right, runs, field, out):
    """Solve for one pixel after the other in the blocks of a turn: Gauss and Seidel's sweep.

    All is of the photo turned by 180°, but `right`, and `out`, which takes the field.
    """
    row = np.empty(runs.lengths.max(), field.dtype)
    end = np.uint64(len(field) - 1)
    for number in range(first, last):
        for run in range(blocks[number, 0], blocks[number, 1]):
            here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
            length = np.uint64(runs.lengths[run])
            mirrored = end - here
            for x in range(length):
                row[x] = right[mirrored - x]
            # What stays as it is goes first, all at once; then pixel by pixel what has just changed.
            _subtract_right(planes, field, runs, run, row)
            _subtract_below(planes, field, runs, run, row)
            _subtract_above(planes, field, runs, run, row)
            _solve_along(planes, inverse, runs, run, row, field)
            for x in range(length):
                out[mirrored - x] = field[here + x]


@compiled
def turn_planes(first, last, planes, runs, turned):
    """Set `turned` to the planes of the photo turned by 180°, whose places are in reverse.

    They take what the runs from first to last, of the photo as it was, stand for.
    """
    for run in range(first, last):
        here = np.uint64(runs.offsets[run, 2] + runs.starts[run])
        mirrored = np.uint64(planes.shape[1] - 1) - here
        for k in range(PLANES):
            dy = (k + 3) // 5
            there = np.uint64(runs.offsets[run, 2 - dy] + runs.starts[run] - (k + 1 - 5 * dy))
            for x in range(np.uint64(runs.lengths[run])):
                turned[k, mirrored - x] = planes[k, there + x]
