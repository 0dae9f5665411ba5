"""Painting on a trimap: strokes of a round brush, and filling a region.

Positions are in image pixels, x to the right and y down, with the centre of the first pixel at (0.5, 0.5).
Every function changes the trimap in place and returns the rectangle it may have changed.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np

_SLACK = 1e-6  # pixels; keeps pixels that lie exactly on the rim of the brush


class Rect(NamedTuple):
    """Pixels from (`x0`, `y0`) up to but not including (`x1`, `y1`)."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rectangle as an index into an (H, W) array."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def __bool__(self) -> bool:
        return self.x0 < self.x1 and self.y0 < self.y1

    def __or__(self, other: "Rect") -> "Rect":
        if not self or not other:
            return self or other
        return Rect(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )


NOTHING = Rect(0, 0, 0, 0)


def whole(trimap: np.ndarray) -> Rect:
    """Return the rectangle of all pixels of `trimap`."""
    return Rect(0, 0, trimap.shape[1], trimap.shape[0])


def paint_segment(
    trimap: np.ndarray, start: tuple[float, float], end: tuple[float, float], diameter: int, label: int
) -> Rect:
    """Drag a round brush from `start` to `end`; equal points make a single dab.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8, changed in place
    start, end : tuple (x, y)
        May lie outside the image.
    diameter : int
        In pixels, at least 1. The stroke is exactly this wide: an odd one is centred on a pixel, an even one on
        a corner.
    label : int
        The value to paint.
    """
    height, width = trimap.shape
    radius = diameter / 2
    (xa, ya), (xb, yb) = (_snap(point, diameter) for point in (start, end))
    y0 = max(math.ceil(min(ya, yb) - radius - 0.5 - _SLACK), 0)
    y1 = min(math.floor(max(ya, yb) + radius - 0.5 + _SLACK) + 1, height)
    if y0 >= y1:
        return NOTHING
    left, right = _capsule(np.arange(y0, y1) + 0.5, (xa, ya), (xb, yb), radius)
    first = np.clip(np.ceil(left - 0.5 - _SLACK), 0, width).astype(int)
    last = np.clip(np.floor(right - 0.5 + _SLACK) + 1, 0, width).astype(int)
    for y, x0, x1 in zip(range(y0, y1), first.tolist(), last.tolist(), strict=True):
        trimap[y, x0:x1] = label
    return Rect(int(first.min()), y0, int(last.max()), y1)


def fill_region(trimap: np.ndarray, point: tuple[float, float], label: int) -> Rect:
    """Give the region of one label around `point`, connected over pixel edges, another label."""
    x, y = math.floor(point[0]), math.floor(point[1])
    if not (0 <= x < trimap.shape[1] and 0 <= y < trimap.shape[0]) or trimap[y, x] == label:
        return NOTHING
    _, _, _, (left, top, width, height) = cv2.floodFill(trimap, None, (x, y), int(label), flags=4)
    return Rect(left, top, left + width, top + height)


def _snap(point: tuple[float, float], diameter: int) -> tuple[float, float]:
    if diameter % 2:
        return math.floor(point[0]) + 0.5, math.floor(point[1]) + 0.5
    return float(math.floor(point[0] + 0.5)), float(math.floor(point[1] + 0.5))


def _capsule(
    rows: np.ndarray, start: tuple[float, float], end: tuple[float, float], radius: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return where each row enters and leaves all points within `radius` of a segment.

    The shape is convex, so a row meets it in one interval, which ends on one of the two discs or of the two edges
    between them. A row that misses gets an empty interval.
    """
    left, right = np.full(rows.shape, np.inf), np.full(rows.shape, -np.inf)
    for x, y in (start, end):
        squared = radius**2 - (rows - y) ** 2
        half = np.sqrt(np.maximum(squared, 0))
        hit = squared >= -_SLACK
        left[hit] = np.minimum(left, x - half)[hit]
        right[hit] = np.maximum(right, x + half)[hit]
    dx, dy = end[0] - start[0], end[1] - start[1]
    if dy:
        for side in (radius, -radius):
            nx, ny = (side * component / math.hypot(dx, dy) for component in (-dy, dx))
            along = (rows - start[1] - ny) / dy
            hit = (along >= 0) & (along <= 1)
            edge = start[0] + nx + along * dx
            left[hit] = np.minimum(left, edge)[hit]
            right[hit] = np.maximum(right, edge)[hit]
    return left, right
