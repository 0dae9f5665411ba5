"""The tables that experiments write: what each trial reached, and how much training stands behind it."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from mattingapp import __version__
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.metrics import Scores
from mattingapp.matting.device import choose_device, device_title
from mattingapp.training.config import TrainingConfig, configure
from mattingapp.training.cross_validation import MEAN, MEDIAN
from mattingapp.training.evaluation import Row, compare, mean_scores
from mattingapp.training.experiments import EXPERIMENTS, ExperimentRun

MEASURES = {"sad": 3, "mse": 5, "gradient": 3}  # and the digits they are shown with


@dataclass(frozen=True)
class Outcome:
    """One trial with one seed on one kind of trimap.

    Attributes
    ----------
    trial : str
    seed : int
    kind : str
    rows : list of Row
        Those of the network are the last of every image.
    seconds : float
        Of one forward pass over 800 × 640 unknown pixels.
    """

    trial: str
    seed: int
    kind: str
    rows: list[Row]
    seconds: float

    @property
    def network(self) -> str:
        """The method of the trained network."""
        return self.rows[-1].method

    @property
    def bar(self) -> str | None:
        """The untrained combination of the inputs that it is measured against; None without inputs."""
        methods = {row.method for row in self.rows}
        return next((name for name in (MEDIAN, MEAN) if name in methods), None)


def write_table(run: ExperimentRun, outcomes: list[Outcome]) -> None:
    """Write the means of all `outcomes` as a CSV file, and over seeds as a table in Markdown."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("trial", "seed", "trimap", "method", "sad", "mse", "gradient", "connectivity"))
    for outcome in outcomes:
        for method, scores in mean_scores(outcome.rows).items():
            values = (f"{value:.5f}" for value in dataclasses.astuple(scores))
            writer.writerow((outcome.trial, outcome.seed, outcome.kind, method, *values))
    write_atomically(run.output / f"{run.name}.csv", lines.getvalue().encode())
    write_atomically(run.output / f"{run.name}.md", "\n".join(_markdown(run, outcomes)).encode())


def told(outcomes: list[Outcome], label: str, seed: int) -> str:
    """Return what a trial reached with one seed, in a line."""
    parts = []
    for outcome in outcomes:
        if (outcome.trial, outcome.seed) == (label, seed):
            scores = mean_scores(outcome.rows)[outcome.network]
            parts.append(
                f"{outcome.kind} SAD {scores.sad:.3f} MSE {scores.mse:.5f} Grad {scores.gradient:.3f}"
            )
    return "; ".join(parts)


def _markdown(run: ExperimentRun, outcomes: list[Outcome]) -> Iterator[str]:
    device = choose_device(run.device)
    machine = device_title(str(device))
    if device.type == "cpu":
        machine += f" with {torch.get_num_threads()} threads"
    seeds = len({outcome.seed for outcome in outcomes})
    yield f"# {EXPERIMENTS[run.name].title}"
    yield ""
    yield (
        f"{run.folds} folds by image over {len(run.sources.names)} photos, seeds: {seeds}; mattingapp {__version__}. "
        f"Plain means over images and seeds; ± is half the range over seeds, a row without it has one. The bar is the "
        f"untrained combination of the same inputs, their mean, or of three their median: ratios of means, geometric "
        f"means of the images' ratios, and how many images are better. To a trial: geometric means of the images' "
        f"ratios to that one, ± the standard error of their logarithms, SAD / MSE / Grad. Seconds (s) are those of a "
        f"forward pass over 800 × 640 pixels, all unknown, without the stages ({machine})."
    )
    yield ""
    reference = EXPERIMENTS[run.name].reference
    for effort, labels in _efforts(run, outcomes).items():
        yield f"- {', '.join(labels)}: {effort}"
    folders = (("backgrounds", run.sources.backgrounds), ("cut-outs", run.sources.foregrounds))
    for what, folder in folders:
        yield f"- {what} for composites: {folder.name if folder else 'no'}"
    yield ""
    for kind in sorted({outcome.kind for outcome in outcomes}):
        of_kind = [outcome for outcome in outcomes if outcome.kind == kind]
        yield f"## {kind}"
        yield ""
        yield (
            f"| trial | SAD | MSE | Grad | SAD / MSE / Grad to the bar | geometric | images better "
            f"| to {reference} | s |"
        )
        yield "|---|---|---|---|---|---|---|---|---|"
        for method, scores in _untrained(of_kind).items():
            yield f"| *{method}* | {scores.sad:.3f} | {scores.mse:.5f} | {scores.gradient:.3f} | | | | | |"
        by_trial: dict[str, list[Outcome]] = {}
        for outcome in of_kind:
            by_trial.setdefault(outcome.trial, []).append(outcome)
        for trial in by_trial.values():
            yield _line(trial, by_trial.get(reference, []))
        yield ""
    yield f"Written by `mattingapp experiment {run.name}`."
    yield ""


