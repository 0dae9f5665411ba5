"""The canvas: photo and trimap, and the tools that work on them."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from mattingapp.gui.canvas.advice import Advice
from mattingapp.gui.canvas.brush_circle import draw_circles, draw_note, note_size
from mattingapp.gui.canvas.gestures import (
    CutRectangle,
    Gesture,
    Lasso,
    Polygon,
    Resize,
    Stroke,
    SubjectMark,
    TouchStroke,
    step_name,
)
from mattingapp.gui.language import localized
from mattingapp.gui.picture.image_view import ImageView
from mattingapp.gui.picture.layers import Layer
from mattingapp.gui.picture.overlay import Overlay
from mattingapp.gui.picture.pictures import Picture
from mattingapp.gui.picture.view import Mapping, Point, Size, View
from mattingapp.gui.session.overlays import Overlays
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.toolbox import Tool, Toolbox, opposite
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import Rect
from mattingapp.project.touch_up import Touch

_PAINT_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton
_SMALLEST_CIRCLE = 4  # logical pixels; a smaller brush is shown by the pointer
_LINE_MARGIN = 12  # logical pixels around a line drawn over the picture
_WHEEL_NOTCH = 120  # Qt's unit of QWheelEvent.angleDelta


class Canvas(ImageView):
    """Where the trimap is painted: left button with the tool in hand, right button background.

    Shift and a press draw a straight line from where the last stroke ended; Alt and a drag resize the brush.
    """

    def __init__(
        self,
        view: View,
        session: Session,
        toolbox: Toolbox,
        overlays: Overlays,
        maker: TrimapMaker,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(view, parent)
        self._session = session
        self._toolbox = toolbox
        self._overlays = overlays
        self._maker = maker
        self._photo: Picture | None = None
        self._overlay: Overlay | None = None
        self._overlay_shown = True
        self._alpha: Sequence[Layer] | None = None  # shown in place of photo and trimap
        self._gesture: Gesture | None = None
        self._cut: Gesture | None = None  # that the subject is being found for
        self._last: Point | None = None  # where the last stroke ended
        self._pressure = 1.0  # of the pen, while a tablet event is handled
        self._erasing = False  # with the other end of the pen
        self._circle: tuple[Point, float] | None = None  # the brush as drawn: image position and radius
        self._circle_area = QRect()  # of the widget that it covers
        self._advice = Advice(self)
        self._advice.hide()
        self.setAccessibleName(self.tr("Canvas: photo and trimap"))
        self.setTabletTracking(True)
        session.document_changed.connect(self._open)
        session.trimap_painted.connect(self._refresh)
        session.trimap_settled.connect(self._advise)
        session.preview_changed.connect(self._on_preview)
        maker.cut_changed.connect(self._on_cut)
        overlays.changed.connect(self._colour)
        toolbox.changed.connect(self._on_tool)
        view.cursor_moved.connect(self._move_circle)
        view.changed.connect(self._move_circle)

    @property
    def painting(self) -> bool:
        """Whether a gesture is under way that lasts as long as a button is held."""
        return self._gesture is not None and self._gesture.held

    @property
    def _marking(self) -> bool:
        """Whether the subject that is shown can be mended by marks."""
        return self._session.previewing and bool(self._maker.hints)

    @property
    def advice(self) -> str:
        """What is missing before a run, as shown at the foot of the canvas."""
        return self._advice.text()

    def show_overlay(self, shown: bool) -> None:
        """Show or hide the trimap."""
        self._overlay_shown = shown
        self._show()

    def show_alpha(self, layers: Sequence[Layer] | None) -> None:
        """Show these instead of photo and trimap; for None, those again."""
        if layers is not None or self._alpha is not None:
            self._alpha = layers
            self._show()

    def _open(self) -> None:
        document = self._session.document
        self._photo = self._session.picture
        self._gesture = self._last = self._cut = None
        self._colour()
        height, width = document.photo.shape
        self.view.set_image(Size(width, height))

    def _colour(self) -> None:
        if self._session.opened is not None:
            colours = {label: colour.rgba() for label, colour in self._overlays.colours().items()}
            self._overlay = Overlay(self._session.document.trimap, colours)
            self._show()

    def _show(self) -> None:
        if self._photo is None or self._overlay is None:
            return
        if self._alpha is not None:
            self.show_pictures(self._alpha)
        else:
            self.show_pictures((self._photo, self._overlay) if self._overlay_shown else (self._photo,))

    def _on_cut(self) -> None:
        if self._maker.cut_progress is None and self._cut is not None:
            self._cut = None
            self.update()
        self._advise()

    def _advise(self) -> None:
        progress, text = self._maker.cut_progress, ""
        if progress is not None:
            text = self.tr("Finding the subject… {percent} %  ·  Esc stops").format(
                percent=round(100 * progress)
            )
        elif not self._session.previewing and (problem := self._session.problem):
            begun = bool(self._session.document.history.position)
            hint = self.tr("Drag a rectangle around the subject, or click on it (R).")
            text = localized(problem) if begun else hint
        self._advice.setText(text)
        self._advice.setVisible(bool(text))
        self._advice.place()

    def _refresh(self, rect: Rect) -> None:
        if rect and self._overlay is not None:
            self._overlay.refresh(rect)
            self.update_part(rect)

    def _on_tool(self) -> None:
        if isinstance(self._gesture, Polygon) and self._toolbox.tool is not Tool.POLYGON:
            self._abort()
        if (
            self._toolbox.tool is not Tool.CUT
            and not self._session.previewing
            and self._maker.cut_progress is None
        ):
            self._maker.forget()  # coming back, a person begins anew
        self._move_circle()

    def _on_preview(self) -> None:
        if self._session.previewing and self._gesture is not None:
            self._abort()
        self._advise()

    # Gestures

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.panning or self.painting or event.button() == Qt.MouseButton.MiddleButton:
            return
        if self._photo is None or (self._session.previewing and not self._marking):
            return
        point = self.position(event.position())
        if self._gesture is not None:
            self._gesture.press(point, self._logical_scale())
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and self._toolbox.tool.has_size:
            self._gesture = Resize(self._toolbox, point, self._logical_scale())
        else:
            straight = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            start = self._last if straight and self._last is not None else point
            self._gesture = self._begin(event.button() == Qt.MouseButton.RightButton, point, start)
        self._follow(point)

    def _begin(self, right: bool, point: Point, start: Point) -> Gesture | None:
        """Do what a press does with the tool in hand; return the gesture it begins, if any."""
        session, toolbox = self._session, self._toolbox
        options = toolbox.options
        label = Label.UNKNOWN if self._erasing else Label.BACKGROUND if right else toolbox.label
        if self._marking or toolbox.tool is Tool.CUT:
            if right or self._maker.hints:
                return SubjectMark(self._maker, Label.BACKGROUND if right else Label.FOREGROUND, point)
            return CutRectangle(self._maker, point)
        if toolbox.tool is Tool.BRUSH:
            return Stroke(session, toolbox, label, start, point, self._pressure)
        if toolbox.tool is Tool.LASSO:
            return Lasso(session, label, options.protect, point)
        if toolbox.tool is Tool.POLYGON:
            return Polygon(session, label, options.protect, point)
        if toolbox.tool is Tool.TOUCH:
            if session.document.matte is None:
                return None
            touch = Touch.RESTORE if self._erasing else opposite(options.touch) if right else options.touch
            return TouchStroke(session, toolbox, touch, start, point, self._pressure)
        if options.by_colour:
            session.fill_colour(point, label, options.tolerance, options.contiguous, options.protect)
        else:
            session.fill(point, label, options.protect)
        session.end_gesture(step_name(self.tr("{label} fill"), label))
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
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
            self._finish()  # the release went elsewhere, to a dialog that came up
        if self._gesture is not None and not self.panning:
            point = self.position(event.position())
            self._update_line()
            self._gesture.move(point, self._pressure)
            self._follow(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and self.painting:
            self._end_pan()
            return
        super().mouseReleaseEvent(event)
        if self.painting and not event.buttons() & _PAINT_BUTTONS:
            self._finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if isinstance(self._gesture, Polygon) and event.button() != Qt.MouseButton.MiddleButton:
            self._finish()
        else:
            self.mousePressEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        handle = {
            QEvent.Type.TabletPress: self.mousePressEvent,
            QEvent.Type.TabletMove: self.mouseMoveEvent,
            QEvent.Type.TabletRelease: self.mouseReleaseEvent,
        }[event.type()]
        self._erasing = event.pointerType() is QPointingDevice.PointerType.Eraser
        self._pressure = event.pressure() if self._toolbox.options.pressure else 1.0
        handle(cast(QMouseEvent, event))  # it has all that these ask a mouse event
        self._erasing, self._pressure = False, 1.0
        event.accept()  # else Qt would send a mouse event as well

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._toolbox.tool.has_size:
            turned = event.angleDelta().y() or event.angleDelta().x()  # some systems turn it with Shift
            for _ in range(max(abs(turned) // _WHEEL_NOTCH, 1)):
                self._toolbox.larger() if turned > 0 else self._toolbox.smaller()
            event.accept()
        else:
            super().wheelEvent(event)

    def pans(self, event: QMouseEvent) -> bool:
        if event.button() == Qt.MouseButton.LeftButton:
            return self._space
        return event.button() == Qt.MouseButton.MiddleButton

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.view.set_canvas(self.viewport())
        if event.type() == QEvent.Type.ShortcutOverride and self._wants_key(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def _wants_key(self, event: QKeyEvent) -> bool:
        """Tell whether a key is for the gesture under way, or for the marks, not for the actions."""
        if self._gesture is None and self._marking and self._maker.hints.marks:
            return _is_undo(event)
        if self.painting:
            return True  # in the middle of a stroke no key does anything but Space and Escape
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace)
        return self._gesture is not None and (event.key() in keys or _is_undo(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._gesture is None and self._marking and _is_undo(event):
            self._maker.take_mark_back()
        elif self._gesture is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self._abort()
        elif isinstance(self._gesture, Polygon) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
        elif isinstance(self._gesture, Polygon) and (event.key() == Qt.Key.Key_Backspace or _is_undo(event)):
            self._update_line()
            self._gesture.take_back()
            if self._last is not None:
                self._follow(self._last)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self.window().isActiveWindow() and not isinstance(QApplication.focusWidget(), QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # so that Space pans without a click first

    def _follow(self, point: Point) -> None:
        """Show how far the gesture has come."""
        self._last = point
        self._update_line()
        if self._gesture is not None and self._gesture.done:
            self._gesture = None
        self._move_circle()

    def _finish(self) -> None:
        self._update_line()
        gesture, self._gesture = self._gesture, None
        if self.panning:
            self._end_pan()
        if gesture is not None:
            gesture.finish()
        if isinstance(gesture, CutRectangle | SubjectMark) and self._maker.cut_progress is not None:
            self._cut = gesture
        self._move_circle()

    def _abort(self) -> None:
        self._update_line()
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.abort()
        self._move_circle()

    # What is drawn over the pictures

    def update_cursor(self) -> None:
        super().update_cursor()
        if self._circle is not None:
            self.setCursor(Qt.CursorShape.BlankCursor)

    def _brush_circle(self) -> tuple[Point, float] | None:
        if self._photo is None or not self._toolbox.tool.has_size:
            return None
        touching = self._toolbox.tool is Tool.TOUCH
        size = self._toolbox.size if touching else self._toolbox.sizes[self._painted()]
        if isinstance(self._gesture, Resize):
            return self._gesture.centre, size / 2
        cursor = self.view.cursor
        hidden = self.panning or self._space or not self.underMouse()
        if cursor is None or hidden or size * self._logical_scale() < _SMALLEST_CIRCLE:
            return None
        return cursor, size / 2

    def _painted(self) -> Label:
        """Return the label that the brush paints: that of the stroke under way, else the one in hand."""
        return self._gesture.label if isinstance(self._gesture, Stroke) else self._toolbox.label

    def _move_circle(self) -> None:
        before, self._circle = self._circle, self._brush_circle()
        self.update(self._circle_area)
        self._circle_area = QRect()
        if self._circle is not None:
            centre, radius = self._circle
            reach = radius * self._logical_scale()
            if isinstance(self._gesture, Resize):
                reach = max(reach, note_size(self.fontMetrics(), self._size_text()).width())
            self._circle_area = self._around(centre, reach + 3)
            self.update(self._circle_area)
        if (before is None) != (self._circle is None):
            self.update_cursor()

    def _update_line(self) -> None:
        """Repaint where the gesture draws a line."""
        corners = self._gesture.corners() if self._gesture is not None else ()
        if not corners:
            return
        xs, ys = zip(*corners, strict=True)
        area = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        margin = _LINE_MARGIN * self.devicePixelRatioF()
        device = self.mapping().rect_to_device(area).adjusted(-margin, -margin, margin, margin)
        self.update(self._logical(device))

    def _logical_scale(self) -> float:
        return self.mapping().scale / self.devicePixelRatioF()

    def paint_over(self, painter: QPainter, mapping: Mapping) -> None:
        super().paint_over(painter, mapping)
        ratio = self.devicePixelRatioF()
        for gesture in (self._cut, self._gesture):
            if gesture is not None and gesture.corners():
                gesture.draw(painter, mapping, ratio)
        if self._circle is None:
            return
        (x, y), radius = self._circle
        centre, radii = mapping.to_device(x, y), [radius * mapping.scale]
        paint = self._overlays.swatch(self._painted())
        if self._toolbox.tool is Tool.TOUCH:
            radii.append(radii[0] * self._toolbox.options.hardness / 100)
            paint = QColor("white")
        draw_circles(painter, centre, radii, ratio, paint)
        if isinstance(self._gesture, Resize):
            draw_note(painter, centre, self._size_text(), ratio)

    def _size_text(self) -> str:
        return self.tr("{size} px").format(size=self._toolbox.size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.set_canvas(self.viewport())
        self._advice.place()


def _is_undo(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier
