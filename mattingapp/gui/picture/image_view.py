"""A widget that shows pictures through the shared view: zoom, pan, and the cursor that all views share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from mattingapp.gui.picture.layers import Layer
from mattingapp.gui.picture.view import ZOOM_STEP, Mapping, Point, Size, View
from mattingapp.gui.theme import surround
from mattingapp.gui.widgets.icons import icon
from mattingapp.project.painting import Rect

_CROSS = 6  # logical pixels, half the length of the shared cursor's arms
_HINT_ICON = 24  # logical pixels
_WHEEL_NOTCH = 120  # Qt's unit of QWheelEvent.angleDelta
_PAN_STEP = 0.1  # of the viewport, by an arrow key
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class ImageView(QWidget):
    """Pictures on top of each other, panned with the left button, the middle button, or Space and the left button.

    Signals
    -------
    clicked()
        A press of the left button that moved nothing.
    enlarge()
        Tab, or a double click on what is no canvas: show this alone, or all again.
    """

    clicked = Signal()
    enlarge = Signal()

    def __init__(self, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.hint = ""  # shown where there is no picture
        self._hint_icon = ""
        self._pictures: tuple[Layer, ...] = ()
        self._grabbed: QPointF | None = None  # where the pan under way has come, in device pixels
        self._moved = False
        self._space = False
        self._cross: Point | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        view.changed.connect(self.update)
        view.cursor_moved.connect(self._move_cross)

    # What is shown

    def show_pictures(self, pictures: Sequence[Layer], hint: str = "", hint_icon: str = "") -> None:
        """Show `pictures`, the first undermost; where there are none, the sentence `hint` under an icon."""
        self._pictures = tuple(pictures)
        self.hint, self._hint_icon = hint, hint_icon
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether there is anything but a hint."""
        return bool(self._pictures)

    def update_part(self, rect: Rect) -> None:
        """Repaint where the image changed inside `rect`."""
        if not rect:
            return
        mapping = self.mapping()
        spread = 2 * max(1, 1 / mapping.scale) + 1  # pixels a smaller level and its smoothing mix
        image = QRectF(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0)
        self.update(self._logical(mapping.rect_to_device(image.adjusted(-spread, -spread, spread, spread))))

    def viewport(self) -> Size:
        """Return the size in device pixels."""
        ratio = self.devicePixelRatioF()
        return Size(max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1))

    def mapping(self) -> Mapping:
        """Return where the image lies, in device pixels."""
        return self.view.mapping(self.viewport())

    def position(self, point: QPointF) -> Point:
        """Return the image position under a widget position."""
        device = self._device(point)
        return self.mapping().to_image(device.x(), device.y())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._pictures:
            self._paint_hint(painter)
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        mapping = self.mapping()
        background = surround(self.palette())
        for part in _rects(event.region()):
            device = QRectF(
                QRectF(
                    part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio
                ).toAlignedRect()
            )
            painter.setClipRect(device)
            painter.fillRect(device, background)
            self.paint_pictures(painter, device, mapping)
            self.paint_over(painter, mapping)

    def paint_pictures(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        """Draw the pictures under the device rectangle `part`, which the painter clips to."""
        for picture in self._pictures:
            picture.draw(painter, part, mapping)

    def paint_over(self, painter: QPainter, mapping: Mapping) -> None:
        """Draw on top of the pictures; the painter is in device pixels."""
        if self._cross is not None:
            x, y = mapping.to_device(*self._cross)
            arm = _CROSS * self.devicePixelRatioF()
            for width, colour in ((3, QColor(0, 0, 0, 160)), (1, QColor(255, 255, 255))):
                painter.setPen(QPen(colour, width))
                painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
                painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))

    def _paint_hint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), surround(self.palette()))
        area = self.rect().adjusted(16, 8, -16, -8)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        if self._hint_icon and area.height() > 4 * _HINT_ICON:
            text = painter.boundingRect(area, flags, self.hint)
            place = QRect(0, 0, _HINT_ICON, _HINT_ICON)
            place.moveCenter(QPoint(area.center().x(), text.top() - _HINT_ICON))
            icon(self._hint_icon).paint(painter, place)
        painter.setPen(self.palette().placeholderText().color())
        painter.drawText(area, flags, self.hint)

    def _move_cross(self) -> None:
        cross = None if self.underMouse() else self.view.cursor
        for point in (self._cross, cross):
            if point is not None:
                self.update(self._around(point, _CROSS + 2))
        self._cross = cross

    def _around(self, point: Point, radius: float) -> QRect:
        """Return the widget rectangle `radius` logical pixels around an image position."""
        ratio = self.devicePixelRatioF()
        x, y = self.mapping().to_device(*point)
        return QRectF(x / ratio - radius, y / ratio - radius, 2 * radius, 2 * radius).toAlignedRect()

    def _device(self, point: QPointF) -> QPointF:
        return point * self.devicePixelRatioF()

    def _logical(self, device: QRectF) -> QRect:
        ratio = self.devicePixelRatioF()
        whole = QRectF(self.rect())
        logical = QRectF(
            device.x() / ratio, device.y() / ratio, device.width() / ratio, device.height() / ratio
        )
        return logical.intersected(whole).toAlignedRect()

    # Zoom and pan

    @property
    def panning(self) -> bool:
        """Whether the mouse drags the image."""
        return self._grabbed is not None

    def wheelEvent(self, event: QWheelEvent) -> None:
        fixed = self._device(event.position())
        by_finger = event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
        if by_finger and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            delta = self._device(QPointF(event.pixelDelta()))
            self.view.pan(delta.x(), delta.y(), self.viewport())
        else:
            notches = event.angleDelta().y() / _WHEEL_NOTCH
            self.view.zoom(ZOOM_STEP**notches, self.viewport(), Point(fixed.x(), fixed.y()))
        self.view.set_cursor(self.position(event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and _is_tab(cast(QKeyEvent, event)):
            self.enlarge.emit()  # Shift+Tab still leaves for the controls
            return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            fixed = self._device(event.position())
            self.view.zoom(1 + event.value(), self.viewport(), Point(fixed.x(), fixed.y()))
            return True
        return super().event(event)

    def pans(self, event: QMouseEvent) -> bool:
        """Tell whether a press begins a pan."""
        return event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.pans(event):
            self._begin_pan(event.position())
        self._moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            device = self._device(event.position())
            delta = device - self._grabbed
            if not self._moved and delta.manhattanLength() < 3:  # a click with a trembling hand
                return
            self._moved = True
            self._grabbed = device
            self.view.pan(delta.x(), delta.y(), self.viewport())
        self.view.set_cursor(self.position(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.panning and not event.buttons():
            self._end_pan()
            if event.button() == Qt.MouseButton.LeftButton and not self._moved and not self._space:
                self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = True
                self.update_cursor()
        elif event.key() in _ARROWS:
            right, down = _ARROWS[event.key()]
            width, height = self.viewport()
            self.view.pan(right * _PAN_STEP * width, down * _PAN_STEP * height, self.viewport())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = False
                self.update_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space = False
        self.update_cursor()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.view.set_cursor(None)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.view.set_cursor(self.position(event.position()))

    def update_cursor(self) -> None:
        """Give the mouse pointer the shape of what a press would do."""
        if self.panning:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def _begin_pan(self, point: QPointF) -> None:
        self._grabbed = self._device(point)
        self.update_cursor()

    def _end_pan(self) -> None:
        self._grabbed = None
        self.update_cursor()


def _is_tab(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Tab and not event.modifiers()


def _rects(region: QRegion) -> Iterator[QRect]:
    """Return the rectangles of a region; the stubs of PySide do not know that one can go through it."""
    return iter(cast(Iterable[QRect], region))
