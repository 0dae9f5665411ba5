"""Two sources against each other: one view with a wipe between them, or a map of their difference."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.panes.gallery import COMPOSITE, PHOTO, TRUTH, Gallery
from mattingapp.gui.picture.difference import ABOVE, BELOW, Difference
from mattingapp.gui.picture.image_view import ImageView
from mattingapp.gui.picture.layers import Layer
from mattingapp.gui.picture.view import Mapping, View
from mattingapp.gui.widgets.chip import Chip
from mattingapp.gui.widgets.controls import combo_box, flat_button

_GRIP = 7  # logical pixels at either side of the line
_STEP = 0.02  # of the width, by an arrow key
_LABEL_MARGIN = 8
_MAX_GAIN = 64.0
_DEFAULT_GAIN = 4.0


class CompareMode(StrEnum):
    """How two sources are compared."""

    WIPE = "wipe"
    DIFFERENCE = "difference"


class WipeView(ImageView):
    """One source at the left of a line, another at the right. The line is dragged, or moved by the arrow keys."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self.split = 0.5  # of the width
        self._right: tuple[Layer, ...] | None = None
        self._labels = ("", "")
        self._legend: Sequence[tuple[str, QColor]] = ()
        self._dragging = False

    def show_wipe(self, left: Sequence[Layer], right: Sequence[Layer], labels: tuple[str, str]) -> None:
        """Show two sources with a line between them."""
        self._right, self._labels = tuple(right), labels
        self.show_pictures(left)

    def show_one(
        self, layers: Sequence[Layer], hint: str = "", legend: Sequence[tuple[str, QColor]] = ()
    ) -> None:
        """Show one picture without a line, or a hint; `legend` tells what its colours mean."""
        self._right, self._legend = None, legend
        self.show_pictures(layers, hint)

    def set_split(self, split: float) -> None:
        """Move the line to a share of the width."""
        self.split = min(max(split, 0.0), 1.0)
        self.update()

    @property
    def _line(self) -> int:
        """Where the line is, in device pixels."""
        return round(self.split * self.viewport().width)

    def paint_pictures(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        if self._right is None:
            super().paint_pictures(painter, part, mapping)
            return
        width, height = self.viewport()
        left = QRectF(0, 0, self._line, height)
        for layers, side in (
            (self._pictures, left),
            (self._right, QRectF(self._line, 0, width - self._line, height)),
        ):
            seen = side.intersected(part)
            if not seen.isEmpty():
                painter.setClipRect(seen)
                for layer in layers:
                    layer.draw(painter, seen, mapping)
        painter.setClipRect(part)

    def paint_over(self, painter: QPainter, mapping: Mapping) -> None:
        super().paint_over(painter, mapping)
        ratio = self.devicePixelRatioF()
        width, height = self.viewport()
        margin = _LABEL_MARGIN * ratio
        font = painter.font()
        font.setPixelSize(round(self.fontMetrics().height() * 0.8 * ratio))
        painter.setFont(font)
        if self._right is None:
            top = margin
            for text, colour in self._legend:
                top = _draw_label(painter, text, margin, top, width - margin, colour) + margin
            return
        x = self._line
        for pen_width, colour in ((3 * ratio, QColor(0, 0, 0, 150)), (1.2 * ratio, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, pen_width))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 150), ratio))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(QPointF(x, height / 2), 6 * ratio, 6 * ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        white = QColor(255, 255, 255)
        _draw_label(painter, self._labels[0], margin, margin, x - margin, white)
        _draw_label(painter, self._labels[1], x + margin, margin, width - margin, white)

    def _on_line(self, point: QPointF) -> bool:
        return self._right is not None and abs(point.x() - self.split * self.width()) <= _GRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_line(event.position()):
            self._dragging = True
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.set_split(event.position().x() / max(self.width(), 1))
            return
        super().mouseMoveEvent(event)
        if self._on_line(event.position()) and not self.panning:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.update_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, float] = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}
        step = steps.get(event.key())
        if step is None or self._right is None:
            super().keyPressEvent(event)
        else:
            self.set_split(self.split + step)


def _draw_label(painter: QPainter, text: str, left: float, top: float, right: float, colour: QColor) -> float:
    """Write on a dark ground, unless there is no room before `right`; return where that ends."""
    height = painter.fontMetrics().height()
    box = QRectF(left, top, painter.fontMetrics().horizontalAdvance(text) + height, height * 1.25)
    if box.right() <= right:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(box, height / 4, height / 4)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    return box.bottom()


