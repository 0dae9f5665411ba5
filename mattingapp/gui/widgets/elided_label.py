"""A line of text that gives way where there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from mattingapp.gui.widgets.plain import PlainLabel

_BETWEEN = " · "


class ElidedLabel(PlainLabel):
    """A line of secondary text that ends in an ellipsis where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        text = fitting(self.text(), self.width(), self.fontMetrics())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def fitting(text: str, width: int, metrics: QFontMetrics) -> str:
    """Return what of a text there is room for: of parts between dots whole ones, since half a number is a wrong one."""
    parts = text.split(_BETWEEN)
    for n in range(len(parts), 0, -1):
        shown = _BETWEEN.join(parts[:n]) + " …" * (n < len(parts))
        if metrics.horizontalAdvance(shown) <= width:
            return shown
    return "" if len(parts) > 1 else metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
