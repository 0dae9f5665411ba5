"""The options of the tool in hand: size, what it takes, how it paints, or what to do with it."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from mattingapp.gui.session.overlays import label_name
from mattingapp.gui.session.toolbox import (
    MAX_SIZE,
    MIN_SIZE,
    RANGES,
    SLIDER_STEPS,
    Tool,
    Toolbox,
    size_to_slider,
    slider_to_size,
)
from mattingapp.gui.widgets.controls import combo_box, show_value
from mattingapp.gui.widgets.elided_label import ElidedLabel
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.project.touch_up import Touch

_SLIDER_WIDTH = 110
_GREEDY = 100  # share of the free room, beside 1 of what is empty


class ToolOptionsBar(QWidget):
    """One row; what the tool in hand has no use for is hidden."""

    def __init__(self, toolbox: Toolbox, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._toolbox = toolbox
        self._in_hand = PlainLabel()
        self.size_box = _spin_box((MIN_SIZE, MAX_SIZE), self.tr(" px"), self.tr("Brush size"))
        self.size_box.valueChanged.connect(toolbox.set_size)
        self.size_box.setToolTip(
            self.tr("Diameter of the brush in pixels of the photo ([ and ], or Alt and drag)")
        )
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setFixedWidth(_SLIDER_WIDTH)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.setAccessibleName(self.tr("Brush size slider"))
        self._slider.valueChanged.connect(self._slide)

        self.by = combo_box(self.tr("Fill by"), self.tr("What the fill looks at"), fitting=False)
        self.by.addItem(self.tr("By region"), False)
        self.by.addItem(self.tr("By colour"), True)
        self.by.activated.connect(lambda index: toolbox.set_options(by_colour=self.by.itemData(index)))
        self.tolerance = self._option("tolerance", "", self.tr("Tolerance"))
        self.tolerance.setPrefix(self.tr("± "))
        self.tolerance.setToolTip(self.tr("How far a colour may be off, in levels of 255"))
        self.contiguous = QCheckBox(self.tr("Connected"))
        self.contiguous.setToolTip(
            self.tr("Only what is connected to the pixel clicked, else all over the photo")
        )
        self.contiguous.toggled.connect(lambda checked: toolbox.set_options(contiguous=checked))

        what = self.tr("What the brush does to the alpha (X swaps)")
        self.touch = combo_box(self.tr("Touch-up"), what, fitting=False)
        for touch, text in (
            (Touch.ADD, self.tr("Add")),
            (Touch.REMOVE, self.tr("Remove")),
            (Touch.RESTORE, self.tr("Restore")),
        ):
            self.touch.addItem(text, touch)
        self.touch.activated.connect(
            lambda index: toolbox.set_options(touch=Touch(self.touch.itemData(index)))
        )
        self.hardness = self._option("hardness", self.tr(" % hard"), self.tr("Hardness"))
        self.hardness.setToolTip(self.tr("How much of the brush has full strength (Shift+[ and Shift+])"))
        self.strength = self._option("strength", self.tr(" % strong"), self.tr("Strength"))
        self.strength.setToolTip(self.tr("How far one stroke goes"))

        self._hint = ElidedLabel()
        self._pressure = _toggle(actions["tool.pressure"])
        self._protect = _toggle(actions["tool.protect"])
        self._strokes = QToolButton()
        self._strokes.setDefaultAction(actions["trimap.cut"])
        actions["trimap.cut"].setIconText(self.tr("Use strokes"))
        self._strokes.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._strokes.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        brushes, labels = {tool for tool in Tool if tool.has_size}, {tool for tool in Tool if tool.labels}
        self._shown_with = {
            self._in_hand: set(Tool) - {Tool.TOUCH},  # whose first box says what it does
            self.touch: {Tool.TOUCH},
            self.size_box: brushes,
            self._slider: {Tool.BRUSH},
            self.hardness: {Tool.TOUCH},
            self.strength: {Tool.TOUCH},
            self.by: {Tool.FILL},
            self.tolerance: {Tool.FILL},
            self.contiguous: {Tool.FILL},
            self._strokes: {Tool.CUT},
            self._pressure: brushes,
            self._protect: labels,
            self._hint: {Tool.LASSO, Tool.POLYGON, Tool.CUT},
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in self._shown_with:
            row.addWidget(widget, _GREEDY if widget is self._hint else 0)
        row.addStretch(1)
        self.setFixedHeight(self.size_box.sizeHint().height() + 4)  # the same for every tool
        toolbox.changed.connect(self._show)
        self._show()

    @property
    def in_hand(self) -> str:
        """What is said to be in hand."""
        return self._in_hand.text()

    @property
    def hint(self) -> str:
        """What is said to do with the tool."""
        return "" if self._hint.isHidden() else self._hint.text()

    def _show(self) -> None:
        box, options = self._toolbox, self._toolbox.options
        self._in_hand.setText(self._name())
        self._hint.setText(self._advice())
        self._hint.setToolTip(self._hint.text())
        for widget, tools in self._shown_with.items():
            widget.setVisible(box.tool in tools)
        by_colour = box.tool is Tool.FILL and options.by_colour
        self.tolerance.setVisible(by_colour)
        self.contiguous.setVisible(by_colour)
        for control, value in (
            (self.size_box, box.size),
            (self._slider, size_to_slider(box.size)),
            (self.tolerance, options.tolerance),
            (self.hardness, options.hardness),
            (self.strength, options.strength),
        ):
            show_value(control, value)
        self.contiguous.setChecked(options.contiguous)
        self.by.setCurrentIndex(self.by.findData(options.by_colour))
        self.touch.setCurrentIndex(self.touch.findData(options.touch))

    def _name(self) -> str:
        label = label_name(self._toolbox.label)
        patterns = {
            Tool.BRUSH: self.tr("{label} brush"),
            Tool.LASSO: self.tr("{label} lasso"),
            Tool.POLYGON: self.tr("{label} polygon"),
            Tool.FILL: self.tr("{label} fill"),
            Tool.CUT: self.tr("Subject"),
            Tool.TOUCH: self.tr("Touch up"),
        }
        return patterns[self._toolbox.tool].format(label=label)

    def _advice(self) -> str:
        return {
            Tool.LASSO: self.tr("Draw around what to fill"),
            Tool.POLYGON: self.tr("Click corners; Enter or a double click fills"),
            Tool.CUT: self.tr("Drag a rectangle around the subject, or click on it"),
        }.get(self._toolbox.tool, "")

    def _slide(self, position: int) -> None:
        self._toolbox.set_size(slider_to_size(position))

    def _option(self, option: str, suffix: str, name: str) -> QSpinBox:
        """Return a control for an option of the tools that is a number."""
        box = _spin_box(RANGES[option], suffix, name)
        box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # the bar is short of room
        box.valueChanged.connect(lambda value: self._toolbox.set_options(**{option: value}))
        return box


def _spin_box(span: tuple[int, int], suffix: str, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(*span)
    box.setSuffix(suffix)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    return box


def _toggle(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(20, 20))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoRaise(True)
    return button
