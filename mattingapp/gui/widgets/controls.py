"""The controls that stand in many places, each with a name for who cannot see it."""

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractSlider,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QToolButton,
    QWidget,
)

from mattingapp.gui.widgets.icons import icon
from mattingapp.gui.widgets.plain import PlainLabel


def flat_button(name: str, icon_name: str = "", side: int | None = None) -> QToolButton:
    """Return a button without a frame, called `name`, with an icon `side` logical pixels wide."""
    button = QToolButton()
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(name)
    button.setAccessibleName(name)
    if icon_name:
        button.setIcon(icon(icon_name))
    if side is not None:
        button.setIconSize(QSize(side, side))
    return button


def combo_box(name: str, tip: str = "", fitting: bool = True) -> QComboBox:
    """Return a box to choose from that is reached by Tab alone; as wide as what it shows where `fitting`."""
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(tip or name)
    combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if fitting:
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def bold_label(text: str = "") -> PlainLabel:
    """Return a title."""
    label = PlainLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def quiet_label(text: str = "", wrapped: bool = True) -> PlainLabel:
    """Return secondary text."""
    label = PlainLabel(text)
    label.setWordWrap(wrapped)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def show_value(control: QDoubleSpinBox | QSpinBox | QAbstractSlider, value: float) -> None:
    """Let a control stand at a value without a word."""
    with QSignalBlocker(control):
        if isinstance(control, QDoubleSpinBox):
            control.setValue(value)
        else:
            control.setValue(round(value))


def show_choice(combo: QComboBox, data: object) -> None:
    """Let a box show the entry that has `data` without a word; none where there is no such one."""
    with QSignalBlocker(combo):
        combo.setCurrentIndex(combo.findData(data))


def paint_card(widget: QWidget) -> None:
    """Paint the ground of a small widget that floats over a picture."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(widget.palette().dark().color())
    painter.setBrush(widget.palette().toolTipBase())
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.end()
