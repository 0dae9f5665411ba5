"""The paper's experiments, and ours, each by its name."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mattingapp.matting.networks.channels import PLAIN_RGB, RGB, TRIMAP
from mattingapp.training.config import PRESETS, Loss, TrainingConfig
from mattingapp.training.samples import Sources

CF, KNN, SHARED, COMPREHENSIVE = "closed-form", "knn", "shared", "comprehensive"
FAST, FUSION = PRESETS["fast"], PRESETS["fusion"]
BALANCED = replace(FAST, balanced=True)
# The original outputs of comprehensive sampling are for these.
GIVEN = replace(FAST, trimaps=("trimap1",), composites=0)


@dataclass(frozen=True)
class Experiment:
    """Trainings to compare.

    Attributes
    ----------
    title : str
    trials : mapping from label to TrainingConfig
        Their `iterations` and `seed` are those of the run.
    reference : str
        The trial that the others are compared with, image by image.
    scored : tuple of str
        Folders of trimaps to score on, whatever a trial was trained on; without any, all there are.
    synthetic : bool
        Score on synthetic composites of the photographs instead of the photographs.
    cutouts : bool
        Score on the cut-outs as well, which are parted into folds like the photographs.
    """

    title: str
    trials: Mapping[str, TrainingConfig]
    reference: str
    scored: tuple[str, ...] = ()
    synthetic: bool = False
    cutouts: bool = False


EXPERIMENTS: Mapping[str, Experiment] = {
    "layers": Experiment(
        "Remapping layers (Table 1 of the paper)",
        {f"{count} layers": replace(FAST, layers=count) for count in (1, 4, 8)},
        reference="4 layers",
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
                "RGB+CF+Shared": (RGB, CF, SHARED),
                "RGB+CF+KNN+Shared": (RGB, CF, KNN, SHARED),
            }.items()
        },
        reference="RGB+CF+KNN",
        scored=("trimap1",),
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
        reference="the whole recipe",
    ),
    "recipes": Experiment(
        "The paper's recipe and a modern one for the paper's network",
        {"paper": PRESETS["paper"], "fast": FAST},
        reference="paper",
    ),
    "renders": Experiment(
        "Rendered cut-outs in the training of the fusion network",
        {
            "photographs only": replace(FUSION, cutouts=0.0),
            "and a quarter of the cut-outs": replace(FUSION, cutouts=0.25),
            "and half of them": replace(FUSION, cutouts=0.5),
            "and all of them": FUSION,
        },
        reference="photographs only",
        cutouts=True,
    ),
    "synthetic": Experiment(
        "Known foregrounds on colourful, textured backgrounds (Fig. 8 of the paper), small trimap",
        {
            "the paper's network": replace(FAST, cutouts=0.0),
            "the paper's network on three": PRESETS["three"],
            "fusion": FUSION,
            "fusion without collages": replace(FUSION, collages=0.0),
        },
        reference="the paper's network",
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
