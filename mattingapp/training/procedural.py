"""Alphas without limit: hair, fur, leaves, feathers, nets, veils, edges and blur, drawn as strokes and shapes.

Strokes are drawn several times as fine as the pixels, so that the share of a pixel they cover is its alpha; a slight
blur stands for the lens. Lengths and widths are parts of the picture's long side, so that an alpha of 24 megapixels is
that of 2 seen closer. Everything follows from the seed.
"""

from collections.abc import Callable

import cv2
import numpy as np

from mattingapp.imaging.depth import unit_range
from mattingapp.imaging.errors import InputError

FINER = 4  # strokes are drawn on a grid so many times as fine: coverage in sixteenths
SHIFT = 4  # bits of a coordinate behind the point
LENS = 0.6  # pixels, standard deviation: what the sharpest lens leaves
REFERENCE = 1000.0  # pixels of the long side that the widths below are meant for

Canvas = np.ndarray
Draw = Callable[[Canvas, np.random.Generator], np.ndarray]


def procedural_alpha(kind: str, shape: tuple[int, int], seed: int) -> np.ndarray:
    """Return an alpha that was drawn, with opaque and with empty parts.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    shape : (H, W)
    seed : int
        The same seed draws the same alpha.

    Returns
    -------
    ndarray (H, W), float32 in [0, 1]

    Raises
    ------
    InputError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise InputError(
            "There is no kind of alpha '{kind}'; choose one of {kinds}.", kind=kind, kinds=", ".join(KINDS)
        )
    canvas = np.zeros((FINER * shape[0], FINER * shape[1]), np.uint8)
    drawn = KINDS[kind](canvas, np.random.default_rng((seed, list(KINDS).index(kind))))
    alpha = unit_range(cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_AREA), np.float32)
    return cv2.GaussianBlur(alpha, (0, 0), LENS).clip(0.0, 1.0)


class _Pen:
    """Draws on a canvas in parts of its long side, with the origin in the middle and y upwards."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        height, width = canvas.shape
        self._scale = max(height, width)
        self._middle = np.array((width, height)) / 2
        self.top, self.right = height / 2 / self._scale, width / 2 / self._scale

    def _at(self, points: np.ndarray) -> np.ndarray:
        at = self._middle + points * (self._scale, -self._scale)
        return np.rint(at * (1 << SHIFT)).astype(np.int32)

    def stroke(self, points: np.ndarray, width: float, tip: float = 1.0, level: int = 255) -> None:
        """Draw a line through points (N, 2), `width` wide in pixels of the reference and `tip` of that at its end."""
        at = self._at(points)
        parts = 1 if tip == 1.0 else 4
        cuts = np.linspace(0, len(at) - 1, parts + 1).astype(int)
        for part in range(parts):
            wide = width * (1 + (tip - 1) * part / max(parts - 1, 1)) * self._scale / REFERENCE
            some = at[cuts[part] : cuts[part + 1] + 1]
            cv2.polylines(self.canvas, [some], False, level, max(round(wide), 1), cv2.LINE_8, SHIFT)

    def fill(self, points: np.ndarray, level: int = 255) -> None:
        """Fill a polygon (N, 2)."""
        cv2.fillPoly(self.canvas, [self._at(points)], level, cv2.LINE_8, SHIFT)

    def blurred(self, radius: float) -> np.ndarray:
        """Return the canvas seen out of focus, by a disc of so many pixels of the reference."""
        # A large disc on a canvas a quarter the size is the same to the eye, and sixteen times faster.
        small = cv2.resize(self.canvas, None, fx=1 / FINER, fy=1 / FINER, interpolation=cv2.INTER_AREA)
        side = max(round(2 * radius * self._scale / FINER / REFERENCE), 1) | 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.float32)
        return cv2.filter2D(small, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)


def _bow(start: np.ndarray, direction: float, length: float, bend: float, steps: int = 12) -> np.ndarray:
    """Return points (steps + 1, 2) of a curve that leaves `start` and turns by `bend` on its way."""
    angles = direction + bend * np.linspace(0, 1, steps)
    offsets = length / steps * np.stack((np.cos(angles), np.sin(angles)), 1)
    return np.vstack((start, start + offsets.cumsum(0)))


