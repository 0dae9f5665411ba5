"""How alphas are shown, in every pane alike: the view mode, and the viewer's gain and gamma. Never exported."""

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, Signal

from mattingapp.imaging.depth import quantise

MIN_GAIN, MAX_GAIN = 1 / 16, 64.0
MIN_GAMMA, MAX_GAMMA = 0.1, 10.0


class ViewMode(StrEnum):
    """What a pane makes of an alpha."""

    ALPHA = "alpha"
    OVERLAY = "overlay"  # a red veil over the photo
    BLACK = "black"
    WHITE = "white"
    CHECKER = "checker"
    COMPOSITE = "composite"  # on the backdrop

    @property
    def next(self) -> "ViewMode":
        """The mode after this one, around."""
        modes = list(ViewMode)
        return modes[(modes.index(self) + 1) % len(modes)]


class Display(QObject):
    """The state that all panes share beside zoom and pan.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = ViewMode.ALPHA
        self.gain = 1.0
        self.gamma = 1.0
        self.photo_only = False

    @property
    def adjusted(self) -> bool:
        """Whether alphas look other than they are."""
        return (self.gain, self.gamma) != (1.0, 1.0)

    def set_mode(self, mode: ViewMode) -> None:
        """Show alphas in another way."""
        if mode is not self.mode:
            self.mode = mode
            self.changed.emit()

    def cycle(self) -> None:
        """Take the next mode."""
        self.set_mode(self.mode.next)

    def set_gain(self, gain: float) -> None:
        """Multiply what alpha views show."""
        self._adjust(min(max(gain, MIN_GAIN), MAX_GAIN), self.gamma)

    def set_gamma(self, gamma: float) -> None:
        """Raise what alpha views show to 1 / `gamma`: above 1 lifts haze, below 1 deepens holes."""
        self._adjust(self.gain, min(max(gamma, MIN_GAMMA), MAX_GAMMA))

    def reset(self) -> None:
        """Show alphas as they are."""
        self._adjust(1.0, 1.0)

    def show_photo(self, only: bool) -> None:
        """Show nothing but the photo everywhere, or what was shown before."""
        if only is not self.photo_only:
            self.photo_only = only
            self.changed.emit()

    def curve(self) -> np.ndarray:
        """Return the level shown for each level of an alpha: uint8 (256,)."""
        levels = np.minimum(np.arange(256) / 255 * self.gain, 1) ** (1 / self.gamma)
        return quantise(levels, 8)

    def _adjust(self, gain: float, gamma: float) -> None:
        if (gain, gamma) != (self.gain, self.gamma):
            self.gain, self.gamma = gain, gamma
            self.changed.emit()
