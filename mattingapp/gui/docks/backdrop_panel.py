"""The backdrop's dock: which kind it is, its colours, and where its image lies."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.session.backdrop_titles import BackdropKind, hex_colour, kind_of, kind_title
from mattingapp.gui.session.session import Session
from mattingapp.gui.widgets.controls import quiet_label, show_choice, show_value
from mattingapp.gui.widgets.plain import button_text
from mattingapp.imaging.composite import parse_colour
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour

_WHITE, _GREY = np.ones(3, np.float32), np.full(3, 0.35, np.float32)
_BLUR = 0.03
SCALES = (0.1, 10.0)
_SHIFTS = (-2.0, 2.0)
_BLURS = (0.002, 0.2)


class BackdropPanel(QWidget):
    """Choose and adjust the backdrop; every change is seen at once.

    Parameters
    ----------
    session : Session
    choose_colour : callable () -> str or None
        Asks for a colour as "#rrggbb".
    choose_image : callable () -> None
        Asks for an image and gives it to the session.

    Signals
    -------
    adjusted(Backdrop, object gesture)
        The person wants this backdrop; `gesture` as for `Document.set_backdrop`.
    """

    adjusted = Signal(object, object)

    def __init__(
        self,
        session: Session,
        choose_colour: Callable[[], str | None],
        choose_image: Callable[[], None],
    ) -> None:
        super().__init__()
        self._session = session
        self._choose_colour = choose_colour
        self._choose_image = choose_image
        self._image: PlacedImage | None = None  # the last one, for coming back to it
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Backdrop"))
        for kind in BackdropKind:
            self.kind.addItem(kind_title(kind), kind)
        self.kind.activated.connect(self._choose_kind)

        self.colour = self._colour_button("colour", self.tr("Colour of the backdrop"))
        self.first = self._colour_button("first", self.tr("First colour of the gradient"))
        self.second = self._colour_button("second", self.tr("Second colour of the gradient"))
        self.angle = _spin_box(self.tr("Angle of the gradient"), (-180, 180), 15, 0, "°")
        self.angle.valueChanged.connect(lambda value: self._change("angle", angle=value))
        self.image = QPushButton(self.tr("Choose…"))
        self.image.clicked.connect(self._choose_image)
        self.scale = _spin_box(self.tr("Size of the image"), (100 * SCALES[0], 100 * SCALES[1]), 5, 0, " %")
        self.scale.valueChanged.connect(lambda value: self._change("scale", scale=value / 100))
        self.right = _spin_box(
            self.tr("How far the image is moved to the right"), _percent(_SHIFTS), 1, 1, " %"
        )
        self.down = _spin_box(self.tr("How far the image is moved down"), _percent(_SHIFTS), 1, 1, " %")
        for box in (self.right, self.down):
            box.valueChanged.connect(
                lambda value: self._change("shift", shift=(self.right.value() / 100, self.down.value() / 100))
            )
        self.centre = QPushButton(self.tr("Centre"))
        self.centre.setToolTip(self.tr("Cover the photo again, from its centre"))
        self.centre.clicked.connect(lambda: self._change(None, scale=1.0, shift=(0.0, 0.0)))
        self.blur = _spin_box(
            self.tr("Blur, of the shorter side of the photo"), _percent(_BLURS), 0.5, 1, " %"
        )
        self.blur.valueChanged.connect(lambda value: self._change("share", share=value / 100))

        hint = quiet_label(
            self.tr("In the composite, Alt and the mouse move the image, Alt and the wheel scale it.")
        )
        self._pages = QStackedWidget()
        rows: dict[BackdropKind, list[tuple[str, QWidget]]] = {
            BackdropKind.TRANSPARENT: [],
            BackdropKind.COLOUR: [(self.tr("Colour"), self.colour)],
            BackdropKind.GRADIENT: [
                (self.tr("From"), self.first),
                (self.tr("To"), self.second),
                (self.tr("Angle"), self.angle),
            ],
            BackdropKind.IMAGE: [
                (self.tr("Image"), self.image),
                (self.tr("Size"), self.scale),
                (self.tr("Right"), self.right),
                (self.tr("Down"), self.down),
                ("", self.centre),
                ("", hint),
            ],
            BackdropKind.BLUR: [(self.tr("Blur"), self.blur)],
        }
        for kind in BackdropKind:
            self._pages.addWidget(_page(rows[kind]))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(10)
        column.addWidget(self.kind)
        column.addWidget(self._pages, 1)
        session.document_changed.connect(self._show)
        session.backdrop_changed.connect(self._show)
        self._show()

    @property
    def _backdrop(self) -> Backdrop:
        opened = self._session.opened
        return opened.document.backdrop if opened else Backdrop()

    @Slot()
    def _show(self) -> None:
        backdrop = self._backdrop
        kind = kind_of(backdrop)
        show_choice(self.kind, kind)
        self._pages.setCurrentIndex(self.kind.currentIndex())
        if isinstance(backdrop, PlainColour):
            _show_colour(self.colour, backdrop.colour)
        elif isinstance(backdrop, Gradient):
            _show_colour(self.first, backdrop.first)
            _show_colour(self.second, backdrop.second)
            show_value(self.angle, backdrop.angle)
        elif isinstance(backdrop, PlacedImage):
            self._image = backdrop
            self.image.setText(button_text(backdrop.name))
            show_value(self.scale, 100 * backdrop.scale)
            show_value(self.right, 100 * backdrop.shift[0])
            show_value(self.down, 100 * backdrop.shift[1])
        elif isinstance(backdrop, BlurredPhoto):
            show_value(self.blur, 100 * backdrop.share)

    def _choose_kind(self) -> None:
        kind = BackdropKind(self.kind.currentData())
        if kind is kind_of(self._backdrop):
            return
        if kind is BackdropKind.IMAGE and self._image is None:
            self._choose_image()
            self._show()  # the person may have chosen none
            return
        made: dict[BackdropKind, Backdrop | None] = {
            BackdropKind.TRANSPARENT: Backdrop(),
            BackdropKind.COLOUR: PlainColour(_WHITE),
            BackdropKind.GRADIENT: Gradient(_WHITE, _GREY),
            BackdropKind.IMAGE: self._image,
            BackdropKind.BLUR: BlurredPhoto(_BLUR),
        }
        self.adjusted.emit(made[kind], None)

    def _change(self, gesture: str | None, **values: object) -> None:
        backdrop = self._backdrop
        if all(
            hasattr(backdrop, name) for name in values
        ):  # else a number was being typed as another kind came
            self.adjusted.emit(replace(backdrop, **values), gesture)

    def _colour_button(self, field: str, name: str) -> QPushButton:
        button = QPushButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self._ask_colour(field))
        return button

    def _ask_colour(self, field: str) -> None:
        if text := self._choose_colour():
            self._change(None, **{field: parse_colour(text)})


def _page(rows: list[tuple[str, QWidget]]) -> QWidget:
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for title, widget in rows:
        form.addRow(widget) if isinstance(widget, QLabel) else form.addRow(title, widget)
    return page


def _spin_box(
    name: str, span: tuple[float, float], step: float, decimals: int, suffix: str
) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(*span)
    box.setSingleStep(step)
    box.setDecimals(decimals)
    box.setSuffix(suffix)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def _percent(span: tuple[float, float]) -> tuple[float, float]:
    return 100 * span[0], 100 * span[1]


def _show_colour(button: QPushButton, colour: np.ndarray) -> None:
    text = hex_colour(colour)
    swatch = QPixmap(16, 16)
    swatch.fill(QColor(text))
    button.setIcon(QIcon(swatch))
    button.setText(text)
