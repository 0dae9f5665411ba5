"""A mark over a picture that is not shown as it is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from mattingapp.gui import theme

_PLACE = 8  # logical pixels from the corner
_SLACK = 12  # beside the text


class Chip(QToolButton):
    """Says over a picture that it is not shown as it is; a press mends that."""

    def __init__(self, parent: QWidget, top: int = _PLACE) -> None:
        super().__init__(parent)
        self._picture = parent
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setToolTip(self.tr("The viewer's gain and gamma are on: press to show the alpha as it is"))
        self.move(_PLACE, top)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text; nothing where it is empty."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.resize(self.fontMetrics().horizontalAdvance(text) + 20, self.fontMetrics().height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.ATTENTION.lighter(108) if self.underMouse() else theme.ATTENTION)
        area = self.rect()
        area.setWidth(min(area.width(), self._picture.width() - 2 * _PLACE))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(theme.ON_ATTENTION)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width() - _SLACK)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
