"""The trimap's labels on screen: what they are called, in which colours, and how strong over the photo."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QColor

from mattingapp.imaging.trimap import Label

MIN_STRENGTH, DEFAULT_STRENGTH, MAX_STRENGTH = 10, 45, 100  # percent
_STEP = 10
_FULL = 255
_UNKNOWN_SHARE = 0.3  # a fainter veil: one looks at hair there


def label_name(label: Label) -> str:
    """Return what a label is called, in the person's language."""
    return {
        Label.FOREGROUND: QCoreApplication.translate("Labels", "Foreground"),
        Label.BACKGROUND: QCoreApplication.translate("Labels", "Background"),
        Label.UNKNOWN: QCoreApplication.translate("Labels", "Unknown"),
    }[label]


class Palette(StrEnum):
    """A set of colours."""

    SAFE = "safe"  # blue and orange are told apart with every common colour blindness
    CLASSIC = "classic"  # green and red, as most matting tools have it
    CONTRAST = "contrast"  # light and dark, for photos as colourful as the other two


_COLOURS = {
    Palette.SAFE: {Label.FOREGROUND: "#2684ff", Label.BACKGROUND: "#ff8a00", Label.UNKNOWN: "#808080"},
    Palette.CLASSIC: {Label.FOREGROUND: "#1fbf4b", Label.BACKGROUND: "#f0323c", Label.UNKNOWN: "#5a78ff"},
    Palette.CONTRAST: {Label.FOREGROUND: "#ffffff", Label.BACKGROUND: "#000000", Label.UNKNOWN: "#e03cff"},
}


class Overlays(QObject):
    """The palette in use and its strength.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, palette: Palette, strength: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.palette = palette
        self.strength = strength

    def set_palette(self, palette: Palette) -> None:
        """Show labels in other colours."""
        if palette is not self.palette:
            self.palette = palette
            self.changed.emit()

    def set_strength(self, percent: int) -> None:
        """Show the trimap fainter or stronger over the photo."""
        percent = min(max(percent, MIN_STRENGTH), MAX_STRENGTH)
        if percent != self.strength:
            self.strength = percent
            self.changed.emit()

    def stronger(self) -> None:
        """Cover more of the photo by one step."""
        self.set_strength(self.strength + _STEP)

    def fainter(self) -> None:
        """Cover less of the photo by one step."""
        self.set_strength(self.strength - _STEP)

    def swatch(self, label: Label) -> QColor:
        """Return the opaque colour of a label."""
        return QColor(_COLOURS[self.palette][label])

    def colours(self) -> dict[Label, QColor]:
        """Return what lies over the photo."""
        made = {}
        for label in Label:
            share = _UNKNOWN_SHARE if label is Label.UNKNOWN else 1.0
            made[label] = self.swatch(label)
            made[label].setAlpha(round(_FULL * self.strength / 100 * share))
        return made
