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

    CUT = "cut"  # the subject that was found, whose band makes itself
    PAINTED = "painted"
    PHOTO = "photo"  # the transparency of its file
    ALPHA = "alpha"  # the alpha in use
    MASK_FILE = "mask file"
    ALPHA_FILE = "alpha file"


def default_widths(origin: BandFrom, shape: tuple[int, int]) -> tuple[int, int]:
    """Return the inner and outer width in pixels to begin with, for a photo of `shape` (H, W)."""
    width = min(max(DEFAULT_BAND, round(_DEFAULT_SHARE * max(shape))), MAX_BAND // 2)
    if origin is BandFrom.CUT:
        return 0, 0
    if origin is BandFrom.MASK_FILE:
        return width, 2 * width  # hair sticks out of what a rough mask takes for the subject
    return width, width


def widest(shape: tuple[int, int]) -> int:
    """Return the largest width to offer for a photo of `shape` (H, W)."""
    return min(max(round(_WIDEST_SHARE * max(shape)), 4 * DEFAULT_BAND), MAX_BAND)


def first_choice(document: Document, found: np.ndarray | None) -> BandFrom:
    """Return what to make a band from unless the person says otherwise."""
    if found is not None:
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
        self._found: np.ndarray | None = None  # the trimap of the subject
        self._wanted = False  # "Make trimap" was said before there is one
        self._painted: np.ndarray | None = None  # the trimap before the preview
        self._files: dict[BandFrom, Path] = {}
        self._source: BandSource | None = None
        self._used: BandFrom | None = None

        self.origin = QComboBox()
        self._origins = QStandardItemModel(self)
        self.origin.setModel(self._origins)
        self.origin.setAccessibleName(self.tr("Make the band from"))
        for origin, text in (
            (BandFrom.CUT, self.tr("The subject found")),
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
        maker.subject_seen.connect(self._on_seen)
        maker.subject_found.connect(self._on_subject)
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
        self._come_up()
        self._use(origin or first_choice(self._session.document, self._found))

    def _come_up(self) -> None:
        document = self._session.document
        if not self._session.previewing:
            self._painted = document.trimap.copy()
            self._session.begin_preview()
        limit = widest(document.photo.shape)
        for width in (self.inner, self.outer):
            width.set_range(-limit, limit)
        offered = {
            BandFrom.CUT: self._found is not None,
            BandFrom.PHOTO: document.photo.alpha is not None,
            BandFrom.ALPHA: document.matte is not None,
        }
        for index in range(self.origin.count()):
            possible = offered.get(BandFrom(self.origin.itemData(index)), True)
            self._origins.item(index).setEnabled(possible)
        self.show()
        self._place()
        self.raise_()
        self.inner.slider.setFocus()

    @Slot()
    def accept(self) -> None:
        """Make the trimap shown one step of the history; one that is being measured, as soon as it is there."""
        if self._timer.isActive():
            self._preview()
        self._wanted = not self.apply.isEnabled() or self._maker.cut_progress is not None
        if not self._wanted:
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
        self._begin_with(origin)
        if origin in (BandFrom.MASK_FILE, BandFrom.ALPHA_FILE) and origin not in self._files:
            self._say(self.tr("Choose where the band comes from: paint, find the subject, or open a file."))
            return
        self._say(self.tr("Measuring…"))
        self._maker.prepare(self._make_source(origin))

    def _begin_with(self, origin: BandFrom) -> None:
        """Show an origin and the widths it begins with."""
        self._select(origin)
        self._used = origin
        self._source = None
        shape = self._session.document.photo.shape
        least = 0 if origin is BandFrom.MASK_FILE else -widest(shape)
        for width, value in zip((self.inner, self.outer), default_widths(origin, shape), strict=True):
            width.set_range(least, widest(shape))
            width.set_value(value)

    def _make_source(self, origin: BandFrom) -> Callable[[], BandSource]:
        document = self._session.document
        found, painted, transparency = self._found, self._painted, document.photo.alpha
        if origin is BandFrom.CUT and found is not None:
            return partial(BandSource.of_trimap, found)
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
    def _on_seen(self, trimap: np.ndarray) -> None:
        """Show roughly where the subject is, until its band is measured."""
        self._found, self._source = trimap, None
        if not self.isVisible() or self._used is not BandFrom.CUT:
            self._come_up()
            self._begin_with(BandFrom.CUT)
        self._session.preview_trimap(trimap)
        self._text.setText(self.tr("Measuring…"))
        self.apply.setEnabled(False)

    @Slot(object)
    def _on_subject(self, trimap: np.ndarray) -> None:
        self._found = trimap
        self._maker.prepare(self._make_source(BandFrom.CUT))

    @Slot(object)
    def _on_source(self, source: BandSource) -> None:
        if self.isVisible():
            self._source = source
            self._preview()
            if self._wanted:
                self.accept()

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
            text = self.tr("Hair, fur and soft edges should lie in the unknown band.")
            if self._used is BandFrom.CUT:
                text += " " + self.tr(
                    "Something missing: mark it. Too much: mark that with the right button."
                )
            self._text.setText(text)
            self.apply.setEnabled(True)
            self._place()

    def _say(self, text: str) -> None:
        """Say why nothing can be made now."""
        self._wanted = False
        self._text.setText(text)
        self.apply.setEnabled(False)
        self._place()

    def _select(self, origin: BandFrom | None) -> None:
        self.origin.setCurrentIndex(self.origin.findData(origin))

    def _close(self) -> None:
        self._timer.stop()
        self._maker.cancel()
        self._source = self._painted = None
        self._wanted = False
        self.apply.setEnabled(False)
        self.hide()

    @Slot()
    def _forget(self) -> None:
        """Another photo is open."""
        self._found = None
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
