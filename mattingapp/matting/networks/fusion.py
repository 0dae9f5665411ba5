"""A small U-Net that blends the alphas of other stages and corrects the blend: this program's own network.

It sees the photo, the trimap, how far the known pixels are, and any subset of the stages it was trained with. What
it answers is no alpha but one weight a stage, one for the stages' median, and a correction. Before training it is
mostly the median, which of three stages is far better than their mean. No layer looks at statistics of its input, so
that an image can be computed in tiles.
"""

import itertools
from collections.abc import Mapping
from typing import Self

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from mattingapp.matting.networks.channels import Planes, plane_reader, stages_of
from mattingapp.matting.networks.network import Box, Network, Window

PHOTO_PLANES = 3
TRIMAP_PLANES = 4
STAGE_PLANES = 2
MEDIAN_FIRST = 2.0  # how much more the median weighs than a stage before training, as a logarithm
FAST = 30.0  # how much faster than a weight the network learns which stage is the best on the whole
ALIGNMENT = 16  # sides of an input are multiples of it, and so are the corners of tiles
TILE = 1024  # the larger, the less is computed twice around it
HALO = 64  # pixels read around a tile


class BlendNetwork(Network):
    """Map planes (N, 7 + 2 · stages, H, W) to an alpha (N, 1, H, W), not clipped.

    The planes are those of `plane_reader`: the photo, the trimap, then the alpha of each stage and whether it is
    present. H and W are multiples of 16.

    Parameters
    ----------
    stages : int
        Stages it can read.
    width : int
        Response maps at full resolution; there are 2, 4, 8 and 8 times as many at 1/2, 1/4, 1/8 and 1/16.
    """

    smallest_tile = 128

    def __init__(self, stages: int, width: int = 16) -> None:
        super().__init__()
        self.stages = stages
        planes = PHOTO_PLANES + TRIMAP_PLANES + STAGE_PLANES * stages
        widths = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        self.first = nn.Conv2d(planes, width, 3, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in itertools.pairwise(widths)
        )
        self.encode = nn.ModuleList(_Block(count) for count in widths)
        self.up = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in itertools.pairwise(widths))
        self.decode = nn.ModuleList(_Block(count) for count in widths[:-1])
        self.last = nn.Conv2d(width, stages + 2, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        assert self.last.bias is not None
        nn.init.zeros_(self.last.bias)
        self.preference = nn.Parameter(torch.zeros(1, stages + 1, 1, 1))
        nn.init.constant_(self.preference[:, stages], MEDIAN_FIRST / FAST)

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        responses = self.encode[0](self.first(planes))
        finer = []
        for down, encode in zip(self.down, self.encode[1:], strict=True):
            finer.append(responses)
            responses = encode(down(responses))
        for up, decode in zip(reversed(self.up), reversed(self.decode), strict=True):
            coarse = functional.interpolate(up(responses), scale_factor=2.0, mode="bilinear")
            responses = decode(coarse.add_(finer.pop()))
        answer = self.last(responses).float()
        weights, correction = answer[:, :-1] + FAST * self.preference, answer[:, -1:]
        stages = planes[:, PHOTO_PLANES + TRIMAP_PLANES :].float()
        return _blend(weights, stages[:, 0::STAGE_PLANES], stages[:, 1::STAGE_PLANES]) + correction.tanh()

    @classmethod
    def of(cls, inputs: tuple[str, ...], layers: int, width: int) -> Self:
        return cls(len(stages_of(inputs)), width)

    @staticmethod
    def reader(
        inputs: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
    ) -> Planes:
        return plane_reader(stages_of(inputs), photo, trimap, alphas)

    @staticmethod
    def tile(device: torch.device) -> int:
        return TILE

    @staticmethod
    def window(box: Box, shape: tuple[int, ...]) -> Window:
        (top, bottom, left, right), (height, width) = box, shape
        first_row, first_column = _aligned(top - HALO), _aligned(left - HALO)
        rows = slice(first_row, min(bottom + HALO, height))
        columns = slice(first_column, min(right + HALO, width))
        below, beside = (-(part.stop - part.start) % ALIGNMENT for part in (rows, columns))
        return Window(rows, columns, ((0, below), (0, beside)), top - first_row, left - first_column)


def _aligned(position: int) -> int:
    """Return the next position from 0 on and not after `position` where the network's grid is the photo's."""
    return max(position, 0) // ALIGNMENT * ALIGNMENT


class _Block(nn.Module):
    """Two 3×3 convolutions whose result is added to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(width, width, 3, padding=1)
        self.two = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.two.weight)

    def forward(self, responses: torch.Tensor) -> torch.Tensor:
        between = functional.relu(self.one(functional.relu(responses)), inplace=True)
        return self.two(between).add_(responses)


def _blend(weights: torch.Tensor, alphas: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """Return the convex combination of the alphas that are present and of their median, one half where none is."""
    alphas = torch.cat((alphas, _median(alphas, present)), 1)
    present = torch.cat((present, present.amax(1, keepdim=True)), 1)
    shares = weights.masked_fill(present < 0.5, -1e4).softmax(1) * present
    return (shares * alphas).sum(1, keepdim=True) + 0.5 * (1 - present.amax(1, keepdim=True))


def _median(alphas: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """Return the median of the alphas that are present, (N, 1, H, W); of an even number, the mean of the middle two."""
    count = present.sum(1, keepdim=True).long()
    ascending = alphas.masked_fill(present < 0.5, torch.inf).sort(1).values
    low, high = (ascending.gather(1, middle.clamp_min(0)) for middle in ((count - 1) // 2, count // 2))
    return torch.where(count > 0, (low + high) / 2, 0.0)
