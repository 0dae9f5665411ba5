"""What an image view draws on top of each other: pictures, plain grounds, and one layer cut out by another.

All drawing is done at the resolution of the screen, so its cost does not grow with the photo.
"""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from mattingapp.gui.picture.pictures import Picture
from mattingapp.gui.picture.view import Mapping, Size

_CHECKER_CELL = 8  # device pixels
_CHECKER_GREYS = (153, 204)


class Layer(Protocol):
    """Something that can be drawn where the image lies."""

    def draw(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        """Draw what lies under the device rectangle `part`; the painter is in device pixels."""


class Plain:
    """A colour or a pattern over the whole image.

    Parameters
    ----------
    size : Size
        Of the image.
    brush : QBrush or QColor
        A pattern is drawn in device pixels and moves with the image.
    """

    def __init__(self, size: Size, brush: QBrush | QColor) -> None:
        self._area = QRectF(0, 0, size.width, size.height)
        self._brush = QBrush(brush)

    def draw(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        """Draw the part under the device rectangle `part`."""
        painter.setBrushOrigin(QPointF(mapping.dx, mapping.dy))
        painter.fillRect(mapping.rect_to_device(self._area).intersected(part), self._brush)


class Masked:
    """A layer where a mask lets it through.

    Parameters
    ----------
    content : Layer
    mask : Picture
        Of `QImage.Format_Alpha8`.
    """

    def __init__(self, content: Layer, mask: Picture) -> None:
        self._content = content
        self._mask = mask

    def draw(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        """Draw the part under the device rectangle `part`."""
        height, width = self._mask.pixels.shape
        seen = mapping.rect_to_device(QRectF(0, 0, width, height)).intersected(part).toAlignedRect()
        if seen.isEmpty():
            return
        buffer = QImage(seen.size(), QImage.Format.Format_ARGB32_Premultiplied)
        buffer.fill(Qt.GlobalColor.transparent)
        inner = QPainter(buffer)
        inner.translate(-seen.topLeft())
        self._content.draw(inner, part, mapping)
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        self._mask.draw(inner, part, mapping)
        inner.end()
        painter.drawImage(seen.topLeft(), buffer)


def checker(size: Size) -> Plain:
    """Return the pattern that stands for transparency."""
    tile = QImage(2 * _CHECKER_CELL, 2 * _CHECKER_CELL, QImage.Format.Format_RGB32)
    dark, light = (QColor(grey, grey, grey) for grey in _CHECKER_GREYS)
    tile.fill(dark)
    painter = QPainter(tile)
    for corner in (0, _CHECKER_CELL):
        painter.fillRect(corner, corner, _CHECKER_CELL, _CHECKER_CELL, light)
    painter.end()
    return Plain(size, QBrush(tile))
