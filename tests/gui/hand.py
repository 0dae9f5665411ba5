"""A hand on the canvas: mouse and pen events at image positions."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """Return the widget position of an image position."""
    device = window.canvas.mapping().to_device(x, y)
    return QPoint(round(device.x), round(device.y))


def drag(window: MainWindow, *points: tuple[float, float], button=LEFT, release: bool = True) -> None:
    """Press at the first image position, go through the others, and release at the last."""
    canvas = window.canvas
    QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, at(window, *points[0]))
    for point in points[1:]:
        move(window, point, button)
    if release:
        QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, at(window, *points[-1]))


def move(window: MainWindow, point: tuple[float, float], buttons=LEFT) -> None:
    """Move the mouse to an image position with buttons held, which QTest.mouseMove cannot."""
    position = QPointF(at(window, *point))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        QPointF(window.canvas.mapToGlobal(position.toPoint())),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.canvas, event)
