"""A hand on the canvas: mouse and pen events at image positions."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


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


def click(window: MainWindow, point: tuple[float, float], button=LEFT, modifiers=NO_KEYS) -> None:
    """Press and release at an image position."""
    QTest.mouseClick(window.canvas, button, modifiers, at(window, *point))


def pen(
    window: MainWindow,
    *points: tuple[float, float, float],
    end: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
) -> None:
    """Draw with a pen through image positions, each with its pressure."""
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        end,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )
    kinds = [
        QEvent.Type.TabletPress,
        *[QEvent.Type.TabletMove] * (len(points) - 1),
        QEvent.Type.TabletRelease,
    ]
    for kind, (x, y, pressure) in zip(kinds, [*points, points[-1]], strict=True):
        position = QPointF(at(window, x, y))
        released = kind is QEvent.Type.TabletRelease
        event = QTabletEvent(
            kind,
            device,
            position,
            QPointF(window.canvas.mapToGlobal(position.toPoint())),
            0.0 if released else pressure,
            0,
            0,
            0,
            0,
            0,
            NO_KEYS,
            LEFT if kind is not QEvent.Type.TabletMove else Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton if released else LEFT,
        )
        QApplication.sendEvent(window.canvas, event)
        assert event.isAccepted(), "else Qt sends a mouse event as well"
