"""What a person says of where the subject is: a rectangle around it, and marks on it and beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from mattingapp.imaging.trimap import Label
from mattingapp.matting.subject import Rectangle

_WIDTH = 0.008  # of the longer side of the photo: a mark may lie a little off


@dataclass(frozen=True)
class Mark:
    """A line drawn on the subject or beside it; a click is a line of one point.

    Attributes
    ----------
    label : Label
    points : sequence of (x, y)
        In image pixels.
    """

    label: Label
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Hints:
    """All that was said so far.

    Attributes
    ----------
    rectangle : tuple (x0, y0, x1, y1), or None
        In pixels.
    marks : tuple of Mark
        The later one counts where two lie on each other.
    painted : ndarray (H, W), uint8, or None
        What was painted on the trimap before; marks as well.
    """

    rectangle: Rectangle | None = None
    marks: tuple[Mark, ...] = ()
    painted: np.ndarray | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.rectangle is not None or bool(self.marks) or self.painted is not None

    def and_mark(self, mark: Mark) -> "Hints":
        """Return them with one more mark."""
        return replace(self, marks=(*self.marks, mark))

    def without_last_mark(self) -> "Hints":
        """Return them without the latest mark."""
        return replace(self, marks=self.marks[:-1])

    def drawn(self, shape: tuple[int, int]) -> np.ndarray | None:
        """Return the marks on a photo of `shape` (H, W): (H, W) uint8, 128 where there is none; None without any."""
        if not self.marks and self.painted is None:
            return None
        drawn = np.full(shape, Label.UNKNOWN, np.uint8) if self.painted is None else self.painted.copy()
        width = max(round(_WIDTH * max(shape)), 3)
        for mark in self.marks:
            line = np.rint(np.array(mark.points)).astype(np.int32)[:, None]
            cv2.polylines(drawn, [line], False, int(mark.label), width)
        return drawn
