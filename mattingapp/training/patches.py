"""Random patches around unknown pixels, and how they are varied."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.networks.channels import PLAIN_RGB, RGB, TRIMAP
from mattingapp.matting.networks.dcnn import MARGIN
from mattingapp.training.config import TrainingConfig
from mattingapp.training.groups import balanced_centres, cumulative_chances, unknown_centres
from mattingapp.training.stage_alphas import Sample


@dataclass(frozen=True, eq=False)
class Batch:
    """Patches for one step.

    Attributes
    ----------
    inputs : tensor (N, channels, side, side), float32
    truth, unknown : tensor (N, 1, h, w), float32
        The true alpha, and 1 where it counts; the paper's network leaves 6 pixels less on every side.
    """

    inputs: torch.Tensor
    truth: torch.Tensor
    unknown: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """Return it on `device`, laid out as the networks like it."""
        inputs = self.inputs.to(device, memory_format=torch.channels_last)
        return Batch(inputs, self.truth.to(device), self.unknown.to(device))


class PatchSampler:
    """An endless source of varied patches, centred on unknown pixels.

    Every photograph is as likely as the next, or every group of patches where `config.balanced`.

    Parameters
    ----------
    samples : list of Sample
    config : TrainingConfig
    rank, count : int
        Number of the process, and patches it gets a step.
    """

    def __init__(self, samples: list[Sample], config: TrainingConfig, rank: int, count: int) -> None:
        self._config = config
        self._rank, self._count = rank, count
        self._random = torch.Generator()
        self._margin = int(config.patch * config.resize) // 2 + MARGIN
        self._planes = [self._stack(sample) for sample in samples]
        self._centres = balanced_centres(samples, config) if config.balanced else unknown_centres(samples)
        self._chances = (
            np.linspace(0, 1, len(self._centres) + 1)[1:]
            if config.balanced
            else cumulative_chances(samples, config)
        )

    def _stack(self, sample: Sample) -> torch.Tensor:
        """Return the planes of one sample, (3 + …, H, W) float16 with a margin of zeros around the photo.

        First r, g, b; then the alphas and the trimap as the network wants them; then truth, unknown, and 1 inside.
        """
        trimap = sample.example.trimap
        alphas = [
            trimap / np.float32(Label.FOREGROUND) if name == TRIMAP else sample.alphas[name]
            for name in self._config.inputs
            if name not in (RGB, PLAIN_RGB)
        ]
        others = (*alphas, sample.example.truth, trimap == Label.UNKNOWN, np.ones(trimap.shape))
        photo = np.moveaxis(to_float(sample.example.photo), 2, 0)
        planes = np.concatenate((photo, np.stack(others))).astype(np.float16)
        return functional.pad(torch.from_numpy(planes), (self._margin,) * 4)

    def batch(self, step: int) -> Batch:
        """Return the batch of a step; it depends on the seed, the rank and the step only."""
        config = self._config
        seeds = np.random.SeedSequence((config.seed, self._rank, step))
        self._random.manual_seed(int(seeds.generate_state(1, np.uint64)[0] >> 1))
        scale = config.resize ** float(2 * self._rand() - 1)
        side = round(config.patch * scale)
        patches = torch.stack([self._patch(side) for _ in range(self._count)]).float()
        if side != config.patch:
            patches = functional.interpolate(patches, size=config.patch, mode="bilinear", antialias=True)
        colours, alphas, truth, unknown, inside = patches.split((3, patches.shape[1] - 6, 1, 1, 1), dim=1)
        if config.colour:
            colours = self._vary_colours(colours)
        if config.swap:
            swapped = (self._rand(self._count, 1, 1, 1) < 0.5).float()
            alphas = swapped * (1 - alphas) + (1 - swapped) * alphas
            truth = swapped * (1 - truth) + (1 - swapped) * truth
        if RGB in config.inputs:
            colours = colours / colours.square().sum(1, keepdim=True).sqrt().clamp_min(1e-3)
        rest = iter(alphas.split(1, dim=1))
        planes = [colours if name in (RGB, PLAIN_RGB) else next(rest) for name in config.inputs]
        core = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        return Batch(torch.cat(planes, 1) * (inside > 0.5), truth[core], (unknown[core] > 0.5).float())

    def _patch(self, side: int) -> torch.Tensor:
        """Return a square around a random unknown pixel, turned and mirrored at random."""
        number = int(np.searchsorted(self._chances, float(self._rand())))
        centres = self._centres[min(number, len(self._centres) - 1)]
        sample, pixel = centres[self._randint(len(centres))].tolist()
        planes = self._planes[sample]
        y, x = divmod(pixel, planes.shape[2] - 2 * self._margin)
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
