"""How wrong an alpha is, as the training sees it."""

import torch
from torch.nn import functional

from mattingapp.training.config import Loss, TrainingConfig
from mattingapp.training.patches import Batch

PYRAMID_LEVELS = 4
_SIZE = {Loss.L1: torch.abs, Loss.L2: torch.square}


def loss_of(alpha: torch.Tensor, batch: Batch, config: TrainingConfig) -> torch.Tensor:
    """Return the loss of `alpha` (N, 1, h, w), not clipped, on the device that holds it."""
    error = alpha - batch.truth
    if config.loss is Loss.EUCLIDEAN:
        return 0.5 * error.square().sum() / len(error)
    error = error * batch.unknown
    total = _SIZE[config.loss](error).sum()
    size = _SIZE[config.gradient_loss]
    for apart in config.reach if config.gradient else ():
        down = error[..., apart:, :] - error[..., :-apart, :]
        across = error[..., apart:] - error[..., :-apart]
        total = total + config.gradient * (size(down).sum() + size(across).sum())
    if config.pyramid:
        total = total + config.pyramid * _pyramid(error)
    return total / batch.unknown.sum().clamp_min(1)


def _pyramid(error: torch.Tensor) -> torch.Tensor:
    """Return the absolute error in every band of a Laplacian pyramid; a band counts as much as the finest."""
    total = error.new_zeros(())
    for level in range(PYRAMID_LEVELS):
        coarse = functional.avg_pool2d(error, 2)
        band = error - functional.interpolate(coarse, size=error.shape[2:], mode="bilinear")
        total = total + 4**level * band.abs().sum()
        error = coarse
    return total + 4**PYRAMID_LEVELS * error.abs().sum()
