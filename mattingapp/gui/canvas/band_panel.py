"""The panel that makes a trimap with an unknown band, shown on the canvas while the widths are chosen."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QPaintEvent, QShortcut, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.language import localized
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.gui.widgets.controls import bold_label, paint_card
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.trimap import DEFAULT_BAND, MAX_BAND, BandSource, Label
from mattingapp.project.document import Document

_MARGIN = 12  # logical pixels
_WIDTH = 380
_DEFAULT_SHARE = 0.01  # of the longer side of the photo
_WIDEST_SHARE = 0.1


class BandFrom(StrEnum):
    """What a band is made from."""

    CUT = "cut"  # a rough mask that was found
    PAINTED = "painted"
    PHOTO = "photo"  # the transparency of its file
    ALPHA = "alpha"  # the alpha in use
    MASK_FILE = "mask file"
    ALPHA_FILE = "alpha file"


def default_widths(origin: BandFrom, shape: tuple[int, int]) -> tuple[int, int]:
    """Return the inner and outer width in pixels to begin with, for a photo of `shape` (H, W)."""
    width = min(max(DEFAULT_BAND, round(_DEFAULT_SHARE * max(shape))), MAX_BAND // 2)
    if origin in (BandFrom.CUT, BandFrom.MASK_FILE):
        return width, 2 * width  # hair sticks out of what a rough mask takes for the subject
    return width, width


def widest(shape: tuple[int, int]) -> int:
    """Return the largest width to offer for a photo of `shape` (H, W)."""
    return min(max(round(_WIDEST_SHARE * max(shape)), 4 * DEFAULT_BAND), MAX_BAND)


def first_choice(document: Document, mask: np.ndarray | None) -> BandFrom:
    """Return what to make a band from unless the person says otherwise."""
    if mask is not None:
        return BandFrom.CUT
    if document.photo.alpha is not None:
        return BandFrom.PHOTO
    if (document.trimap == Label.FOREGROUND).any() and (document.trimap == Label.BACKGROUND).any():
        return BandFrom.PAINTED
    return BandFrom.MASK_FILE


class BandPanel(QFrame):
    """Source and widths of the band; floats over the canvas, which shows the trimap they make.

    Parameters
    ----------
    session : Session
    maker : TrimapMaker
    open_image : callable (QWidget, str title) -> Path or None
        Asks for a file.
    parent : QWidget
    ground : QWidget
        The canvas, somewhere in `parent`.

    Signals
    -------
    kept()
        The trimap shown was made a step.
    """

    kept = Signal()

    def __init__(
        self,
        session: Session,
        maker: TrimapMaker,
        open_image: Callable[[QWidget, str], Path | None],
        parent: QWidget,
        ground: QWidget,
    ) -> None:
        super().__init__(parent)
        self._over = parent
        self._session = session
        self._maker = maker
        self._open_image = open_image
        self._ground = ground
        self._mask: np.ndarray | None = None
        self._painted: np.ndarray | None = None  # the trimap before the preview
        self._files: dict[BandFrom, Path] = {}
        self._source: BandSource | None = None
        self._used: BandFrom | None = None

        self.origin = QComboBox()
        self._origins = QStandardItemModel(self)
        self.origin.setModel(self._origins)
        self.origin.setAccessibleName(self.tr("Make the band from"))
        for origin, text in (
            (BandFrom.CUT, self.tr("The rough cut")),
            (BandFrom.PAINTED, self.tr("What is painted so far")),
            (BandFrom.PHOTO, self.tr("The transparency of the photo")),
            (BandFrom.ALPHA, self.tr("The alpha in use")),
            (BandFrom.MASK_FILE, self.tr("A rough mask from a file…")),
            (BandFrom.ALPHA_FILE, self.tr("An alpha or cut-out from a file…")),
        ):
            self.origin.addItem(text, origin)
        self.origin.activated.connect(self._choose)
        self.inner = _Width(self.tr("Into the foreground"), self)
        self.outer = _Width(self.tr("Into the background"), self)
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self.apply = QPushButton(self.tr("Make trimap"))
        self.apply.setDefault(True)
        self.apply.setEnabled(False)
        self.apply.clicked.connect(self.accept)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        for keys, act in (("Return", self.accept), ("Enter", self.accept), ("Esc", self.reject)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)

        title = bold_label(self.tr("Unknown band"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.addWidget(QLabel(self.tr("From")), 0, 0)
        grid.addWidget(self.origin, 0, 1, 1, 2)
        for row, width in enumerate((self.inner, self.outer), 1):
            width.changed.connect(self._schedule)
            for place, widget in enumerate((width.label, width.slider, width.box)):
                grid.addWidget(widget, row, place)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(grid)
        column.addWidget(self._text)
        column.addLayout(buttons)

        self._timer = QTimer(self)  # one preview for a burst of changes
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._preview)
        maker.mask_found.connect(self._on_mask)
        maker.source_ready.connect(self._on_source)
        maker.refused.connect(self._on_refused)
        session.document_changed.connect(self._forget)
        ground.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What is said below the widths: what to do, or why there is no band."""
        return self._text.text()

    @property
    def used(self) -> BandFrom | None:
        """What the band is made from."""
        return self._used

    def begin(self, origin: BandFrom | None = None) -> None:
        """Come up, with a band from `origin` or from what suggests itself."""
        document = self._session.document
        if not self._session.previewing:
            self._painted = document.trimap.copy()
            self._session.begin_preview()
        limit = widest(document.photo.shape)
        for width in (self.inner, self.outer):
            width.set_range(-limit, limit)
        offered = {
            BandFrom.CUT: self._mask is not None,
            BandFrom.PHOTO: document.photo.alpha is not None,
            BandFrom.ALPHA: document.matte is not None,
        }
        for index in range(self.origin.count()):
            possible = offered.get(BandFrom(self.origin.itemData(index)), True)
            self._origins.item(index).setEnabled(possible)
        self.show()
        self._place()
        self.raise_()
        self._use(origin or first_choice(document, self._mask))
        self.inner.slider.setFocus()

    @Slot()
    def accept(self) -> None:
        """Make the trimap shown one step of the history."""
        if self._timer.isActive():
            self._preview()
        if self.apply.isEnabled():
            self._close()
            self._session.keep_preview(self.tr("Make unknown band"))
            self.kept.emit()

    @Slot()
    def reject(self) -> None:
        """Leave the trimap as it was."""
        self._close()
        self._session.drop_preview()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # not for what lies beneath

    # Source

    @Slot(int)
    def _choose(self, index: int) -> None:
        origin = BandFrom(self.origin.itemData(index))  # Qt gives back a plain str
        if origin in (BandFrom.MASK_FILE, BandFrom.ALPHA_FILE):
            path = self._open_image(self, self.origin.itemText(index))
            if path is None:
                self._select(self._used)
                return
            self._files[origin] = path
        self._use(origin)

    def _use(self, origin: BandFrom) -> None:
        self._select(origin)
        self._used = origin
        self._source = None
        document = self._session.document
        narrower = origin not in (BandFrom.CUT, BandFrom.MASK_FILE)
        for width, value in zip(
            (self.inner, self.outer), default_widths(origin, document.photo.shape), strict=True
        ):
            width.set_range(-widest(document.photo.shape) if narrower else 0, widest(document.photo.shape))
            width.set_value(value)
        if origin in (BandFrom.MASK_FILE, BandFrom.ALPHA_FILE) and origin not in self._files:
            self._say(self.tr("Choose where the band comes from: paint, cut roughly, or open a file."))
            return
        self._say(self.tr("Measuring…"))
        self._maker.prepare(self._make_source(origin))

    def _make_source(self, origin: BandFrom) -> Callable[[], BandSource]:
        document = self._session.document
        mask, painted, transparency = self._mask, self._painted, document.photo.alpha
        if origin is BandFrom.CUT and mask is not None:
            return partial(BandSource.of_mask, mask)
        if origin is BandFrom.PAINTED and painted is not None:
            return partial(BandSource.of_trimap, painted)
        if origin is BandFrom.PHOTO and transparency is not None:
            return partial(BandSource.of_alpha, transparency)
        if origin is BandFrom.ALPHA:
            return partial(BandSource.of_alpha, document.final_alpha())
        make = BandSource.of_mask if origin is BandFrom.MASK_FILE else BandSource.of_alpha
        path, shape = self._files[origin], document.photo.shape
        return lambda: make(read_alpha(path, shape))

    @Slot(object)
    def _on_mask(self, mask: np.ndarray) -> None:
        self._mask = mask
        self.begin(BandFrom.CUT)

    @Slot(object)
    def _on_source(self, source: BandSource) -> None:
        if self.isVisible():
            self._source = source
            self._preview()

    @Slot(object)
    def _on_refused(self, text: str) -> None:
        if self.isVisible():
            self._say(localized(text))

    # Preview

    def _schedule(self) -> None:
        if self._source is not None:
            self._timer.start()

    @Slot()
    def _preview(self) -> None:
        self._timer.stop()
        if self._source is None:
            return
        problem = self._session.preview_band(self._source, self.inner.value, self.outer.value)
        if problem:
            self._say(problem)
        else:
            self._text.setText(self.tr("Hair, fur and soft edges should lie in the unknown band."))
            self.apply.setEnabled(True)
            self._place()

    def _say(self, text: str) -> None:
        """Say why nothing can be made now."""
        self._text.setText(text)
        self.apply.setEnabled(False)
        self._place()

    def _select(self, origin: BandFrom | None) -> None:
        self.origin.setCurrentIndex(self.origin.findData(origin))

    def _close(self) -> None:
        self._timer.stop()
        self._maker.cancel()
        self._source = self._painted = None
        self.apply.setEnabled(False)
        self.hide()

    @Slot()
    def _forget(self) -> None:
        """Another photo is open."""
        self._mask = None
        self._files.clear()
        if self.isVisible():
            self._close()

    def _place(self) -> None:
        if not self.isVisible():
            return
        parent = self._over
        ground = QRect(self._ground.mapTo(parent, QPoint(0, 0)), self._ground.size())
        width = min(_WIDTH, ground.width() - 2 * _MARGIN)
        height = max(self._column.heightForWidth(width), self._column.minimumSize().height())
        self.setGeometry(ground.center().x() - width // 2, ground.bottom() - height - _MARGIN, width, height)


class _Width(QObject):
    """A width as slider and number.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, text: str, parent: QObject) -> None:
        super().__init__(parent)
        self.label = QLabel(text)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(text)
        self.box = QSpinBox()
        self.box.setSuffix(self.tr(" px"))
        self.box.setAccessibleName(text)
        self.slider.valueChanged.connect(self.box.setValue)
        self.box.valueChanged.connect(self.slider.setValue)
        self.box.valueChanged.connect(self.changed)

    @property
    def value(self) -> int:
        return self.box.value()

    def set_range(self, least: int, most: int) -> None:
        self.slider.setRange(least, most)
        self.box.setRange(least, most)

    def set_value(self, value: int) -> None:
        self.box.setValue(value)
