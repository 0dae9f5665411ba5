"""Light and dark: the palettes."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


class Theme(StrEnum):
    """Whose colours the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


ATTENTION, ON_ATTENTION = QColor("#f5b301"), QColor("#1d1e20")  # something looks other than it is

_ROLES = {
    QPalette.ColorRole.Window: ("#f2f2f3", "#2b2c2f"),
    QPalette.ColorRole.WindowText: ("#1d1e20", "#e4e5e7"),
    QPalette.ColorRole.Base: ("#ffffff", "#212225"),
    QPalette.ColorRole.AlternateBase: ("#e9e9eb", "#303135"),
    QPalette.ColorRole.Text: ("#1d1e20", "#e4e5e7"),
    QPalette.ColorRole.Button: ("#f7f7f8", "#36373b"),
    QPalette.ColorRole.ButtonText: ("#1d1e20", "#e4e5e7"),
    QPalette.ColorRole.BrightText: ("#c62828", "#ff8a80"),
    QPalette.ColorRole.ToolTipBase: ("#ffffff", "#3a3b40"),
    QPalette.ColorRole.ToolTipText: ("#1d1e20", "#e4e5e7"),
    QPalette.ColorRole.PlaceholderText: ("#66686d", "#a0a3a9"),
    QPalette.ColorRole.Highlight: ("#1f6feb", "#3d84f5"),
    QPalette.ColorRole.HighlightedText: ("#ffffff", "#ffffff"),
    QPalette.ColorRole.Accent: ("#1f6feb", "#5596ff"),
    QPalette.ColorRole.Link: ("#1f6feb", "#5596ff"),
    QPalette.ColorRole.Light: ("#ffffff", "#45464b"),
    QPalette.ColorRole.Midlight: ("#e6e6e8", "#3b3c40"),
    QPalette.ColorRole.Mid: ("#c6c7ca", "#1f2022"),
    QPalette.ColorRole.Dark: ("#a9aaae", "#1a1b1d"),
    QPalette.ColorRole.Shadow: ("#7c7d80", "#0f1011"),
}
_DISABLED_TEXT = ("#9b9ca0", "#75777c")
_SURROUND = ("#d3d4d6", "#1b1c1e")  # around the image; grey, so that colours are judged right


def is_dark(theme: Theme) -> bool:
    """Tell whether `theme` is dark now; the system's is asked for `Theme.SYSTEM`."""
    if theme is Theme.SYSTEM:
        return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return theme is Theme.DARK


def tell_system(theme: Theme) -> None:
    """Ask the system for title bars and dialogs of its own in `theme`."""
    schemes = {Theme.LIGHT: Qt.ColorScheme.Light, Theme.DARK: Qt.ColorScheme.Dark}
    wanted = schemes.get(theme, Qt.ColorScheme.Unknown)
    QGuiApplication.styleHints().setColorScheme(wanted)


def palette(dark: bool) -> QPalette:
    """Return the palette of the dark or of the light theme."""
    made = QPalette()
    for role, colours in _ROLES.items():
        made.setColor(role, QColor(colours[dark]))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED_TEXT[dark]))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, QColor(_DISABLED_TEXT[dark]))
    return made


def surround(colours: QPalette) -> QColor:
    """Return the colour around images."""
    return QColor(_SURROUND[colours.window().color().lightness() < 128])
