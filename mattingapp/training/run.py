"""A whole training run: data, stage alphas, composites, cross-validation if wanted, weights with their card."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from mattingapp import __version__
from mattingapp.imaging.errors import InputError
from mattingapp.matting.device import choose_device
from mattingapp.matting.model import save_model
from mattingapp.matting.pipeline import Progress
from mattingapp.matting.stages import find_stage
from mattingapp.training.composites import composites, cutout_composites
from mattingapp.training.config import TrainingConfig
from mattingapp.training.cross_validation import cross_validate
from mattingapp.training.dataset import Example, example_names, read_example
from mattingapp.training.evaluation import Row, mean_scores
from mattingapp.training.stage_alphas import with_stage_alphas
from mattingapp.training.trainer import Report, train


def run_training(
    data: Path,
    output: Path | None,
    backgrounds: Path | None,
    foregrounds: Path | None,
    changes: Mapping[str, Any],
    fold_count: int,
    cache: Path | None,
    workers: int,
    device_name: str,
    progress: Progress,
    licence: str = "",
) -> Iterator[str]:
    """Cross-validate and train, and yield lines for the person as there is something to tell.

    Parameters
    ----------
    data : Path
        A data set folder.
    output : Path or None
        Where to write the model; None only cross-validates.
    backgrounds : Path or None
        A folder of photos to make composites with.
    foregrounds : Path or None
        A folder of RGBA cut-outs to put on them as well.
    changes : mapping
        Fields of `TrainingConfig` that differ from its defaults.
    fold_count : int
        Folds of the cross-validation; 0 for none.
    cache : Path or None
        Keeps stage alphas and checkpoints; beside the output, or in the data folder, if None.
    workers : int
        Processes that compute stage alphas.
    device_name : str
    progress : callable (stage, fraction, text) -> None
    licence : str
        Terms of the weights, for the model card.
    """
    config = dataclasses.replace(TrainingConfig(), **changes)
    stages = config.card().stages
    for stage in stages:
        find_stage(stage)
    device = choose_device(device_name)
    cache = cache or (output.parent if output else data) / "training-cache"
    names = example_names(data)
    if fold_count and not 2 <= fold_count <= len(names):
        raise InputError(f"--folds must be between 2 and the number of photos, {len(names)}; choose another.")
    if foregrounds is not None and backgrounds is None:
        raise InputError("--foregrounds needs --backgrounds: name a folder of photos to put them on.")
    examples = list(_examples(data, names, config, backgrounds, foregrounds))
    yield f"{len(names)} photos, {len(examples)} examples with composites"
    samples = with_stage_alphas(
        examples, stages, cache, workers, lambda done, of: progress("stages", done / of, f"{done} of {of}")
    )

    scores: dict[str, Any] = {}
    if fold_count:
        rows: dict[str, list[Row]] = {}
        scored = cross_validate(
            samples,
            config,
            fold_count,
            device,
            lambda fold: cache / f"fold-{fold}.checkpoint",
            lambda fold: _reporter(progress, f"fold {fold + 1}/{fold_count}"),
        )
        for kind, row in scored:
            rows.setdefault(kind, []).append(row)
        scores = {"protocol": f"{fold_count}-fold cross-validation by image, {len(names)} images"}
        for kind, kind_rows in sorted(rows.items()):
            means = mean_scores(kind_rows)
            scores[kind] = {
                method: {key: round(value, 5) for key, value in dataclasses.asdict(mean).items()}
                for method, mean in means.items()
            }
            for method, mean in means.items():
                yield (
                    f"{kind} {method:16} SAD {mean.sad:.3f}  MSE {mean.mse:.5f}  "
                    f"Grad {mean.gradient:.3f}  Conn {mean.connectivity:.3f}"
                )
    if output is not None:
        network = train(samples, config, device, cache / "all.checkpoint", _reporter(progress, "training"))
        card = dataclasses.replace(
            config.card(output.stem, __version__),
            training={
                "data": f"{len(names)} photos: {', '.join(names)}",
                "backgrounds": backgrounds.name if backgrounds else None,
                "foregrounds": foregrounds.name if foregrounds else None,
                "config": dataclasses.asdict(config),
                "torch": torch.__version__,
            },
            scores=scores,
            licence=licence,
        )
        save_model(output, network, card)
        yield f"{output} written"


def _examples(
    data: Path,
    names: tuple[str, ...],
    config: TrainingConfig,
    backgrounds: Path | None,
    foregrounds: Path | None,
) -> Iterator[Example]:
    originals = [read_example(data, name, kind) for name in names for kind in config.trimaps]
    yield from originals
    if backgrounds is not None and config.composites:
        yield from composites(originals, backgrounds, config.composites, config.seed)
    if backgrounds is not None and foregrounds is not None:
        yield from cutout_composites(foregrounds, backgrounds, config.seed)


def _reporter(progress: Progress, name: str) -> Report:
    return lambda step, steps, loss: progress(name, step / steps, f"step {step} of {steps}, loss {loss:.4f}")
