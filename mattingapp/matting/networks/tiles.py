"""Networks go over a photo in tiles, of which only those with unknown pixels are computed."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.matting.device import is_out_of_memory
from mattingapp.matting.job import Job
from mattingapp.matting.networks.channels import Planes
from mattingapp.matting.networks.network import Network
from mattingapp.matting.stages import Estimate, StageInputs, known_alpha


def estimate_in_tiles(network: Network, names: tuple[str, ...], inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by a network that reads the channels `names`: all that a stage with a network does."""
    read = network.reader(names, inputs.photo, inputs.trimap, inputs.alphas)
    alpha = job.wait_for(lambda: known_alpha(inputs.trimap))
    unknown = inputs.trimap == Label.UNKNOWN

    def forward(tile: int) -> None:
        forward_tiled(network, read, unknown, alpha, tile, inputs.device, job)

    notes = in_tiles(forward, network.tile(inputs.device), network.smallest_tile, inputs.device)
    return Estimate(alpha, notes=notes)


def forward_tiled(
    network: Network,
    read: Planes,
    unknown: np.ndarray,
    alpha: np.ndarray,
    tile: int,
    device: torch.device,
    job: Job,
) -> None:
    """Write the network's alpha, clipped to [0, 1], into `alpha` where `unknown`, tile by tile.

    Of each tile only the box around its unknown pixels is computed, with what the network wants around it.

    Parameters
    ----------
    network : Network
    read : callable (rows, columns) -> ndarray (channels, h, w), float32
        As from the network's `reader`.
    unknown : ndarray (H, W), bool
    alpha : ndarray (H, W), float32
    tile : int
        Side in pixels.
    device : torch.device
    job : Job
    """
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    boxes = list(unknown_boxes(unknown, tile))
    for done, (top, bottom, left, right) in enumerate(boxes):
        job.report(done / len(boxes), "tile {number} of {count}", number=done + 1, count=len(boxes))
        window = network.window((top, bottom, left, right), unknown.shape)
        planes = np.pad(read(window.rows, window.columns), ((0, 0), *window.outside))
        padded = torch.from_numpy(planes)[None]
        output = job.wait_for(lambda: _forward(network, padded, device))  # noqa: B023 - called here
        rows = slice(window.top, window.top + bottom - top)
        columns = slice(window.left, window.left + right - left)
        inside = unknown[top:bottom, left:right]
        alpha[top:bottom, left:right][inside] = output[0, 0, rows, columns].clamp(0, 1).cpu().numpy()[inside]
        job.offer_preview(alpha.copy)


@torch.inference_mode()
def _forward(network: Network, planes: torch.Tensor, device: torch.device) -> torch.Tensor:
    return network(planes.to(device, memory_format=torch.channels_last))


def in_tiles(
    forward: Callable[[int], None], tile: int, smallest: int, device: torch.device
) -> tuple[Message, ...]:
    """Call forward(tile), with half the tile for as long as memory runs out, and return what to tell about it.

    Parameters
    ----------
    forward : callable (tile) -> None
    tile, smallest : int
        Sides in pixels, to begin with and not to go below.
    device : torch.device
    """
    side = tile
    while True:
        try:
            forward(side)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or side <= smallest:
                raise
            side //= 2
        else:
            short = Message("{device} is short of memory, so smaller tiles were used.", device=device)
            return () if side == tile else (short,)


def unknown_boxes(unknown: np.ndarray, tile: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (top, bottom, left, right) of the unknown pixels, (H, W) bool, of every tile that holds any."""
    for top in range(0, unknown.shape[0], tile):
        for left in range(0, unknown.shape[1], tile):
            inside = unknown[top : top + tile, left : left + tile]
            rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
            if rows.size:
                yield (
                    top + int(rows[0]),
                    top + int(rows[-1]) + 1,
                    left + int(columns[0]),
                    left + int(columns[-1]) + 1,
                )
