"""The network of Cho, Tai and Kweon, as a torch module.

Natural image matting using deep convolutional neural networks, ECCV 2016, section 3.1:

    9×9 convolution, C → 64, without bias      structure analysis
    1×1 convolutions, 64 → 64, four of them    nonlinear remapping
    5×5 convolution, 64 → 1                    reconstruction

with a ReLU after all but the last. A 27 × 27 input gives a 15 × 15 alpha: nothing is padded inside.
"""

import itertools
from collections.abc import Mapping
from typing import Self

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from mattingapp.matting.networks.channels import Planes, channel_reader, channels_of
from mattingapp.matting.networks.network import Box, Network, Window

MARGIN = 6  # input pixels on each side that the output lacks
TILE = 112  # the response maps of one tile stay in the cache
TILE_ON_GPU = 224  # where a small tile takes no less time


class DcnnNetwork(Network, nn.Sequential):
    """Map (N, channels, H, W) to an alpha (N, 1, H − 12, W − 12), not clipped.

    Parameters
    ----------
    channels : int
        Input channels: 5 for RGB and two alphas.
    layers : int
        1×1 remapping layers: 4 in the paper, 1 and 8 in its Table 1.
    width : int
        Response maps in each layer.
    """

    smallest_tile = 40

    def __init__(self, channels: int, layers: int = 4, width: int = 64) -> None:
        convolutions = [
            nn.Conv2d(channels, width, 9, bias=False),
            *(nn.Conv2d(width, width, 1) for _ in range(layers)),
            _Reconstruction(width, 1, 5),
        ]
        for convolution in convolutions:
            nn.init.xavier_uniform_(convolution.weight)
            if convolution.bias is not None:
                nn.init.zeros_(convolution.bias)
        with_relu = itertools.chain.from_iterable((layer, nn.ReLU(inplace=True)) for layer in convolutions)
        super().__init__(*itertools.islice(with_relu, 2 * len(convolutions) - 1))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return super().forward(inputs)

    @classmethod
    def of(cls, inputs: tuple[str, ...], layers: int, width: int) -> Self:
        return cls(channels_of(inputs), layers, width)

    @staticmethod
    def reader(
        inputs: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
    ) -> Planes:
        return channel_reader(inputs, photo, trimap, alphas)

    @staticmethod
    def tile(device: torch.device) -> int:
        return TILE if device.type == "cpu" else TILE_ON_GPU

    @staticmethod
    def window(box: Box, shape: tuple[int, ...]) -> Window:
        (top, bottom, left, right), (height, width) = box, shape
        rows = slice(max(top - MARGIN, 0), min(bottom + MARGIN, height))
        columns = slice(max(left - MARGIN, 0), min(right + MARGIN, width))
        above = rows.start - (top - MARGIN), bottom + MARGIN - rows.stop
        beside = columns.start - (left - MARGIN), right + MARGIN - columns.stop
        return Window(rows, columns, (above, beside), 0, 0)


class _Reconstruction(nn.Conv2d):
    """A convolution to one map, as a product and a sum, which a CPU does faster than a direct one."""

    def forward(self, responses: torch.Tensor) -> torch.Tensor:
        assert self.bias is not None
        side = self.kernel_size[0]
        # Every pixel tells all alphas that read it its share of them; the outermost read pixels outside.
        weights = self.weight[0].flip(1, 2).flatten(1).T
        height, width = responses.shape[2:]
        shares = (weights @ responses.flatten(2)).float()
        alpha = functional.fold(shares, (height + side - 1, width + side - 1), side)
        return alpha[..., side - 1 : 1 - side, side - 1 : 1 - side] + self.bias
