"""The tool strip at the left, and the bar at the top with the options of the tool and of the run."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolBar,
    QToolButton,
    QWidget,
)

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

_TOOLS = ("tool.foreground", "tool.background", "tool.unknown", "tool.fill")
_TOOL_TEXTS = {
    "tool.foreground": "Foreground",
    "tool.background": "Background",
    "tool.unknown": "Unknown",
    "tool.fill": "Fill",
}


class ToolStrip(QToolBar):
    """The tools; their icons are the legend of the overlay's colours."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Tools")
        self.setObjectName("tools")
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setIconSize(QSize(28, 28))
        for action_id in _TOOLS:
            button = _button(actions, action_id, Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setText(_TOOL_TEXTS[action_id])
            button.setFixedWidth(button.fontMetrics().horizontalAdvance("Background") + 18)
            self.addWidget(button)
        self.addSeparator()
        for action_id in ("edit.undo", "edit.redo", "view.fit"):
            button = _button(actions, action_id, Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(20, 20))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.addWidget(button)


class OptionsBar(QToolBar):
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
        super().__init__("Options")
        self.setObjectName("options")
        self.setMovable(False)
        self._toolbox = toolbox
        self._actions = actions
        self._in_hand = QLabel()
        self._in_hand.setMinimumWidth(self._in_hand.fontMetrics().horizontalAdvance("Background brush") + 4)
        self.size = QSpinBox()
        self.size.setRange(MIN_SIZE, MAX_SIZE)
        self.size.setSuffix(" px")
        self.size.setKeyboardTracking(False)
        self.size.setAccessibleName("Brush size")
        self.size.setToolTip("Diameter of the brush in pixels of the photo ([ and ])")
        self.size.valueChanged.connect(toolbox.set_size)
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

        export = QToolButton()
        export.setText("Export")
        export.setIcon(actions["file.alpha"].icon())
        export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(export)
        for action_id in ("file.alpha", "file.cutout", "file.composite"):
            menu.addAction(actions[action_id])
        export.setMenu(menu)
        self.export = export
        self.run = _button(actions, "run.run", Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.run.setAutoRaise(False)
        self.run.setMinimumWidth(92)

        for widget in (self._in_hand, self.size, self._slider):
            self.addWidget(widget)
        self.addSeparator()
        for widget in (QLabel("Method"), self.method, QLabel("Device"), self.device):
            self.addWidget(widget)
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(stretch)
        for widget in (self.export, self.run):
            self.addWidget(widget)
        self.layout().setSpacing(6)
        self.layout().setContentsMargins(10, 5, 8, 5)
        toolbox.changed.connect(self._show_tool)
        self._show_tool()

    def set_running(self, running: bool) -> None:
        """Let the big button start a run, or end the one under way."""
        self.run.setDefaultAction(self._actions["run.cancel" if running else "run.run"])

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
        self.size.setEnabled(brush)
        self._slider.setEnabled(brush)
        self.size.setValue(box.size)
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


def _button(actions: Actions, action_id: str, style: Qt.ToolButtonStyle) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(actions[action_id])
    button.setToolButtonStyle(style)
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
