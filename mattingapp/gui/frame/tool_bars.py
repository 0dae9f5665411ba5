"""The tool strip at the left, and the bar at the top with the options of the tool and of the run."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from mattingapp.gui.frame.tool_options import ToolOptionsBar
from mattingapp.gui.language import stage_title
from mattingapp.gui.session.overlays import MAX_STRENGTH, MIN_STRENGTH, Overlays, label_name
from mattingapp.gui.session.session import AUTO, Session
from mattingapp.gui.session.situation import Situation
from mattingapp.gui.session.toolbox import Toolbox
from mattingapp.gui.widgets.controls import combo_box, show_choice
from mattingapp.gui.widgets.icons import icon
from mattingapp.imaging.trimap import Label

_TOOLS = ("tool.brush", "tool.lasso", "tool.polygon", "tool.fill", "tool.cut", "tool.touch")
_LAYOUTS = ("layout.focus", "layout.compare", "layout.deliver")
_LABELS = {
    "tool.foreground": Label.FOREGROUND,
    "tool.background": Label.BACKGROUND,
    "tool.unknown": Label.UNKNOWN,
}


class ToolStrip(QWidget):
    """The tools; the labels, whose icons are the legend of the overlay's colours; and, at the foot, the layouts."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(_grid([actions[action_id] for action_id in _TOOLS], 24))
        column.addSpacing(8)
        width = max(self.fontMetrics().horizontalAdvance(label_name(label)) for label in Label) + 14
        for action_id, label in _LABELS.items():
            actions[action_id].setIconText(label_name(label))
            button = _button(actions[action_id], Qt.ToolButtonStyle.ToolButtonTextUnderIcon, 26)
            button.setFixedWidth(width)
            column.addWidget(button)
        column.addSpacing(8)
        self._colours = QToolButton()
        self._colours.setIcon(icon("overlay"))
        self._colours.setText(self.tr("Colours of the trimap"))
        self._colours.setToolTip(self.tr("Colours of the trimap, and how strong they are"))
        self._colours.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        last = _grid([actions[action_id] for action_id in ("edit.undo", "edit.redo", "view.fit")], 20)
        last.addWidget(_styled(self._colours, Qt.ToolButtonStyle.ToolButtonIconOnly, 20), 1, 1)
        column.addLayout(last)
        column.addStretch(1)
        column.addLayout(_grid([actions[action_id] for action_id in _LAYOUTS], 20))

    def set_colours_menu(self, menu: QMenu, overlays: Overlays) -> None:
        """Let the last button open `menu`, which gets a slider for the strength of the colours."""
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(MIN_STRENGTH, MAX_STRENGTH)
        self.strength.setValue(overlays.strength)
        self.strength.setAccessibleName(self.tr("Strength of the trimap over the photo"))
        self.strength.setToolTip(self.strength.accessibleName())
        self.strength.valueChanged.connect(overlays.set_strength)
        overlays.changed.connect(lambda: self.strength.setValue(overlays.strength))
        page = QWidget()
        row = QHBoxLayout(page)
        row.addWidget(QLabel(self.tr("Strength")))
        row.addWidget(self.strength)
        slider = QWidgetAction(menu)
        slider.setDefaultWidget(page)
        menu.addAction(slider)
        self._colours.setMenu(menu)


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
        if running is not self._running:
            self._running = running
            self.refresh()

    def refresh(self) -> None:
        """Take text, state and colours from the action."""
        action = self._cancel if self._running else self._run
        self.setText(action.iconText())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        role = QPalette.ColorRole.HighlightedText if self._primary else QPalette.ColorRole.ButtonText
        self.setIcon(icon("cancel" if self._running else "run", role))

    def paintEvent(self, event: QPaintEvent) -> None:
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
    """Options of the tool in hand; method and device of the run; Export and Run.

    Parameters
    ----------
    toolbox : Toolbox
    session : Session
        Has the methods, the devices, and what is chosen of them.
    actions : mapping from id to QAction
    """

    def __init__(self, toolbox: Toolbox, session: Session, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._session = session
        self.tool = ToolOptionsBar(toolbox, actions)

        self.method = combo_box(self.tr("Method"), self.tr("How the alpha is estimated"))
        for stage in session.stages.values():
            self.method.addItem(stage_title(stage.title), stage.name)
        self.method.currentIndexChanged.connect(lambda index: session.set_method(self.method.itemData(index)))
        self.device = combo_box(self.tr("Device"), self.tr("Where it is computed"))
        self.device.addItem(self.tr("Auto"), AUTO)
        self.device.currentIndexChanged.connect(lambda index: session.set_device(self.device.itemData(index)))

        self.export = QPushButton(icon("export"), self.tr("Export"))
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setToolTip(self.tr("Write the alpha, the cut-out or the composite to a file"))
        menu = QMenu(self.export)
        for action_id in ("file.alpha", "file.cutout", "file.premultiplied", "file.composite"):
            menu.addAction(actions[action_id])
        self.export.setMenu(menu)
        self.run = RunButton(actions["run.run"], actions["run.cancel"])
        auto = _button(actions["run.auto"], Qt.ToolButtonStyle.ToolButtonIconOnly, 20)

        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 10, 6)
        row.setSpacing(8)
        row.addWidget(self.tool, 1)
        for widget in (self.method, self.device, self.export, auto, self.run):
            row.addWidget(widget)
        for signal in (session.document_changed, session.plan_changed):
            signal.connect(self._show_plan)
        session.devices_known.connect(self._show_devices)
        self._show_plan()

    @Slot(object)
    def follow(self, situation: Situation) -> None:
        """Offer what can be done in a situation."""
        self.run.set_running(situation.running)
        self.export.setEnabled(situation.matte)

    @Slot()
    def _show_plan(self) -> None:
        show_choice(self.method, self._session.settings.method)
        show_choice(self.device, self._session.device)

    @Slot()
    def _show_devices(self) -> None:
        """Offer the devices of this machine, the fastest first."""
        with QSignalBlocker(self.device):
            self.device.clear()
            (_, fastest), *_ = self._session.devices
            self.device.addItem(self.tr("Auto ({device})").format(device=fastest), AUTO)
            for name, title in self._session.devices:
                self.device.addItem(title, name)
        self._show_plan()


def _grid(actions: Sequence[QAction], icon_size: int) -> QGridLayout:
    """Lay buttons out in two columns."""
    grid = QGridLayout()
    grid.setSpacing(2)
    for place, action in enumerate(actions):
        button = _button(action, Qt.ToolButtonStyle.ToolButtonIconOnly, icon_size)
        grid.addWidget(button, *divmod(place, 2))
    return grid


def _button(action: QAction, style: Qt.ToolButtonStyle, icon_size: int) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    return _styled(button, style, icon_size)


def _styled(button: QToolButton, style: Qt.ToolButtonStyle, icon_size: int) -> QToolButton:
    button.setToolButtonStyle(style)
    button.setIconSize(QSize(icon_size, icon_size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space belongs to the canvas
    button.setAutoRaise(True)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
