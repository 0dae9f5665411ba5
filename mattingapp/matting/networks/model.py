"""Model files: weights as safetensors, and beside them a model card as JSON of the same name.

Nothing is ever unpickled. The card says how to build the network and how far to trust it.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

import torch
from safetensors.torch import load, save

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.inputs import library_errors, read_input
from mattingapp.matting.networks.channels import stages_of
from mattingapp.matting.networks.dcnn import DcnnNetwork
from mattingapp.matting.networks.fusion import BlendNetwork
from mattingapp.matting.networks.network import Network

CARD_FORMAT = 1
_MOST_LAYERS, _MOST_MAPS = 100, 10000

Kind = TypeVar("Kind", bound=Network)


class Architecture(StrEnum):
    """The networks there are, each called as the stage that runs it."""

    DCNN = "dcnn"
    FUSION = "fusion"


NETWORKS: Mapping[Architecture, type[Network]] = {
    Architecture.DCNN: DcnnNetwork,
    Architecture.FUSION: BlendNetwork,
}


@dataclass(frozen=True)
class ModelCard:
    """What a model file is.

    Attributes
    ----------
    name, version : str
    inputs : tuple of str
        Input channels in order: "rgb" (three, divided by the magnitude of their vector, as in the paper) or
        "plain-rgb" (three, as they are), "trimap" (0 to 1), or the name of a stage (its alpha).
        The fusion network always reads "rgb" and "trimap", and in its own way.
    layers, width : int
        1×1 remapping layers of the paper's network, and response maps in each layer; the fusion network has `width`
        of them at full resolution.
    architecture : Architecture
        The network that the weights belong to.
    training : dict
        The data and the configuration it was trained with.
    scores : dict
        What it reaches on images it was not trained on, and how that was measured.
    licence : str
        Terms of the weights.
    format : int
        Version of this card's layout.
    """

    name: str
    version: str
    inputs: tuple[str, ...]
    layers: int = 4
    width: int = 64
    architecture: Architecture = Architecture.DCNN
    training: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    format: int = CARD_FORMAT

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages whose alphas it reads."""
        return stages_of(self.inputs)

    def build(self) -> Network:
        """Return the network it describes, freshly initialised."""
        return NETWORKS[self.architecture].of(self.inputs, self.layers, self.width)


def card_path(weights: Path) -> Path:
    """Return where the card of a weights file lies."""
    return weights.with_suffix(".json")


def read_card(weights: Path) -> ModelCard:
    """Read the model card beside `weights`; raise InputError where it is missing or not one."""
    path = card_path(weights)
    if not path.exists():
        raise InputError("The model card {path} is missing; keep it beside its weights.", path=path)
    with library_errors(
        "{name} is not a model card of this program ({reason}); train or download it again.", path
    ):
        content = json.loads(read_input(path).decode("utf-8"))
        architecture = Architecture(content.get("architecture", Architecture.DCNN))
        card = ModelCard(**{**content, "inputs": tuple(content["inputs"]), "architecture": architecture})
        _check(card)
    if card.format != CARD_FORMAT:
        raise InputError(
            "{path} has card format {format}, this program reads {known}; update the program.",
            path=path,
            format=card.format,
            known=CARD_FORMAT,
        )
    return card


def _check(card: ModelCard) -> None:
    """Raise ValueError unless every field has its type, and the numbers are of a network that there may be."""
    for field_of, kind in get_type_hints(ModelCard).items():
        value = getattr(card, field_of)
        if type(value) is not (get_origin(kind) or kind):
            raise ValueError(f"{field_of} is {value!r}")
    if not all(isinstance(name, str) for name in card.inputs) or len(set(card.inputs)) < len(card.inputs):
        raise ValueError(f"inputs are {card.inputs!r}")
    for name, least, most in (("layers", 0, _MOST_LAYERS), ("width", 1, _MOST_MAPS)):
        if not least <= getattr(card, name) <= most:
            raise ValueError(f"{name} is {getattr(card, name)}")


def load_model(weights: Path) -> tuple[Network, ModelCard]:
    """Read a model file and its card.

    Returns
    -------
    network : Network
        In evaluation mode, on the CPU, float32.
    card : ModelCard

    Raises
    ------
    InputError
        Where a file is missing or broken, the two do not belong together, or a weight is not finite.
    """
    card = read_card(weights)
    with library_errors("{name} does not hold the weights that its card describes ({reason}).", weights):
        state = load(read_input(weights))
        with torch.device("meta"):  # takes no memory: what a card describes may be larger than any machine
            described = card.build().state_dict()
        if {name: one.shape for name, one in state.items()} != {
            name: one.shape for name, one in described.items()
        }:
            raise ValueError("other layers")
        if not all(torch.isfinite(one).all() for one in state.values()):
            raise ValueError("some are not finite")
        network = card.build()
        network.load_state_dict(state)
    return network.eval().requires_grad_(False), card


def load_network(kind: type[Kind], weights: Path) -> tuple[Kind, ModelCard]:
    """Read a model file of one kind of network; raise InputError where it is none, as `load_model` does."""
    network, card = load_model(weights)
    if not isinstance(network, kind):
        raise InputError(
            "{model} is a model for the method {architecture}; choose that method.",
            model=weights,
            architecture=card.architecture,
        )
    return network, card


def save_model(weights: Path, network: Network, card: ModelCard) -> None:
    """Write a model file and its card; each appears whole or not at all."""
    state = {
        name: tensor.detach().to("cpu", torch.float32).contiguous()
        for name, tensor in network.state_dict().items()
    }
    write_atomically(weights, save(state))
    write_atomically(card_path(weights), (json.dumps(dataclasses.asdict(card), indent=2) + "\n").encode())
