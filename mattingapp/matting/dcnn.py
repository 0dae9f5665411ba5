"""Deep CNN matting: the network that fuses a local and a nonlocal alpha.

Cho, Tai, Kweon: Natural image matting using deep convolutional neural networks, ECCV 2016.

The inputs are the photo, normalised by the magnitude of its RGB vectors, and the alphas of other stages. The
forward pass runs at full resolution, zero-padded by 6 pixels, in tiles: memory stays bounded at any size, and
tiles without unknown pixels are skipped.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mattingapp.matting.job import Job
from mattingapp.matting.networks.dcnn import DcnnNetwork
from mattingapp.matting.networks.model import ModelCard, load_network, read_card
from mattingapp.matting.networks.tiles import estimate_in_tiles
from mattingapp.matting.stages import Estimate, Stage, StageInputs
from mattingapp.resources import resource

DEFAULT_MODEL = resource("weights", "dcnn.safetensors")


@dataclass(frozen=True)
class DcnnSettings:
    """Parameters of the network stage.

    Attributes
    ----------
    model : Path
        A model file (safetensors, its card beside it).
    modified : int
        Its time stamp, so that a file that was trained again is not mistaken for the old one.
    """

    model: Path = DEFAULT_MODEL
    modified: int = field(default=0, metadata={"shown": False})

    @staticmethod
    def for_model(model: Path) -> "DcnnSettings":
        """Return the settings that use the model file `model` as it is now."""
        return DcnnSettings(model, model.stat().st_mtime_ns if model.exists() else 0)


def dcnn(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by the network from the alphas of the stages its model card names."""
    network, card = _load(inputs.settings)
    return estimate_in_tiles(network, card.inputs, inputs, job)


@lru_cache(maxsize=4)
def _load(settings: DcnnSettings) -> tuple[DcnnNetwork, ModelCard]:
    return load_network(DcnnNetwork, settings.model)


def stages_read(settings: DcnnSettings) -> tuple[str, ...]:
    """Return the stages that the model of the settings reads."""
    return read_card(settings.model).stages


STAGE = Stage("dcnn", "Network", dcnn, needs=stages_read, settings=DcnnSettings(), layered=True)
