"""The tool strip at the left, and the bar at the top with the options of the tool and of the run."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui import theme
from mattingapp.gui.actions import Actions
from mattingapp.gui.theme import LABEL_NAMES
from mattingapp.gui.tools import (
    MAX_SIZE,
    MIN_SIZE,
    SLIDER_STEPS,
    Tool,
    Toolbox,
    size_to_slider,
    slider_to_size,
)
from mattingapp.matting.stages import Stage
from mattingapp.project.document import RunSettings

_TOOLS = {
    "tool.foreground": "Foreground",
    "tool.background": "Background",
    "tool.unknown": "Unknown",
    "tool.fill": "Fill",
}


class ToolStrip(QWidget):
    """The tools; their icons are the legend of the overlay's colours."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        for action_id, text in _TOOLS.items():
            actions[action_id].setIconText(text)
            button = _button(actions[action_id], Qt.ToolButtonStyle.ToolButtonTextUnderIcon, 28)
            button.setFixedWidth(button.fontMetrics().horizontalAdvance("Background") + 14)
            column.addWidget(button)
        column.addSpacing(14)
        for action_id in ("edit.undo", "edit.redo", "view.fit"):
            button = _button(actions[action_id], Qt.ToolButtonStyle.ToolButtonIconOnly, 20)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            column.addWidget(button)
        column.addStretch(1)


class RunButton(QPushButton):
    """The big button: starts a run, or ends the one under way."""

    def __init__(self, run: QAction, cancel: QAction) -> None:
        super().__init__()
        self._run, self._cancel = run, cancel
        self._running = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(100)
        self.clicked.connect(self._trigger)
        run.changed.connect(self.refresh)
        cancel.changed.connect(self.refresh)

    def set_running(self, running: bool) -> None:
        """Show what a press would do."""
        self._running = running
        self.refresh()

    def refresh(self) -> None:
        """Take text, state and colours from the action."""
        action = self._cancel if self._running else self._run
        self.setText(action.iconText())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        palette = QPalette(QApplication.palette())
        if self._primary:
            palette.setColor(QPalette.ColorRole.ButtonText, palette.highlightedText().color())
        self.setIcon(theme.icon("cancel" if self._running else "run", palette))

    def paintEvent(self, event) -> None:
        if not self._primary:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        ground = self.palette().highlight().color()
        if self.isDown():
            ground = ground.darker(120)
        elif self.underMouse() or self.hasFocus():
            ground = ground.darker(108)
        option.palette.setColor(QPalette.ColorRole.ButtonText, self.palette().highlightedText().color())
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)

    @property
    def _primary(self) -> bool:
        """Whether it starts a run, and can; then it wears the accent colour."""
        return not self._running and self.isEnabled()

    def _trigger(self) -> None:
        (self._cancel if self._running else self._run).trigger()


class OptionsBar(QWidget):
    """Size and label of the tool in hand; method and device of the run; Export and Run.

    Signals
    -------
    method_chosen(str), device_chosen(str)
    """

    method_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(
        self, toolbox: Toolbox, stages: Mapping[str, Stage], settings: RunSettings, actions: Actions
    ) -> None:
        super().__init__()
        self._toolbox = toolbox
        self._in_hand = QLabel()
        self._in_hand.setMinimumWidth(self._in_hand.fontMetrics().horizontalAdvance("Background brush") + 4)
        self.size_box = QSpinBox()
        self.size_box.setRange(MIN_SIZE, MAX_SIZE)
        self.size_box.setSuffix(" px")
        self.size_box.setKeyboardTracking(False)
        self.size_box.setAccessibleName("Brush size")
        self.size_box.setToolTip("Diameter of the brush in pixels of the photo ([ and ])")
        self.size_box.valueChanged.connect(toolbox.set_size)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setFixedWidth(110)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.setAccessibleName("Brush size slider")
        self._slider.valueChanged.connect(self._slide)

        self.method = _combo("Method", "How the alpha is estimated")
        for stage in stages.values():
            self.method.addItem(stage.title, stage.name)
        self.method.setCurrentIndex(max(self.method.findData(settings.method), 0))
        self.method.currentIndexChanged.connect(self._choose_method)
        self.device = _combo("Device", "Where it is computed")
        self._wanted_device = settings.device
        self.device.addItem("Auto", "auto")
        self.device.currentIndexChanged.connect(self._choose_device)

        self.export = QPushButton("Export")
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setToolTip("Write the alpha, the cut-out or the composite to a file")
        menu = QMenu(self.export)
        for action_id in ("file.alpha", "file.cutout", "file.composite"):
            menu.addAction(actions[action_id])
        self.export.setMenu(menu)
        self.run = RunButton(actions["run.run"], actions["run.cancel"])

        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 10, 6)
        row.setSpacing(8)
        for widget in (self._in_hand, self.size_box, self._slider):
            row.addWidget(widget)
        row.addSpacing(16)
        for widget in (QLabel("Method"), self.method, QLabel("Device"), self.device):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.export, self.run):
            row.addWidget(widget)
        toolbox.changed.connect(self._show_tool)
        self._show_tool()

    def tint(self) -> None:
        """Draw the icons in the colours of the palette."""
        self.export.setIcon(theme.icon("export", QApplication.palette()))
        self.run.refresh()

    def set_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        """Offer these devices (name, title), the fastest first."""
        self.device.blockSignals(True)
        self.device.clear()
        self.device.addItem(f"Auto ({devices[0][1]})", "auto")
        for name, title in devices:
            self.device.addItem(title, name)
        self.device.setCurrentIndex(max(self.device.findData(self._wanted_device), 0))
        self.device.blockSignals(False)
        self._choose_device(self.device.currentIndex())

    def _show_tool(self) -> None:
        box = self._toolbox
        name = LABEL_NAMES[box.label]
        brush = box.tool is Tool.BRUSH
        self._in_hand.setText(f"{name} brush" if brush else f"Fill: {name.lower()}")
        self.size_box.setEnabled(brush)
        self._slider.setEnabled(brush)
        self.size_box.setValue(box.size)
        self._slider.blockSignals(True)
        self._slider.setValue(size_to_slider(box.size))
        self._slider.blockSignals(False)

    def _slide(self, position: int) -> None:
        self._toolbox.set_size(slider_to_size(position))

    def _choose_method(self, index: int) -> None:
        self.method_chosen.emit(self.method.itemData(index))

    def _choose_device(self, index: int) -> None:
        self._wanted_device = self.device.itemData(index)
        self.device_chosen.emit(self._wanted_device)


def _button(action: QAction, style: Qt.ToolButtonStyle, icon_size: int) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(style)
    button.setIconSize(QSize(icon_size, icon_size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space belongs to the canvas
    button.setAutoRaise(True)
    return button


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
