"""Painting on a trimap: strokes of a round brush, outlines, and regions of one label or one colour.

Positions are in image pixels, x to the right and y down, with the centre of the first pixel at (0.5, 0.5).
Every function changes the trimap in place and returns the rectangle it may have changed.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from mattingapp.imaging.depth import quantise

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

    def clipped(self, shape: tuple[int, ...]) -> "Rect":
        """Return the part inside an array of `shape` (H, W, …)."""
        return Rect(max(self.x0, 0), max(self.y0, 0), min(self.x1, shape[1]), min(self.y1, shape[0]))

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


def fill_outline(trimap: np.ndarray, outline: Sequence[tuple[float, float]], label: int) -> Rect:
    """Give a label to every pixel whose centre an outline goes around, however often it crosses itself.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8, changed in place
    outline : sequence of (x, y)
        Corners of a polygon that closes by itself; may lie outside the image.
    label : int
        The value to paint.
    """
    corners = np.asarray(outline, np.float64)
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    rect = Rect(*low.tolist(), *high.tolist()).clipped(trimap.shape)
    if not rect:
        return NOTHING
    # How often the outline goes around a pixel is how many edges pass it on the left, up counted against down.
    ends = np.roll(corners, -1, axis=0)
    first, last = np.minimum(corners[:, 1], ends[:, 1]), np.maximum(corners[:, 1], ends[:, 1])
    top = np.clip(np.ceil(first - 0.5), rect.y0, rect.y1).astype(int)
    n_rows = np.clip(np.ceil(last - 0.5), rect.y0, rect.y1).astype(int) - top
    edge = np.repeat(np.arange(len(corners)), n_rows)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + top[edge]
    (xa, ya), (xb, yb) = corners[edge].T, ends[edge].T
    crossing = xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya)
    column = np.clip(np.ceil(crossing - 0.5), rect.x0, rect.x1).astype(int)
    turns = np.zeros((rect.y1 - rect.y0, rect.x1 - rect.x0 + 1), np.int16)
    np.add.at(turns, (row - rect.y0, column - rect.x0), np.where(yb > ya, 1, -1).astype(np.int16))
    np.cumsum(turns, axis=1, out=turns)
    trimap[rect.slices][turns[:, :-1] != 0] = label
    return rect


def fill_colour(
    trimap: np.ndarray,
    photo: np.ndarray,
    point: tuple[float, float],
    label: int,
    tolerance: int,
    contiguous: bool,
) -> Rect:
    """Give a label to the pixels of the photo that are coloured like the one at `point`.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8, changed in place
    photo : ndarray (H, W, 3), uint8 or uint16
    point : tuple (x, y)
    label : int
        The value to paint.
    tolerance : int
        How far each channel may be off, in 0…255.
    contiguous : bool
        Take only the pixels connected to `point` over pixel edges.
    """
    x, y = math.floor(point[0]), math.floor(point[1])
    height, width = trimap.shape
    if not (0 <= x < width and 0 <= y < height):
        return NOTHING
    if photo.dtype == np.uint16:
        photo = quantise(photo, 8)
    if not contiguous:
        seed = photo[y, x].astype(int)
        low, high = np.clip(seed - tolerance, 0, 255), np.clip(seed + tolerance, 0, 255)
        alike = cv2.inRange(photo, low.astype(np.uint8), high.astype(np.uint8))
        trimap[alike != 0] = label
        return whole(trimap)
    found = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | 255 << 8
    band = (tolerance,) * 3
    left, top, columns, rows = cv2.floodFill(
        np.require(photo, requirements=["C", "W"]), found, (x, y), 0, band, band, flags
    )[3]
    rect = Rect(left, top, left + columns, top + rows)
    trimap[rect.slices][found[1:-1, 1:-1][rect.slices] != 0] = label
    return rect


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
