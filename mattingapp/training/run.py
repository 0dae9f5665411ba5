"""A whole training run: data, stage alphas, composites, cross-validation if wanted, weights with their card."""

import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mattingapp import __version__
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.device import choose_device
from mattingapp.matting.networks.model import ModelCard, load_model, save_model
from mattingapp.matting.networks.network import Network
from mattingapp.matting.request import Progress
from mattingapp.resources import resource
from mattingapp.training.config import TrainingConfig
from mattingapp.training.cross_validation import MEAN, MEDIAN, cross_validate
from mattingapp.training.curve import Curve
from mattingapp.training.distributed import ONE_PROCESS, Processes
from mattingapp.training.evaluation import Row, compare, mean_scores
from mattingapp.training.samples import Sources, kinds_of, load_samples
from mattingapp.training.stage_alphas import Sample
from mattingapp.training.trainer import Report, train

BUNDLED = ("dcnn", "dcnn3", "fusion")
REDRAWN = 2  # trimaps of other widths of each photo, that a cross-validation scores on as well


@dataclass(frozen=True)
class TrainingRun:
    """What to train and where to write it.

    Attributes
    ----------
    sources : Sources
    config : TrainingConfig
    output : Path or None
        Where to write the model; None only cross-validates.
    folds : int
        Folds of the cross-validation; 0 for none. It scores on every kind of trimap there is, and on redrawn ones.
    device : str
    start : Path or None
        A model file to go on from; None starts afresh.
    licence : str
        Terms of the weights, for the model card.
    processes : Processes
    """

    sources: Sources
    config: TrainingConfig
    output: Path | None
    folds: int = 0
    device: str = "auto"
    start: Path | None = None
    licence: str = ""
    processes: Processes = ONE_PROCESS


def run_training(run: TrainingRun, progress: Progress) -> Iterator[str]:
    """Cross-validate and train, and yield lines for the person as there is something to tell.

    Parameters
    ----------
    run : TrainingRun
    progress : callable (stage, fraction, text) -> None

    Raises
    ------
    InputError
        For folders, settings or a model to start from that do not fit.
    """
    sources, cache, processes = run.sources, run.sources.cache, run.processes
    config = dataclasses.replace(run.config, trimaps=kinds_of(run.config, sources))
    device = choose_device(run.device)
    names = sources.names
    if run.folds:
        check_folds(run.folds, sources)
    start = starting_network(run.start, config.card()) if run.start else None
    if run.output is not None:
        Curve(run.output.with_suffix(".csv"))  # raises before the work where another file is in its way
    photographs, made = load_samples(sources, config, progress, processes)
    samples = [*photographs, *made]
    yield f"{len(names)} photos, {len(samples)} examples with composites, {patch_count(samples)} patches"

    scores: dict[str, Any] = {}
    if run.folds:
        rows: dict[str, list[Row]] = {}
        scoring = config.scored_on(redrawn=REDRAWN)
        given, redrawn = load_samples(sources, scoring, progress, processes)
        scored = cross_validate(
            samples,
            [*given, *redrawn],
            config,
            run.folds,
            device,
            lambda fold: cache / f"fold-{fold}.checkpoint",
            lambda fold: reporter(
                progress, f"fold {fold + 1}/{run.folds}", Curve(cache / f"fold-{fold}.csv")
            ),
            start,
            processes,
        )
        for kind, row in scored:
            rows.setdefault(kind, []).append(row)
        scores = {"protocol": f"{run.folds}-fold cross-validation by image, {len(names)} images"}
        for kind, kind_rows in sorted(rows.items()):
            scores[kind] = _summary(kind_rows, config.architecture)
            yield from _lines(kind, kind_rows, config.architecture)
    if run.output is not None:
        curve = Curve(run.output.with_suffix(".csv"))
        report = reporter(progress, "training", curve)
        network = train(samples, config, device, cache / "all.checkpoint", report, start, processes)
        if processes.first:
            curve.plot()
            card = dataclasses.replace(
                config.card(run.output.stem, __version__),
                training={
                    "data": f"{len(names)} photos: {', '.join(names)}",
                    "backgrounds": sources.backgrounds.name if sources.backgrounds else None,
                    "foregrounds": sources.foregrounds.name if sources.foregrounds else None,
                    "start": run.start.name if run.start else None,
                    "config": dataclasses.asdict(config),
                    "torch": torch.__version__,
                },
                scores=scores,
                licence=run.licence,
            )
            save_model(run.output, network, card)
        yield f"{run.output} written, its loss curve beside it"


