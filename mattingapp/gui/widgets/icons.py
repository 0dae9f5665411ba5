"""Icons that are drawn when they are painted: sharp at every size, in the colours that the palette has then."""

from functools import lru_cache
from typing import ClassVar

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from mattingapp.resources import resource


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return the icon `name` of resources/icons, in the colour that the palette has for `role`."""
    return QIcon(_Tinted(name, role))


def swatch_icon(fill: QColor, initial: str) -> QIcon:
    """Return a swatch of a label's colour with its initial: the legend of the overlay."""
    return QIcon(_Swatch(fill, initial))


class IconMark(QWidget):
    """An icon as high as a line of text."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = QIcon()
        side = self.fontMetrics().height() + 4
        self.setFixedSize(side, side)

    def show_icon(self, shown: QIcon) -> None:
        """Show another icon."""
        self._icon = shown
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon.paint(QPainter(self), self.rect())


class _Drawn(QIconEngine):
    """An icon made of strokes, square; a place of no size, as a narrow window leaves, stays empty."""

    _clones: ClassVar[list[QIconEngine]] = []

    def _kept(self, clone: QIconEngine) -> QIconEngine:
        """Keep a clone: PySide frees what `clone` returns while Qt has it. Only an icon that is changed has any."""
        self._clones.append(clone)
        return clone

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if not pixmap.isNull():
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            self.paint(painter, pixmap.rect(), mode, state)
            painter.end()
        return pixmap

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        if not rect.isEmpty():
            self._draw(painter, _square(rect), mode)

    def _draw(self, painter: QPainter, area: QRectF, mode: QIcon.Mode) -> None:
        raise NotImplementedError


class _Tinted(_Drawn):
    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        return self._kept(_Tinted(self._name, self._role))

    def _draw(self, painter: QPainter, area: QRectF, mode: QIcon.Mode) -> None:
        group = QPalette.ColorGroup.Disabled if mode is QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, self._role)
        side = round(area.width() * painter.device().devicePixelRatioF())
        painter.drawImage(area, _svg_image(self._name, colour.name(), side))


class _Swatch(_Drawn):
    def __init__(self, fill: QColor, initial: str) -> None:
        super().__init__()
        self._fill, self._initial = fill, initial

    def clone(self) -> QIconEngine:
        return self._kept(_Swatch(self._fill, self._initial))

    def _draw(self, painter: QPainter, area: QRectF, mode: QIcon.Mode) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = area.width() / 12
        painter.setPen(QPen(QColor(128, 128, 128), inset / 2))  # white and black are labels too
        painter.setBrush(self._fill)
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 2.5 * inset, 2.5 * inset)
        font = painter.font()
        font.setBold(True)
        font.setPixelSize(max(round(area.height() * 0.6), 1))
        painter.setFont(font)
        painter.setPen(QColor("#10131a" if self._fill.lightness() > 80 else "#f2f3f5"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._initial)
        painter.restore()


def _square(rect: QRect) -> QRectF:
    side = min(rect.width(), rect.height())
    area = QRectF(0, 0, side, side)
    area.moveCenter(QRectF(rect).center())
    return area


@lru_cache(maxsize=256)
def _svg_image(name: str, colour: str, side: int) -> QImage:
    """Return an icon of so many device pixels; a window paints the same few again and again."""
    svg = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image
