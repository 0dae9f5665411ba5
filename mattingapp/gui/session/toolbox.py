"""The tool in hand: which label it paints, how, and how large."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from mattingapp.imaging.trimap import Label
from mattingapp.project.touch_up import Brush, Touch

MIN_SIZE, MAX_SIZE = 1, 2000
_RESIZE_FACTOR = 1.2
_HARDNESS_STEP = 10  # percent
SLIDER_STEPS = 1000


class Tool(StrEnum):
    """What a press on the canvas does."""

    BRUSH = "brush"
    LASSO = "lasso"
    POLYGON = "polygon"
    FILL = "fill"
    CUT = "cut"
    TOUCH = "touch"

    @property
    def labels(self) -> bool:
        """Whether it gives pixels the label in hand."""
        return self not in (Tool.CUT, Tool.TOUCH)

    @property
    def has_size(self) -> bool:
        """Whether it is a brush."""
        return self in (Tool.BRUSH, Tool.TOUCH)


RANGES = {  # least and most of the options that are numbers
    "tolerance": (0, 255),
    "touch_size": (MIN_SIZE, MAX_SIZE),
    "hardness": (0, 100),
    "strength": (1, 100),
}


@dataclass(frozen=True)
class ToolOptions:
    """How the tools work, beside label and size of the brush.

    Attributes
    ----------
    pressure : bool
        The pressure of a pen scales brushes.
    protect : bool
        Painting changes unknown pixels only.
    by_colour : bool
        Fill looks at the photo's colours, else at the labels.
    tolerance : int
        How far a colour may be off to be filled, in levels of 255.
    contiguous : bool
        Fill by colour takes only what is connected.
    touch : Touch
        What the touch-up brush does.
    touch_size : int
        Its diameter in image pixels.
    hardness, strength : int
        Of the touch-up brush, in percent.
    """

    pressure: bool = False
    protect: bool = False
    by_colour: bool = False
    tolerance: int = 32
    contiguous: bool = True
    touch: Touch = Touch.ADD
    touch_size: int = 40
    hardness: int = 50
    strength: int = 100


class Toolbox(QObject):
    """The tool, the label it paints, a brush size for each label, and the options of all tools.

    Signals
    -------
    changed()
        Tool, label, size or an option is another.
    """

    changed = Signal()

    def __init__(self, sizes: dict[Label, int], options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool.BRUSH
        self.label = Label.FOREGROUND
        self.sizes = dict(sizes)
        self.options = options
        self._previous = Label.BACKGROUND

    @property
    def size(self) -> int:
        """Diameter of the brush in image pixels."""
        return self.options.touch_size if self.tool is Tool.TOUCH else self.sizes[self.label]

    def take(self, tool: Tool) -> None:
        """Take a tool."""
        self.tool = tool
        self.changed.emit()

    def choose(self, label: Label) -> None:
        """Paint `label`, with the tool in hand if that has a label, else with the brush."""
        if label != self.label:
            self._previous = self.label
        self.label = label
        if not self.tool.labels:
            self.tool = Tool.BRUSH
        self.changed.emit()

    def erase(self) -> None:
        """Take the brush that makes everything unknown again."""
        self.tool = Tool.BRUSH
        self.choose(Label.UNKNOWN)

    def swap(self) -> None:
        """Take the label that was in hand before this one; with the touch-up brush, add or remove."""
        if self.tool is Tool.TOUCH:
            self.set_options(touch=opposite(self.options.touch))
            return
        self.label, self._previous = self._previous, self.label
        self.changed.emit()

    def set_options(self, **changes: object) -> None:
        """Give options other values; numbers are kept in their `RANGES`."""
        options = replace(self.options, **within_ranges(changes))
        if options != self.options:
            self.options = options
            self.changed.emit()

    def set_pressure(self, pressure: bool) -> None:
        """Let the pressure of a pen scale brushes."""
        self.set_options(pressure=pressure)

    def set_protect(self, protect: bool) -> None:
        """Paint unknown pixels only."""
        self.set_options(protect=protect)

    def set_size(self, size: int) -> None:
        """Give the brush in hand a diameter in image pixels."""
        size = clamped(size, (MIN_SIZE, MAX_SIZE))
        if self.tool is Tool.TOUCH:
            self.set_options(touch_size=size)
        elif size != self.size:
            self.sizes[self.label] = size
            self.changed.emit()

    def larger(self) -> None:
        """Make the brush in hand one step larger."""
        self.set_size(max(self.size + 1, round(self.size * _RESIZE_FACTOR)))

    def smaller(self) -> None:
        """Make the brush in hand one step smaller."""
        self.set_size(min(self.size - 1, round(self.size / _RESIZE_FACTOR)))

    def set_hardness(self, percent: int) -> None:
        """Give the touch-up brush another hardness."""
        self.set_options(hardness=percent)

    def harder(self) -> None:
        """Make the rim of the touch-up brush one step harder."""
        self.set_hardness(self.options.hardness + _HARDNESS_STEP)

    def softer(self) -> None:
        """Make the rim of the touch-up brush one step softer."""
        self.set_hardness(self.options.hardness - _HARDNESS_STEP)

    def touch_brush(self, touch: Touch, diameter: float) -> Brush:
        """Return the touch-up brush, doing `touch` with a diameter in image pixels."""
        return Brush(touch, diameter, self.options.hardness / 100, self.options.strength / 100)


def within_ranges(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with every number in its range."""
    return {
        name: clamped(value, RANGES[name]) if name in RANGES else value for name, value in options.items()
    }


def clamped(value: int, span: tuple[int, int]) -> int:
    """Return the value in a range that is nearest."""
    least, most = span
    return min(max(value, least), most)


def opposite(touch: Touch) -> Touch:
    """Return what the right button does with the touch-up brush."""
    return Touch.REMOVE if touch is Touch.ADD else Touch.ADD


def size_to_slider(size: int) -> int:
    """Return the position of a slider on which every doubling of the size is equally far."""
    return round(SLIDER_STEPS * math.log(size / MIN_SIZE) / math.log(MAX_SIZE / MIN_SIZE))


def slider_to_size(position: int) -> int:
    """Return the size at a position of that slider."""
    return round(MIN_SIZE * (MAX_SIZE / MIN_SIZE) ** (position / SLIDER_STEPS))
