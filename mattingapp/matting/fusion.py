"""Fusion: a small multi-scale network that blends the alphas of other stages, and corrects the blend.

Unlike the network of the paper it sees the trimap and a wide neighbourhood, and it works with any subset of the
stages it was trained with, with none as well. See `blend` for the network.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mattingapp.imaging.errors import InputError
from mattingapp.matting.job import Job
from mattingapp.matting.networks.fusion import BlendNetwork
from mattingapp.matting.networks.model import ModelCard, load_network, read_card
from mattingapp.matting.networks.tiles import estimate_in_tiles
from mattingapp.matting.stages import Estimate, Stage, StageInputs
from mattingapp.resources import resource

DEFAULT_MODEL = resource("weights", "fusion.safetensors")


@dataclass(frozen=True)
class FusionSettings:
    """Parameters of the fusion stage.

    Attributes
    ----------
    model : Path
        A model file (safetensors, its card beside it).
    modified : int
        Its time stamp, so that a file that was trained again is not mistaken for the old one.
    stages : tuple of str, or None
        Which of the model's stages are run and read; None is all of them.
    """

    model: Path = DEFAULT_MODEL
    modified: int = field(default=0, metadata={"shown": False})
    stages: tuple[str, ...] | None = None

    @staticmethod
    def for_model(model: Path, stages: tuple[str, ...] | None = None) -> "FusionSettings":
        """Return the settings that use the model file `model` as it is now."""
        return FusionSettings(model, model.stat().st_mtime_ns if model.exists() else 0, stages)


def fusion(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by the fusion network from the alphas of the stages that were run."""
    network, card = _load(inputs.settings.model, inputs.settings.modified)
    return estimate_in_tiles(network, card.inputs, inputs, job)


@lru_cache(maxsize=4)
def _load(model: Path, modified: int) -> tuple[BlendNetwork, ModelCard]:
    return load_network(BlendNetwork, model)


def _needs(settings: FusionSettings) -> tuple[str, ...]:
    readable = read_card(settings.model).stages
    for name in settings.stages or ():
        if name not in readable:
            raise InputError(
                "{model} cannot read the stage '{name}', only {readable}.",
                model=settings.model,
                name=name,
                readable=", ".join(readable),
            )
    return readable if settings.stages is None else settings.stages


STAGE = Stage("fusion", "Fusion", fusion, needs=_needs, settings=FusionSettings())
