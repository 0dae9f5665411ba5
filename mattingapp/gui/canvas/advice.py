"""One sentence at the foot of a picture."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from mattingapp.gui.widgets.controls import paint_card
from mattingapp.gui.widgets.plain import PlainLabel

_MARGIN = 14  # logical pixels


class Advice(PlainLabel):
    """A sentence at the foot of its parent. The mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._picture = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(12, 7, 12, 7)

    def place(self) -> None:
        """Keep to the foot of the parent."""
        parent = self._picture.rect()
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 32, parent.width() - 2 * _MARGIN)
        height = self.heightForWidth(width)
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - _MARGIN, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self)
        super().paintEvent(event)
