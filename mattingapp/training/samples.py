"""All examples of a training with their stage alphas: photographs, what is made of them, composites of cut-outs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha
from mattingapp.matting.job import Job
from mattingapp.matting.request import Progress
from mattingapp.matting.solvers.cpu.prepare import is_on_disk, prepare
from mattingapp.matting.stages import registry
from mattingapp.training.composites import composites, cutout_composites
from mattingapp.training.config import TrainingConfig
from mattingapp.training.dataset import Example, example_names, find_image, read_example, trimap_kinds
from mattingapp.training.distributed import ONE_PROCESS, Processes
from mattingapp.training.redrawn import redrawn
from mattingapp.training.stage_alphas import Sample, with_stage_alphas


@dataclass(frozen=True)
class Sources:
    """Where the examples of a training come from.

    Attributes
    ----------
    data : Path
        A data set folder.
    backgrounds : Path or None
        A folder of photos to make composites with.
    foregrounds : Path or None
        A folder of RGBA cut-outs to put on them as well.
    cache : Path
        Keeps stage alphas and checkpoints.
    workers : int
        Processes that compute stage alphas.
    """

    data: Path
    backgrounds: Path | None
    foregrounds: Path | None
    cache: Path
    workers: int = 1

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise InputError("There must be 1 worker or more, not {workers}.", workers=self.workers)

    @property
    def names(self) -> tuple[str, ...]:
        """The photographs of the data set."""
        return example_names(self.data)


def kinds_of(config: TrainingConfig, sources: Sources) -> tuple[str, ...]:
    """Return the folders of trimaps that `config` trains on: those it names, else all there are."""
    return config.trimaps or trimap_kinds(sources.data)


def load_samples(
    sources: Sources, config: TrainingConfig, progress: Progress, processes: Processes = ONE_PROCESS
) -> tuple[list[Sample], list[Sample]]:
    """Return the photographs of the data set, and what is made of them and of cut-outs, all with stage alphas.

    The alphas of a stage that this program does not have are read from a folder of the data set, called as the
    stage and "_original": outputs of another program. There are none for composites.

    Raises
    ------
    InputError
        For folders that do not hold what they should.
    """
    if sources.foregrounds is not None and sources.backgrounds is None:
        raise InputError("Foregrounds need backgrounds: name a folder of photos to put them on.")
    stages = config.card().stages
    given = tuple(name for name in stages if name not in registry())
    for name in given:
        if not (sources.data / f"{name}_original").is_dir():
            raise InputError(
                "There is no method '{name}', and {data} has no folder '{name}_original' of its"
                " alphas; choose other inputs.",
                name=name,
                data=sources.data,
            )
    photographs = [
        read_example(sources.data, name, kind) for name in sources.names for kind in kinds_of(config, sources)
    ]
    made = [] if given else list(_made(photographs, sources, config))
    computed = tuple(name for name in stages if name not in given)

    def report(done: int, of: int) -> None:
        progress("stages", done / of, f"{done} of {of}")

    if processes.first and not is_on_disk():  # or each of the workers would compile
        prepare(Job(lambda fraction, text: progress("stages", fraction, text)))
    if processes.count > 1 and processes.first:
        with_stage_alphas((*photographs, *made), computed, sources.cache, sources.workers, report)
    processes.wait()
    samples = with_stage_alphas((*photographs, *made), computed, sources.cache, sources.workers, report)
    for sample in samples:
        for name in given:
            sample.alphas[name] = read_alpha(
                find_image(sources.data / f"{name}_original", sample.example.name)
            )
    return samples[: len(photographs)], samples[len(photographs) :]


def _made(photographs: list[Example], sources: Sources, config: TrainingConfig) -> Iterator[Example]:
    yield from redrawn(photographs, config.redrawn)
    if sources.backgrounds is None:
        return
    if config.composites:
        yield from composites(photographs, sources.backgrounds, config.composites, config.collages)
    if sources.foregrounds is not None and config.cutouts:
        examples = list(cutout_composites(sources.foregrounds, sources.backgrounds))
        chosen = np.random.default_rng(0).permutation(
            len(examples)
        )  # a smaller share is part of a larger one
        for index in sorted(chosen[: round(config.cutouts * len(examples))]):
            yield examples[index]
