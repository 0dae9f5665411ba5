"""The touch-up: what a person adds to a computed alpha and takes from it, kept as a layer of its own.

A soft brush that adds moves each alpha a share h of the way to 1, one that removes moves it to 0. Any number of such
strokes is one map α → (1 − w) α + c with 0 ≤ c ≤ w ≤ 1: pixels of the photo laid over the matte with coverage w, of
which the share c / w is opaque. So the layer is two numbers a pixel, it survives when the alpha beneath is computed
anew, and the colours come out right as well: what was added shows the photo.

Only tiles that were touched are kept. A tile is never changed once its stroke has ended, so that the history keeps
the tiles themselves and another thread may read a snapshot.
"""

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import cv2
import numpy as np

from mattingapp.imaging.depth import unit_range
from mattingapp.project.history import Layer
from mattingapp.project.painting import NOTHING, Rect

TILE = 256  # pixels

Key = tuple[int, int]  # row and column of a tile
Tiles = Mapping[Key, np.ndarray]  # a tile is (2, rows, columns) float32, w and c


class Touch(StrEnum):
    """What the touch-up brush does."""

    ADD = "add"
    REMOVE = "remove"
    RESTORE = "restore"


class Brush(NamedTuple):
    """A soft round brush: full strength up to `hardness` of its radius, falling smoothly to none at the rim."""

    touch: Touch
    diameter: float  # pixels
    hardness: float = 0.5  # in [0, 1]
    strength: float = 1.0  # in [0, 1]


class TouchUp:
    """The layer of one photo, and the stroke under way.

    Parameters
    ----------
    shape : tuple
        (H, W) of the photo.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._tiles: dict[Key, np.ndarray] = {}
        self._before: dict[Key, np.ndarray | None] = {}  # the tiles that the stroke changed
        self._coverage: dict[Key, np.ndarray] = {}  # of the stroke

    def __bool__(self) -> bool:
        return bool(self._tiles)

    @property
    def tiles(self) -> Tiles:
        """A snapshot of the layer."""
        return dict(self._tiles)

    @property
    def settled_tiles(self) -> Tiles:
        """A snapshot of the layer without the stroke under way."""
        return {key: tile for key, tile in {**self._tiles, **self._before}.items() if tile is not None}

    def paint(self, start: tuple[float, float], end: tuple[float, float], brush: Brush) -> Rect:
        """Drag the brush from `start` to `end` as part of the stroke under way.

        A stroke that crosses itself acts once: each pixel takes the strongest of all that passed over it.
        """
        reach = brush.diameter / 2 + 1
        (xa, ya), (xb, yb) = start, end
        rect = Rect(
            math.floor(min(xa, xb) - reach),
            math.floor(min(ya, yb) - reach),
            math.ceil(max(xa, xb) + reach),
            math.ceil(max(ya, yb) + reach),
        ).clipped(self._shape)
        for key, part in _tiles_in(rect, self._shape):
            self._paint_tile(key, part, start, end, brush)
        return rect if rect else NOTHING

    def clear(self) -> Rect:
        """Take all touch-ups away, as part of the stroke under way."""
        rect = NOTHING
        for key in list(self._tiles):
            self._before.setdefault(key, self._tiles[key])
            del self._tiles[key]
            rect |= _tile_rect(key, self._shape)
        return rect

    def end(self) -> "TouchUpChange | None":
        """End the stroke; return what it changed."""
        before, self._before, self._coverage = self._before, {}, {}
        for key in before:
            tile = self._tiles.get(key)
            if tile is not None and not tile.any():
                del self._tiles[key]
        return TouchUpChange(self, before) if before else None

    def abort(self) -> Rect:
        """Take the stroke under way back."""
        before, self._before, self._coverage = self._before, {}, {}
        return self.exchange(before)[1]

    def exchange(self, tiles: Mapping[Key, np.ndarray | None]) -> tuple[dict[Key, np.ndarray | None], Rect]:
        """Put tiles in place, None for an untouched one; return those that were there, and where they are."""
        others, rect = {}, NOTHING
        for key, tile in tiles.items():
            others[key] = self._tiles.pop(key, None)
            if tile is not None:
                self._tiles[key] = tile
            rect |= _tile_rect(key, self._shape)
        return others, rect

    def _paint_tile(
        self,
        key: tuple[int, int],
        part: Rect,
        start: tuple[float, float],
        end: tuple[float, float],
        brush: Brush,
    ) -> None:
        area = _tile_rect(key, self._shape)
        inside = Rect(part.x0 - area.x0, part.y0 - area.y0, part.x1 - area.x0, part.y1 - area.y0).slices
        fresh = brush.strength * _falloff(part, start, end, brush)
        if not fresh.any():
            return
        shape = area.y1 - area.y0, area.x1 - area.x0
        if key not in self._before:
            before = self._before[key] = self._tiles.get(key)
            self._tiles[key] = np.zeros((2, *shape), np.float32) if before is None else before.copy()
        coverage = self._coverage.setdefault(key, np.zeros(shape, np.float32))[inside]
        np.maximum(coverage, fresh, out=coverage)
        old = self._before[key]
        for channel, target in enumerate(_TARGETS[brush.touch]):
            layer = self._tiles[key][channel][inside]
            if old is None:
                np.multiply(coverage, target, out=layer)
            else:
                before = old[channel][inside]
                np.multiply(target - before, coverage, out=layer)
                layer += before
        covered, added = self._tiles[key][:, inside[0], inside[1]]
        np.clip(covered, 0, 1, out=covered)  # which rounding may have left
        np.clip(added, 0, covered, out=added)


_TARGETS = {Touch.ADD: (1, 1), Touch.REMOVE: (1, 0), Touch.RESTORE: (0, 0)}  # w and c under a full stroke


class TouchUpChange:
    """One stroke, for the history: the tiles of its other side, None for an untouched one."""

    layer = Layer.TOUCH_UP

    def __init__(self, touch_up: TouchUp, other: Mapping[Key, np.ndarray | None]) -> None:
        self._touch_up = touch_up
        self.other = other

    @property
    def nbytes(self) -> int:
        return sum(tile.nbytes for tile in self.other.values() if tile is not None)

    def present(self) -> Mapping[Key, np.ndarray | None]:
        tiles = self._touch_up.settled_tiles
        return {key: tiles.get(key) for key in self.other}

    def swap(self) -> Rect:
        self.other, rect = self._touch_up.exchange(self.other)
        return rect


def touched_alpha(alpha: np.ndarray, tiles: Tiles, rect: Rect | None = None) -> np.ndarray:
    """Return the alpha under the touch-ups.

    Parameters
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    tiles : Tiles
    rect : Rect, optional
        Return only this part.

    Returns
    -------
    ndarray, float32 in [0, 1]
        A view of `alpha` where nothing was touched.
    """
    rect = rect or Rect(0, 0, alpha.shape[1], alpha.shape[0])
    parts = [(key, part) for key, part in _tiles_in(rect, alpha.shape) if key in tiles]
    if not parts:
        return alpha[rect.slices]
    touched = alpha[rect.slices].copy()
    for key, part in parts:
        coverage, added = _layer(tiles[key], key, part)
        here = touched[_within(part, rect)]
        here *= 1 - coverage
        here += added
        np.clip(here, 0, 1, out=here)
    return touched


def touched_matte(
    alpha: np.ndarray, foreground: np.ndarray, photo: np.ndarray, tiles: Tiles, rect: Rect | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return alpha and foreground colours under the touch-ups: what was added is laid over with the photo's colours.

    Parameters
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    foreground : ndarray (H, W, 3), float32 in [0, 1]
        Straight.
    photo : ndarray (H, W, 3), uint8 or uint16
    tiles : Tiles
    rect : Rect, optional
        Return only this part.

    Returns
    -------
    alpha, foreground : ndarray
        Views of what was given where nothing was touched.
    """
    rect = rect or Rect(0, 0, alpha.shape[1], alpha.shape[0])
    final, colours = touched_alpha(alpha, tiles, rect), foreground[rect.slices]
    parts = [(key, part) for key, part in _tiles_in(rect, alpha.shape) if key in tiles]
    if parts:
        colours = colours.copy()
    for key, part in parts:
        here = _within(part, rect)
        _, added = _layer(tiles[key], key, part)
        share = np.divide(added, final[here], out=np.zeros_like(added), where=final[here] > 0)
        share = np.minimum(share, 1)[..., None]
        colours[here] += share * (unit_range(photo[part.slices], np.float32) - colours[here])
    return final, colours


