"""What a training run is, in one frozen dataclass; it is stored in the model card."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from mattingapp.imaging.errors import InputError
from mattingapp.matting.networks.channels import PLAIN_RGB, RGB, TRIMAP
from mattingapp.matting.networks.dcnn import MARGIN
from mattingapp.matting.networks.fusion import ALIGNMENT
from mattingapp.matting.networks.model import Architecture, ModelCard


class Loss(StrEnum):
    """Error of an alpha against the truth.

    Absolute or squared, a mean over unknown pixels; or the Euclidean loss of Caffe, which the paper used: half the
    squared error summed over all pixels of a patch, a mean over patches.
    """

    L1 = "l1"
    L2 = "l2"
    EUCLIDEAN = "euclidean"


class Optimiser(StrEnum):
    """Adam with a rate that warms up and falls along a cosine; SGD with a constant one and momentum 0.9."""

    ADAM = "adam"
    SGD = "sgd"


@dataclass(frozen=True)
class TrainingConfig:
    """A training run.

    Attributes
    ----------
    architecture : Architecture
        The paper's network, or the program's own.
    inputs : tuple of str
        Input channels, see `ModelCard.inputs`.
    layers, width : int
        The network's 1×1 layers, and response maps in each layer; see `ModelCard`.
    trimaps : tuple of str
        Folders of trimaps to train on; without any, all whose names begin with "trimap".
    redrawn : int
        Further trimaps of each photo, with unknown bands of random widths around its true alpha. They gain on wide
        bands and cost on narrow ones. There are no composites with them.
    composites : int
        Examples made from each photo and trimap on other backgrounds, if there are backgrounds.
    collages : float
        How often that other background is no photo but a collage of four, small and in strong colours. There every
        stage fails in its way, and what to trust must be learnt as well. It gains with the fusion network; the
        paper's, of 27 pixels, mistrusts its best input then. Cut-outs stay on photos: nets on collages teach the
        same mistrust of what is right about nets.
    cutouts : float
        Which share of the cut-outs is used, if there are any.
    cutout_chance : float
        How often a patch comes from one of them.
    iterations, batch, patch : int
        Steps, patches a step, and side of an input patch in pixels; the alpha that comes out of the paper's network
        is 12 smaller. The fusion network's is a multiple of 16.
    balanced : bool
        Draw equally often from `groups` groups of patches that differ in how many pixels have an alpha and an alpha
        gradient (paper, section 4.1), instead of equally often from every example.
    groups : int
    optimiser : Optimiser
    learning_rate : float
        Of Adam the peak, reached after a short warm-up and then lowered to zero along a cosine.
    cycles : int
        The learning rate goes up and down this often, the first time for half of the steps, then less far; the weights
        at the ends of all but the first cycle are averaged (Izmailov et al., Averaging weights leads to wider optima
        and better generalization, UAI 2018). One cycle is a plain training.
    loss : Loss
    gradient : float
        Weight of the error of the alpha's differences between pixels `reach` apart, measured by `gradient_loss`.
    reach : tuple of int
    gradient_loss : Loss
        Squared, one false edge costs more than many faint ones, as in the benchmark's gradient error; with absolute
        differences the network follows the crisper input even where it fails.
    pyramid : float
        Weight of the absolute error in every band of a Laplacian pyramid.
    clipped : bool
        What an alpha is beyond 0 and 1, where it is clipped in use, counts a tenth. It gains SAD, where the inputs fail
        together it costs gradient error.
    floor : float
        Above zero, the loss is the mean of log(1 + error / floor) over patches, so that a patch counts by how far its
        error changes relative to itself, and an easy one, above the floor, as much as a hard one. It gains where one
        input is good on most photos; where none is, the network gives up the hard ones.
    colour : bool
        Vary white balance and gamma, and permute the colour channels.
    swap : bool
        Exchange foreground and background in half of the patches. It costs on photos, which are not alike on both
        sides of an edge: the subject is in focus.
    resize : float
        Patches are scaled by up to this factor, both ways.
    seed : int
    """

    architecture: Architecture = Architecture.DCNN
    inputs: tuple[str, ...] = (RGB, "closed-form", "knn")
    layers: int = 4
    width: int = 64
    trimaps: tuple[str, ...] = ()
    redrawn: int = 0
    composites: int = 2
    collages: float = 0.0
    cutouts: float = 1.0
    cutout_chance: float = 0.25
    iterations: int = 5000
    batch: int = 64
    patch: int = 39
    balanced: bool = False
    groups: int = 20
    optimiser: Optimiser = Optimiser.ADAM
    learning_rate: float = 1e-3
    cycles: int = 1
    loss: Loss = Loss.L1
    gradient: float = 8.0
    reach: tuple[int, ...] = (1, 2)
    gradient_loss: Loss = Loss.L2
    pyramid: float = 0.0
    clipped: bool = False
    floor: float = 0.0
    colour: bool = True
    swap: bool = True
    resize: float = 1.33
    seed: int = 0

    def card(self, name: str = "", version: str = "") -> ModelCard:
        """Return the card of the network this trains, without training and scores."""
        return ModelCard(name, version, self.inputs, self.layers, self.width, self.architecture)

    def scored_on(self, trimaps: tuple[str, ...] = (), redrawn: int = 0) -> "TrainingConfig":
        """Return it without composites, with the trimaps in these folders, or in all there are, and redrawn ones."""
        return dataclasses.replace(self, trimaps=trimaps, redrawn=redrawn, composites=0, cutouts=0.0)


PRESETS: Mapping[str, TrainingConfig] = {
    "fast": TrainingConfig(),
    "three": TrainingConfig(
        inputs=(PLAIN_RGB, "closed-form", "knn", "shared"),
        redrawn=1,
        iterations=4000,
        cycles=4,
        clipped=True,
        floor=0.05,
        swap=False,
    ),
    "paper": TrainingConfig(
        iterations=1_000_000,
        batch=128,
        patch=27,
        balanced=True,
        optimiser=Optimiser.SGD,
        learning_rate=1e-5,
        loss=Loss.EUCLIDEAN,
        gradient=0.0,
        colour=False,
        swap=False,
    ),
    "fusion": TrainingConfig(
        architecture=Architecture.FUSION,
        inputs=(RGB, TRIMAP, "closed-form", "knn", "shared"),
        width=16,
        collages=0.5,
        cutout_chance=0.35,
        iterations=1600,  # with many more it learns the scenes by heart
        batch=20,
        patch=96,
        pyramid=1.0,
        clipped=True,
        floor=0.15,
        swap=False,
        resize=1.5,
    ),
}
"""`fast`, `three` and `paper` train the paper's network, `three` on a third stage; `fusion` the program's own."""


GENTLY = 0.2


def configure(
    preset: str | TrainingConfig,
    file: Path | None = None,
    changes: Mapping[str, Any] | None = None,
    fine_tune: bool = False,
) -> TrainingConfig:
    """Return a preset, changed by a TOML file and then by `changes`.

    Parameters
    ----------
    preset : str, or TrainingConfig
        The name of a preset, or what stands in for one.
    file : Path, optional
        Fields of `TrainingConfig` by name; it may name its own `preset`.
    changes : mapping, optional
        Fields of `TrainingConfig`, as text or as they are.
    fine_tune : bool
        Go on from trained weights: unless the file or `changes` say otherwise, at `GENTLY` of the preset's learning
        rate and for a third of its steps.

    Raises
    ------
    InputError
        For an unknown preset or field, a value of the wrong kind, or a file that cannot be read.
    """
    settings: dict[str, Any] = {}
    if file is not None:
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                "The settings {file} cannot be read ({error}); mend or leave them out.",
                file=file,
                error=error,
            ) from None
        preset = settings.pop("preset", preset)
    if isinstance(preset, str):
        if preset not in PRESETS:
            raise InputError(
                "There is no preset '{preset}'; choose one of {presets}.",
                preset=preset,
                presets=", ".join(PRESETS),
            )
        preset = PRESETS[preset]
    fields = get_type_hints(TrainingConfig)
    values = {}
    for name, value in {**settings, **(changes or {})}.items():
        if name not in fields:
            raise InputError(
                "There is no training setting '{name}'; there are {names}.",
                name=name,
                names=", ".join(fields),
            )
        try:
            values[name] = _convert(value, fields[name])
        except (TypeError, ValueError, KeyError):
            raise InputError(
                "The training setting {name} cannot be '{value}'; {wanted}.",
                name=name,
                value=value,
                wanted=_wanted(fields[name]),
            ) from None
    base = preset
    if fine_tune:
        rate, steps = base.learning_rate * GENTLY, base.iterations // 3
        base = dataclasses.replace(base, learning_rate=rate, iterations=steps)
    config = dataclasses.replace(base, **values)
    for name, (least, most) in _RANGES.items():
        value = getattr(config, name)
        if not all(least <= number <= most for number in (value if isinstance(value, tuple) else (value,))):
            raise InputError(
                "The training setting {name} must be from {least:g} to {most:g}; change it.",
                name=name,
                least=least,
                most=most,
            )
    if not config.inputs:
        raise InputError("The training setting inputs names nothing; name rgb, trimap or stages.")
    if config.architecture is Architecture.FUSION and config.patch % ALIGNMENT:
        raise InputError(
            "The fusion network's patch must be a multiple of {step} pixels; change it.",
            step=ALIGNMENT,
        )
    if config.architecture is Architecture.DCNN and config.patch <= 2 * MARGIN:
        raise InputError(
            "The patch must be larger than {lost} pixels, which are lost at its edges; change it.",
            lost=2 * MARGIN,
        )
    return config


_RANGES: Mapping[str, tuple[float, float]] = {
    "layers": (0, 1000),
    "width": (1, 4096),
    "redrawn": (0, 1000),
    "composites": (0, 1000),
    "collages": (0, 1),
    "cutouts": (0, 1),
    "cutout_chance": (0, 1),
    "iterations": (1, 1e12),
    "batch": (1, 1e6),
    "patch": (1, 8192),
    "groups": (1, 1e6),
    "learning_rate": (1e-12, 1e3),
    "cycles": (1, 1e6),
    "gradient": (0, 1e6),
    "reach": (1, 8192),
    "pyramid": (0, 1e6),
    "floor": (0, 1e6),
    "resize": (1, 16),
    "seed": (0, 2**63 - 1),
}
"""The least and most of every number; each bound is far beyond what there is sense in, but nothing fails there."""


def _convert(value: Any, kind: Any) -> Any:
    """Return `value`, perhaps a text from the command line, as a field of type `kind`."""
    if get_origin(kind) is tuple:
        parts = value.split(",") if isinstance(value, str) else value
        values = tuple(get_args(kind)[0](part.strip() if isinstance(part, str) else part) for part in parts)
        if "" in values:
            raise ValueError
        return values
    if kind is bool:
        if isinstance(value, bool):
            return value
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            str(value).lower()
        ]
    if isinstance(value, bool) or (kind is int and isinstance(value, float)):
        raise TypeError
    return kind(value)


def _wanted(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return f"it is a list of {get_args(kind)[0].__name__}"
    if issubclass(kind, StrEnum):
        return f"it is one of {', '.join(kind)}"
    return f"it is of type {kind.__name__}"
