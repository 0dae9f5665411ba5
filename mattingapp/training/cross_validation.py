"""Scores on images that the network was not trained on: k folds, by image and never by patch."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import torch

from mattingapp.imaging.metrics import score
from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.networks.model import ModelCard
from mattingapp.matting.networks.network import Network
from mattingapp.matting.networks.tiles import forward_tiled
from mattingapp.matting.stages import known_alpha
from mattingapp.training.composites import CUTOUT
from mattingapp.training.config import TrainingConfig
from mattingapp.training.distributed import ONE_PROCESS, Processes
from mattingapp.training.evaluation import Row
from mattingapp.training.stage_alphas import Sample
from mattingapp.training.trainer import Report, train

MEAN, MEDIAN = "mean of inputs", "median of inputs"


def folds(names: list[str], count: int) -> list[set[str]]:
    """Part `names` into `count` folds, every count-th name in one."""
    ordered = sorted(set(names))
    return [set(ordered[first::count]) for first in range(count)]


def cross_validate(
    samples: list[Sample],
    scored: list[Sample],
    config: TrainingConfig,
    count: int,
    device: torch.device,
    checkpoint: Callable[[int], Path],
    report: Callable[[int], Report],
    start: Network | None = None,
    processes: Processes = ONE_PROCESS,
) -> Iterator[tuple[str, Row]]:
    """Train on all folds but one and score on that one, for every fold in turn.

    Parameters
    ----------
    samples : list of Sample
        To train on. Composites of a photo stay in its fold; cut-outs that are not scored are in none, so always seen.
    scored : list of Sample
        To score on; a network never saw anything of the same name. Photos and cut-outs are parted into folds each for
        themselves, so that cut-outs change nothing of the photos' folds.
    config : TrainingConfig
    count : int
        Folds.
    device : torch.device
    checkpoint : callable (fold) -> Path
        Where the fold's checkpoint lies.
    report : callable (fold) -> callable (step, steps, loss)
    start, processes
        As in `train`.

    Yields
    ------
    kind : str
        The kind of trimap.
    row : Row
        For the inputs, for their untrained combination (see `untrained`) and, last, for the network (method "dcnn"
        or "fusion").
    """
    names = {sample.example.name: sample.example.kind == CUTOUT for sample in scored}
    of_photos = folds([name for name, is_cutout in names.items() if not is_cutout], count)
    of_cutouts = folds([name for name, is_cutout in names.items() if is_cutout], count)
    for fold in range(count):
        held_out = of_photos[fold] | of_cutouts[fold]
        seen = [sample for sample in samples if sample.example.name not in held_out]
        network = train(seen, config, device, checkpoint(fold), report(fold), start, processes)
        for sample in scored:
            if sample.example.name in held_out:
                yield from _score(network, config, sample, device)


def predict(network: Network, card: ModelCard, sample: Sample, device: torch.device) -> np.ndarray:
    """Return the network's alpha of `sample`, (H, W) float32 in [0, 1]."""
    example = sample.example
    alpha = known_alpha(example.trimap)
    unknown = example.trimap == Label.UNKNOWN
    read = network.reader(card.inputs, example.photo, example.trimap, sample.alphas)
    forward_tiled(network, read, unknown, alpha, network.tile(device), device, Job())
    return alpha


def _score(
    network: Network, config: TrainingConfig, sample: Sample, device: torch.device
) -> Iterator[tuple[str, Row]]:
    alphas = {**sample.alphas, **untrained(sample.alphas)}
    alphas[config.architecture] = predict(network, config.card(), sample, device)
    example = sample.example
    for method, alpha in alphas.items():
        yield example.kind, Row(example.name, method, score(alpha, example.truth, example.trimap))


def untrained(alphas: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the combination of the inputs that needs no training, by its name: the bar for a network.

    It is their mean, and of three or more their median as well, which is the higher bar and comes last.
    """
    if not alphas:
        return {}
    stacked = np.stack(tuple(alphas.values()))
    combined = {MEAN: stacked.mean(axis=0)}
    if len(stacked) > 2:
        combined[MEDIAN] = np.median(stacked, axis=0)
    return combined
