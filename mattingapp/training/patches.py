"""Random patches around unknown pixels, and how they are varied."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from mattingapp.imaging.photo import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.model import RGB, TRIMAP
from mattingapp.matting.network import MARGIN
from mattingapp.training.config import TrainingConfig
from mattingapp.training.stage_alphas import Sample


@dataclass(frozen=True, eq=False)
class Batch:
    """Patches for one step.

    Attributes
    ----------
    inputs : tensor (N, channels, side, side), float32
    truth, unknown : tensor (N, 1, side − 12, side − 12), float32
        The true alpha, and 1 where it counts.
    """

    inputs: torch.Tensor
    truth: torch.Tensor
    unknown: torch.Tensor


class PatchSampler:
    """An endless source of varied patches, every sample as likely as the next, centred on unknown pixels.

    Parameters
    ----------
    samples : list of Sample
    config : TrainingConfig
    generator : torch.Generator
        The only source of chance; its state is part of a checkpoint.
    """

    def __init__(self, samples: list[Sample], config: TrainingConfig, generator: torch.Generator) -> None:
        self._config = config
        self._random = generator
        self._margin = int(config.patch * config.resize) // 2 + MARGIN
        self._planes = [self._stack(sample) for sample in samples]
        self._unknown = [
            torch.from_numpy(np.flatnonzero(sample.example.trimap == Label.UNKNOWN)) for sample in samples
        ]

    def _stack(self, sample: Sample) -> torch.Tensor:
        """Return the planes of one sample, (3 + …, H, W) float16 with a margin of zeros around the photo.

        First r, g, b; then the alphas and the trimap as the network wants them; then truth, unknown, and 1 inside.
        """
        trimap = sample.example.trimap
        alphas = [
            trimap / np.float32(Label.FOREGROUND) if name == TRIMAP else sample.alphas[name]
            for name in self._config.inputs
            if name != RGB
        ]
        others = (*alphas, sample.example.truth, trimap == Label.UNKNOWN, np.ones(trimap.shape))
        photo = np.moveaxis(to_float(sample.example.photo), 2, 0)
        planes = np.concatenate((photo, np.stack(others))).astype(np.float16)
        return functional.pad(torch.from_numpy(planes), (self._margin,) * 4)

    def batch(self) -> Batch:
        """Return the next batch."""
        config = self._config
        scale = config.resize ** float(2 * self._rand() - 1)
        side = round(config.patch * scale)
        patches = torch.stack([self._patch(side) for _ in range(config.batch)]).float()
        if side != config.patch:
            patches = functional.interpolate(patches, size=config.patch, mode="bilinear", antialias=True)
        colours, alphas, truth, unknown, inside = patches.split((3, patches.shape[1] - 6, 1, 1, 1), dim=1)
        if config.colour:
            colours = self._vary_colours(colours)
        if config.swap:
            swapped = (self._rand(config.batch, 1, 1, 1) < 0.5).float()
            alphas = swapped * (1 - alphas) + (1 - swapped) * alphas
            truth = swapped * (1 - truth) + (1 - swapped) * truth
        channels = alphas
        if RGB in config.inputs:
            normalised = colours / colours.square().sum(1, keepdim=True).sqrt().clamp_min(1e-3)
            first = config.inputs.index(RGB)
            channels = torch.cat((alphas[:, :first], normalised, alphas[:, first:]), dim=1)
        core = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        return Batch(channels * (inside > 0.5), truth[core], (unknown[core] > 0.5).float())

    def _patch(self, side: int) -> torch.Tensor:
        """Return a square around a random unknown pixel, turned and mirrored at random."""
        choice = self._randint(len(self._planes))
        planes, unknown = self._planes[choice], self._unknown[choice]
        width = planes.shape[2] - 2 * self._margin
        y, x = divmod(int(unknown[self._randint(len(unknown))]), width)
        top, left = y + self._margin - side // 2, x + self._margin - side // 2
        patch = planes[:, top : top + side, left : left + side]
        if self._randint(2):
            patch = patch.flip(2)
        return torch.rot90(patch, self._randint(4), (1, 2))

    def _vary_colours(self, colours: torch.Tensor) -> torch.Tensor:
        """Change white balance and gamma, and permute the channels: a network must not learn the scenes' colours."""
        count = len(colours)
        gain = torch.exp(0.25 * self._randn(count, 3, 1, 1))
        gamma = torch.exp(0.25 * self._randn(count, 1, 1, 1))
        order = self._rand(count, 3).argsort(1)
        permuted = torch.gather(colours, 1, order[:, :, None, None].expand_as(colours))
        return permuted.clamp_min(1e-4).pow(gamma) * gain

    def _rand(self, *size: int) -> torch.Tensor:
        return torch.rand(size, generator=self._random)

    def _randn(self, *size: int) -> torch.Tensor:
        return torch.randn(size, generator=self._random)

    def _randint(self, high: int) -> int:
        return int(torch.randint(high, (), generator=self._random))
