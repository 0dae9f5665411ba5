"""What a network brings along beside its layers: how a card's numbers make it, what it reads, and its tiles."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, NamedTuple, Self

import numpy as np
import torch
from torch import nn

from mattingapp.matting.networks.channels import Planes

Box = tuple[int, int, int, int]


class Window(NamedTuple):
    """What a network computes for one box of a photo.

    Attributes
    ----------
    rows, columns : slice
        The part of the photo that is read.
    outside : pairs of int
        Zeros before and after its rows, and its columns.
    top, left : int
        Where the box begins in the network's answer.
    """

    rows: slice
    columns: slice
    outside: tuple[tuple[int, int], tuple[int, int]]
    top: int
    left: int


class Network(nn.Module):
    """Map planes (N, channels, H, W) to an alpha (N, 1, h, w), not clipped."""

    smallest_tile: ClassVar[int]  # side in pixels below which memory is not what is missing

    @classmethod
    @abstractmethod
    def of(cls, inputs: tuple[str, ...], layers: int, width: int) -> Self:
        """Return the network that a model card with these fields describes, freshly initialised."""

    @staticmethod
    @abstractmethod
    def reader(
        inputs: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
    ) -> Planes:
        """Return a function of rows and columns that reads the network's planes there."""

    @staticmethod
    @abstractmethod
    def tile(device: torch.device) -> int:
        """Return the side of a tile, in pixels, that is fast on a device."""

    @staticmethod
    @abstractmethod
    def window(box: Box, shape: tuple[int, ...]) -> Window:
        """Return what must be computed for the box (top, bottom, left, right) of a photo of that shape."""
