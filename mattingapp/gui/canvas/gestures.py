"""What the hand does on the canvas from one press to its end: one class a kind of gesture.

Positions are in image pixels. The canvas tells a gesture where the pointer goes; the gesture tells the session what
to paint, and draws itself over the picture.
"""

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from mattingapp.gui.canvas.brush_circle import OUTLINES
from mattingapp.gui.picture.view import Mapping, Point
from mattingapp.gui.session.hints import Mark
from mattingapp.gui.session.overlays import label_name
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.toolbox import Tool, Toolbox
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.imaging.trimap import Label
from mattingapp.project.touch_up import Touch

_CLOSE = 9  # logical pixels around the first corner of a polygon in which a press closes it
_SMALLEST_CUT = 8  # image pixels; a smaller rectangle was a click
_STILL = 12  # logical pixels up or down that do not change the hardness
_GROWTH = 0.02  # of the size of a brush, or two pixels, from one piece of a stroke to the next
_LASSO_STEP = 1.0  # image pixels between corners


class Gesture:
    """A gesture under way.

    Attributes
    ----------
    held : bool
        It lasts as long as a button is held, else until it is `done`.
    done : bool
        It has ended by itself.
    """

    held = True
    done = False

    def move(self, point: Point, pressure: float) -> None:
        """Go on to a position; `pressure` of the pen is 1 for a mouse."""

    def press(self, point: Point, scale: float) -> None:
        """Take another press; `scale` logical pixels are an image pixel."""

    def finish(self) -> None:
        """Come to the end."""

    def abort(self) -> None:
        """Leave everything as it was."""

    def corners(self) -> Sequence[Point]:
        """Return the line to draw over the picture."""
        return ()

    def draw(self, painter: QPainter, mapping: Mapping, ratio: float) -> None:
        """Draw the line; the painter is in device pixels, `ratio` of them a logical one."""
        line = QPolygonF([QPointF(*mapping.to_device(*corner)) for corner in self.corners()])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in OUTLINES:
            pen = QPen(colour, width * ratio)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            self._draw_line(painter, line, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_line(self, painter: QPainter, line: QPolygonF, ratio: float) -> None:
        painter.drawPolyline(line)


class Stroke(Gesture):
    """A brush stroke on the trimap."""

    def __init__(
        self, session: Session, toolbox: Toolbox, label: Label, start: Point, point: Point, pressure: float
    ) -> None:
        self._session = session
        self._label = label
        self._size = toolbox.sizes[label]
        self._protect = toolbox.options.protect
        self._last, self._last_pressure = start, pressure
        self.move(point, pressure)

    @property
    def label(self) -> Label:
        """What it paints."""
        return self._label

    def move(self, point: Point, pressure: float) -> None:
        for start, end, share in _pieces(self._last, point, self._last_pressure, pressure, self._size):
            size = max(round(self._size * share), 1)
            self._session.paint(start, end, size, self._label, self._protect)
        self._last, self._last_pressure = point, pressure

    def finish(self) -> None:
        self._session.end_gesture(
            step_name(QCoreApplication.translate("Steps", "{label} stroke"), self._label)
        )

    def abort(self) -> None:
        self._session.abort_gesture()


class TouchStroke(Gesture):
    """A stroke of the touch-up brush on the alpha."""

    def __init__(
        self, session: Session, toolbox: Toolbox, touch: Touch, start: Point, point: Point, pressure: float
    ) -> None:
        self._session = session
        self._toolbox = toolbox
        self._touch = touch
        self._size = toolbox.size
        self._last, self._last_pressure = start, pressure
        self.move(point, pressure)

    def move(self, point: Point, pressure: float) -> None:
        for start, end, share in _pieces(self._last, point, self._last_pressure, pressure, self._size):
            self._session.touch(
                start, end, self._toolbox.touch_brush(self._touch, max(self._size * share, 1))
            )
        self._last, self._last_pressure = point, pressure

    def finish(self) -> None:
        self._session.end_touch(touch_name(self._touch))

    def abort(self) -> None:
        self._session.abort_touch()


class Lasso(Gesture):
    """A line drawn by hand around what gets the label."""

    def __init__(self, session: Session, label: Label, protect: bool, start: Point) -> None:
        self._session = session
        self._label = label
        self._protect = protect
        self._corners = [start]

    def move(self, point: Point, pressure: float) -> None:
        if math.dist(point, self._corners[-1]) >= _LASSO_STEP:
            self._corners.append(point)

    def finish(self) -> None:
        fill_outline(self._session, self._corners, self._label, self._protect)

    def corners(self) -> Sequence[Point]:
        return self._corners

    def _draw_line(self, painter: QPainter, line: QPolygonF, ratio: float) -> None:
        painter.drawPolyline(line)
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawLine(line.last(), line.first())


class Polygon(Gesture):
    """Corner by corner around what gets the label: Enter, a double click or a press on the first corner closes it."""

    held = False

    def __init__(self, session: Session, label: Label, protect: bool, start: Point) -> None:
        self._session = session
        self._label = label
        self._protect = protect
        self._corners = [start]
        self._pointer = start

    def move(self, point: Point, pressure: float) -> None:
        self._pointer = point

    def press(self, point: Point, scale: float) -> None:
        if len(self._corners) > 2 and math.dist(point, self._corners[0]) * scale <= _CLOSE:
            self.finish()
            return
        if point != self._corners[-1]:
            self._corners.append(point)
        self._pointer = point

    def take_back(self) -> None:
        """Forget the last corner; with the first one, the polygon."""
        self._corners.pop()
        self.done = not self._corners

    def finish(self) -> None:
        self.done = True
        fill_outline(self._session, self._corners, self._label, self._protect)

    def abort(self) -> None:
        self.done = True

    def corners(self) -> Sequence[Point]:
        return [*self._corners, self._pointer]

    def _draw_line(self, painter: QPainter, line: QPolygonF, ratio: float) -> None:
        painter.drawPolyline(line)
        painter.drawEllipse(line.first(), ratio * _CLOSE / 2, ratio * _CLOSE / 2)


class CutRectangle(Gesture):
    """A rectangle around the subject; a click is a mark on it."""

    def __init__(self, maker: TrimapMaker, start: Point) -> None:
        self._maker = maker
        self._start = self._end = start

    def move(self, point: Point, pressure: float) -> None:
        self._end = point

    def finish(self) -> None:
        (xa, ya), (xb, yb) = self._start, self._end
        if min(abs(xb - xa), abs(yb - ya)) >= _SMALLEST_CUT:
            self._maker.cut((min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))
        elif max(abs(xb - xa), abs(yb - ya)) < _SMALLEST_CUT:
            self._maker.mark(Mark(Label.FOREGROUND, (self._start,)))

    def corners(self) -> Sequence[Point]:
        return self._start, self._end

    def _draw_line(self, painter: QPainter, line: QPolygonF, ratio: float) -> None:
        painter.drawRect(QRectF(line.first(), line.last()).normalized())


class SubjectMark(Gesture):
    """A mark on the subject, or beside it."""

    def __init__(self, maker: TrimapMaker, label: Label, start: Point) -> None:
        self._maker = maker
        self._label = label
        self._points = [start]

    def move(self, point: Point, pressure: float) -> None:
        if math.dist(point, self._points[-1]) >= _LASSO_STEP:
            self._points.append(point)

    def finish(self) -> None:
        self._maker.mark(Mark(self._label, tuple(self._points)))

    def corners(self) -> Sequence[Point]:
        return self._points


class Resize(Gesture):
    """A drag that gives the brush another size: its rim goes with the pointer, its centre stays.

    Up and down makes the rim of the touch-up brush softer and harder.
    """

    def __init__(self, toolbox: Toolbox, centre: Point, scale: float) -> None:
        self._toolbox = toolbox
        self._scale = scale  # logical pixels an image pixel
        self.centre = centre
        self._size, self._hardness = toolbox.size, toolbox.options.hardness

    def move(self, point: Point, pressure: float) -> None:
        self._toolbox.set_size(round(self._size + 2 * (point.x - self.centre.x)))
        if self._toolbox.tool is Tool.TOUCH:
            down = (point.y - self.centre.y) * self._scale - _STILL
            up = (self.centre.y - point.y) * self._scale - _STILL
            self._toolbox.set_hardness(round(self._hardness + max(down, 0) - max(up, 0)))

    def abort(self) -> None:
        self._toolbox.set_size(self._size)
        self._toolbox.set_hardness(self._hardness)


def fill_outline(session: Session, corners: Sequence[Point], label: Label, protect: bool) -> None:
    """Fill what a line goes around, as one step."""
    session.fill_outline(corners, label, protect)
    session.end_gesture(step_name(QCoreApplication.translate("Steps", "{label} outline"), label))


def step_name(pattern: str, label: Label) -> str:
    """Return what the history calls a step that painted `label`."""
    return pattern.format(label=label_name(label))


def touch_name(touch: Touch) -> str:
    """Return what the history calls a stroke of the touch-up brush."""
    return {
        Touch.ADD: QCoreApplication.translate("Steps", "Add to alpha"),
        Touch.REMOVE: QCoreApplication.translate("Steps", "Remove from alpha"),
        Touch.RESTORE: QCoreApplication.translate("Steps", "Restore alpha"),
    }[touch]


def _pieces(
    start: Point, end: Point, before: float, after: float, size: int
) -> Iterator[tuple[Point, Point, float]]:
    """Split a segment so that the brush grows by little from one piece to the next."""
    n = max(math.ceil(abs(after - before) * size / max(2, _GROWTH * size)), 1)
    steps = [(start.x + (end.x - start.x) * i / n, start.y + (end.y - start.y) * i / n) for i in range(n + 1)]
    for i in range(n):
        yield Point(*steps[i]), Point(*steps[i + 1]), before + (after - before) * (i + 1) / n
