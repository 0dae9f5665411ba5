"""The paper's experiments, and ours, each by its name: trials at matched iterations, scored by folds, in one table."""

import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp import __version__
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.metrics import Scores
from mattingapp.matting.device import choose_device, device_title
from mattingapp.matting.model import PLAIN_RGB, RGB, TRIMAP
from mattingapp.matting.pipeline import Progress
from mattingapp.training.config import PRESETS, Loss, TrainingConfig, configure
from mattingapp.training.cross_validation import MEAN, cross_validate
from mattingapp.training.curve import Curve
from mattingapp.training.evaluation import Row, compare, mean_scores
from mattingapp.training.run import reporter
from mattingapp.training.samples import Sources, kinds_of, load_samples
from mattingapp.training.stage_alphas import Sample, with_stage_alphas
from mattingapp.training.synthetic import KIND as SYNTHETIC
from mattingapp.training.synthetic import synthetic_examples

CF, KNN, COMPREHENSIVE = "closed-form", "knn", "comprehensive"
FAST, FUSION = PRESETS["fast"], PRESETS["fusion"]
BALANCED = replace(FAST, balanced=True)
GIVEN = replace(
    FAST, trimaps=("trimap1",), composites=0
)  # the originals of comprehensive sampling are for these


@dataclass(frozen=True)
class Experiment:
    """Trainings to compare.

    Attributes
    ----------
    title : str
    trials : mapping from label to TrainingConfig
        Their `iterations` and `seed` are those of the run.
    synthetic : bool
        Score on synthetic composites of the photographs instead of the photographs.
    """

    title: str
    trials: Mapping[str, TrainingConfig]
    synthetic: bool = False


EXPERIMENTS: Mapping[str, Experiment] = {
    "layers": Experiment(
        "Remapping layers (Table 1 of the paper)",
        {f"{count} layers": replace(FAST, layers=count) for count in (1, 4, 8)},
    ),
    "inputs": Experiment(
        "Inputs of the network (Fig. 6 of the paper)",
        {
            name: replace(GIVEN, inputs=inputs)
            for name, inputs in {
                "RGB+Trimap": (RGB, TRIMAP),
                "RGB+CF": (RGB, CF),
                "RGB+KNN": (RGB, KNN),
                "RGB+CF+KNN": (RGB, CF, KNN),
                "RGB+CF+Comprehensive": (RGB, CF, COMPREHENSIVE),
                "RGB+CF+KNN+Comprehensive": (RGB, CF, KNN, COMPREHENSIVE),
            }.items()
        },
    ),
    "parts": Experiment(
        "What each part of the recipe buys",
        {
            "the whole recipe": FAST,
            "balanced groups": BALANCED,
            "no composites": replace(FAST, composites=0),
            "RGB not normalised": replace(FAST, inputs=(PLAIN_RGB, CF, KNN)),
            "L2": replace(FAST, loss=Loss.L2),
            "no gradient term": replace(FAST, gradient=0.0),
            "no colour variation": replace(FAST, colour=False),
            "no swap": replace(FAST, swap=False),
            "small trimaps only": replace(FAST, trimaps=("trimap1",)),
            "large trimaps only": replace(FAST, trimaps=("trimap2",)),
        },
    ),
    "renders": Experiment(
        "Rendered cut-outs in the training of the fusion network",
        {
            "photographs only": replace(FUSION, cutouts=0.0),
            "and a quarter of the cut-outs": replace(FUSION, cutouts=0.25),
            "and half of them": replace(FUSION, cutouts=0.5),
            "and all of them": FUSION,
        },
    ),
    "synthetic": Experiment(
        "Known foregrounds on colourful, textured backgrounds (Fig. 8 of the paper), small trimap",
        {"the paper's network": FAST, "fusion": FUSION},
        synthetic=True,
    ),
}


@dataclass(frozen=True)
class ExperimentRun:
    """An experiment to run and where to write its table.

    Attributes
    ----------
    name : str
        A key of `EXPERIMENTS`.
    sources : Sources
    output : Path
        A folder; `name`.md and `name`.csv are written there.
    folds, seeds : int
        Folds by image; each trial is trained with that many seeds.
    changes : mapping
        Fields of `TrainingConfig` that differ from each trial's.
    only : tuple of str, or None
        Labels of the trials to run; the others are left out.
    device : str
    """

    name: str
    sources: Sources
    output: Path
    folds: int = 3
    seeds: int = 2
    changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    only: tuple[str, ...] | None = None
    device: str = "auto"