def _efforts(run: ExperimentRun, outcomes: list[Outcome]) -> dict[str, list[str]]:
    """Return how much every trial was trained, and how much of a full training that is, with the trials' labels."""
    efforts: dict[str, list[str]] = {}
    for label in dict.fromkeys(outcome.trial for outcome in outcomes):
        full = EXPERIMENTS[run.name].trials[label]
        taken = configure(full, changes=run.changes)
        effort = _effort(taken)
        if _effort(full) != effort:
            effort += f" (a full training: {_effort(full)})"
        efforts.setdefault(effort, []).append(label)
    return efforts


def _effort(config: TrainingConfig) -> str:
    redrawn = f", with {config.redrawn} further trimaps," if config.redrawn else ""
    collages = f", {config.collages:.0%} of them on collages" if config.composites and config.collages else ""
    cutouts = f", {config.cutouts:.0%} of the cut-outs" if config.cutouts != 1 else ""
    return (
        f"{config.iterations:,} steps of {config.batch} patches of {config.patch} × {config.patch} pixels from "
        f"the photos{redrawn} and {config.composites} composites of each{collages}{cutouts}"
    )


def _untrained(outcomes: Iterable[Outcome]) -> dict[str, Scores]:
    """Return the mean scores of all inputs that any of the trials reads, and of their combinations."""
    untrained: dict[str, Scores] = {}
    for outcome in outcomes:
        scores = mean_scores(outcome.rows)
        inputs = [method for method in scores if method not in (MEAN, MEDIAN, outcome.network)]
        untrained |= {name: scores[name] for name in inputs}
        for name in (MEAN, MEDIAN):
            if name in scores and len(inputs) > 1:
                untrained[name.replace("inputs", ", ".join(inputs))] = scores[name]
    return untrained


def _line(outcomes: list[Outcome], reference: list[Outcome]) -> str:
    """Return the row of one trial; `outcomes` are its seeds, `reference` those of what it is compared with, or none."""
    means = [mean_scores(outcome.rows)[outcome.network] for outcome in outcomes]
    cells = [outcomes[0].trial]
    for measure, digits in MEASURES.items():
        values = np.array([getattr(scores, measure) for scores in means])
        spread = f" ± {np.ptp(values) / 2:.{digits}f}" if len(values) > 1 else ""
        cells.append(f"{values.mean():.{digits}f}{spread}")
    against = [compare(outcome.rows, outcome.network, outcome.bar) for outcome in outcomes if outcome.bar]
    for part, digits in (("plain", 3), ("geometric", 3), ("won", 1)):
        triples = [[getattr(getattr(one, part), measure) for measure in MEASURES] for one in against]
        cells.append(" / ".join(f"{value:.{digits}f}" for value in np.mean(triples, 0)) if triples else "")
    cells.append(_compared(outcomes, reference) if reference and reference is not outcomes else "")
    return f"| {' | '.join(cells)} | {outcomes[0].seconds:.2f} |"


def _compared(outcomes: list[Outcome], reference: list[Outcome]) -> str:
    ratios = np.log(_by_image(outcomes) / _by_image(reference))
    errors = ratios.std(0, ddof=1) / np.sqrt(len(ratios))
    return " / ".join(
        f"{np.exp(mean):.3f} ± {error:.3f}" for mean, error in zip(ratios.mean(0), errors, strict=True)
    )


def _by_image(outcomes: list[Outcome]) -> np.ndarray:
    """Return the network's `MEASURES` on every image, means over seeds, (images, 3)."""
    scores: dict[str, list[list[float]]] = {}
    for outcome in outcomes:
        for row in outcome.rows:
            if row.method == outcome.network:
                scores.setdefault(row.image, []).append([getattr(row.scores, name) for name in MEASURES])
    return np.array([np.mean(scores[image], axis=0) for image in sorted(scores)])
