"""Networks go over a photo in tiles, of which only those with unknown pixels are computed."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from mattingapp.imaging.message import Message
from mattingapp.matting.device import is_out_of_memory


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
