"""The panes beside the canvas: one for each result, each with a caption."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui import theme
from mattingapp.gui.image_view import ImageView
from mattingapp.gui.view import View
from mattingapp.matting.pipeline import StageResult

OUTDATED = "The trimap has changed since: run again to bring this up to date."
_HEADER = 30  # logical pixels


class PaneKey(StrEnum):
    """The places in the grid of panes."""

    CLOSED_FORM = "closed-form"
    KNN = "knn"
    FINAL = "final"  # the method in use, where it is neither of the two
    COMPOSITE = "composite"


def pane_of(stage: str) -> PaneKey:
    """Return where the result of a stage is shown."""
    return PaneKey(stage) if stage in (PaneKey.CLOSED_FORM, PaneKey.KNN) else PaneKey.FINAL


def caption(result: StageResult, outdated: bool) -> str:
    """Return what stands beside the title of a finished result: "0.3 s · CPU"."""
    device = "GPU" if result.device.startswith("cuda") else result.device.upper()
    parts = [f"{result.seconds:.1f} s", device]
    if not result.converged:
        parts.insert(0, "not converged")
    if outdated:
        parts.insert(0, "outdated")  # first, since the end gives way in a narrow pane
    return " · ".join(parts)


def explanation(result: StageResult, outdated: bool) -> str:
    """Return the tooltip of a finished result: one sentence for each thing worth knowing."""
    sentences = [result.note] if result.note else []
    if not result.converged and not result.note:
        sentences.append("The solver stopped before it converged; this is its best alpha.")
    if outdated:
        sentences.append(OUTDATED)
    return " ".join(sentences)


class _ElidedLabel(QLabel):
    """A line of text that gives way where there is no room, ending in an ellipsis."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class Pane(QFrame):
    """A picture under a title.

    Signals
    -------
    chosen()
        The person wants this result for composite and export.
    enlarge()
        Show this pane alone, or all again.
    """

    chosen = Signal()
    enlarge = Signal()

    def __init__(self, view: View, choosable: bool) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self._title = QLabel()
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._caption = _ElidedLabel()
        self.choice = QToolButton()
        self.choice.setAutoRaise(True)
        self.choice.setCheckable(True)
        self.choice.setVisible(choosable)
        self.choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice.clicked.connect(self._choose)
        self.header = QHBoxLayout()
        self.header.setContentsMargins(10, 0, 4, 0)
        self.header.setSpacing(8)
        self.header.addWidget(self._title)
        self.header.addWidget(self._caption, 1)
        self.header.addWidget(self.choice)
        bar = QWidget()
        bar.setLayout(self.header)
        bar.setFixedHeight(_HEADER)
        self.image = ImageView(view)
        self.image.clicked.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.image, 1)
        self._chosen = False
        self._progress: float | None = None

    @property
    def title(self) -> str:
        """What the pane shows."""
        return self._title.text()

    @property
    def caption(self) -> str:
        """What stands beside the title."""
        return self._caption.text()

    @property
    def caption_tip(self) -> str:
        """What explains it."""
        return self._caption.toolTip()

    def set_title(self, title: str) -> None:
        """Name what the pane shows."""
        self._title.setText(title)
        self.image.setAccessibleName(f"{title} pane")
        self.choice.setToolTip(f"Use {title} for the composite and the export")
        self.choice.setAccessibleName(self.choice.toolTip())

    def set_caption(self, caption: str, tip: str = "") -> None:
        """Write beside the title; `tip` explains it."""
        self._caption.setText(caption)
        self._caption.setToolTip(tip)
        self._title.setToolTip(tip)

    def set_chosen(self, chosen: bool) -> None:
        """Mark the pane whose result is the matte."""
        self._chosen = chosen
        self.choice.setChecked(chosen)
        self.tint(QApplication.palette())

    def set_progress(self, fraction: float | None) -> None:
        """Draw how far the stage is; nothing for None."""
        self._progress = fraction
        self.update()

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        if self._progress is not None:
            painter = QPainter(self)
            done = round(self.width() * self._progress)
            painter.fillRect(0, _HEADER - 2, done, 2, self.palette().highlight())

    def tint(self, palette: QPalette) -> None:
        """Draw the icons in the colours of a palette."""
        if self._chosen:
            palette = QPalette(palette)
            palette.setColor(QPalette.ColorRole.ButtonText, palette.highlight().color())
        self.choice.setIcon(theme.icon("matte-chosen" if self._chosen else "matte", palette))

    def mouseDoubleClickEvent(self, event) -> None:
        self.enlarge.emit()

    def _choose(self) -> None:
        self.choice.setChecked(self._chosen)  # until the session says so
        if self.choice.isVisibleTo(self) and self.choice.isEnabled():
            self.chosen.emit()


class PaneGrid(QWidget):
    """The panes, two by two, or one alone.

    Signals
    -------
    chosen(PaneKey)
    single_changed(bool)
        One pane is shown alone, or all again.
    """

    chosen = Signal(object)
    single_changed = Signal(bool)

    def __init__(self, view: View) -> None:
        super().__init__()
        self.panes = {key: Pane(view, choosable=key is not PaneKey.COMPOSITE) for key in PaneKey}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(1)
        for place, (key, pane) in enumerate(self.panes.items()):
            row, column = divmod(place, 2)
            grid.addWidget(pane, row, column)
            pane.chosen.connect(lambda key=key: self.chosen.emit(key))
            pane.enlarge.connect(lambda key=key: self.show_single(None if self._single else key))
        self._grid = grid
        self._single: PaneKey | None = None
        self.chosen_pane: PaneKey | None = None
        self._stretch()

    def __getitem__(self, key: PaneKey) -> Pane:
        return self.panes[key]

    def show_single(self, single: PaneKey | None) -> None:
        """Show one pane alone, or all for None."""
        self._single = single
        for key, pane in self.panes.items():
            pane.setVisible(single in (None, key))
        self._stretch()
        self.single_changed.emit(single is not None)

    def add_backdrop_menu(self, menu: QMenu) -> None:
        """Give the composite pane a button that opens `menu`."""
        self._backdrop = QToolButton()
        self._backdrop.setAutoRaise(True)
        self._backdrop.setMenu(menu)
        self._backdrop.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._backdrop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._backdrop.setToolTip("Choose the backdrop")
        self._backdrop.setAccessibleName("Choose the backdrop")
        self[PaneKey.COMPOSITE].header.addWidget(self._backdrop)

    def tint(self, palette: QPalette) -> None:
        """Draw the icons in the colours of a palette."""
        self._backdrop.setIcon(theme.icon("backdrop", palette))
        for pane in self.panes.values():
            pane.tint(palette)

    def set_chosen(self, chosen: PaneKey | None) -> None:
        """Mark the pane whose result is the matte."""
        self.chosen_pane = chosen
        for key, pane in self.panes.items():
            pane.set_chosen(key is chosen)

    def _stretch(self) -> None:
        """Give rows and columns that show something equal shares, and the others none."""
        places = [divmod(place, 2) for place, key in enumerate(self.panes) if self._single in (None, key)]
        for line in range(2):
            self._grid.setRowStretch(line, int(line in {row for row, _ in places}))
            self._grid.setColumnStretch(line, int(line in {column for _, column in places}))
