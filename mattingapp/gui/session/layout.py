"""How canvas and panes share the window."""

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """What is large."""

    FOCUS = "focus"  # the canvas, with all panes in a strip beside it
    COMPARE = "compare"  # nothing: canvas and panes are alike
    DELIVER = "deliver"  # the composite, at least as large as the canvas


@dataclass(frozen=True)
class Shares:
    """The shares of a layout.

    Attributes
    ----------
    canvas : int
        Percent of the width.
    stages, result : int
        How the height is shared by the panes of the stages and the one or two below.
    in_a_strip : bool
        The panes are below each other.
    """

    canvas: int
    stages: int
    result: int
    in_a_strip: bool = False


SHARES = {
    Layout.FOCUS: Shares(82, 4, 1, in_a_strip=True),
    Layout.COMPARE: Shares(50, 1, 1),
    Layout.DELIVER: Shares(40, 1, 3),
}