class ComparePane(QFrame):
    """Two sources and how they are compared.

    Parameters
    ----------
    view : View
    gallery : Gallery

    Signals
    -------
    closed()
        The person has seen enough.
    """

    closed = Signal()

    def __init__(self, view: View, gallery: Gallery) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self._gallery = gallery
        self.mode = CompareMode.WIPE
        self._adjusted = ""
        self.first = combo_box(self.tr("First picture"))
        self.second = combo_box(self.tr("Second picture"))
        self.mode_box = combo_box(self.tr("How they are compared"))
        self.mode_box.addItem(self.tr("Wipe"), CompareMode.WIPE)
        self.mode_box.addItem(self.tr("Difference"), CompareMode.DIFFERENCE)
        swap = flat_button(self.tr("Swap the two pictures"), "swap")
        swap.clicked.connect(self.swap)
        close = flat_button(self.tr("Back to the panes"), "close")
        close.clicked.connect(self.closed)
        self.gain = QDoubleSpinBox()
        self.gain.setRange(1.0, _MAX_GAIN)
        self.gain.setDecimals(0)
        self.gain.setPrefix("× ")
        self.gain.setValue(_DEFAULT_GAIN)
        self.gain.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.gain.setAccessibleName(self.tr("Gain of the difference"))
        self.gain.setToolTip(self.tr("Gain of the difference"))
        header = QHBoxLayout()
        header.setContentsMargins(10, 2, 4, 2)
        header.setSpacing(6)
        for widget in (self.mode_box, self.first, swap, self.second, self.gain):
            header.addWidget(widget)
        header.addStretch(1)
        header.addWidget(close)
        bar = QWidget()
        bar.setLayout(header)
        self.image = WipeView(view)
        self.image.setAccessibleName(self.tr("Comparison"))
        self.image.enlarge.connect(self.closed)
        self.chip = Chip(self.image, _LABEL_MARGIN + 24)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.image, 1)
        for combo in (self.first, self.second):
            combo.currentIndexChanged.connect(self._show)
        self.mode_box.currentIndexChanged.connect(self._choose_mode)
        self.gain.valueChanged.connect(self._show)
        gallery.changed.connect(self._on_changed)
        gallery.all_changed.connect(self._on_all_changed)

    def compare(self, mode: CompareMode, first: str | None = None, second: str | None = None) -> None:
        """Compare in this way; sources that are not given stay as they are."""
        self.mode = mode
        self.mode_box.setCurrentIndex(self.mode_box.findData(mode))
        self._offer(first, second)

    @Slot()
    def swap(self) -> None:
        """Let the two change places."""
        self._offer(self.second.currentData(), self.first.currentData())

    def say_adjusted(self, text: str) -> None:
        """Mark a wipe between alphas that are not shown as they are; "" for no mark."""
        self._adjusted = text
        self.chip.say(text if self.mode is CompareMode.WIPE else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._offer()

    def _choose_mode(self) -> None:
        self.mode = CompareMode(self.mode_box.currentData())
        self._offer()

    def _offer(self, first: str | None = None, second: str | None = None) -> None:
        """Fill the boxes with what there is, keeping or setting what is chosen."""
        sources = [
            source
            for source in self._gallery.sources()
            if self.mode is CompareMode.WIPE or self._gallery.alpha(source) is not None
        ]
        final = next((source for source in reversed(sources) if source not in (PHOTO, TRUTH, COMPOSITE)), "")
        for combo, wanted, default in (
            (self.first, first, sources[0] if sources else ""),
            (self.second, second, final),
        ):
            chosen = wanted or combo.currentData()
            combo.blockSignals(True)
            combo.clear()
            for source in sources:
                combo.addItem(self._gallery.title(source), source)
            combo.setCurrentIndex(combo.findData(chosen if chosen in sources else default))
            combo.blockSignals(False)
        self._show()

    @Slot(str)
    def _on_changed(self, source: str) -> None:
        if not self.isVisible():
            return
        if self.first.findData(source) < 0:
            self._offer()
        elif self.mode is CompareMode.DIFFERENCE and self._gallery.previewing(source):
            return  # ten maps a second of a large photo would hold the window up
        elif source in (self.first.currentData(), self.second.currentData()):
            self._show()

    @Slot()
    def _on_all_changed(self) -> None:
        if self.isVisible():
            self._offer()

    @Slot()
    def _show(self) -> None:
        first, second = self.first.currentData(), self.second.currentData()
        wipe = self.mode is CompareMode.WIPE
        self.gain.setVisible(not wipe)
        self.say_adjusted(self._adjusted)
        if not first or not second:
            self.image.show_one((), self.tr("Run first: there is nothing to compare yet"))
        elif wipe:
            labels = self._gallery.title(first), self._gallery.title(second)
            self.image.show_wipe(self._gallery.layers(first), self._gallery.layers(second), labels)
        else:
            above, below = self._gallery.alpha(first), self._gallery.alpha(second)
            assert above is not None and below is not None, "nothing else is offered"
            legend = (self.tr("first above second"), ABOVE), (self.tr("first below second"), BELOW)
            self.image.show_one((Difference(above, below, self.gain.value()),), legend=legend)
