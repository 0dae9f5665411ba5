"""The registry of stages: every estimator the pipeline can run, by name.

A third-party package adds a stage by naming a `Stage` object in its `mattingapp.stages` entry points.
"""

import logging
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from mattingapp.imaging.errors import InputError, PluginWarning
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.matting import BUILT_IN
from mattingapp.matting.job import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class StageInputs:
    """What a stage may read.

    Attributes
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
        As it came: a stage converts what it reads, which on a large photo is a small part; see `unit_range`.
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    alphas : mapping from stage name to ndarray (H, W), float32 in [0, 1]
        The results of the stages named in `Stage.needs`.
    settings : the stage's own frozen settings dataclass
    device : torch.device
    memory : dict
        What the stage left here at its last finished run on the same photo with the same settings and device. It may
        leave what makes a run with another trimap faster.
    full_size : bool
        Every stage is to be computed on the photo itself, however large it is; see `pyramid`.
    """

    photo: np.ndarray
    trimap: np.ndarray
    alphas: Mapping[str, np.ndarray]
    settings: Any
    device: torch.device
    memory: dict[str, Any] = field(default_factory=dict)
    full_size: bool = False


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a stage returns.

    Attributes
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
        Exactly 0 and 1 where the trimap is known.
    converged : bool
        False where `alpha` is the best iterate of a solver that ran out of iterations.
    notes : tuple of Message
        Sentences for the person.
    device : str
        Where it was really computed, "cpu" or "cuda:0", if not on the device that was asked for.
    foreground : ndarray (H, W, 3), float32 in [0, 1], or None
        Estimated foreground colours, from the stage that makes them.
    """

    alpha: np.ndarray
    converged: bool = True
    notes: tuple[Message, ...] = ()
    device: str = ""
    foreground: np.ndarray | None = None


TOLERANCE = {"range": (1e-12, 0.1)}  # metadata of a solver's relative residual
ITERATIONS = {"range": (1, 100_000)}


@dataclass(frozen=True)
class NoSettings:
    """For stages without parameters."""


@dataclass(frozen=True)
class Stage:
    """One estimator in a run.

    Attributes
    ----------
    name : str
        As on the command line and in files: "closed-form".
    title : str
        As on screen: "Closed-form".
    estimate : callable (StageInputs, Job) -> Estimate
    needs : tuple of str, or callable (settings) -> tuple of str
        Names of the stages whose alphas it reads; which they are may depend on its settings.
    settings : object
        Its default settings, a frozen dataclass. Fields with the metadata {"shown": False} are not for the person;
        {"range": (least, most)} bounds a number.
    layered : bool
        Whether it runs the paper's network, from a model file that its settings name: what each layer answers can be
        shown (see networks.responses).
    """

    name: str
    title: str
    estimate: Callable[[StageInputs, Job], Estimate]
    needs: tuple[str, ...] | Callable[[Any], tuple[str, ...]] = ()
    settings: Any = field(default_factory=NoSettings)
    layered: bool = False

    def needed(self) -> tuple[str, ...]:
        """Return `needs`, settled by the settings."""
        return self.needs(self.settings) if callable(self.needs) else self.needs


def known_alpha(trimap: np.ndarray) -> np.ndarray:
    """Return float32 (H, W): 1 on foreground, 0 on background, 0.5 on unknown."""
    alpha = np.full(trimap.shape, 0.5, np.float32)
    alpha[trimap == Label.FOREGROUND] = 1.0
    alpha[trimap == Label.BACKGROUND] = 0.0
    return alpha


DEFAULT_METHOD = "fusion"
ENTRY_POINT_GROUP = "mattingapp.stages"


@cache
def registry() -> Mapping[str, Stage]:
    """Return every known stage by name, the built-in ones first.

    Warns
    -----
    PluginWarning
        Of each stage of another package that cannot be loaded; see `plugin_problems`.
    """
    stages, problems = load_stages()
    for problem in problems:
        warnings.warn(problem, PluginWarning, stacklevel=2)
    return stages


def plugin_problems() -> tuple[Message, ...]:
    """Return which stages of other packages are missing from the registry, and why: a sentence each."""
    return load_stages()[1]


@cache
def load_stages() -> tuple[Mapping[str, Stage], tuple[Message, ...]]:
    """Return what `registry` and `plugin_problems` do."""
    modules = (import_module(f"{__package__}.{name.replace('-', '_')}") for name in BUILT_IN)
    stages = {module.STAGE.name: module.STAGE for module in modules}
    problems = []
    for point in entry_points(group=ENTRY_POINT_GROUP):
        try:
            stage = point.load()
            if not isinstance(stage, Stage):
                raise TypeError(f"{point.value} is no Stage")
            if stage.name in stages:
                raise ValueError(f"there is a method '{stage.name}' already")
        except Exception as error:  # whatever goes wrong in a package of others, the program goes on
            log.warning("The entry point %s cannot be loaded", point, exc_info=True)
            problems.append(
                Message(
                    "The method '{name}' of the package '{package}' cannot be loaded ({error}); update that package,"
                    " or remove it.",
                    name=point.name,
                    package=point.dist.name if point.dist else point.module,
                    error=error,
                )
            )
        else:
            stages[stage.name] = stage
    return stages, tuple(problems)


def sources(
    stages: Mapping[str, Stage], settings: Mapping[str, Any] = MappingProxyType({})
) -> tuple[str, ...]:
    """Return the names of the stages that others of `stages` read, in their order.

    One reads them if it does under its defaults or under `settings`; one whose model is missing reads none.
    """
    read: set[str] = set()
    for stage in stages.values():
        for chosen in (stage.settings, settings.get(stage.name, stage.settings)):
            with suppress(InputError):
                read.update(replace(stage, settings=chosen).needed())
    return tuple(name for name in stages if name in read)


def find_stage(name: str) -> Stage:
    """Return the stage called `name`; raise InputError that lists the names there are."""
    try:
        return registry()[name]
    except KeyError:
        raise InputError(
            "There is no method '{name}'; choose one of {names}.",
            name=name,
            names=", ".join(registry()),
        ) from None


def in_order(
    methods: tuple[str, ...], settings: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Stage, ...]:
    """Return the stages that `methods` need under `settings`, each once, those that others read first."""
    order: dict[str, Stage] = {}

    def visit(name: str, *readers: str) -> None:
        if name in readers:
            raise InputError(
                "The model of the method {name} reads that method itself; choose another.", name=name
            )
        stage = find_stage(name)
        stage = replace(stage, settings=settings.get(name, stage.settings))
        for needed in stage.needed():
            visit(needed, name, *readers)
        order.setdefault(name, stage)

    for method in methods:
        visit(method)
    return tuple(order.values())
