"""Foreground colours by multi-level estimation.

Germer, Uelwer, Conrad, Harmeling: Fast multi-level foreground estimation, ICPR 2020.

Foreground F and background B minimise, summed over pixels i and their four neighbours j,

    |α_i F_i + (1 − α_i) B_i − I_i|² + Σ_j (ω + |α_i − α_j|) (|F_i − F_j|² + |B_i − B_j|²),

a 2 × 2 system for each pixel while its neighbours are held. From one pixel up to full size, every level starts
with the colours of the level below and repeats that step a few times.
"""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.colours import step
from mattingapp.matting.solvers.cpu.prepare import prepare
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.stages import Estimate, Stage, StageInputs

REGULARISATION = 1e-5  # ω
SMALL_SIDE = 32  # levels up to this size take the larger number of steps
STEPS_SMALL, STEPS_LARGE = 10, 2
BAND_PIXELS = 1 << 20  # on a GPU, rows are done in bands of about so many, with cancel tested in between


def foreground(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate the foreground colours of the one alpha in `inputs`, which is passed on unchanged."""
    (alpha,) = inputs.alphas.values()
    sizes = list(_level_sizes(*alpha.shape))
    work = np.cumsum([h * w * _steps(h, w) for h, w in sizes])

    def levels() -> Iterator[tuple[int, int]]:
        """Yield the size of every step, and tell of the progress."""
        for (height, width), done in zip(sizes, [0, *work[:-1]], strict=True):
            job.report(float(done / work[-1]), "{width} × {height}", width=width, height=height)
            for _ in range(_steps(height, width)):
                yield height, width

    estimate = _on_cpu if inputs.device.type == "cpu" else _on_device
    return Estimate(alpha, foreground=estimate(inputs.photo, alpha, levels(), inputs.device, job))


def _on_cpu(
    photo: np.ndarray, alpha: np.ndarray, levels: Iterator[tuple[int, int]], device: torch.device, job: Job
) -> np.ndarray:
    prepare(job)
    photo = job.wait_for(lambda: to_float(photo))
    colours = job.wait_for(lambda: _means(photo, alpha).reshape(1, 1, 6))
    for size in levels:
        colours = step(photo, alpha, size, colours, REGULARISATION, job)
    # The smoothness term tints opaque pixels at an edge; an opaque pixel shows its own colour and no other.
    return job.wait_for(lambda: np.where((alpha >= 1.0)[..., None], photo, colours[..., :3]))


def _on_device(
    photo: np.ndarray, alpha: np.ndarray, levels: Iterator[tuple[int, int]], device: torch.device, job: Job
) -> np.ndarray:
    """Do as `_on_cpu`, with tensors on any device of torch."""
    full_photo = job.wait_for(lambda: DevicePhoto(photo, device).planes())
    full_alpha = torch.from_numpy(alpha).to(device)
    weights = full_alpha, 1.0 - full_alpha
    means = [(full_photo * weight).sum((1, 2)) / weight.sum().clamp(min=1e-6) for weight in weights]
    colours = torch.stack(means)[..., None, None]
    level_photo, level_alpha = full_photo[:, :0], full_alpha[:0]
    for size in levels:
        if level_alpha.shape != size:
            resized = job.wait_for(partial(_resize, full_photo, full_alpha, colours, size))
            level_photo, level_alpha, colours = resized
        colours = _step(colours, level_photo, level_alpha, job)
    shown = torch.where(full_alpha >= 1.0, full_photo, colours[0])
    return job.wait_for(lambda: shown.permute(1, 2, 0).contiguous().cpu().numpy())


def _level_sizes(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes from 1 × 1 to full, growing by a constant factor of about two."""
    levels = max(math.ceil(math.log2(max(height, width))), 1)
    for level in range(levels + 1):
        yield round(height ** (level / levels)), round(width ** (level / levels))


def _steps(height: int, width: int) -> int:
    return STEPS_SMALL if max(height, width) <= SMALL_SIDE else STEPS_LARGE


def _means(photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the mean foreground and background colour, (2, 3)."""
    weights = np.stack((alpha, 1.0 - alpha))
    totals = weights.sum((1, 2), dtype=np.float64)[:, None]
    return (np.tensordot(weights, photo, 2) / np.maximum(totals, 1e-6)).astype(np.float32)


def _resize(
    photo: torch.Tensor, alpha: torch.Tensor, colours: torch.Tensor, size: tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    level_colours = _nearest(colours.flatten(0, 1), size).unflatten(0, (2, 3))
    return _nearest(photo, size), _nearest(alpha[None], size)[0], level_colours


def _nearest(planes: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Resize (C, h, w) to (C, *size) without inventing colours between neighbours."""
    rows = torch.arange(size[0], device=planes.device) * planes.shape[1] // size[0]
    columns = torch.arange(size[1], device=planes.device) * planes.shape[2] // size[1]
    return planes[:, rows[:, None], columns]


def _step(colours: torch.Tensor, photo: torch.Tensor, alpha: torch.Tensor, job: Job) -> torch.Tensor:
    """Solve every pixel's 2 × 2 system once, with the neighbours of the step before.

    Parameters
    ----------
    colours : tensor (2, 3, h, w)
        Foreground and background.
    photo : tensor (3, h, w)
    alpha : tensor (h, w)
    """
    height, width = alpha.shape
    after = torch.empty_like(colours)
    band = max(BAND_PIXELS // width, 1)
    for top in range(0, height, band):
        job.check()
        rows = torch.arange(top, min(top + band, height), device=alpha.device)
        here = alpha[rows]
        neighbour_weight = torch.zeros_like(here)
        neighbour_sum = torch.zeros_like(colours[:, :, rows])
        for shifted_rows, shift in ((rows - 1, 0), (rows + 1, 0), (rows, -1), (rows, 1)):
            clamped = shifted_rows.clamp(0, height - 1)  # beyond the edge a pixel is its own neighbour
            there = _shift(alpha[clamped], shift)
            weight = REGULARISATION + (here - there).abs()
            neighbour_weight += weight
            neighbour_sum += weight * _shift(colours[:, :, clamped], shift)
        other = 1.0 - here
        ff, fb, bb = here * here + neighbour_weight, here * other, other * other + neighbour_weight
        right_f = here * photo[:, rows] + neighbour_sum[0]
        right_b = other * photo[:, rows] + neighbour_sum[1]
        scale = 1.0 / (ff * bb - fb * fb)
        after[0, :, rows] = (scale * (bb * right_f - fb * right_b)).clamp_(0.0, 1.0)
        after[1, :, rows] = (scale * (ff * right_b - fb * right_f)).clamp_(0.0, 1.0)
    return after


def _shift(planes: torch.Tensor, columns: int) -> torch.Tensor:
    """Return the planes read `columns` to the right (-1, 0 or 1), the edge continued."""
    if columns == 0:
        return planes
    if columns > 0:
        return torch.cat((planes[..., 1:], planes[..., -1:]), dim=-1)
    return torch.cat((planes[..., :1], planes[..., :-1]), dim=-1)


STAGE = Stage("foreground", "Foreground colours", foreground)
