"""Groups of patches that differ in their alphas, to draw from in balance (paper, section 4.1).

Many non-zero alphas and few non-zero gradients make a sharp boundary, few alphas and many gradients long hair. A
patch is told by these two counts, and k-means parts all patches into groups.
"""

import cv2
import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.networks.dcnn import MARGIN
from mattingapp.training.composites import CUTOUT
from mattingapp.training.config import TrainingConfig
from mattingapp.training.stage_alphas import Sample

DIFFERENCE = 2 / 255  # alphas and gradients from here on are not zero: the truth has 8 bits
FITTED = 50_000  # patches that the groups are fitted to
ROUNDS = 30


def cumulative_chances(samples: list[Sample], config: TrainingConfig) -> np.ndarray:
    """Return up to where in [0, 1] a random number chooses each sample: cut-outs together `config.cutout_chance`."""
    is_cutout = np.array([sample.example.kind == CUTOUT for sample in samples])
    shares = np.ones(len(samples))
    if is_cutout.any() and not is_cutout.all():
        shares[is_cutout] = config.cutout_chance / is_cutout.sum()
        shares[~is_cutout] = (1 - config.cutout_chance) / (~is_cutout).sum()
    return np.cumsum(shares / shares.sum())


def unknown_centres(samples: list[Sample]) -> list[torch.Tensor]:
    """Return the centres of all patches by sample: tensors (N, 2) of sample number and flat pixel number."""
    return [_centres(number, sample) for number, sample in enumerate(samples)]


def balanced_centres(samples: list[Sample], config: TrainingConfig) -> list[torch.Tensor]:
    """Return the centres of all patches by group, as in `unknown_centres`; a group that got none is left out."""
    centres = torch.cat(unknown_centres(samples))
    counts = np.concatenate([patch_counts(sample, config.patch) for sample in samples])
    means = group_means(counts, config.groups, config.seed)
    group = torch.from_numpy(nearest_group(counts, means))
    by_group = (centres[group == number] for number in range(len(means)))
    return [part for part in by_group if len(part)]


def patch_counts(sample: Sample, patch: int) -> np.ndarray:
    """Return which share of the alphas and of the alpha gradients is not zero in the patch around each unknown pixel.

    Parameters
    ----------
    sample : Sample
    patch : int
        Side of the input patch; what is counted is the alpha that comes out of it.

    Returns
    -------
    ndarray (N, 2), float32 in [0, 1]
        In the order of `numpy.flatnonzero` of the unknown pixels.
    """
    truth = sample.example.truth
    across, down = (np.abs(np.diff(truth, axis=axis, append=0)) for axis in (1, 0))
    across[:, -1] = down[-1] = 0
    side = patch - 2 * MARGIN
    shares = [
        cv2.blur(present.astype(np.float32), (side, side), borderType=cv2.BORDER_CONSTANT)
        for present in (truth >= DIFFERENCE, np.hypot(across, down) >= DIFFERENCE)
    ]
    unknown = sample.example.trimap == Label.UNKNOWN
    return np.stack([share[unknown] for share in shares], axis=1)


def group_means(counts: np.ndarray, groups: int, seed: int) -> np.ndarray:
    """Return the means of `groups` clusters of `counts`, (groups, 2), by k-means on a random part of them.

    There are fewer where fewer counts are different.
    """
    random = np.random.default_rng(seed)
    fitted = counts[random.choice(len(counts), min(FITTED, len(counts)), replace=False)]
    means = fitted[:1]
    while len(means) < groups:  # the next mean is a patch that is likely to be far from all others
        distance = np.min([np.square(fitted - mean).sum(1) for mean in means], axis=0).astype(np.float64)
        if not distance.any():
            break
        chosen = random.choice(len(fitted), p=distance / distance.sum())
        means = np.concatenate((means, fitted[chosen : chosen + 1]))
    for _ in range(ROUNDS):
        group = nearest_group(fitted, means)
        sizes = np.bincount(group, minlength=len(means))[:, None]
        sums = np.stack([np.bincount(group, fitted[:, axis], len(means)) for axis in range(2)], axis=1)
        means = np.where(sizes, sums / np.maximum(sizes, 1), means).astype(np.float32)
    return means


def nearest_group(counts: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return the number of the nearest of `means` for each of `counts`, int64."""
    nearest = np.zeros(len(counts), np.int64)
    least = np.full(len(counts), np.inf, np.float32)
    for number, mean in enumerate(means):
        distance = np.square(counts - mean).sum(1)
        closer = distance < least
        nearest[closer], least[closer] = number, distance[closer]
    return nearest


def _centres(number: int, sample: Sample) -> torch.Tensor:
    pixels = np.flatnonzero(sample.example.trimap == Label.UNKNOWN).astype(np.int32)
    return torch.from_numpy(np.stack((np.full_like(pixels, number), pixels), axis=1))
