"""The viewer's dock: how alphas are shown, gain and gamma to find holes and haze, and the histogram."""

import math

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.panes.display import MAX_GAIN, MAX_GAMMA, MIN_GAIN, MIN_GAMMA, Display, ViewMode
from mattingapp.gui.panes.gallery import COMPOSITE, PHOTO, TRUTH, Gallery
from mattingapp.gui.session.session import Session
from mattingapp.gui.widgets.controls import quiet_label, show_value
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.trimap import Label

_STEPS = 1000  # of a slider
_BARS = 64
_HIGHEST = 240  # logical pixels
_NEARLY = 13  # levels of 255: 5 %


def mode_title(mode: ViewMode) -> str:
    """Return what a view mode is called on screen."""
    translate = QCoreApplication.translate
    return {
        ViewMode.ALPHA: translate("ViewMode", "Grey"),
        ViewMode.OVERLAY: translate("ViewMode", "Red veil over the photo"),
        ViewMode.BLACK: translate("ViewMode", "On black"),
        ViewMode.WHITE: translate("ViewMode", "On white"),
        ViewMode.CHECKER: translate("ViewMode", "On a checker"),
        ViewMode.COMPOSITE: translate("ViewMode", "On the backdrop"),
    }[mode]


def count_levels(alpha: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    """Return how many unknown pixels have each level of 0 … 255: int (256,)."""
    levels = quantise(alpha, 8)
    unknown = cv2.compare(trimap, int(Label.UNKNOWN), cv2.CMP_EQ)
    return cv2.calcHist([levels], [0], unknown, [256], [0, 256]).astype(int).ravel()


def shares(counts: np.ndarray) -> tuple[float, float]:
    """Return which shares of the pixels are haze (nearly background) and holes (nearly foreground)."""
    total = max(counts.sum(), 1)
    return float(counts[1:_NEARLY].sum() / total), float(counts[256 - _NEARLY : 255].sum() / total)


class LogSlider(QWidget):
    """A slider on which every doubling is equally far, with its value beside it.

    Signals
    -------
    moved(float)
    """

    moved = Signal(float)

    def __init__(self, low: float, high: float, name: str) -> None:
        super().__init__()
        self._low, self._span = math.log(low), math.log(high / low)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setAccessibleName(name)
        self.slider.valueChanged.connect(self._move)
        self._value = PlainLabel()
        self._value.setMinimumWidth(self._value.fontMetrics().horizontalAdvance("00.00"))
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)

    def show_value(self, value: float) -> None:
        """Stand at a value."""
        self._value.setText(f"{value:.2f}")
        show_value(self.slider, round(_STEPS * (math.log(value) - self._low) / self._span))

    def _move(self, position: int) -> None:
        value = math.exp(self._low + self._span * position / _STEPS)
        near_one = abs(math.log(value)) < self._span / 60  # so that "off" is easily found
        self.moved.emit(1.0 if near_one else value)


class Histogram(QWidget):
    """How often each alpha occurs among the unknown pixels, on a logarithmic scale."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = np.zeros(256, int)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(_HIGHEST)
        self.setAccessibleName(self.tr("Histogram of the alpha"))

    def sizeHint(self) -> QSize:
        return QSize(220, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def show_counts(self, counts: np.ndarray) -> None:
        """Draw other counts."""
        self.counts = counts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, self.palette().base())
        bars = np.log1p(self.counts.reshape(_BARS, -1).sum(1))
        if bars.max() > 0:
            width = area.width() / _BARS
            for place, height in enumerate(bars / bars.max() * (area.height() - 4)):
                bar = QRectF(place * width, area.height() - height, max(width - 1, 1), height)
                painter.fillRect(bar, self.palette().highlight())
        painter.setPen(self.palette().mid().color())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class ViewerPanel(QWidget):
    """What is seen, never what is exported.

    Parameters
    ----------
    session : Session
    display : Display
    gallery : Gallery
    """

    def __init__(self, session: Session, display: Display, gallery: Gallery) -> None:
        super().__init__()
        self._session = session
        self._display = display
        self._gallery = gallery
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("Show alpha"))
        for mode in ViewMode:
            self.mode.addItem(mode_title(mode), mode)
        self.mode.activated.connect(lambda index: display.set_mode(ViewMode(self.mode.itemData(index))))
        self.gain = LogSlider(MIN_GAIN, MAX_GAIN, self.tr("Gain"))
        self.gain.setToolTip(self.tr("Makes faint alphas bright: haze in the background shows"))
        self.gain.moved.connect(display.set_gain)
        self.gamma = LogSlider(MIN_GAMMA, MAX_GAMMA, self.tr("Gamma"))
        self.gamma.setToolTip(self.tr("Above 1 haze shows, below 1 holes in the foreground show"))
        self.gamma.moved.connect(display.set_gamma)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Show alphas as they are"))
        self.reset.clicked.connect(display.reset)
        self.source = QComboBox()
        self.source.setAccessibleName(self.tr("Alpha of the histogram"))
        self.source.activated.connect(self._count)
        for combo in (self.mode, self.source):  # they give way in a narrow dock
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
        self.histogram = Histogram()
        self.summary = quiet_label()

        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Show alpha"), self.mode)
        form.addRow(self.tr("Gain"), self.gain)
        form.addRow(self.tr("Gamma"), self.gamma)
        form.addRow("", self.reset)
        form.addRow(self.tr("Histogram"), self.source)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(form)
        column.addWidget(self.histogram, 1)
        column.addWidget(self.summary)
        column.addStretch(1)
        display.changed.connect(self._show_display)
        gallery.changed.connect(self._on_changed)
        session.document_changed.connect(self._on_changed)
        self._show_display()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_changed()

    @Slot()
    def _show_display(self) -> None:
        self.mode.setCurrentIndex(self.mode.findData(self._display.mode))
        self.gain.show_value(self._display.gain)
        self.gamma.show_value(self._display.gamma)
        self.reset.setEnabled(self._display.adjusted)

    @Slot()
    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        sources = [source for source in self._gallery.sources() if source not in (PHOTO, COMPOSITE)]
        chosen = self.source.currentData()
        if [self.source.itemData(index) for index in range(self.source.count())] != sources:
            self.source.clear()
            for source in sources:
                self.source.addItem(self._gallery.title(source), source)
            stages = [source for source in sources if source != TRUTH]
            wanted = chosen if chosen in sources else (stages or sources or [""])[-1]
            self.source.setCurrentIndex(self.source.findData(wanted))
        self._count()

    @Slot()
    def _count(self) -> None:
        source = self.source.currentData()
        alpha = self._gallery.alpha(source) if source else None
        if alpha is None:
            self.histogram.show_counts(np.zeros(256, int))
            self.summary.setText(self.tr("Run shows how often each alpha occurs"))
            return
        solved = self._session.document.results.get(source)
        counts = count_levels(alpha, solved.request.trimap if solved else self._session.document.trimap)
        self.histogram.show_counts(counts)
        haze, holes = shares(counts)
        text = self.tr("Of the unknown pixels {haze} are haze (0 < α < 5 %), {holes} holes (95 % < α < 1).")
        self.summary.setText(text.format(haze=f"{100 * haze:.1f} %", holes=f"{100 * holes:.1f} %"))
