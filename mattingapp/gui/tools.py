"""The tool in hand: which label it paints, how, and how large."""

import math
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from mattingapp.imaging.trimap import Label

MIN_SIZE, MAX_SIZE = 1, 2000
_RESIZE_FACTOR = 1.2
SLIDER_STEPS = 1000


class Tool(StrEnum):
    """What a press on the canvas does."""

    BRUSH = "brush"
    FILL = "fill"


class Toolbox(QObject):
    """The tool, the label it paints, and a brush size for each label.

    Signals
    -------
    changed()
        Tool, label or size is another.
    """

    changed = Signal()

    def __init__(self, sizes: dict[Label, int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool.BRUSH
        self.label = Label.FOREGROUND
        self.sizes = dict(sizes)
        self._previous = Label.BACKGROUND

    @property
    def size(self) -> int:
        """Diameter of the brush in image pixels."""
        return self.sizes[self.label]

    def brush(self, label: Label) -> None:
        """Take the brush of `label`."""
        if label != self.label:
            self._previous = self.label
        self.label = label
        self.tool = Tool.BRUSH
        self.changed.emit()

    def fill(self) -> None:
        """Fill regions with the label in hand."""
        self.tool = Tool.FILL
        self.changed.emit()

    def swap(self) -> None:
        """Take the label that was in hand before this one."""
        self.label, self._previous = self._previous, self.label
        self.changed.emit()

    def set_size(self, size: int) -> None:
        """Give the brush in hand a diameter in image pixels."""
        size = min(max(size, MIN_SIZE), MAX_SIZE)
        if size != self.size:
            self.sizes[self.label] = size
            self.changed.emit()

    def larger(self) -> None:
        """Make the brush in hand one step larger."""
        self.set_size(max(self.size + 1, round(self.size * _RESIZE_FACTOR)))

    def smaller(self) -> None:
        """Make the brush in hand one step smaller."""
        self.set_size(min(self.size - 1, round(self.size / _RESIZE_FACTOR)))


def size_to_slider(size: int) -> int:
    """Return the position of a slider on which every doubling of the size is equally far."""
    return round(SLIDER_STEPS * math.log(size / MIN_SIZE) / math.log(MAX_SIZE / MIN_SIZE))


def slider_to_size(position: int) -> int:
    """Return the size at a position of that slider."""
    return round(MIN_SIZE * (MAX_SIZE / MIN_SIZE) ** (position / SLIDER_STEPS))
