"""The circle of a brush at its true scale, and a note inside it. The painter is in device pixels."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from mattingapp.gui.picture.view import Point

OUTLINES = ((3.0, QColor(0, 0, 0, 150)), (1.2, QColor(255, 255, 255)))  # seen on every photo; logical pixels
_DOT = 3.0  # logical pixels, its radius
_NOTE = QColor(0, 0, 0, 180)
_PADDING = QSizeF(16, 8)  # logical pixels


def draw_circles(
    painter: QPainter, centre: Point, radii: Sequence[float], ratio: float, paint: QColor
) -> None:
    """Draw circles around a device position, and a dot of `paint` there; `ratio` device pixels are a logical one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in OUTLINES:
        painter.setPen(QPen(colour, width * ratio))
        for radius in radii:
            painter.drawEllipse(QPointF(*centre), radius, radius)
    painter.setPen(QPen(OUTLINES[0][1], ratio))
    painter.setBrush(paint)
    painter.drawEllipse(QPointF(*centre), _DOT * ratio, _DOT * ratio)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def note_size(metrics: QFontMetrics, text: str) -> QSizeF:
    """Return how much room a note takes, in logical pixels."""
    return QSizeF(metrics.horizontalAdvance(text), metrics.height()) + _PADDING


def draw_note(painter: QPainter, centre: Point, text: str, ratio: float) -> None:
    """Write a note around a device position."""
    painter.save()
    painter.scale(ratio, ratio)
    area = QRectF(QPointF(0, 0), note_size(painter.fontMetrics(), text))
    area.moveCenter(QPointF(*centre) / ratio)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_NOTE)
    painter.drawRoundedRect(area, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
