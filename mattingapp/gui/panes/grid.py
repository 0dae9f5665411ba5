"""The panes beside the canvas: one for each result, each with a caption."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.language import localized
from mattingapp.gui.panes.compare import ComparePane
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.picture.image_view import ImageView
from mattingapp.gui.picture.view import Point, View
from mattingapp.gui.session.layout import SHARES, Layout
from mattingapp.gui.widgets.chip import Chip
from mattingapp.gui.widgets.controls import bold_label, flat_button
from mattingapp.gui.widgets.elided_label import ElidedLabel
from mattingapp.gui.widgets.icons import icon
from mattingapp.gui.widgets.plain import tip_text
from mattingapp.imaging.metrics import Scores
from mattingapp.matting.request import StageResult

translate = QCoreApplication.translate
_HEADER = 30  # logical pixels
_ALT_STEP = 1.05
_GAP = 3  # pictures that fill their panes stay apart


FINAL = "final"  # the pane of the method in use, where no other method reads it


def caption(result: StageResult, outdated: bool, scores: Scores | None = None) -> str:
    """Return what stands beside the title of a finished result: "0.3 s · CPU".

    What matters most is first: the end gives way in a narrow pane.
    """
    device = "GPU" if result.device.startswith("cuda") else result.device.upper()
    parts = [f"{result.seconds:.1f} s", device]
    if scores is not None:
        parts[:0] = [f"SAD {scores.sad:.2f}", f"MSE {scores.mse:.4f}", f"Grad {scores.gradient:.2f}"]
    if not result.converged:
        parts.insert(0, translate("Panes", "not converged"))
    if outdated:
        parts.insert(0, translate("Panes", "outdated"))
    return " · ".join(parts)


def explanation(result: StageResult, outdated: bool, scores: Scores | None = None) -> str:
    """Return the tooltip of a finished result: one sentence for each thing worth knowing."""
    sentences = [localized(note) for note in result.notes]
    if not result.converged and not result.notes:
        sentences.append(
            translate("Panes", "The solver stopped before it converged; this is its best alpha.")
        )
    if outdated:
        sentences.append(outdated_explanation())
    if scores is not None:
        text = translate(
            "Panes", "Against the ground truth: SAD {sad}, MSE {mse}, gradient {grad}, connectivity {conn}."
        )
        sentences.append(
            text.format(
                sad=f"{scores.sad:.3f}",
                mse=f"{scores.mse:.5f}",
                grad=f"{scores.gradient:.3f}",
                conn=f"{scores.connectivity:.3f}",
            )
        )
    return " ".join(sentences)


def outdated_explanation() -> str:
    """Return the sentence about a result that is older than the trimap."""
    return translate("Panes", "The trimap has changed since: run again to bring this up to date.")


class _PaneView(ImageView):
    """A view that can be enlarged, and whose content can be moved.

    Signals
    -------
    alt_dragged(float dx, float dy, int drag)
        With Alt, the mouse moved by so many image pixels; each drag has a number of its own.
    alt_turned(float factor)
        With Alt, the wheel was turned.
    """

    alt_dragged = Signal(float, float, int)
    alt_turned = Signal(float)

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._alt_from: Point | None = None
        self._drag = 0

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.enlarge.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._alt_from = self.position(event.position())
            self._drag += 1
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._alt_from is not None:
            here = self.position(event.position())
            self.alt_dragged.emit(here.x - self._alt_from.x, here.y - self._alt_from.y, self._drag)
            self._alt_from = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._alt_from = None
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            turned = event.angleDelta().x() or event.angleDelta().y()  # Alt makes Qt turn the wheel sideways
            self.alt_turned.emit(_ALT_STEP ** (turned / 120))
        else:
            super().wheelEvent(event)


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
        self._title = bold_label()
        self._caption = ElidedLabel()
        self.choice = flat_button("", "matte")
        self.choice.setCheckable(True)
        self.choice.setVisible(choosable)
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
        self.image = _PaneView(view)
        self.image.clicked.connect(self._choose)
        self.image.enlarge.connect(self.enlarge)
        self.chip = Chip(self.image)
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
        """The same in full, and what explains it."""
        return self._caption.toolTip()

    def set_title(self, title: str) -> None:
        """Name what the pane shows."""
        self._title.setText(title)
        self.image.setAccessibleName(self.tr("{title} pane").format(title=title))
        self.choice.setToolTip(self.tr("Use {title} for the composite and the export").format(title=title))
        self.choice.setAccessibleName(self.choice.toolTip())

    def set_caption(self, caption: str, tip: str = "") -> None:
        """Write beside the title; `tip` explains it."""
        self._caption.setText(caption)
        told = tip_text("\n".join(filter(None, (caption, tip))))  # all of it, where the header has no room
        self._caption.setToolTip(told)
        self._title.setToolTip(told)

    def set_chosen(self, chosen: bool) -> None:
        """Mark the pane whose result is the matte."""
        self.choice.setChecked(chosen)
        if chosen is not self._chosen:
            self._chosen = chosen
            role = QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.ButtonText
            self.choice.setIcon(icon("matte-chosen" if chosen else "matte", role))

    def set_progress(self, fraction: float | None) -> None:
        """Draw how far the stage is; nothing for None."""
        self._progress = fraction
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._progress is not None:
            painter = QPainter(self)
            done = round(self.width() * self._progress)
            painter.fillRect(0, _HEADER - 2, done, 2, self.palette().highlight())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.enlarge.emit()

    def _choose(self) -> None:
        self.choice.setChecked(self._chosen)  # until the session says so
        if self.choice.isVisibleTo(self) and self.choice.isEnabled():
            self.chosen.emit()


class PaneGrid(QWidget):
    """The panes in two rows, or one alone, or a comparison in their place.

    The upper row holds what other methods read, each pane called as its stage; the lower one what comes of it, `FINAL`
    and `COMPOSITE`. Panes that have nothing to show make room for the others; see `offer`.

    Parameters
    ----------
    view : View
    compare : ComparePane
    sources : sequence of str
        Names of the stages in the upper row.

    Signals
    -------
    chosen(str pane)
    plain_wanted()
        What the panes say of an adjusted display was clicked.
    single_changed(bool)
        One pane is shown alone, or all again.
    compare_changed(bool)
        Two pictures are compared in their place, or the panes are back.
    """

    chosen = Signal(str)
    plain_wanted = Signal()
    single_changed = Signal(bool)
    compare_changed = Signal(bool)

    def __init__(self, view: View, compare: ComparePane, sources: Sequence[str]) -> None:
        super().__init__()
        self._view = view
        self.compare = compare
        self.panes: dict[str, Pane] = {}
        self._context: list[QAction] = []
        self._tiles = QWidget()
        self._column = column = QVBoxLayout(self._tiles)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        # a nested layout would keep its stretch with all its panes hidden
        self._upper, self._lower = QWidget(), QWidget()
        for row in (self._upper, self._lower):
            side_by_side = QHBoxLayout(row)
            side_by_side.setContentsMargins(0, 0, 0, 0)
            side_by_side.setSpacing(_GAP)
            column.addWidget(row, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._tiles)
        whole.addWidget(compare)
        compare.hide()
        self._layout = Layout.COMPARE
        self._single: str | None = None
        self.chosen_pane: str | None = None
        for key in sources:
            self._add(key, self._upper)
        for key in (FINAL, COMPOSITE):
            self._add(key, self._lower)
        self._offered = set(self.panes)
        self._arrange()

    def __getitem__(self, key: str) -> Pane:
        return self.panes[key]

    def pane_of(self, stage: str) -> str:
        """Return where the result of a stage is shown."""
        return stage if stage in self.panes else FINAL

    def add_sources(self, sources: Sequence[str]) -> None:
        """Give these stages panes in the upper row, where they have none."""
        for key in sources:
            if key not in self.panes:
                self._add(key, self._upper)
                self.panes[key].hide()

    def _add(self, key: str, row: QWidget) -> None:
        pane = self.panes[key] = Pane(self._view, choosable=key != COMPOSITE)
        pane.chosen.connect(lambda: self.chosen.emit(key))
        pane.enlarge.connect(lambda: self.show_single(None if self._single else key))
        pane.chip.clicked.connect(self.plain_wanted)
        pane.image.addActions(self._context)
        pane.image.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        _boxes(row).addWidget(pane, 1)

    def lay_out(self, layout: Layout) -> None:
        """Share the room in another way, and show all panes."""
        self._layout = layout
        shares = SHARES[layout]
        direction = (
            QHBoxLayout.Direction.TopToBottom if shares.in_a_strip else QHBoxLayout.Direction.LeftToRight
        )
        for row, stretch in ((self._upper, shares.stages), (self._lower, shares.result)):
            _boxes(row).setDirection(direction)
            self._column.setStretchFactor(row, stretch)
        final, below = self.panes[FINAL], layout is Layout.COMPARE  # else beside what it is made from
        row = self._lower if below else self._upper
        if final.parentWidget() is not row:
            boxes = _boxes(row)
            boxes.insertWidget(0 if below else boxes.count(), final, 1)
        if self._single is not None:
            self.show_single(None)
        self._arrange()
        for inner in (_boxes(self._upper), _boxes(self._lower), self._column):
            inner.activate()  # a splitter asks at once how narrow they may become

    def offer(self, offered: set[str]) -> None:
        """Show these panes where none is shown alone."""
        if offered != self._offered:
            self._offered = offered
            self._arrange()

    def show_single(self, single: str | None) -> None:
        """Show one pane alone, or all for None."""
        self._single = single
        self.compare.hide()
        self._tiles.show()
        self._arrange()
        self.single_changed.emit(single is not None)
        self.compare_changed.emit(False)

    def show_compare(self, shown: bool) -> None:
        """Show two pictures against each other in place of the panes, or the panes again."""
        if not shown:
            self.show_single(None)
            return
        self._tiles.hide()
        self.compare.show()
        self.single_changed.emit(False)
        self.compare_changed.emit(True)

    def add_backdrop_menu(self, menu: QMenu) -> None:
        """Give the composite pane a button that opens `menu`."""
        button = flat_button(self.tr("Choose the backdrop"), "backdrop")
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self[COMPOSITE].header.addWidget(button)

    def set_context_menu(self, actions: Sequence[QAction]) -> None:
        """Offer actions on a right click in any pane."""
        self._context = list(actions)
        for pane in self.panes.values():
            pane.image.addActions(self._context)

    def say_adjusted(self, text: str) -> None:
        """Mark the panes that show an alpha; "" for no mark."""
        self.compare.say_adjusted(text)
        for key, pane in self.panes.items():
            pane.chip.say(text if key != COMPOSITE and pane.image.has_picture else "")

    def set_chosen(self, chosen: str | None) -> None:
        """Mark the pane whose result is the matte."""
        self.chosen_pane = chosen
        for key, pane in self.panes.items():
            pane.set_chosen(key == chosen)

    def _arrange(self) -> None:
        for key, pane in self.panes.items():
            pane.setVisible(key == self._single if self._single else key in self._offered)
        for row in (self._upper, self._lower):
            row.setHidden(all(pane.isHidden() for pane in row.findChildren(Pane)))


def _boxes(row: QWidget) -> QHBoxLayout:
    layout = row.layout()
    assert isinstance(layout, QHBoxLayout)
    return layout
