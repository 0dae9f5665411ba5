"""Words of others, such as file names, shown as they are: Qt takes "<b>" for markup, "&" for the mark of a key.

A label whose text comes later is a `PlainLabel`; tooltips, buttons and window titles get such words through the
functions here.
"""

from html import escape

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label that takes nothing for markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)


def tip_text(text: str) -> str:
    """Return what shows a text in a tooltip."""
    return f"<span>{escape(text)}</span>".replace("\n", "<br>") if Qt.mightBeRichText(text) else text


def button_text(text: str) -> str:
    """Return what shows a text on a button or in a menu."""
    return text.replace("&", "&&")


def title_text(text: str) -> str:
    """Return what shows a text in the title of a window, where "[*]" is the mark of changes."""
    return text.replace("[*]", "[*][*]")
