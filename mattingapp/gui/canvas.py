"""The canvas: photo and trimap, and the brush that paints on them."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QWidget

from mattingapp.gui.image_view import ImageView
from mattingapp.gui.pictures import Overlay, Picture, photo_picture
from mattingapp.gui.session import Session
from mattingapp.gui.theme import LABEL_COLOURS, LABEL_NAMES, paint_card
from mattingapp.gui.tools import Tool, Toolbox
from mattingapp.gui.view import Mapping, Point, Size, View
from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import Rect

_PAINT_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton
_ADVICE_MARGIN = 14  # logical pixels
_SMALLEST_CIRCLE = 4  # logical pixels; a smaller brush is shown by the pointer


class _Advice(QLabel):
    """What is missing before a run, at the foot of the canvas. The mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(12, 7, 12, 7)

    def place(self) -> None:
        """Keep to the foot of the parent."""
        parent = self.parentWidget().rect()
        width = min(
            self.fontMetrics().horizontalAdvance(self.text()) + 32, parent.width() - 2 * _ADVICE_MARGIN
        )
        height = self.heightForWidth(width)
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - height - _ADVICE_MARGIN, width, height
        )

    def paintEvent(self, event) -> None:
        paint_card(self)
        super().paintEvent(event)


class Canvas(ImageView):
    """Where the trimap is painted: left button with the tool in hand, right button background.

    Shift and a press draw a straight line from where the last stroke ended.
    """

    def __init__(self, view: View, session: Session, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(view, parent)
        self._session = session
        self._toolbox = toolbox
        self._photo = self._overlay = None
        self._overlay_shown = True
        self._stroke: Label | None = None  # what the stroke under way paints
        self._last: Point | None = None  # where the stroke has come, or where the last one ended
        self._circle: tuple[Point, float] | None = None  # the brush as drawn: image position and radius
        self._advice = _Advice(self)
        self._advice.hide()
        self.setAccessibleName("Canvas: photo and trimap")
        session.document_changed.connect(self._open)
        session.trimap_painted.connect(self._refresh)
        session.trimap_settled.connect(self._advise)
        toolbox.changed.connect(self._move_circle)
        view.cursor_moved.connect(self._move_circle)
        view.changed.connect(self._move_circle)

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    @property
    def photo(self) -> Picture | None:
        """The photo as drawn, for other views to draw as well."""
        return self._photo

    @property
    def advice(self) -> str:
        """What is missing before a run, as shown at the foot of the canvas."""
        return self._advice.text()

    def show_overlay(self, shown: bool) -> None:
        """Show or hide the trimap."""
        self._overlay_shown = shown
        self._show()

    def _open(self) -> None:
        document = self._session.document
        self._photo = photo_picture(document.photo.pixels)
        self._overlay = Overlay(
            document.trimap, {label: colour.rgba() for label, colour in LABEL_COLOURS.items()}
        )
        self._stroke = self._last = None
        self._show()
        height, width = document.photo.shape
        self.view.set_image(Size(width, height))

    def _show(self) -> None:
        if self._photo is not None:
            self.show_pictures((self._photo, self._overlay) if self._overlay_shown else (self._photo,))

    def _advise(self) -> None:
        self._advice.setText(self._session.problem or "")
        self._advice.setVisible(self._session.problem is not None)
        self._advice.place()

    def _refresh(self, rect: Rect) -> None:
        if rect:
            self._overlay.refresh(rect)
            self.update_part(rect)

    # Painting

    def mousePressEvent(self, event) -> None:
        super().mousePressEvent(event)
        if self.panning or self.painting or event.button() == Qt.MouseButton.MiddleButton:
            return
        point = self.position(event.position())
        label = Label.BACKGROUND if event.button() == Qt.MouseButton.RightButton else self._toolbox.label
        if self._toolbox.tool is Tool.FILL:
            self._session.fill(point, label)
            self._session.end_gesture(f"{LABEL_NAMES[label]} fill")
            return
        straight = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._last is not None
        self._stroke = label
        self._paint_to(point, self._last if straight else point)
        self._move_circle()

    def mouseMoveEvent(self, event) -> None:
        if self.painting and self._space and not self.panning:
            self._begin_pan(event.position())
        elif (
            self.panning
            and self.painting
            and not self._space
            and not event.buttons() & Qt.MouseButton.MiddleButton
        ):
            self._end_pan()
        super().mouseMoveEvent(event)
        if self.painting and not event.buttons() & _PAINT_BUTTONS:
            self._finish_stroke()  # the release went elsewhere, to a dialog that came up
        if self.painting and not self.panning:
            self._paint_to(self.position(event.position()), self._last)

    def mouseReleaseEvent(self, event) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and self.painting:
            self._end_pan()
            return
        super().mouseReleaseEvent(event)
        if self.painting and not event.buttons() & _PAINT_BUTTONS:
            self._finish_stroke()

    def pans(self, event) -> bool:
        if event.button() == Qt.MouseButton.LeftButton:
            return self._space
        return event.button() == Qt.MouseButton.MiddleButton

    def event(self, event) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.view.set_canvas(self.viewport())
        if event.type() == QEvent.Type.ShortcutOverride and self.painting:
            event.accept()  # in the middle of a stroke no key does anything but Space and Escape
            return True
        return super().event(event)

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Escape and self.painting:
            self._stroke = None
            self._session.abort_gesture()
            self._move_circle()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event) -> None:
        super().enterEvent(event)
        if self.window().isActiveWindow() and not isinstance(QApplication.focusWidget(), QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # so that Space pans without a click first

    def _finish_stroke(self) -> None:
        label, self._stroke = self._stroke, None
        if self.panning:
            self._end_pan()
        self._session.end_gesture(f"{LABEL_NAMES[label]} stroke")
        self._move_circle()

    def _paint_to(self, point: Point, start: Point) -> None:
        self._last = point
        self._session.paint(start, point, self._toolbox.sizes[self._stroke], self._stroke)

    # The circle of the brush

    def update_cursor(self) -> None:
        super().update_cursor()
        if self._circle is not None:
            self.setCursor(Qt.CursorShape.BlankCursor)

    def _brush_circle(self) -> tuple[Point, float] | None:
        hidden = self.panning or self._space or not self.underMouse() or self.view.cursor is None
        if hidden or self._photo is None or self._toolbox.tool is not Tool.BRUSH:
            return None
        size = self._toolbox.sizes[self._toolbox.label if self._stroke is None else self._stroke]
        if size * self.mapping().scale / self.devicePixelRatioF() < _SMALLEST_CIRCLE:
            return None
        return self.view.cursor, size / 2

    def _move_circle(self) -> None:
        before, self._circle = self._circle, self._brush_circle()
        for circle in (before, self._circle):
            if circle is not None:
                centre, radius = circle
                self.update(
                    self._around(centre, radius * self.mapping().scale / self.devicePixelRatioF() + 3)
                )
        if (before is None) != (self._circle is None):
            self.update_cursor()

    def paint_over(self, painter: QPainter, mapping: Mapping) -> None:
        super().paint_over(painter, mapping)
        if self._circle is None:
            return
        (x, y), radius = self._circle
        centre = QPointF(*mapping.to_device(x, y))
        ratio = self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((3 * ratio, QColor(0, 0, 0, 150)), (1.2 * ratio, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(centre, radius * mapping.scale, radius * mapping.scale)
        painter.drawPoint(centre)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def resizeEvent(self, event) -> None:
        self.view.set_canvas(self.viewport())
        self._advice.place()