def check_folds(folds: int, sources: Sources) -> None:
    """Raise InputError unless the photos of a data set can be parted into so many folds."""
    count = len(sources.names)
    if not 2 <= folds <= count:
        raise InputError(
            "{folds} folds cannot be made of {count} photos; choose from 2 to {count}.",
            folds=folds,
            count=count,
        )


def choose_start(choice: str | None, scored: bool, config: TrainingConfig) -> tuple[Path | None, str]:
    """Return the model to go on from, None to start afresh, and a line that tells the person.

    Parameters
    ----------
    choice : str or None
        A model file, "scratch", or None for a bundled model that fits; but not where the training is `scored` by
        cross-validation, since the bundled model may have seen the photos.
    """
    if choice == "scratch":
        return None, "Starting from scratch."
    if choice is not None:
        starting_network(Path(choice), config.card())
        return Path(choice), f"Starting from {choice}."
    if scored:
        return None, "Starting from scratch, so that no photo is scored by a network that has seen it."
    for name in BUNDLED:
        bundled = resource("weights", f"{name}.safetensors")
        try:
            starting_network(bundled, config.card())
        except InputError:
            continue
        return bundled, f"Starting from the bundled model {name}."
    return None, "Starting from scratch: the bundled models have other inputs or another size."


def patch_count(samples: list[Sample]) -> int:
    """Return how many different patches there are: one around each unknown pixel."""
    return sum(int((sample.example.trimap == Label.UNKNOWN).sum()) for sample in samples)


def starting_network(model: Path, card: ModelCard) -> Network:
    """Return the network of a model file to go on from; raise InputError where it is not the one of `card`."""
    network, theirs = load_model(model)
    for name in ("architecture", "inputs", "layers", "width"):
        wanted, has = getattr(card, name), getattr(theirs, name)
        if wanted != has:
            raise InputError(
                "{model} cannot be fine-tuned to this training: its {name} is {has}, not {wanted};"
                " start from another model, or from scratch.",
                model=model,
                name=name,
                has=has,
                wanted=wanted,
            )
    return network


def reporter(progress: Progress, name: str, curve: Curve) -> Report:
    """Return a report that writes the curve, and tells `progress` about loss, steps and the time left."""
    before: list[tuple[int, float]] = []

    def report(step: int, steps: int, loss: float) -> None:
        curve.add(step, loss)
        before.append((step, time.monotonic()))
        (first_step, first_time), (_, now) = before[0], before[-1]
        left = (now - first_time) / (step - first_step) * (steps - step) if len(before) > 1 else None
        text = f"step {step} of {steps}, loss {loss:.4f}"
        progress(name, step / steps, text if left is None else f"{text}, {_duration(left)} left")

    return report


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    )


def _summary(rows: list[Row], method: str) -> dict[str, Any]:
    """Return mean scores by method and the comparison with the untrained ones, rounded, for a model card."""
    means = mean_scores(rows)
    summary: dict[str, Any] = {name: _rounded(scores) for name, scores in means.items()}
    for rival in (name for name in (MEAN, MEDIAN) if name in means):
        against = compare(rows, method, rival)
        summary[f"{method} / {rival}"] = {
            "plain": _rounded(against.plain),
            "geometric": _rounded(against.geometric),
            "images better": _rounded(against.won),
        }
    return summary


def _rounded(scores: Any) -> dict[str, float]:
    return {key: round(value, 5) for key, value in dataclasses.asdict(scores).items()}


def _lines(kind: str, rows: list[Row], method: str) -> Iterator[str]:
    means = mean_scores(rows)
    for name, mean in means.items():
        yield (
            f"{kind} {name:16} SAD {mean.sad:.3f}  MSE {mean.mse:.5f}  "
            f"Grad {mean.gradient:.3f}  Conn {mean.connectivity:.3f}"
        )
    for rival in means:
        if rival != method:
            against = compare(rows, method, rival)
            plain, own, won = against.plain, against.geometric, against.won
            yield (
                f"{kind} {method} / {rival}: {plain.sad:.3f} / {plain.mse:.3f} / {plain.gradient:.3f}, geometric "
                f"{own.sad:.3f} / {own.mse:.3f} / {own.gradient:.3f}, better on "
                f"{won.sad:.0f} / {won.mse:.0f} / {won.gradient:.0f} of {against.images}"
            )
