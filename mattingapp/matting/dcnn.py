"""Deep CNN matting: the network that fuses a local and a nonlocal alpha.

Cho, Tai, Kweon: Natural image matting using deep convolutional neural networks, ECCV 2016.

The inputs are the photo, normalised by the magnitude of its RGB vectors, and the alphas of other stages. The
forward pass runs at full resolution, zero-padded by 6 pixels, in tiles: memory stays bounded at any size, and
tiles without unknown pixels are skipped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.networks.dcnn import MARGIN, DcnnNetwork
from mattingapp.matting.networks.model import PLAIN_RGB, RGB, TRIMAP, ModelCard, load_model, read_card
from mattingapp.matting.networks.tiles import in_tiles, unknown_boxes
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.resources import resource

TILE = 112  # the response maps of one tile stay in the cache
TILE_ON_GPU = 224  # where a small tile takes no less time
SMALLEST_TILE = 40
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
    channels = channel_reader(card.inputs, inputs.photo, inputs.trimap, inputs.alphas)
    alpha = job.wait_for(lambda: known_alpha(inputs.trimap))
    unknown = inputs.trimap == Label.UNKNOWN

    def forward(tile: int) -> None:
        forward_tiled(network, channels, unknown, alpha, tile, inputs.device, job)

    tile = TILE if inputs.device.type == "cpu" else TILE_ON_GPU
    notes = in_tiles(forward, tile, SMALLEST_TILE, inputs.device)
    return Estimate(alpha, notes=notes)


def channel_reader(
    names: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
) -> Callable[[slice, slice], np.ndarray]:
    """Return a function of rows and columns that reads the network's input there, (channels, h, w) float32.

    Parameters
    ----------
    names : tuple of str
        Input channels as in `ModelCard.inputs`.
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8
    alphas : mapping from stage name to ndarray (H, W)
    """

    def read(rows: slice, columns: slice) -> np.ndarray:
        planes: list[np.ndarray] = []
        for name in names:
            if name == RGB:
                planes.extend(np.moveaxis(normalised_rgb(to_float(photo[rows, columns])), 2, 0))
            elif name == PLAIN_RGB:
                planes.extend(np.moveaxis(to_float(photo[rows, columns]), 2, 0))
            elif name == TRIMAP:
                planes.append(trimap[rows, columns] / np.float32(Label.FOREGROUND))
            else:
                planes.append(alphas[name][rows, columns])
        return np.stack(planes).astype(np.float32, copy=False)

    return read


def normalised_rgb(photo: np.ndarray) -> np.ndarray:
    """Return I / √(r² + g² + b²), section 3.1 of the paper; black stays black."""
    magnitude = np.sqrt(np.square(photo).sum(-1, keepdims=True))
    return photo / np.maximum(magnitude, 1e-3)


def forward_tiled(
    network: DcnnNetwork,
    channels: Callable[[slice, slice], np.ndarray],
    unknown: np.ndarray,
    alpha: np.ndarray,
    tile: int,
    device: torch.device,
    job: Job,
) -> None:
    """Write the network's alpha, clipped to [0, 1], into `alpha` where `unknown`, tile by tile.

    The result does not depend on the tiling: each tile reads the 6 pixels around it, and zeros outside the photo.
    """
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    height, width = unknown.shape
    boxes = list(unknown_boxes(unknown, tile))
    for done, (top, bottom, left, right) in enumerate(boxes):
        job.report(done / len(boxes), "tile {number} of {count}", number=done + 1, count=len(boxes))
        rows = slice(max(top - MARGIN, 0), min(bottom + MARGIN, height))
        columns = slice(max(left - MARGIN, 0), min(right + MARGIN, width))
        outside = (
            (0, 0),
            (rows.start - (top - MARGIN), bottom + MARGIN - rows.stop),
            (columns.start - (left - MARGIN), right + MARGIN - columns.stop),
        )
        padded = torch.from_numpy(np.pad(channels(rows, columns), outside))[None]
        with torch.inference_mode():
            output = network(padded.to(device, memory_format=torch.channels_last))
        inside = unknown[top:bottom, left:right]
        alpha[top:bottom, left:right][inside] = output[0, 0].clamp(0, 1).cpu().numpy()[inside]
        job.offer_preview(alpha.copy)


def load_dcnn(model: Path) -> tuple[DcnnNetwork, ModelCard]:
    """Read a model file of the paper's network; raise InputError where it is none, as `load_model` does."""
    network, card = load_model(model)
    if not isinstance(network, DcnnNetwork):
        raise InputError(
            "{model} is a model for the method {architecture}; choose that method.",
            model=model,
            architecture=card.architecture,
        )
    return network, card


@lru_cache(maxsize=4)
def _load(settings: DcnnSettings) -> tuple[DcnnNetwork, ModelCard]:
    return load_dcnn(settings.model)


def stages_read(settings: DcnnSettings) -> tuple[str, ...]:
    """Return the stages that the model of the settings reads."""
    return read_card(settings.model).stages


STAGE = Stage("dcnn", "Network", dcnn, needs=stages_read, settings=DcnnSettings(), layered=True)