@dataclass(frozen=True)
class Outcome:
    """One trial with one seed on one kind of trimap.

    Attributes
    ----------
    trial : str
    seed : int
    kind : str
    rows : list of Row
    """

    trial: str
    seed: int
    kind: str
    rows: list[Row]


def run_experiment(run: ExperimentRun, progress: Progress) -> Iterator[str]:
    """Run the trials of an experiment and write its table after each; yield lines for the person.

    A trial that was finished before with the same settings is not run again: its rows are kept in the cache.

    Raises
    ------
    InputError
        For an unknown experiment, trial or setting.
    """
    if run.name not in EXPERIMENTS:
        raise InputError(f"There is no experiment '{run.name}'; choose one of {', '.join(EXPERIMENTS)}.")
    experiment = EXPERIMENTS[run.name]
    for label in run.only or ():
        if label not in experiment.trials:
            raise InputError(
                f"'{run.name}' has no trial '{label}'; choose of {', '.join(experiment.trials)}."
            )
    labels = [label for label in experiment.trials if run.only is None or label in run.only]
    outcomes: list[Outcome] = []
    for label in labels:
        for seed in range(run.seeds):
            config = configure(experiment.trials[label], changes={**run.changes, "seed": seed})
            outcomes += _run_trial(run, experiment, label, config, progress)
            write_table(run, experiment, outcomes)
            yield f"{label}, seed {seed}: {_told(outcomes, label, seed)}"
    yield f"{run.output / run.name}.md written"


def _run_trial(
    run: ExperimentRun, experiment: Experiment, label: str, config: TrainingConfig, progress: Progress
) -> list[Outcome]:
    """Return what a trial reaches, from the cache if it was finished before."""
    config = replace(config, trimaps=kinds_of(config, run.sources))
    sources = run.sources
    identity = repr(
        (config, sources.names, run.folds, experiment.synthetic, sources.backgrounds, sources.foregrounds)
    )
    digest = hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
    kept = sources.cache / f"trial-{digest}.json"
    if not kept.exists():
        photographs, made = load_samples(sources, config, progress)
        scored = _synthetic(sources, photographs, config, progress) if experiment.synthetic else photographs
        rows = cross_validate(
            [*photographs, *made],
            scored,
            config,
            run.folds,
            choose_device(run.device),
            lambda fold: sources.cache / f"trial-{digest}-{fold}.checkpoint",
            lambda fold: reporter(
                progress, f"{label}, fold {fold + 1}", Curve(sources.cache / f"trial-{digest}-{fold}.csv")
            ),
        )
        content = [{"kind": kind, **dataclasses.asdict(row)} for kind, row in rows]
        write_atomically(kept, json.dumps(content).encode())
    by_kind: dict[str, list[Row]] = {}
    for entry in json.loads(kept.read_text(encoding="utf-8")):
        row = Row(entry["image"], entry["method"], Scores(**entry["scores"]), entry["seconds"])
        by_kind.setdefault(entry["kind"], []).append(row)
    return [Outcome(label, config.seed, kind, rows) for kind, rows in sorted(by_kind.items())]


def _synthetic(
    sources: Sources, photographs: list[Sample], config: TrainingConfig, progress: Progress
) -> list[Sample]:
    kind = min(sample.example.kind for sample in photographs)
    examples = [sample.example for sample in photographs if sample.example.kind == kind]
    return with_stage_alphas(
        synthetic_examples(examples),
        config.card().stages,
        sources.cache,
        sources.workers,
        lambda done, of: progress(SYNTHETIC, done / of, f"{done} of {of}"),
    )


