"""What every layer of the network answers to one place: the response maps of Fig. 5.

Cho, Tai, Kweon: Natural image matting using deep convolutional neural networks, ECCV 2016, section 3.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.matting.networks.channels import channel_reader
from mattingapp.matting.networks.dcnn import MARGIN, DcnnNetwork
from mattingapp.matting.networks.model import load_network

PATCH = 27  # pixels, the paper's: 15 × 15 of them get an answer


@dataclass(frozen=True, eq=False)
class LayerResponses:
    """The response maps of one layer.

    Attributes
    ----------
    name : str
        "F1" for the first layer, as in the paper.
    kernel : int
        Side of its filters: 9, 1 or 5.
    maps : ndarray (n, h, w), float32
        Behind the ReLU; of the last layer the alpha, not clipped.
    """

    name: str
    kernel: int
    maps: np.ndarray


def response_maps(
    photo: np.ndarray,
    trimap: np.ndarray,
    alphas: Mapping[str, np.ndarray],
    centre: tuple[int, int],
    model: Path,
    patch: int = PATCH,
) -> tuple[LayerResponses, ...]:
    """Run the network on the patch around one pixel, and keep what each layer answers.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8
    alphas : mapping from stage name to ndarray (H, W)
        Of the stages that the model reads, at least.
    centre : tuple (x, y)
        A pixel of the photo. What the patch has outside the photo is zero, as for the network itself.
    patch : int
        Side of the patch in pixels, odd, at least 13.
    model : Path
        A model file of the network.

    Returns
    -------
    tuple of LayerResponses
        In order; every map has the side `patch` − 8, that of the last layer `patch` − 12.

    Raises
    ------
    InputError
        Where the pixel is outside the photo, an alpha is missing, or the model cannot be read.
    """
    (x, y), (height, width) = centre, trimap.shape
    if not (0 <= x < width and 0 <= y < height):
        raise InputError(
            "The pixel {x}, {y} is outside the photo of {width} × {height} pixels.",
            x=x,
            y=y,
            width=width,
            height=height,
        )
    if patch % 2 == 0 or patch <= 2 * MARGIN:
        raise InputError(
            "A patch must have an odd side of at least {smallest} pixels, not {patch}.",
            smallest=2 * MARGIN + 1,
            patch=patch,
        )
    network, card = load_network(DcnnNetwork, model)
    missing = [name for name in card.stages if name not in alphas]
    if missing:
        raise InputError(
            "The network reads the alpha of {missing}: run it first.", missing=" and ".join(missing)
        )
    half = patch // 2
    rows = slice(max(y - half, 0), min(y + half + 1, height))
    columns = slice(max(x - half, 0), min(x + half + 1, width))
    outside = (
        (0, 0),
        (rows.start - (y - half), y + half + 1 - rows.stop),
        (columns.start - (x - half), x + half + 1 - columns.stop),
    )
    cut = to_float(photo[rows, columns])
    read = channel_reader(
        card.inputs,
        cut,
        trimap[rows, columns],
        {name: alphas[name][rows, columns] for name in card.stages},
    )
    signal = torch.from_numpy(np.pad(read(slice(None), slice(None)), outside))[None]
    layers: list[LayerResponses] = []
    with torch.inference_mode():
        for module in network:
            signal = module(signal)
            if isinstance(module, nn.Conv2d):
                layers.append(LayerResponses(f"F{len(layers) + 1}", module.kernel_size[0], _maps(signal)))
            else:
                layers[-1] = LayerResponses(layers[-1].name, layers[-1].kernel, _maps(signal))
    return tuple(layers)


def _maps(signal: torch.Tensor) -> np.ndarray:
    return signal[0].numpy().copy()  # the next ReLU works in place
