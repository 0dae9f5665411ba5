"""Random crops for the fusion network, and how they are varied."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch

from mattingapp.imaging.depth import quantise, to_float, unit_range
from mattingapp.imaging.trimap import Label
from mattingapp.matting.networks.channels import plane_reader
from mattingapp.training.config import TrainingConfig
from mattingapp.training.groups import cumulative_chances
from mattingapp.training.patches import Batch
from mattingapp.training.stage_alphas import Sample

NARROWEST, WIDEST = 1, 40  # pixels of a re-drawn unknown band around fractional alphas
CHANCE = {"trimap": 0.25, "stages": 0.1, "blur": 0.05, "noise": 0.1, "jpeg": 0.1}


@dataclass(eq=False)
class _Crop:
    """One crop on its way; arrays of one size, the photo float32 in [0, 1], alphas as in `Sample`."""

    photo: np.ndarray
    trimap: np.ndarray
    truth: np.ndarray
    alphas: dict[str, np.ndarray]


class CropSampler:
    """An endless source of varied crops, photographs as likely as each other, centred near unknown pixels.

    Parameters
    ----------
    samples : list of Sample
    config : TrainingConfig
    rank, count : int
        Number of the process, and crops it gets a step.
    """

    def __init__(self, samples: list[Sample], config: TrainingConfig, rank: int, count: int) -> None:
        self._config = config
        self._rank, self._count = rank, count
        self._samples = [_compact(sample) for sample in samples]
        self._unknown = [
            np.flatnonzero(sample.example.trimap == Label.UNKNOWN).astype(np.int32) for sample in samples
        ]
        self._chances = cumulative_chances(samples, config)
        self._stages = config.card().stages

    def batch(self, step: int) -> Batch:
        """Return the batch of a step; it depends on the seed, the rank and the step only."""
        random = np.random.default_rng((self._config.seed, self._rank, step))
        crops = [self._varied(random) for _ in range(self._count)]
        return Batch(
            *(
                torch.from_numpy(np.stack(arrays))
                for arrays in (
                    [self._planes(crop) for crop in crops],
                    [crop.truth[None] for crop in crops],
                    [(crop.trimap == Label.UNKNOWN)[None].astype(np.float32) for crop in crops],
                )
            )
        )

    def _planes(self, crop: _Crop) -> np.ndarray:
        read = plane_reader(self._stages, crop.photo, crop.trimap, crop.alphas)
        return read(slice(None), slice(None))

    def _varied(self, random: np.random.Generator) -> _Crop:
        crop = self._cut(random)
        if random.random() < CHANCE["trimap"]:
            _redraw_trimap(crop, random)
        if random.random() < CHANCE["stages"]:
            kept = random.random(len(self._stages)) < 0.5
            crop.alphas = {
                name: crop.alphas[name] for name, keep in zip(self._stages, kept, strict=True) if keep
            }
        if random.random() < CHANCE["blur"]:
            _blur(crop, random)
        if self._config.colour:
            crop.photo = _vary_colours(crop.photo, random)
        if self._config.swap and random.random() < 0.5:
            crop.truth = 1 - crop.truth
            crop.trimap = 255 - crop.trimap + (crop.trimap == Label.UNKNOWN)
            crop.alphas = {name: 1 - alpha for name, alpha in crop.alphas.items()}
        crop.photo = _vary_camera(crop.photo, random)
        return crop

    def _cut(self, random: np.random.Generator) -> _Crop:
        """Return a square around a random unknown pixel, scaled, turned and mirrored at random."""
        size = self._config.patch
        choice = min(int(np.searchsorted(self._chances, random.random())), len(self._samples) - 1)
        sample, unknown = self._samples[choice], self._unknown[choice]
        height, width = sample.example.trimap.shape
        scale = self._config.resize ** random.uniform(-1, 1)
        side = min(round(size / scale), height, width)
        y, x = divmod(int(unknown[random.integers(len(unknown))]), width)
        # Unknown pixels anywhere in the crop, not only in its centre.
        top, left = (
            int(np.clip(centre - side // 2 + random.integers(-side // 4, side // 4 + 1), 0, length - side))
            for centre, length in ((y, height), (x, width))
        )
        area = slice(top, top + side), slice(left, left + side)
        mirrored, turns = random.random() < 0.5, int(random.integers(4))

        def view(plane: np.ndarray, smooth: bool = True) -> np.ndarray:
            plane = plane[area]
            if side != size:
                how = (cv2.INTER_AREA if side > size else cv2.INTER_LINEAR) if smooth else cv2.INTER_NEAREST
                plane = cv2.resize(plane, (size, size), interpolation=how)
            # A copy always: what is varied next must not be the sample itself, which other steps see as well.
            return np.array(np.rot90(plane[:, ::-1] if mirrored else plane, turns), order="C")

        example = sample.example
        return _Crop(
            to_float(view(example.photo)),
            view(example.trimap, smooth=False),
            unit_range(view(example.truth), np.float32),
            {name: unit_range(view(alpha), np.float32) for name, alpha in sample.alphas.items()},
        )


def _compact(sample: Sample) -> Sample:
    """Return `sample` with photo and alphas in 8 bits: hundreds of them are kept in memory."""
    example = sample.example

    def small(alpha: np.ndarray) -> np.ndarray:
        return quantise(alpha, 8)

    photo = quantise(example.photo, 8)
    return Sample(
        replace(example, photo=photo, truth=small(example.truth)),
        {name: small(alpha) for name, alpha in sample.alphas.items()},
    )


def _redraw_trimap(crop: _Crop, random: np.random.Generator) -> None:
    """Make the unknown band narrower, at random; what becomes known is known in the stage alphas as well."""
    definite = ((crop.truth < 0.01) | (crop.truth > 0.99)).astype(np.uint8)
    distance = cv2.distanceTransform(definite, cv2.DIST_L2, cv2.DIST_MASK_5)
    inner, outer = np.exp(random.uniform(np.log(NARROWEST), np.log(WIDEST), 2))
    unknown = (crop.trimap == Label.UNKNOWN) & (distance <= np.where(crop.truth > 0.5, inner, outer))
    if not unknown.any():
        return
    learnt = (crop.trimap == Label.UNKNOWN) & ~unknown
    foreground = crop.truth > 0.5
    crop.trimap[learnt] = np.where(foreground, Label.FOREGROUND, Label.BACKGROUND)[learnt]
    for alpha in crop.alphas.values():
        alpha[learnt] = foreground[learnt]


def _blur(crop: _Crop, random: np.random.Generator) -> None:
    """Defocus photo, alphas and truth alike."""
    sigma = random.uniform(0.4, 1.5)
    crop.photo = cv2.GaussianBlur(crop.photo, (0, 0), sigma)
    crop.truth = cv2.GaussianBlur(crop.truth, (0, 0), sigma)
    crop.alphas = {name: cv2.GaussianBlur(alpha, (0, 0), sigma) for name, alpha in crop.alphas.items()}


def _vary_colours(photo: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Change white balance, exposure and gamma, and permute the channels: scenes' colours must not be learnt."""
    gain = np.exp(random.normal(0, 0.15, 3) + random.normal(0, 0.15)).astype(np.float32)
    gamma = np.float32(np.exp(random.normal(0, 0.25)))
    return np.clip(photo[..., random.permutation(3)] ** gamma * gain, 0, 1)


def _vary_camera(photo: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add grain and compress, now and then."""
    if random.random() < CHANCE["noise"]:
        photo = photo + random.uniform(0.5, 5) / 255 * random.standard_normal(photo.shape, np.float32)
    if random.random() < CHANCE["jpeg"]:
        levels = quantise(photo, 8)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(60, 96))]
        coded = cv2.imencode(".jpg", levels[..., ::-1], quality)[1]  # blue, green, red
        photo = to_float(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1])
    return np.clip(photo, 0, 1)
