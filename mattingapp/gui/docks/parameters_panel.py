"""The parameters of every stage of the method chosen, as controls made from the stages' settings dataclasses."""

import dataclasses
import inspect
import math
import re
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.language import stage_title
from mattingapp.gui.widgets.plain import button_text
from mattingapp.matting.stages import Stage

_ACRONYM = 3  # letters; RGB stays as it is
_LARGEST_INTEGER = 1_000_000


class Parameter(NamedTuple):
    """One field of a settings dataclass."""

    name: str
    kind: type
    default: Any
    range: tuple[float, float] | None
    title: str
    tip: str


def parameters_of(settings: Any) -> tuple[Parameter, ...]:
    """Return what can be edited of a settings dataclass: flags, numbers, choices and files.

    Titles come from the names, explanations from the "Attributes" section of the docstring. A field whose metadata
    says {"shown": False} is left out.
    """
    hints = get_type_hints(type(settings))
    tips = _attribute_texts(inspect.getdoc(type(settings)) or "")
    return tuple(
        Parameter(
            field.name,
            kind,
            getattr(settings, field.name),
            field.metadata.get("range"),
            _title(field.name),
            tips.get(field.name, ""),
        )
        for field in dataclasses.fields(settings)
        if field.metadata.get("shown", True)
        and isinstance(kind := hints[field.name], type)
        and (issubclass(kind, (bool, int, float, Enum)) or (kind is Path and hasattr(settings, "for_model")))
    )


def texts_of(settings: Any) -> list[str]:
    """Return the English texts that the form of a settings dataclass shows."""
    found = []
    for parameter in parameters_of(settings):
        found += [_plain_title(parameter.name), parameter.tip]
        if issubclass(parameter.kind, Enum):
            found += [_plain_title(member.name) for member in parameter.kind]
    return [text for text in found if text]


def _plain_title(name: str) -> str:
    return name if name.isupper() and len(name) <= _ACRONYM else name.replace("_", " ").capitalize()


def _title(name: str) -> str:
    return QCoreApplication.translate("Parameters", _plain_title(name))


def _attribute_texts(docstring: str) -> dict[str, str]:
    _, _, attributes = docstring.partition("Attributes\n----------\n")
    texts: dict[str, str] = {}
    for names, text in re.findall(r"^(\w[\w, ]*) :[^\n]*\n((?:[ ]+[^\n]+\n?)+)", attributes, re.MULTILINE):
        for name in names.split(", "):
            texts[name] = QCoreApplication.translate("Parameters", " ".join(text.split()))
    return texts


