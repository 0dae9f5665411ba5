"""Sampling of known colours for unknown pixels, on every core; see `mattingapp.matting.shared`.

A table has one row for each unknown pixel, in raster order. `row_of` (H, W), int32, gives the row of a pixel, and -1
where it is known. A pair is six columns: a foreground colour and a background colour.
"""

import math

import numpy as np

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled, inlined
from mattingapp.matting.solvers.cpu.threads import on_cores_checked, split_evenly
from mattingapp.matting.solvers.sampling import (
    FALL,
    KEPT,
    LIKE,
    PATH_POINTS,
    SHARING,
    SMOOTHING,
    TURNS,
    crossed,
    disc,
    nearness_of,
    scale_of,
)
from mattingapp.matting.stages import known_alpha

PIXELS_AT_ONCE = 4000  # some 20 ms: as long as a cancel may wait
_ZERO, _ONE, _TINY = np.float32(0.0), np.float32(1.0), np.float32(1e-5)


def expanded(photo: np.ndarray, trimap: np.ndarray, radius: int, job: Job) -> np.ndarray:
    """Return the trimap with the known regions grown to pixels of almost their colour.

    Parameters
    ----------
    photo : ndarray (H, W, 3), float32 in [0, 1]
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    radius : int
        Pixels by which they grow at most.
    job : Job
    """
    pixels = job.wait_for(lambda: np.flatnonzero(trimap == Label.UNKNOWN))
    labels = np.empty(len(pixels), np.uint8)
    arrays = photo, trimap, pixels, disc(radius), np.float32(LIKE**2), labels
    on_cores_checked(job, expand_pixels, _ranges(pixels), *arrays)
    grown = trimap.copy()
    grown.ravel()[pixels] = labels
    return grown


