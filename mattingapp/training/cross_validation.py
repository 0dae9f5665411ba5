"""Scores on images that the network was not trained on: k folds, by image and never by patch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from mattingapp.imaging.metrics import score
from mattingapp.imaging.photo import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.dcnn import TILE, channel_reader, forward_tiled
from mattingapp.matting.job import Job
from mattingapp.matting.network import FusionNetwork
from mattingapp.matting.stages import known_alpha
from mattingapp.training.config import TrainingConfig
from mattingapp.training.evaluation import Row
from mattingapp.training.stage_alphas import Sample
from mattingapp.training.trainer import Report, train


def folds(names: list[str], count: int) -> list[set[str]]:
    """Part `names` into `count` folds, every count-th name in one."""
    ordered = sorted(set(names))
    return [set(ordered[first::count]) for first in range(count)]


def cross_validate(
    samples: list[Sample],
    config: TrainingConfig,
    count: int,
    device: torch.device,
    checkpoint: Callable[[int], Path],
    report: Callable[[int], Report],
) -> Iterator[tuple[str, Row]]:
    """Train on all folds but one and score on that one, for every fold in turn.

    Composites are trained on but never scored; those of a photo stay in its fold, those of cut-outs in none.

    Parameters
    ----------
    checkpoint : callable (fold) -> Path
        Where the fold's checkpoint lies.
    report : callable (fold) -> callable (step, steps, loss)

    Yields
    ------
    kind : str
        The kind of trimap.
    row : Row
        For the inputs, for their mean (method "mean of inputs") and for the network (method "dcnn").
    """
    scored = [sample.example.name for sample in samples if sample.example.kind in config.trimaps]
    for fold, held_out in enumerate(folds(scored, count)):
        seen = [sample for sample in samples if sample.example.name not in held_out]
        network = train(seen, config, device, checkpoint(fold), report(fold))
        for sample in samples:
            if sample.example.name in held_out and sample.example.kind in config.trimaps:
                yield from _score(network, config, sample, device)


def predict(
    network: FusionNetwork, inputs: tuple[str, ...], sample: Sample, device: torch.device
) -> np.ndarray:
    """Return the network's alpha of `sample`, (H, W) float32 in [0, 1]."""
    example = sample.example
    alpha = known_alpha(example.trimap)
    channels = channel_reader(inputs, to_float(example.photo), example.trimap, sample.alphas)
    forward_tiled(network, channels, example.trimap == Label.UNKNOWN, alpha, TILE, device, Job())
    return alpha


def _score(
    network: FusionNetwork, config: TrainingConfig, sample: Sample, device: torch.device
) -> Iterator[tuple[str, Row]]:
    alphas = dict(sample.alphas)
    if alphas:
        alphas["mean of inputs"] = np.mean(tuple(alphas.values()), axis=0)
    alphas["dcnn"] = predict(network, config.inputs, sample, device)
    example = sample.example
    for method, alpha in alphas.items():
        yield example.kind, Row(example.name, method, score(alpha, example.truth, example.trimap), 0.0)