class ParametersPanel(QScrollArea):
    """One form for each stage that the method chosen needs.

    Parameters
    ----------
    choose_file : callable (title) -> Path or None
        Asks for a file.

    Signals
    -------
    changed(str stage, object settings)
        Other settings for a stage; None for its defaults.
    """

    changed = Signal(str, object)

    def __init__(self, choose_file: Callable[[str], Path | None]) -> None:
        super().__init__()
        self._choose_file = choose_file
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.forms: dict[str, StageForm] = {}
        self.show_stages((), {})

    def show_stages(self, stages: tuple[Stage, ...], chosen: Mapping[str, Any]) -> None:
        """Offer the parameters of these stages, as they are chosen now."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(16)
        self.forms = {}
        for stage in stages:
            form = StageForm(stage, chosen.get(stage.name, stage.settings), self._choose_file)
            form.changed.connect(self.changed)
            self.forms[stage.name] = form
            column.addWidget(form)
        if not stages:
            hint = QLabel(self.tr("Open a photo to see the parameters of its method"))
            hint.setWordWrap(True)
            hint.setForegroundRole(self.palette().ColorRole.PlaceholderText)
            column.addWidget(hint)
        column.addStretch(1)
        self.setWidget(page)


class StageForm(QWidget):
    """The parameters of one stage, and a button that gives back the defaults.

    Signals
    -------
    changed(str stage, object settings or None)
    """

    changed = Signal(str, object)

    def __init__(self, stage: Stage, settings: Any, choose_file: Callable[[str], Path | None]) -> None:
        super().__init__()
        self._stage = stage
        self._settings = settings
        self._choose_file = choose_file
        title = QLabel(stage_title(stage.title))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Give {title} its defaults again").format(title=title.text()))
        self.reset.clicked.connect(self._give_defaults)
        header = QHBoxLayout()
        header.addWidget(title, 1)
        header.addWidget(self.reset)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(header)
        column.addLayout(self._form)
        self.editors: dict[str, QWidget] = {}
        self._setters: dict[str, Callable[[Any], None]] = {}
        for parameter in parameters_of(stage.settings):
            self._add(parameter)
        if not self.editors:
            none = QLabel(self.tr("No parameters"))
            none.setForegroundRole(self.palette().ColorRole.PlaceholderText)
            self._form.addRow(none)
        self.reset.setVisible(bool(self.editors))
        self._show()

    def _add(self, parameter: Parameter) -> None:
        editor, self._setters[parameter.name] = self._editor(parameter)
        editor.setAccessibleName(f"{stage_title(self._stage.title)}: {parameter.title}")
        editor.setToolTip(parameter.tip)
        self.editors[parameter.name] = editor
        label = QLabel(parameter.title)
        label.setToolTip(parameter.tip)
        self._form.addRow(label, editor)

    def _editor(self, parameter: Parameter) -> tuple[QWidget, Callable[[Any], None]]:
        """Return a control, and the function that shows a value in it."""
        name, kind, default = parameter.name, parameter.kind, parameter.default
        if issubclass(kind, bool):
            check = QCheckBox()
            check.clicked.connect(lambda checked: self._take(name, checked))
            return check, check.setChecked
        if issubclass(kind, Enum):
            combo = QComboBox()
            for member in kind:
                combo.addItem(_title(member.name), member)
            combo.activated.connect(lambda index: self._take(name, combo.itemData(index)))
            return combo, lambda value: combo.setCurrentIndex(combo.findData(value))
        if issubclass(kind, int):
            box = QSpinBox()
            box.setRange(*parameter.range or (int(default > 0), _LARGEST_INTEGER))
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda value: self._take(name, value))
            return box, box.setValue
        if issubclass(kind, float):
            edit = _NumberEdit(*parameter.range or (sys.float_info.min if default > 0 else 0.0, math.inf))
            edit.chosen.connect(lambda value: self._take(name, value))
            return edit, edit.show_number
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.clicked.connect(lambda: self._ask_file(parameter))
        return button, lambda path: button.setText(button_text(path.name))

    def _ask_file(self, parameter: Parameter) -> None:
        if path := self._choose_file(parameter.title):
            with_stamp = type(self._settings).for_model(path)  # a file trained again is another model
            self._change(model=path, modified=with_stamp.modified)

    def _take(self, name: str, value: Any) -> None:
        if value != getattr(self._settings, name):
            self._change(**{name: value})

    def _change(self, **values: Any) -> None:
        self._settings = dataclasses.replace(self._settings, **values)
        self._show()
        default = self._settings == self._stage.settings
        self.changed.emit(self._stage.name, None if default else self._settings)

    def _give_defaults(self) -> None:
        self._settings = self._stage.settings
        self._show()
        self.changed.emit(self._stage.name, None)

    def _show(self) -> None:
        for name, show in self._setters.items():
            self.editors[name].blockSignals(True)
            show(getattr(self._settings, name))
            self.editors[name].blockSignals(False)
        self.reset.setEnabled(self._settings != self._stage.settings)


class _NumberEdit(QLineEdit):
    """A float that may span many orders of magnitude.

    Signals
    -------
    chosen(float)
    """

    chosen = Signal(float)

    def __init__(self, least: float, most: float) -> None:
        super().__init__()
        self._least, self._most = least, most
        self._value = 0.0
        validator = QDoubleValidator(self)
        validator.setLocale(QLocale.c())  # 1e-7 is written alike everywhere
        self.setValidator(validator)
        self.editingFinished.connect(self._finish)

    def show_number(self, value: float) -> None:
        """Write a number, shortly."""
        self._value = value
        self.setText(f"{value:g}")

    def _finish(self) -> None:
        value = float(self.text())
        if self._least <= value <= self._most:
            self.chosen.emit(value)
        else:
            self.show_number(self._value)  # a step or a width below zero has no meaning