def sample(photo: np.ndarray, trimap: np.ndarray, rays: int, job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Return the alpha that sampled colours tell, and how sure it is.

    Parameters
    ----------
    photo, trimap, job
        As in `expanded`.
    rays : int
        Directions in which a pixel looks for known ones.

    Returns
    -------
    alpha, confidence : ndarray (H, W), float32 in [0, 1]
    """
    pixels, row_of = job.wait_for(lambda: _table(trimap))
    ranges, count = _ranges(pixels), len(pixels)
    pairs, refined, smooth = np.empty((3, count, 6), np.float32)
    spreads, found = np.empty((count, 2), np.float32), np.empty(count, bool)
    alphas, trust, sampled, sure = np.empty((4, count), np.float32)

    job.report(0.0, "samples")
    scale = scale_of(trimap)
    field = job.wait_for(lambda: crossed(photo, trimap, scale))
    on_cores_checked(job, gather, ranges, photo, pixels, *field, scale, rays, pairs, spreads, found)
    around = photo, pixels, row_of
    on_cores_checked(job, refine, ranges, *around, found, pairs, spreads, SHARING, refined, alphas, trust)
    nearness = nearness_of(SMOOTHING)
    on_cores_checked(job, smooth_pairs, ranges, pixels, row_of, refined, alphas, trust, nearness, smooth)
    arrays = photo, trimap, pixels, row_of, smooth, alphas, trust, nearness, sampled, sure
    on_cores_checked(job, smooth_alpha, ranges, *arrays)
    return job.wait_for(lambda: _images(trimap, pixels, sampled, sure))


def _table(trimap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixel of each row, and `row_of`."""
    pixels = np.flatnonzero(trimap == Label.UNKNOWN)
    row_of = np.full(trimap.shape, -1, np.int32)
    row_of.ravel()[pixels] = np.arange(len(pixels))
    return pixels, row_of


def _images(
    trimap: np.ndarray, pixels: np.ndarray, sampled: np.ndarray, sure: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return alpha and confidence of all pixels, from those of the rows."""
    alpha, confidence = known_alpha(trimap), np.ones(trimap.shape, np.float32)
    alpha.ravel()[pixels], confidence.ravel()[pixels] = sampled, sure
    return alpha, confidence


def _ranges(pixels: np.ndarray) -> list[tuple[int, int]]:
    return split_evenly(len(pixels), 1 + len(pixels) // PIXELS_AT_ONCE)


@compiled
def expand_pixels(first, last, photo, trimap, pixels, offsets, farthest, labels):
    """Give an unknown pixel the label of the closest known pixel of almost its colour, if there is one.

    `offsets` lists the pixels around by their distance; `farthest` is the square of a distance of colours.
    """
    height, width = trimap.shape
    for k in range(first, last):
        y, x = pixels[k] // width, pixels[k] % width
        labels[k] = trimap[y, x]
        for n in range(len(offsets)):
            v, u = y + offsets[n, 0], x + offsets[n, 1]
            if v < 0 or u < 0 or v >= height or u >= width or trimap[v, u] == trimap[y, x]:
                continue
            if _squared(photo, y, x, photo, v, u) <= farthest:
                labels[k] = trimap[v, u]
                break


@compiled
def gather(
    first,
    last,
    photo,
    pixels,
    small,
    to_foreground,
    to_background,
    scale,
    rays,
    pairs,
    spreads,
    found,
):
    """Choose a pair of known pixels for every unknown one, among those that its rays meet first.

    The rays cross `small`, the photo at 1 / `scale`, with its distances to known pixels. `spreads` (n, 2) take how
    much the colours around either sample vary, and `found` whether there is a pair.
    """
    width = photo.shape[1]
    at, counts, least = np.empty((2, rays, 2), np.int64), np.empty(2, np.int64), np.empty(2)
    pair, around = np.empty(6, np.float32), np.empty((9, 3), np.float32)
    half = scale // 2
    for k in range(first, last):
        y, x = pixels[k] // width, pixels[k] % width
        from_y, from_x = min(y // scale, small.shape[0] - 1), min(x // scale, small.shape[1] - 1)
        turn = (y % 4 * 4 + x % 4) * 7 % TURNS / TURNS
        counts[:], least[:] = 0, np.inf
        for n in range(rays):
            angle = 2.0 * math.pi * (n + turn) / rays
            dy, dx = math.sin(angle), math.cos(angle)
            for side in range(2):
                if side == 0:
                    v, u = _first_hit(to_foreground, from_y, from_x, dy, dx)
                else:
                    v, u = _first_hit(to_background, from_y, from_x, dy, dx)
                if v >= 0:
                    at[side, counts[side], 0], at[side, counts[side], 1] = v * scale + half, u * scale + half
                    counts[side] += 1
                    least[side] = min(least[side], _variation(small, from_y, from_x, v, u))
        found[k] = counts[0] > 0 and counts[1] > 0
        likely = least[1] / (least[0] + least[1] + 1e-5)  # that it is foreground: no edge lies between
        best = np.inf
        _take_around(photo, y, x, around)
        for i in range(counts[0]):
            fy, fx = at[0, i, 0], at[0, i, 1]
            to_f = math.hypot(fy - y, fx - x)
            for j in range(counts[1]):
                by, bx = at[1, j, 0], at[1, j, 1]
                for c in range(3):
                    pair[c], pair[c + 3] = photo[fy, fx, c], photo[by, bx, c]
                alpha, misfit = _explain_around(around, pair)
                doubt = likely + (1.0 - 2.0 * likely) * alpha
                cost = misfit**3 * doubt**2
                cost *= to_f * math.hypot(by - y, bx - x) ** 4
                if cost < best:
                    best = cost
                    pairs[k] = pair
                    spreads[k, 0], spreads[k, 1] = _spread(photo, fy, fx), _spread(photo, by, bx)


@compiled
def refine(first, last, photo, pixels, row_of, found, pairs, spreads, radius, refined, alphas, trust):
    """Average the three pairs around every pixel that explain it best, and tell alpha and how far to trust it."""
    height, width = row_of.shape
    costs, rows = np.empty(KEPT, np.float32), np.empty(KEPT, np.int64)
    mean, spread = np.empty((1, 6), np.float32), np.empty(2, np.float32)
    for k in range(first, last):
        y, x = pixels[k] // width, pixels[k] % width
        costs[:] = np.inf
        for v in range(max(y - radius, 0), min(y + radius + 1, height)):
            for u in range(max(x - radius, 0), min(x + radius + 1, width)):
                row = row_of[v, u]
                if row < 0 or not found[row]:
                    continue
                cost = _explain(photo, y, x, pairs, row)[1]
                if cost < costs[KEPT - 1]:
                    place = KEPT - 1
                    while place > 0 and cost < costs[place - 1]:
                        costs[place], rows[place] = costs[place - 1], rows[place - 1]
                        place -= 1
                    costs[place], rows[place] = cost, row
        mean[:], spread[:] = _ZERO, _ZERO
        count = 0
        while count < KEPT and costs[count] < np.inf:
            for c in range(6):
                mean[0, c] += pairs[rows[count], c]
            for side in range(2):
                spread[side] += spreads[rows[count], side]
            count += 1
        if count == 0:
            refined[k], alphas[k], trust[k] = _ZERO, np.float32(0.5), _ZERO
            continue
        for c in range(6):
            mean[0, c] /= count
        trust[k] = math.exp(-FALL * math.sqrt(_explain(photo, y, x, mean, 0)[1]))
        for side in range(2):
            near = _ZERO
            for c in range(3):
                near += (photo[y, x, c] - mean[0, 3 * side + c]) ** 2
            # A sample as close as its surroundings vary is the pixel itself.
            own = near <= spread[side] / count
            for c in range(3):
                refined[k, 3 * side + c] = photo[y, x, c] if own else mean[0, 3 * side + c]
        alphas[k] = _explain(photo, y, x, refined, k)[0]


@compiled
def smooth_pairs(first, last, pixels, row_of, refined, alphas, trust, nearness, smooth):
    """Average the pairs around every pixel; those count most that are near and differ in alpha.

    `nearness` (2 r + 1, 2 r + 1) holds the weights of the pixels around.
    """
    height, width = row_of.shape
    radius = len(nearness) // 2
    sums = np.empty(8)
    for k in range(first, last):
        y, x = pixels[k] // width, pixels[k] % width
        sums[:] = 0.0
        for v in range(max(y - radius, 0), min(y + radius + 1, height)):
            for u in range(max(x - radius, 0), min(x + radius + 1, width)):
                row = row_of[v, u]
                if row < 0:
                    continue
                weight = trust[row] * nearness[v - y + radius, u - x + radius]
                if row != k:
                    weight *= abs(alphas[row] - alphas[k])
                of_f, of_b = weight * alphas[row], weight * (_ONE - alphas[row])
                sums[6], sums[7] = sums[6] + of_f, sums[7] + of_b
                for c in range(3):
                    sums[c] += of_f * refined[row, c]
                    sums[c + 3] += of_b * refined[row, c + 3]
        for c in range(6):
            total = sums[6 + c // 3]
            smooth[k, c] = sums[c] / total if total > 1e-12 else refined[k, c]


@compiled
def smooth_alpha(
    first, last, photo, trimap, pixels, row_of, smooth, alphas, trust, nearness, out, confidence
):
    """Take the alpha of a pixel's pair as far as it is sure, and for the rest the alphas around."""
    height, width = row_of.shape
    radius = len(nearness) // 2
    for k in range(first, last):
        y, x = pixels[k] // width, pixels[k] % width
        around = weights = contrast = mixed = 0.0
        for v in range(max(y - radius, 0), min(y + radius + 1, height)):
            for u in range(max(x - radius, 0), min(x + radius + 1, width)):
                row, near = row_of[v, u], nearness[v - y + radius, u - x + radius]
                if row < 0:
                    around += (near + _ONE) * (trimap[v, u] == 255)
                    weights += near + _ONE
                else:
                    around += near * trust[row] * alphas[row]
                    weights += near * trust[row]
                    mix = trust[row] * alphas[row] * (_ONE - alphas[row])
                    mixed += mix
                    contrast += mix * _apart(smooth, row)
        own, left = _explain(photo, y, x, smooth, k)
        sure = math.exp(-FALL * math.sqrt(left))
        if contrast > 1e-9:
            sure *= min(1.0, _apart(smooth, k) * mixed / contrast)
        out[k] = sure * own + (1.0 - sure) * (around / weights if weights > 1e-9 else own)
        confidence[k] = sure


@inlined
def _squared(one, y, x, other, v, u):
    """Return the squared distance of two pixels' colours."""
    total = _ZERO
    for c in range(3):
        total += (one[y, x, c] - other[v, u, c]) ** 2
    return total


@inlined
def _explain(photo, y, x, pairs, row):
    """Return the alpha by which a pair explains a pixel's colour best, and the square of what is left."""
    apart = along = _ZERO
    for c in range(3):
        difference = pairs[row, c] - pairs[row, c + 3]
        apart += difference * difference
        along += (photo[y, x, c] - pairs[row, c + 3]) * difference
    alpha = min(max(along / (apart + _TINY), _ZERO), _ONE)
    left = _ZERO
    for c in range(3):
        left += (photo[y, x, c] - alpha * pairs[row, c] - (_ONE - alpha) * pairs[row, c + 3]) ** 2
    return alpha, left


@inlined
def _take_around(photo, y, x, around):
    """Set `around` (9, 3) to the colours of 3 × 3 pixels; beyond the photo they are those of its edge."""
    height, width = photo.shape[:2]
    for n in range(9):
        v, u = min(max(y + n // 3 - 1, 0), height - 1), min(max(x + n % 3 - 1, 0), width - 1)
        for c in range(3):
            around[n, c] = photo[v, u, c]


@inlined
def _explain_around(around, pair):
    """Return the alpha by which a pair explains the middle of nine colours, and the sum of what it leaves of all."""
    r, g, b = pair[3], pair[4], pair[5]
    to_r, to_g, to_b = pair[0] - r, pair[1] - g, pair[2] - b
    inverse = _ONE / (to_r * to_r + to_g * to_g + to_b * to_b + _TINY)
    middle = total = _ZERO
    for n in range(9):
        by_r, by_g, by_b = around[n, 0] - r, around[n, 1] - g, around[n, 2] - b
        alpha = min(max((by_r * to_r + by_g * to_g + by_b * to_b) * inverse, _ZERO), _ONE)
        by_r, by_g, by_b = by_r - alpha * to_r, by_g - alpha * to_g, by_b - alpha * to_b
        total += by_r * by_r + by_g * by_g + by_b * by_b
        if n == 4:
            middle = alpha
    return middle, total


@inlined
def _apart(pairs, row):
    """Return the distance between foreground and background of a pair."""
    total = _ZERO
    for c in range(3):
        total += (pairs[row, c] - pairs[row, c + 3]) ** 2
    return math.sqrt(total)


@inlined
def _first_hit(distance, y, x, dy, dx):
    """Return where a ray first meets the region whose `distance` is zero; -1, -1 where it leaves the photo.

    It leaps as far as the region is away in any direction.
    """
    height, width = distance.shape
    t = 0.0
    while True:
        v, u = math.floor(y + t * dy + 0.5), math.floor(x + t * dx + 0.5)
        if v < 0 or u < 0 or v >= height or u >= width:
            return -1, -1
        if distance[v, u] <= 0.0:
            return v, u
        t += max(distance[v, u] - 1.5, 1.0)


@inlined
def _variation(photo, y, x, v, u):
    """Return how much the colours change on the way from one pixel to another."""
    points = min(max(abs(v - y), abs(u - x)), PATH_POINTS)
    total = 0.0
    before_y, before_x = y, x
    for n in range(1, points + 1):
        here_y, here_x = y + (v - y) * n // points, x + (u - x) * n // points
        total += math.sqrt(_squared(photo, before_y, before_x, photo, here_y, here_x))
        before_y, before_x = here_y, here_x
    return total


@inlined
def _spread(photo, y, x):
    """Return the mean squared distance of the colours in 5 × 5 pixels to the one in the middle."""
    height, width = photo.shape[:2]
    total, count = _ZERO, 0
    for v in range(max(y - 2, 0), min(y + 3, height)):
        for u in range(max(x - 2, 0), min(x + 3, width)):
            total += _squared(photo, y, x, photo, v, u)
            count += 1
    return total / count
