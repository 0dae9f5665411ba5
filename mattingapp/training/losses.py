"""How wrong an alpha is, as the training sees it."""

import torch
from torch.nn import functional

from mattingapp.training.config import Loss, TrainingConfig
from mattingapp.training.patches import Batch

PYRAMID_LEVELS = 4
LEAK = 0.1  # of what an alpha is beyond 0 and 1, where it is clipped in use; without any, no way led back
_SIZE = {Loss.L1: torch.abs, Loss.L2: torch.square}


def loss_of(alpha: torch.Tensor, batch: Batch, config: TrainingConfig) -> torch.Tensor:
    """Return the loss of `alpha` (N, 1, h, w), not clipped, on the device that holds it."""
    if config.loss is Loss.EUCLIDEAN:
        return 0.5 * (alpha - batch.truth).square().sum() / len(alpha)
    if config.clipped:
        alpha = alpha + (1 - LEAK) * (alpha.clamp(0, 1) - alpha)
    error = (alpha - batch.truth) * batch.unknown
    total = _by_patch(_SIZE[config.loss](error))
    size = _SIZE[config.gradient_loss]
    for apart in config.reach if config.gradient else ():
        down = error[..., apart:, :] - error[..., :-apart, :]
        across = error[..., apart:] - error[..., :-apart]
        total = total + config.gradient * (_by_patch(size(down)) + _by_patch(size(across)))
    if config.pyramid:
        total = total + config.pyramid * _pyramid(error)
    unknown = _by_patch(batch.unknown)
    if config.floor:
        return (total / unknown.clamp_min(1) / config.floor).log1p().mean()
    return total.sum() / unknown.sum().clamp_min(1)


def _by_patch(size: torch.Tensor) -> torch.Tensor:
    return size.sum((1, 2, 3))


def _pyramid(error: torch.Tensor) -> torch.Tensor:
    """Return the absolute error in every band of a Laplacian pyramid; a band counts as much as the finest."""
    total = error.new_zeros(len(error))
    for level in range(PYRAMID_LEVELS):
        coarse = functional.avg_pool2d(error, 2)
        band = error - functional.interpolate(coarse, size=error.shape[2:], mode="bilinear")
        total = total + 4**level * _by_patch(band.abs())
        error = coarse
    return total + 4**PYRAMID_LEVELS * _by_patch(error.abs())
