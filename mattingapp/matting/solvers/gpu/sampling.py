"""Sampling of known colours for unknown pixels, on a GPU: what `solvers.cpu.sampling` does, for many pixels at once.

A table has one row for each unknown pixel, in raster order. `row_of` (H · W,), int64, gives the row of a pixel, and -1
where it is known. Colours are float32, a pair is two of them side by side, foreground and background.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
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

PIXELS_AT_ONCE = 1 << 19  # whose rays take some 500 MB
TINY = 1e-5


def expanded(photo: DevicePhoto, trimap: np.ndarray, radius: int, job: Job) -> np.ndarray:
    """Return the trimap with the known regions grown to pixels of almost their colour.

    Parameters
    ----------
    photo : DevicePhoto
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    radius : int
        Pixels by which they grow at most.
    job : Job
    """
    labels = torch.from_numpy(trimap).to(photo.device).reshape(-1)
    grown = labels.clone()
    for pixels in (labels == Label.UNKNOWN).nonzero()[:, 0].split(PIXELS_AT_ONCE):
        own = photo.colours(pixels, torch.float32)
        label = labels[pixels]
        for inside, at in _places(pixels, disc(radius), photo.shape, job):
            there = torch.where(inside, labels[at], Label.UNKNOWN)
            like = _squares(own - photo.colours(at, torch.float32)) <= LIKE**2
            label = torch.where((label == Label.UNKNOWN) & like, there, label)
        grown[pixels] = label
    return grown.view(trimap.shape).cpu().numpy()


def sample(
    photo: DevicePhoto, colours: np.ndarray, trimap: np.ndarray, rays: int, job: Job
) -> tuple[np.ndarray, np.ndarray]:
    """Return the alpha that sampled colours tell, and how sure it is.

    Parameters
    ----------
    photo, trimap, job
        As in `expanded`.
    colours : ndarray (H, W, 3), float32 in [0, 1]
        The photo.
    rays : int
        Directions in which a pixel looks for known ones.

    Returns
    -------
    alpha, confidence : ndarray (H, W), float32 in [0, 1]
    """
    job.report(0.0, "samples")
    small, *distances = job.wait_for(lambda: crossed(colours, trimap, scale_of(trimap)))
    labels = torch.from_numpy(trimap).to(photo.device).reshape(-1)
    pixels = (labels == Label.UNKNOWN).nonzero()[:, 0]
    row_of = torch.full_like(labels, -1, dtype=torch.int64)
    row_of[pixels] = torch.arange(len(pixels), device=photo.device)
    rows = torch.arange(len(pixels), device=photo.device).split(PIXELS_AT_ONCE)
    field = _Field(
        DevicePhoto(small, photo.device),
        [torch.from_numpy(distance).to(photo.device) for distance in distances],
        scale_of(trimap),
    )
    pairs, spreads, found = _joined(_gather(photo, pixels[some], field, rays, job) for some in rows)
    mean, alphas, trust = _joined(
        _refine(photo, pixels[some], row_of, pairs, spreads, found, job) for some in rows
    )
    near = torch.from_numpy(nearness_of(SMOOTHING)).to(photo.device).view(-1)
    (smooth,) = _joined(
        (_smooth_pairs(pixels, some, row_of, mean, alphas, trust, near, photo.shape, job),) for some in rows
    )
    told = _joined(
        _smooth_alpha(photo, labels, pixels, some, row_of, smooth, alphas, trust, near, job) for some in rows
    )
    results = known_alpha(trimap), np.ones(trimap.shape, np.float32)
    for result, values in zip(results, told, strict=True):
        result[trimap == Label.UNKNOWN] = values.cpu().numpy()
    return results


@dataclass(frozen=True, eq=False)
class _Field:
    """What rays cross: the photo at 1 / `scale`, and the distances to known foreground and background there."""

    photo: DevicePhoto
    distances: list[torch.Tensor]
    scale: int


def _joined(parts: Iterator[tuple[torch.Tensor, ...]]) -> tuple[torch.Tensor, ...]:
    return tuple(torch.cat(part) for part in zip(*parts, strict=True))


def _gather(
    photo: DevicePhoto, pixels: torch.Tensor, field: _Field, rays: int, job: Job
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the pair of known pixels chosen for each of `pixels`, how their surroundings vary, and if there is one."""
    width = photo.shape[1]
    y, x = pixels // width, pixels % width
    rows, columns = field.photo.shape
    from_y = (y // field.scale).clamp(max=rows - 1)[:, None].expand(-1, rays)
    from_x = (x // field.scale).clamp(max=columns - 1)[:, None].expand(-1, rays)
    angle = 2.0 * math.pi * (np.arange(rays) + np.arange(TURNS)[:, None] / TURNS) / rays
    turn = (y % 4 * 4 + x % 4) * 7 % TURNS
    dy, dx = (torch.from_numpy(part).to(photo.device)[turn] for part in (np.sin(angle), np.cos(angle)))
    hits, least = [], []
    for distance in field.distances:
        hit = _first_hits(distance, from_y, from_x, dy, dx, job)
        variation = _variation(field.photo, from_y, from_x, hit, job)
        least.append(variation.masked_fill_(hit < 0, torch.inf).amin(1))
        there = hit // columns * field.scale * width + hit % columns * field.scale
        hits.append(torch.where(hit < 0, hit, there + field.scale // 2 * (width + 1)))
    likely = least[1] / (least[0] + least[1] + TINY)  # that it is foreground: no edge lies between
    around = torch.stack(
        [photo.colours(at, torch.float32) for _, at in _places(pixels, _square(1), photo.shape, job)], 1
    )
    away = [
        torch.hypot((hit // width - y[:, None]).double(), (hit % width - x[:, None]).double()) for hit in hits
    ]
    best = torch.full_like(likely, torch.inf)
    chosen = torch.full((2, len(pixels)), -1, device=photo.device)
    for i in range(rays):
        for j in range(rays):
            job.check()
            pair = _pair(photo, hits[0][:, i], hits[1][:, j])
            alphas, left = _explain(around, pair[:, None])
            doubt = likely + (1.0 - 2.0 * likely) * alphas[:, len(alphas[0]) // 2]
            cost = left.sum(1) ** 3 * doubt**2 * (away[0][:, i] * away[1][:, j] ** 4)
            better = (hits[0][:, i] >= 0) & (hits[1][:, j] >= 0) & (cost < best)
            best = torch.where(better, cost, best)
            for side, hit in enumerate((hits[0][:, i], hits[1][:, j])):
                chosen[side] = torch.where(better, hit, chosen[side])
    spreads = torch.stack([_spread(photo, at.clamp(min=0), job) for at in chosen], 1)
    return _pair(photo, *chosen), spreads, chosen[0] >= 0


def _refine(
    photo: DevicePhoto,
    pixels: torch.Tensor,
    row_of: torch.Tensor,
    pairs: torch.Tensor,
    spreads: torch.Tensor,
    found: torch.Tensor,
    job: Job,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the mean of the three pairs around each of `pixels` that explain it best, its alpha and its trust."""
    own = photo.colours(pixels, torch.float32)
    costs = own.new_full((KEPT, len(pixels)), torch.inf)
    rows = torch.zeros_like(costs, dtype=torch.int64)
    for inside, at in _places(pixels, _square(SHARING), photo.shape, job):
        row = row_of[at]
        there = row.clamp(min=0)
        cost = _explain(own, pairs[there])[1].masked_fill_(~inside | (row < 0) | ~found[there], torch.inf)
        for place in range(KEPT):  # the better one stays, the other goes on to the next place
            better = cost < costs[place]
            costs[place], cost = (
                torch.where(better, cost, costs[place]),
                torch.where(better, costs[place], cost),
            )
            rows[place], there = (
                torch.where(better, there, rows[place]),
                torch.where(better, rows[place], there),
            )
    kept = (costs < torch.inf).float()
    count = kept.sum(0).clamp(min=1)[:, None]
    mean = sum(pairs[row] * keep[:, None] for row, keep in zip(rows, kept, strict=True)) / count
    spread = sum(spreads[row] * keep[:, None] for row, keep in zip(rows, kept, strict=True)) / count
    trust = _sureness(_explain(own, mean)[1]).float()
    near = torch.stack([_squares(own - side) for side in mean.split(3, 1)], 1)
    # A sample as close as its surroundings vary is the pixel itself.
    refined = torch.where((near <= spread).repeat_interleave(3, 1), own.repeat(1, 2), mean)
    alphas = _explain(own, refined)[0]
    nothing = kept[0] == 0
    return (
        refined.masked_fill_(nothing[:, None], 0.0),
        alphas.masked_fill_(nothing, 0.5),
        trust.masked_fill_(nothing, 0.0),
    )


def _smooth_pairs(
    pixels: torch.Tensor,
    rows: torch.Tensor,
    row_of: torch.Tensor,
    refined: torch.Tensor,
    alphas: torch.Tensor,
    trust: torch.Tensor,
    nearness: torch.Tensor,
    shape: tuple[int, int],
    job: Job,
) -> torch.Tensor:
    """Return the mean pair around the pixels of `rows`; those count most that are near and differ in alpha."""
    sums = refined.new_zeros((2, len(rows), 4), dtype=torch.float64)
    places = _places(pixels[rows], _square(SMOOTHING), shape, job)
    for (inside, at), near in zip(places, nearness, strict=True):
        row = row_of[at]
        there = row.clamp(min=0)
        apart = torch.where(there == rows, 1.0, (alphas[there] - alphas[rows]).abs())
        weight = (trust[there] * near * apart).masked_fill_(~inside | (row < 0), 0.0)
        for side, share in enumerate((weight * alphas[there], weight * (1.0 - alphas[there]))):
            sums[side, :, :3] += share[:, None] * refined[there, 3 * side : 3 * side + 3]
            sums[side, :, 3] += share
    total = sums[..., 3:]
    smooth = torch.where(total > 1e-12, sums[..., :3] / total, refined[rows].view(-1, 2, 3).transpose(0, 1))
    return torch.cat(tuple(smooth), 1).float()


def _smooth_alpha(
    photo: DevicePhoto,
    labels: torch.Tensor,
    pixels: torch.Tensor,
    rows: torch.Tensor,
    row_of: torch.Tensor,
    smooth: torch.Tensor,
    alphas: torch.Tensor,
    trust: torch.Tensor,
    nearness: torch.Tensor,
    job: Job,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the alpha of each pixel's pair as far as it is sure, for the rest the alphas around; and how sure."""
    around, weights, contrast, mixed = smooth.new_zeros((4, len(rows)), dtype=torch.float64)
    places = _places(pixels[rows], _square(SMOOTHING), photo.shape, job)
    for (inside, at), near in zip(places, nearness, strict=True):
        row = row_of[at]
        known, there = row < 0, row.clamp(min=0)
        alpha = torch.where(known, (labels[at] == Label.FOREGROUND).float(), alphas[there])
        weight = torch.where(known, near + 1.0, near * trust[there]).masked_fill_(~inside, 0.0)
        around += weight * alpha
        weights += weight
        mix = (trust[there] * alpha * (1.0 - alpha)).masked_fill_(~inside | known, 0.0)
        mixed += mix
        contrast += mix * _apart(smooth[there])
    own, left = _explain(photo.colours(pixels[rows], torch.float32), smooth[rows])
    sure = _sureness(left)
    clear = (_apart(smooth[rows]) * mixed / contrast).clamp(max=1.0)
    sure = torch.where(contrast > 1e-9, sure * clear, sure)
    rest = torch.where(weights > 1e-9, around / weights, own.double())
    return (sure * own + (1.0 - sure) * rest).float(), sure.float()


def _square(radius: int) -> np.ndarray:
    """Return the offsets (n, 2) of the pixels up to `radius` rows and columns away, in raster order."""
    return np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1).T


def _places(
    pixels: torch.Tensor, offsets: np.ndarray, shape: tuple[int, int], job: Job
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield for every offset which of `pixels` have a pixel there, and which; else the nearest there is."""
    height, width = shape
    y, x = pixels // width, pixels % width
    for dy, dx in offsets.tolist():
        job.check()
        v, u = y + dy, x + dx
        inside = (v >= 0) & (v < height) & (u >= 0) & (u < width)
        yield inside, v.clamp_(0, height - 1) * width + u.clamp_(0, width - 1)


def _pair(photo: DevicePhoto, foreground: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
    """Return the colours (n, 6) of pairs of pixels; what is no pixel has any."""
    return torch.cat([photo.colours(at.clamp(min=0), torch.float32) for at in (foreground, background)], 1)


def _squares(difference: torch.Tensor) -> torch.Tensor:
    """Return the sum of the squares of three."""
    one, two, three = difference.unbind(-1)
    return one * one + two * two + three * three


def _explain(colours: torch.Tensor, pairs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the alpha by which pairs explain colours best, and the square of what is left."""
    foreground, background = pairs[..., :3], pairs[..., 3:]
    difference = foreground - background
    along = ((colours - background) * difference).sum(-1)
    alpha = (along / (_squares(difference) + TINY)).clamp_(0.0, 1.0)
    share = alpha[..., None]
    return alpha, _squares(colours - share * foreground - (1.0 - share) * background)


def _sureness(left: torch.Tensor) -> torch.Tensor:
    """Return how far to trust a pair that leaves the square `left` of a colour, float64."""
    return (-FALL * left.sqrt().double()).exp()


def _apart(pairs: torch.Tensor) -> torch.Tensor:
    """Return the distance between foreground and background of pairs."""
    return _squares(pairs[:, :3] - pairs[:, 3:]).sqrt()


def _first_hits(
    distance: torch.Tensor, y: torch.Tensor, x: torch.Tensor, dy: torch.Tensor, dx: torch.Tensor, job: Job
) -> torch.Tensor:
    """Return where rays first meet the region whose `distance` is zero; -1 where they leave the photo.

    They leap as far as the region is away in any direction.
    """
    height, width = distance.shape
    hit = torch.full(y.shape, -1, device=y.device)
    ray = torch.arange(y.numel(), device=y.device)
    y, x, dy, dx = (part.reshape(-1) for part in (y, x, dy, dx))
    t = torch.zeros_like(dy)
    while len(ray):
        job.check()
        v, u = (y + t * dy + 0.5).floor().long(), (x + t * dx + 0.5).floor().long()
        inside = (v >= 0) & (u >= 0) & (v < height) & (u < width)
        at = torch.where(inside, v * width + u, 0)
        far = distance.view(-1)[at]
        met = inside & (far <= 0.0)
        hit.view(-1)[ray[met]] = at[met]
        t = t + (far.double() - 1.5).clamp_(min=1.0)
        on = inside & ~met
        ray, y, x, dy, dx, t = (part[on] for part in (ray, y, x, dy, dx, t))
    return hit


def _variation(
    photo: DevicePhoto, y: torch.Tensor, x: torch.Tensor, hit: torch.Tensor, job: Job
) -> torch.Tensor:
    """Return how much the colours change on the way from pixels to others, float64."""
    width = photo.shape[1]
    v, u = hit.clamp(min=0) // width, hit.clamp(min=0) % width
    points = torch.maximum((v - y).abs(), (u - x).abs()).clamp_(max=PATH_POINTS)
    steps = points.clamp(min=1)
    total = torch.zeros(y.shape, dtype=torch.float64, device=y.device)
    before = photo.colours(y * width + x, torch.float32)
    for n in range(1, PATH_POINTS + 1):
        job.check()
        here_y = y + ((v - y) * n).div(steps, rounding_mode="floor")
        here_x = x + ((u - x) * n).div(steps, rounding_mode="floor")
        on = n <= points
        here = photo.colours(torch.where(on, here_y * width + here_x, 0), torch.float32)
        total += _squares(before - here).sqrt().masked_fill_(~on, 0.0)
        before = here
    return total


def _spread(photo: DevicePhoto, pixels: torch.Tensor, job: Job) -> torch.Tensor:
    """Return the mean squared distance of the colours in 5 × 5 pixels to the one in the middle."""
    middle = photo.colours(pixels, torch.float32)
    total, count = torch.zeros((2, len(pixels)), device=pixels.device)
    for inside, at in _places(pixels, _square(2), photo.shape, job):
        total += _squares(middle - photo.colours(at, torch.float32)).masked_fill_(~inside, 0.0)
        count += inside
    return total / count
