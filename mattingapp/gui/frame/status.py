"""The line at the bottom: the pixel under the cursor, and the run under way."""

import time

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStatusBar, QToolButton, QWidget

from mattingapp.gui.language import localized, stage_title
from mattingapp.gui.picture.view import Point, View
from mattingapp.gui.session.overlays import label_name
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import End, Outcome
from mattingapp.gui.widgets.elided_label import ElidedLabel
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.imaging.trimap import Label
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.project.document import Document
from mattingapp.project.painting import Rect

translate = QCoreApplication.translate
_CLOCK_INTERVAL = 100  # ms


def describe_pixel(document: Document, point: Point) -> tuple[str, str, str, str]:
    """Return position, colour, label and alphas of the pixel at an image position, empty outside the photo."""
    x, y = int(point.x // 1), int(point.y // 1)
    height, width = document.photo.shape
    if not (0 <= x < width and 0 <= y < height):
        return "", "", "", ""
    red, green, blue = (int(value) for value in document.photo.pixels[y, x])
    alphas = [
        f"{stage_title(solved.result.title)} {solved.result.alpha[y, x]:.2f}"
        for solved in document.results.values()
    ]
    if document.truth is not None:
        truth = translate("StatusBar", "truth")
        alphas.append(f"{truth} {document.truth[y, x]:.2f}")
    if document.matte is not None and document.touch_up:
        final = document.final_alpha(Rect(x, y, x + 1, y + 1))[0, 0]
        touched = translate("StatusBar", "touched up")
        alphas.append(f"{touched} {final:.2f}")
    return (
        f"{x}, {y}",
        f"RGB {red} {green} {blue}",
        label_name(Label(document.trimap[y, x])),
        "   ".join(["α", *alphas]) if alphas else "",
    )


class StatusBar(QStatusBar):
    """Pixel inspector at the left, progress and Cancel at the right.

    Parameters
    ----------
    session : Session
    view : View
    cancel : QAction
    """

    def __init__(self, session: Session, view: View, cancel: QAction) -> None:
        super().__init__()
        self._session = session
        self._view = view
        self.setSizeGripEnabled(False)
        self._fields = [PlainLabel(), PlainLabel(), PlainLabel(), ElidedLabel()]
        inspector = QWidget()
        row = QHBoxLayout(inspector)
        row.setContentsMargins(10, 3, 0, 3)
        row.setSpacing(14)
        for field, widest in zip(
            self._fields, ("00000, 00000", "RGB 255 255 255", label_name(Label.BACKGROUND), ""), strict=True
        ):
            width = field.fontMetrics().horizontalAdvance(widest)
            field.setMinimumWidth(width)  # no jitter while numbers change
            row.addWidget(field, int(field is self._fields[-1]))
        self.addWidget(inspector, 1)

        self._zoom = PlainLabel()
        self._zoom.setToolTip(self.tr("Zoom of the canvas"))
        self._zoom.setAccessibleName(self.tr("Zoom of the canvas"))
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance("6400 %") + 10)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._text = PlainLabel()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(120, 8)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._cancel = QToolButton()
        cancel.setIconText(self.tr("Cancel"))
        self._cancel.setDefaultAction(cancel)
        self._cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._zoom.setContentsMargins(0, 0, 10, 0)
        for widget in (self._text, self._bar, self._cancel, self._zoom):
            self.addPermanentWidget(widget)
        self._progress = ("", "")  # the stage, and how far it is
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_INTERVAL)
        self._clock.timeout.connect(self._tick)

        view.cursor_moved.connect(self._inspect)
        view.changed.connect(self._show_zoom)
        session.document_changed.connect(self._on_document)
        session.trimap_painted.connect(self._inspect)
        session.touched.connect(self._inspect)
        session.result_arrived.connect(self._inspect)
        session.run_started.connect(self._on_started)
        session.progress.connect(self._on_progress)
        session.run_ended.connect(self._on_ended)
        self._show_busy(False)

    @property
    def text(self) -> str:
        """What is said about the run."""
        return self._text.text()

    @property
    def inspector(self) -> tuple[str, ...]:
        """What is said about the pixel under the cursor."""
        return tuple(field.text() for field in self._fields)

    def _inspect(self) -> None:
        opened, cursor = self._session.opened, self._view.cursor
        described = describe_pixel(opened.document, cursor) if opened and cursor else ("", "", "", "")
        for field, text in zip(self._fields, described, strict=True):
            field.setText(text)

    def _show_zoom(self) -> None:
        self._zoom.setText(f"{100 * self._view.scale:.0f} %" if self._session.opened else "")

    def _on_document(self) -> None:
        self._text.clear()
        self._show_busy(False)

    @Slot()
    def _on_started(self) -> None:
        self._progress = ("", "")
        self._show_busy(True)
        self._clock.start()
        self._tick()

    @Slot(str, float, object)
    def _on_progress(self, stage: str, fraction: float, text: str) -> None:
        title = (FOREGROUND if stage == FOREGROUND.name else self._session.stages[stage]).title
        doing = fraction == 0 and text != title  # before there is anything to count
        self._progress = (stage_title(title), localized(text) if doing else f"{100 * fraction:.0f} %")
        self._bar.setValue(round(1000 * fraction))
        self._tick()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        self._clock.stop()
        self._show_busy(False)
        seconds = time.monotonic() - self._session.run_began
        self._text.setText(
            {
                End.DONE: self.tr("Done in {seconds} s").format(seconds=f"{seconds:.1f}"),
                End.CANCELLED: self.tr("Cancelled"),
                End.REFUSED: self.tr("Stopped"),
                End.CRASHED: self.tr("Stopped with an error"),
            }[outcome.end]
        )

    def _tick(self) -> None:
        title, how_far = self._progress
        seconds = time.monotonic() - self._session.run_began
        if self._session.cancelling:
            self._text.setText(self.tr("Cancelling…"))
        elif title:
            self._text.setText(f"{title}  {how_far}  ·  {seconds:.1f} s")
        else:
            warming = self.tr("Making the solvers ready for this computer, once")
            text = warming if self._session.warming else self.tr("Preparing")
            self._text.setText(f"{text}  ·  {seconds:.1f} s")

    def _show_busy(self, busy: bool) -> None:
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._bar.setValue(0)