def write_table(run: ExperimentRun, experiment: Experiment, outcomes: list[Outcome]) -> None:
    """Write the means of all `outcomes` as a CSV file, and over seeds as a table in Markdown."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(
        ("trial", "seed", "trimap", "method", "sad", "mse", "gradient", "connectivity", "seconds")
    )
    for outcome in outcomes:
        for method, scores in mean_scores(outcome.rows).items():
            seconds = np.mean([row.seconds for row in outcome.rows if row.method == method])
            values = (f"{value:.5f}" for value in dataclasses.astuple(scores))
            writer.writerow((outcome.trial, outcome.seed, outcome.kind, method, *values, f"{seconds:.3f}"))
    write_atomically(run.output / f"{run.name}.csv", lines.getvalue().encode())
    write_atomically(run.output / f"{run.name}.md", "\n".join(_markdown(run, experiment, outcomes)).encode())


def _markdown(run: ExperimentRun, experiment: Experiment, outcomes: list[Outcome]) -> Iterator[str]:
    names = run.sources.names
    steps = {configure(config, changes=run.changes).iterations for config in experiment.trials.values()}
    device = device_title(str(choose_device(run.device)))
    yield f"# {experiment.title}"
    yield ""
    yield (
        f"{run.folds} folds by image over {len(names)} photos, {run.seeds} seeds, "
        f"{' or '.join(f'{count:,}' for count in sorted(steps))} iterations, {device}, mattingapp {__version__}. "
        f"Plain means over images and seeds; ± is half the range over seeds. The ratios are to the plain mean of "
        f"the same inputs, as ratios of means and as geometric means over images. Seconds are those of one forward "
        f"pass over the unknown pixels of an image."
    )
    yield ""
    for kind in sorted({outcome.kind for outcome in outcomes}):
        of_kind = [outcome for outcome in outcomes if outcome.kind == kind]
        yield f"## {kind}"
        yield ""
        yield "| trial | SAD | MSE | Grad | ratio SAD / MSE / Grad | geometric | images better | seconds |"
        yield "|---|---|---|---|---|---|---|---|"
        for method, scores in _inputs(of_kind).items():
            yield f"| *{method}* | {scores.sad:.3f} | {scores.mse:.5f} | {scores.gradient:.3f} | | | | |"
        for label in dict.fromkeys(outcome.trial for outcome in of_kind):
            yield _line(label, [outcome for outcome in of_kind if outcome.trial == label])
        yield ""
    yield "Written by `mattingapp experiment " + run.name + "`."
    yield ""


def _inputs(outcomes: Iterable[Outcome]) -> dict[str, Scores]:
    """Return the mean scores of all inputs that any of the trials reads."""
    inputs: dict[str, Scores] = {}
    for outcome in outcomes:
        for method, scores in mean_scores(outcome.rows).items():
            if method not in (MEAN, _network(outcome)):
                inputs.setdefault(method, scores)
    return inputs


def _line(label: str, outcomes: list[Outcome]) -> str:
    means = [mean_scores(outcome.rows)[_network(outcome)] for outcome in outcomes]
    cells = [label]
    for measure, digits in (("sad", 3), ("mse", 5), ("gradient", 3)):
        values = np.array([getattr(scores, measure) for scores in means])
        spread = f" ± {np.ptp(values) / 2:.{digits}f}" if len(values) > 1 else ""
        cells.append(f"{values.mean():.{digits}f}{spread}")
    against = [
        compare(outcome.rows, _network(outcome), MEAN)
        for outcome in outcomes
        if any(row.method == MEAN for row in outcome.rows)
    ]
    for part, digits in (("plain", 3), ("geometric", 3), ("won", 1)):
        triples = np.array([_triple(getattr(comparison, part)) for comparison in against])
        cells.append(" / ".join(f"{value:.{digits}f}" for value in triples.mean(0)) if len(triples) else "")
    seconds = [row.seconds for outcome in outcomes for row in outcome.rows if row.method == _network(outcome)]
    return f"| {' | '.join(cells)} | {np.mean(seconds):.2f} |"


def _triple(scores: Scores) -> tuple[float, float, float]:
    return scores.sad, scores.mse, scores.gradient


def _network(outcome: Outcome) -> str:
    """Return the method of the trained network: the last row of every image."""
    return outcome.rows[-1].method


def _told(outcomes: list[Outcome], label: str, seed: int) -> str:
    told = []
    for outcome in outcomes:
        if (outcome.trial, outcome.seed) == (label, seed):
            scores = mean_scores(outcome.rows)[_network(outcome)]
            told.append(
                f"{outcome.kind} SAD {scores.sad:.3f} MSE {scores.mse:.5f} Grad {scores.gradient:.3f}"
            )
    return "; ".join(told)
