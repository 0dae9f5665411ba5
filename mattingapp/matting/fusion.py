"""Fusion: a small multi-scale network that blends the alphas of other stages, and corrects the blend.

Unlike the network of the paper it sees the trimap and a wide neighbourhood, and it works with any subset of the
stages it was trained with, with none as well. See `blend` for the network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.networks.fusion import ALIGNMENT, BlendNetwork
from mattingapp.matting.networks.model import ModelCard, load_model, read_card
from mattingapp.matting.networks.tiles import in_tiles, unknown_boxes
from mattingapp.matting.pyramid import level_by_level
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.resources import resource

TILE = 1024  # the larger, the less is computed twice around it
SMALLEST_TILE = 128
HALO = 64  # pixels read around a tile
NEAR = 32.0  # pixels; scale on which the distance to known pixels is told
DEFAULT_MODEL = resource("weights", "fusion.safetensors")

Planes = Callable[[slice, slice], np.ndarray]


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


@level_by_level("shared")
def fusion(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by the fusion network from the alphas of the stages that were run."""
    network, card = _load(inputs.settings.model, inputs.settings.modified)
    read = plane_reader(card.stages, inputs.photo, inputs.trimap, inputs.alphas)
    alpha = job.wait_for(lambda: known_alpha(inputs.trimap))
    unknown = inputs.trimap == Label.UNKNOWN

    def forward(tile: int) -> None:
        blend_tiled(network, read, unknown, alpha, tile, inputs.device, job)

    notes = in_tiles(forward, TILE, SMALLEST_TILE, inputs.device)
    return Estimate(alpha, notes=notes)


def plane_reader(
    stages: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
) -> Planes:
    """Return a function of rows and columns that reads the network's input there, (7 + 2 · stages, h, w) float32.

    These are the photo; background and foreground of the trimap, and how far they are, 0 there and towards 1 with
    the distance; and for each stage its alpha and 1, or 0 and 0 where it is missing.

    Parameters
    ----------
    stages : tuple of str
        The stages of the model card.
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8
    alphas : mapping from stage name to ndarray (H, W)
    """
    known = [trimap == label for label in (Label.BACKGROUND, Label.FOREGROUND)]
    remoteness = [_remoteness(region) for region in known]

    def read(rows: slice, columns: slice) -> np.ndarray:
        area = rows, columns
        shape = trimap[area].shape
        planes = [*np.moveaxis(to_float(photo[area]), 2, 0) - 0.5]
        planes += [region[area] for region in (*known, *remoteness)]
        for name in stages:
            present = name in alphas
            planes.append(alphas[name][area] if present else np.zeros(shape))
            planes.append(np.full(shape, present))
        return np.stack(planes).astype(np.float32, copy=False)

    return read


def blend_tiled(
    network: BlendNetwork,
    read: Planes,
    unknown: np.ndarray,
    alpha: np.ndarray,
    tile: int,
    device: torch.device,
    job: Job,
) -> None:
    """Write the network's alpha, clipped to [0, 1], into `alpha` where `unknown`, tile by tile.

    Of each tile only the box around its unknown pixels is computed, with a halo.
    """
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    height, width = unknown.shape
    boxes = list(unknown_boxes(unknown, tile))
    for done, (top, bottom, left, right) in enumerate(boxes):
        job.report(done / len(boxes), "tile {number} of {count}", number=done + 1, count=len(boxes))
        first_row, first_column = _aligned(top - HALO), _aligned(left - HALO)
        rows = slice(first_row, min(bottom + HALO, height))
        columns = slice(first_column, min(right + HALO, width))
        planes = read(rows, columns)
        outside = ((0, 0), *((0, -size % ALIGNMENT) for size in planes.shape[1:]))
        padded = torch.from_numpy(np.pad(planes, outside))[None]
        output = job.wait_for(lambda: _forward(network, padded, device))  # noqa: B023 - called here
        answer = output[
            0, 0, top - first_row : bottom - first_row, left - first_column : right - first_column
        ]
        inside = unknown[top:bottom, left:right]
        alpha[top:bottom, left:right][inside] = answer.clamp(0, 1).cpu().numpy()[inside]
        job.offer_preview(alpha.copy)


@torch.inference_mode()
def _forward(network: BlendNetwork, planes: torch.Tensor, device: torch.device) -> torch.Tensor:
    return network(planes.to(device, memory_format=torch.channels_last))


def _aligned(position: int) -> int:
    """Return the next position from 0 on and not after `position` where the network's grid is the photo's."""
    return max(position, 0) // ALIGNMENT * ALIGNMENT


def _remoteness(region: np.ndarray) -> np.ndarray:
    """Return 1 − exp(−d / 32) of the distance d to `region`; 1 everywhere if it is empty."""
    if not region.any():
        return np.ones(region.shape, np.float32)
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return 1 - np.exp(-distance / np.float32(NEAR))


@lru_cache(maxsize=4)
def _load(model: Path, modified: int) -> tuple[BlendNetwork, ModelCard]:
    network, card = load_model(model)
    if not isinstance(network, BlendNetwork):
        raise InputError(
            "{model} is a model for the method {architecture}; choose that method.",
            model=model,
            architecture=card.architecture,
        )
    return network, card


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