def _within(part: Rect, rect: Rect) -> tuple[slice, slice]:
    """Return `part` as an index into what `rect` cuts out."""
    return slice(part.y0 - rect.y0, part.y1 - rect.y0), slice(part.x0 - rect.x0, part.x1 - rect.x0)


def _layer(tile: np.ndarray, key: tuple[int, int], part: Rect) -> tuple[np.ndarray, np.ndarray]:
    top, left = key[0] * TILE, key[1] * TILE
    coverage, added = tile[:, part.y0 - top : part.y1 - top, part.x0 - left : part.x1 - left]
    return coverage, added


def _tile_rect(key: tuple[int, int], shape: tuple[int, ...]) -> Rect:
    row, column = key
    return Rect(column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE).clipped(shape)


def _tiles_in(rect: Rect, shape: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], Rect]]:
    """Yield each tile that `rect` meets, and the part of `rect` in it."""
    for row in range(rect.y0 // TILE, -(-rect.y1 // TILE)):
        for column in range(rect.x0 // TILE, -(-rect.x1 // TILE)):
            tile = _tile_rect((row, column), shape)
            part = Rect(
                max(rect.x0, tile.x0), max(rect.y0, tile.y0), min(rect.x1, tile.x1), min(rect.y1, tile.y1)
            )
            if part:
                yield (row, column), part


def _falloff(part: Rect, start: tuple[float, float], end: tuple[float, float], brush: Brush) -> np.ndarray:
    """Return the share of the brush's strength at the pixels of `part`, float32 in [0, 1].

    One up to `hardness` of the radius, then a cubic with flat ends; a hard brush still fades over the last pixel.
    """
    x = np.arange(part.x0, part.x1, dtype=np.float32) + np.float32(0.5 - start[0])
    y = (np.arange(part.y0, part.y1, dtype=np.float32) + np.float32(0.5 - start[1]))[:, None]
    dx, dy = np.float32(end[0] - start[0]), np.float32(end[1] - start[1])
    if dx or dy:
        along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        distance = cv2.magnitude(x - along * dx, y - along * dy)
    else:
        x, y = np.broadcast_arrays(x, y)
        distance = cv2.magnitude(np.ascontiguousarray(x), np.ascontiguousarray(y))
    radius = brush.diameter / 2
    width = max(radius * (1 - brush.hardness), 1)
    falling = np.clip((radius + 0.5 - distance) / width, 0, 1)
    return falling * falling * (3 - 2 * falling)