def _blob(
    rng: np.random.Generator, rx: float, ry: float, rough: float = 0.12, points: int = 200
) -> np.ndarray:
    """Return the outline (points, 2) of a round shape around the origin."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 1 + sum(
        rough / wave * np.sin(wave * turn + rng.uniform(0, 2 * np.pi)) * rng.uniform(0.4, 1)
        for wave in (2, 3, 5)
    )
    return np.stack((rx * radius * np.cos(turn), ry * radius * np.sin(turn)), 1)


def _hair(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    rx, ry = 0.17 * rng.uniform(0.9, 1.15), 0.6 * pen.top * rng.uniform(0.9, 1.1)
    pen.fill(_blob(rng, rx, ry))
    shoulders = np.array(
        [(-0.3, -pen.top - 0.01), (-0.14, -0.75 * pen.top), (0.14, -0.75 * pen.top), (0.3, -pen.top - 0.01)]
    )
    pen.fill(shoulders)
    fall = rng.uniform(-0.6, 0.6)
    for _ in range(2000):
        turn = rng.uniform(-0.15 * np.pi, 1.15 * np.pi)
        root = np.array((0.93 * rx * np.cos(turn), 0.93 * ry * np.sin(turn)))
        side = np.sign(np.cos(turn)) or 1.0
        length = rng.gamma(4.0, 0.03 if rng.random() < 0.85 else 0.06)
        curve = _bow(
            root, turn + rng.normal(0, 0.35), length, -side * rng.uniform(0.2, 2.4) + fall * rng.normal()
        )
        pen.stroke(curve, rng.uniform(0.45, 1.1), 0.4)
    return canvas


def _fur(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    outline = _blob(rng, 0.62 * pen.right, 0.62 * pen.top, 0.3, 900)
    pen.fill(outline)
    comb = rng.uniform(-0.7, 0.7)
    for point in np.repeat(outline, 8, axis=0):
        away = np.arctan2(point[1], point[0])
        root = point * rng.uniform(0.9, 1.0) + rng.normal(0, 0.003, 2)
        curve = _bow(root, away + comb + rng.normal(0, 0.3), rng.gamma(6.0, 0.006), rng.normal(0, 0.7), 6)
        pen.stroke(curve, rng.uniform(0.6, 1.6), 0.3)
    return canvas


def _leaves(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)

    def leaf(at: np.ndarray, direction: float) -> None:
        length, wide = rng.uniform(0.03, 0.07), rng.uniform(0.2, 0.35)
        along = np.linspace(0, 1, 16)
        half = wide * np.sin(np.pi * along) * (1 - 0.35 * along)
        ring = np.vstack((np.stack((along, half), 1), np.stack((along, -half), 1)[::-1])) * length
        cos, sin = np.cos(direction), np.sin(direction)
        pen.fill(at + ring @ np.array(((cos, sin), (-sin, cos))))

    def branch(at: np.ndarray, direction: float, length: float, width: float, depth: int) -> None:
        curve = _bow(at, direction, length, rng.normal(0, 0.6), 8)
        pen.stroke(curve, width, 0.6)
        for point in curve[2:]:
            leaf(point, direction + rng.choice((-1, 1)) * rng.uniform(0.3, 1.3))
            if depth and rng.random() < 0.55:
                turn = rng.choice((-1, 1)) * rng.uniform(0.4, 1.0)
                branch(point, direction + turn, 0.65 * length, 0.6 * width, depth - 1)

    for x in rng.uniform(-0.35, 0.35, 5):
        branch(np.array((x, -pen.top)), np.pi / 2 + rng.normal(0, 0.3), 1.2 * pen.top, 12.0, 3)
    return canvas


def _feather(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    lean = rng.uniform(-0.25, 0.25)
    shaft = _bow(
        np.array((-0.8 * pen.right, -0.55 * pen.top)), 0.35 + lean, 1.5 * pen.right, rng.normal(0, 0.4), 400
    )
    pen.stroke(shaft, 9.0, 0.25)
    heading = np.arctan2(*np.diff(shaft, axis=0).T[::-1])
    for number in range(60, 400):
        share = number / 400
        width = 0.16 * np.sin(np.pi * share**0.7) ** 0.8
        for side in (-1, 1):
            for _ in range(3):
                root = shaft[number] + rng.normal(0, 0.0006, 2)
                tilt = heading[number - 1] + side * (1.0 - 0.45 * share) + rng.normal(0, 0.025)
                length = width * rng.uniform(0.88, 1.05)
                pen.stroke(_bow(root, tilt, length, -side * 0.5, 8), rng.uniform(0.7, 1.3), 0.4)
        if number < 110:  # down at the quill
            for _ in range(10):
                curve = _bow(
                    shaft[number], rng.uniform(0, 2 * np.pi), rng.gamma(3.0, 0.02), rng.normal(0, 2.5)
                )
                pen.stroke(curve, 0.5)
    return canvas


def _net(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    pitch = rng.uniform(0.014, 0.03)
    tilt = rng.uniform(0.2, 1.2)
    sway = rng.uniform(0.01, 0.03)
    along = np.linspace(-0.75, 0.75, 160)
    for axis in (tilt, tilt + np.pi / 2):
        cos, sin = np.cos(axis), np.sin(axis)
        for offset in np.arange(-0.75, 0.75, pitch):
            across = offset + sway * np.sin(9 * along + 7 * offset)
            line = np.stack((cos * along - sin * across, sin * along + cos * across), 1)
            inside = (np.abs(line[:, 0]) < 0.72 * pen.right) & (np.abs(line[:, 1]) < 0.72 * pen.top)
            if inside.sum() > 1:
                pen.stroke(line[inside], rng.uniform(1.6, 2.2))
    x, y = 0.72 * pen.right, 0.72 * pen.top
    frame = np.array([(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)])
    pen.stroke(frame, 26.0)
    return canvas


def _veil(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    height, width = canvas.shape
    folds = np.zeros((height // 16, width // 16), np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, folds.shape[1]), np.linspace(-1, 1, folds.shape[0]))
    for wave in (5, 9, 17, 31):
        warp = 0.25 * np.sin(2 * y + rng.uniform(0, 6)) + 0.1 * np.sin(5 * y + rng.uniform(0, 6))
        folds += (np.sin(wave * (x + warp) + rng.uniform(0, 6)) / wave**0.5).astype(np.float32)
    levels = cv2.normalize(folds, None, 60, 215, cv2.NORM_MINMAX)
    sheer = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    pen.fill(_blob(rng, 0.75 * pen.right, 0.75 * pen.top, 0.25))
    canvas &= sheer
    pen.fill(_blob(rng, 0.25 * pen.right, 0.35 * pen.top))  # somebody behind it
    return canvas


def _edge(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(canvas)
    pen.fill(_blob(rng, 0.6 * pen.right, 0.65 * pen.top, 0.35))
    for _ in range(3):
        hole = _blob(rng, 0.09 * pen.right, 0.1 * pen.top, 0.1)
        pen.fill(hole + rng.uniform(-0.3, 0.3, 2) * (pen.right, pen.top), 0)
    pen.stroke(_bow(np.array((0.4 * pen.right, 0)), 1.2, 0.3, -3.0), 14.0)
    return canvas


def _defocus(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    pen = _Pen(_leaves(canvas, rng))
    pen.fill(_blob(rng, 0.35 * pen.right, 0.4 * pen.top, 0.3))
    return pen.blurred(rng.uniform(6.0, 10.0))


KINDS: dict[str, Draw] = {
    "hair": _hair,
    "fur": _fur,
    "leaves": _leaves,
    "feather": _feather,
    "net": _net,
    "veil": _veil,
    "edge": _edge,
    "defocus": _defocus,
}
