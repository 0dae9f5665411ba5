"""Running the trials of an experiment: trained at matched iterations, scored by folds, kept when finished."""

import dataclasses
import hashlib
import json
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.metrics import Scores
from mattingapp.imaging.trimap import Label
from mattingapp.matting.device import choose_device
from mattingapp.matting.request import Progress
from mattingapp.matting.stages import registry
from mattingapp.training.config import TrainingConfig, configure
from mattingapp.training.cross_validation import cross_validate, predict
from mattingapp.training.curve import Curve
from mattingapp.training.dataset import Example
from mattingapp.training.evaluation import Row
from mattingapp.training.experiments import EXPERIMENTS, Experiment, ExperimentRun
from mattingapp.training.run import check_folds, reporter
from mattingapp.training.samples import kinds_of, load_samples
from mattingapp.training.stage_alphas import Sample, with_stage_alphas
from mattingapp.training.synthetic import KIND as SYNTHETIC
from mattingapp.training.synthetic import synthetic_examples
from mattingapp.training.tables import Outcome, told, write_table

TIMED_SIZE = 640, 800  # pixels, the paper's
TIMED_RUNS = 5


def run_experiment(run: ExperimentRun, progress: Progress) -> Iterator[str]:
    """Run the trials of an experiment and write its table after each; yield lines for the person.

    A trial that was finished before with the same settings is not run again: its rows are kept in the cache. The
    forward passes are timed anew every time.

    Raises
    ------
    InputError
        For an unknown experiment, trial or setting, or where there is no folder of what the trials compare.
    """
    if run.name not in EXPERIMENTS:
        raise InputError(
            "There is no experiment '{name}'; choose one of {names}.",
            name=run.name,
            names=", ".join(EXPERIMENTS),
        )
    experiment = EXPERIMENTS[run.name]
    check_folds(run.folds, run.sources)
    if run.seeds < 1:
        raise InputError("There must be 1 seed or more, not {seeds}.", seeds=run.seeds)
    if run.only is not None and not run.only:
        raise InputError("No trial is named; name some of {names}.", names=", ".join(experiment.trials))
    for label in run.only or ():
        if label not in experiment.trials:
            raise InputError(
                "'{name}' has no trial '{label}'; choose of {experiment}.",
                name=run.name,
                label=label,
                experiment=", ".join(experiment.trials),
            )
    trials = {
        label: configure(trial, changes=run.changes)
        for label, trial in experiment.trials.items()
        if run.only is None or label in run.only
    }
    _check_folders(run, trials.values())
    outcomes: list[Outcome] = []
    for label, trial in trials.items():
        for seed in range(run.seeds):
            outcomes += _run_trial(run, experiment, label, replace(trial, seed=seed), progress)
            write_table(run, outcomes)
            yield f"{label}, seed {seed}: {told(outcomes, label, seed)}"
    yield f"{run.output / run.name}.md written"


def _check_folders(run: ExperimentRun, trials: Collection[TrainingConfig]) -> None:
    for setting, option, folder in (
        ("composites", "backgrounds", run.sources.backgrounds),
        ("cutouts", "foregrounds", run.sources.foregrounds),
    ):
        if folder is None and len({getattr(config, setting) for config in trials}) > 1:
            raise InputError(
                "The trials of '{name}' differ in the {setting} they train on; name a folder of {option}.",
                name=run.name,
                setting=setting,
                option=option,
            )


def _run_trial(
    run: ExperimentRun, experiment: Experiment, label: str, config: TrainingConfig, progress: Progress
) -> list[Outcome]:
    """Return what a trial reaches, from the cache if it was finished before."""
    sources, device = run.sources, choose_device(run.device)
    config = replace(config, trimaps=kinds_of(config, sources))
    pictures = sources.names, sources.backgrounds, sources.foregrounds
    stages = [registry()[name].settings for name in config.card().stages if name in registry()]
    scored = experiment.scored, experiment.synthetic, experiment.cutouts
    identity = repr((config, stages, scored, run.folds, *pictures))
    digest = hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
    kept = sources.cache / f"trial-{digest}.json"
    if not kept.exists():
        photographs, made = _samples(run, config, progress)
        rows = cross_validate(
            [*photographs, *made],
            _scored(run, experiment, config, progress),
            config,
            run.folds,
            device,
            lambda fold: sources.cache / f"trial-{digest}-{fold}.checkpoint",
            lambda fold: reporter(
                progress, f"{label}, fold {fold + 1}", Curve(sources.cache / f"trial-{digest}-{fold}.csv")
            ),
        )
        content = [{"kind": kind, **dataclasses.asdict(row)} for kind, row in rows]
        write_atomically(kept, json.dumps(content).encode())
    by_kind: dict[str, list[Row]] = {}
    try:
        for entry in json.loads(kept.read_text(encoding="utf-8")):
            row = Row(entry["image"], entry["method"], Scores(**entry["scores"]))
            by_kind.setdefault(entry["kind"], []).append(row)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError("The finished trial {path} is damaged; delete it.", path=kept) from error
    seconds = forward_seconds(replace(config, seed=0), device)
    return [Outcome(label, config.seed, kind, rows, seconds) for kind, rows in sorted(by_kind.items())]


def _scored(
    run: ExperimentRun, experiment: Experiment, config: TrainingConfig, progress: Progress
) -> list[Sample]:
    """Return what every trial of an experiment is scored on."""
    sources = run.sources
    scoring = config.scored_on(experiment.scored)
    photographs, _ = _samples(run, scoring, progress)
    if experiment.cutouts:
        _, cutouts = _samples(run, replace(scoring, cutouts=1.0), progress)
        return [*photographs, *cutouts]
    if not experiment.synthetic:
        return photographs
    kind = min(sample.example.kind for sample in photographs)
    examples = [sample.example for sample in photographs if sample.example.kind == kind]
    return with_stage_alphas(
        synthetic_examples(examples),
        config.card().stages,
        sources.cache,
        sources.workers,
        lambda done, of: progress(SYNTHETIC, done / of, f"{done} of {of}"),
    )


def _samples(
    run: ExperimentRun, config: TrainingConfig, progress: Progress
) -> tuple[list[Sample], list[Sample]]:
    """Return the samples of a trial, which most trials of an experiment share."""
    names = ("architecture", "inputs", "trimaps", "redrawn", "composites", "collages", "cutouts")
    decisive = TrainingConfig(**{name: getattr(config, name) for name in names})
    return _load(run.sources, decisive, progress)


_load = lru_cache(maxsize=2)(load_samples)


@lru_cache
def forward_seconds(config: TrainingConfig, device: torch.device) -> float:
    """Return the least time of a few forward passes of the network of `config` over 800 × 640 unknown pixels."""
    random = np.random.default_rng(0)
    alpha = random.random(TIMED_SIZE, np.float32)
    photo = random.random((*TIMED_SIZE, 3), np.float32)
    example = Example("", photo, np.full(TIMED_SIZE, Label.UNKNOWN, np.uint8), alpha, "")
    card = config.card()
    network = card.build().eval().requires_grad_(False)
    sample = Sample(example, dict.fromkeys(card.stages, alpha))
    least = np.inf
    for _ in range(TIMED_RUNS):
        start = time.perf_counter()
        predict(network, card, sample, device)
        least = min(least, time.perf_counter() - start)
    return least
