"""The steps of multi-level foreground estimation, in tensors; see `mattingapp.matting.foreground`."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.gpu.photo import DevicePhoto

PIXELS_AT_ONCE = 1 << 20  # rows are done in bands of about so many, with cancel tested in between


def foreground(
    photo: np.ndarray,
    alpha: np.ndarray,
    levels: Iterator[tuple[int, int]],
    regularisation: float,
    device: torch.device,
    job: Job,
) -> np.ndarray:
    """Return the foreground colours after a step at each size of `levels`, see `Backend`."""
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
        colours = _step(colours, level_photo, level_alpha, regularisation, job)
    shown = torch.where(full_alpha >= 1.0, full_photo, colours[0])
    return job.wait_for(lambda: shown.permute(1, 2, 0).contiguous().cpu().numpy())


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


def _step(
    colours: torch.Tensor, photo: torch.Tensor, alpha: torch.Tensor, regularisation: float, job: Job
) -> torch.Tensor:
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
    band = max(PIXELS_AT_ONCE // width, 1)
    for top in range(0, height, band):
        job.check()
        rows = torch.arange(top, min(top + band, height), device=alpha.device)
        here = alpha[rows]
        neighbour_weight = torch.zeros_like(here)
        neighbour_sum = torch.zeros_like(colours[:, :, rows])
        for shifted_rows, shift in ((rows - 1, 0), (rows + 1, 0), (rows, -1), (rows, 1)):
            clamped = shifted_rows.clamp(0, height - 1)  # beyond the edge a pixel is its own neighbour
            there = _shift(alpha[clamped], shift)
            weight = regularisation + (here - there).abs()
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
