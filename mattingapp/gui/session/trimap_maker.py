"""Trimaps that take a while to make, in a thread of their own: the rough cut, and what unknown bands are made from."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, End, Outcome, Reporter, Task
from mattingapp.imaging.rough_mask import rough_mask
from mattingapp.imaging.trimap import BandSource
from mattingapp.matting.job import Cancelled

_PATIENCE = 2.0  # seconds; a mask may be read from where nothing answers
CutRect = tuple[float, float, float, float]


class TrimapMaker(QObject):
    """Finds the subject, and measures how far pixels are from edges. The latest wish wins.

    Parameters
    ----------
    session : Session
        Has the photo and the trimap.

    Signals
    -------
    cut_changed()
        A rough cut began, went on or ended.
    mask_found(ndarray)
        Of the rough cut, (H, W), bool.
    source_ready(BandSource)
    refused(str)
        Why the last wish cannot be granted.
    crashed(str traceback)
    """

    cut_changed = Signal()
    mask_found = Signal(object)
    source_ready = Signal(object)
    refused = Signal(object)
    crashed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task | None = None
        self._cutting = False
        self._fraction = 0.0
        self._thread = BackgroundThread("trimap", self, _PATIENCE)
        self._thread.progress.connect(self._on_progress)
        self._thread.result.connect(self._on_result)
        self._thread.ended.connect(self._on_ended)
        session.document_changed.connect(self.cancel)

    @property
    def cut_progress(self) -> float | None:
        """How far the rough cut under way is, in [0, 1]; None where none is."""
        return self._fraction if self._cutting else None

    def cut(self, rect: CutRect) -> None:
        """Find the subject inside a rectangle."""
        self._cut(None, rect)

    def cut_by_strokes(self) -> None:
        """Find the subject by what is painted on the trimap so far."""
        self._cut(self._session.document.trimap.copy(), None)

    def prepare(self, make: Callable[[], BandSource]) -> None:
        """Make the source of a band."""
        self._submit(lambda reporter: reporter.result(make()), cutting=False)

    def cancel(self) -> None:
        """Take the wish back."""
        if self._task is not None:
            self._thread.cancel(self._task)
            self._task = None
        if self._cutting:
            self._cutting = False
            self.cut_changed.emit()

    def close(self) -> None:
        """End the thread."""
        self.cancel()
        self._thread.close()

    def _cut(self, strokes: np.ndarray | None, rect: CutRect | None) -> None:
        photo = self._session.document.photo.pixels

        def work(reporter: Reporter) -> None:
            def check(fraction: float) -> None:
                if reporter.cancel.is_set():
                    raise Cancelled
                reporter.progress("cut", fraction, "")

            reporter.result(rough_mask(photo, strokes, rect, check))

        self._submit(work, cutting=True)

    def _submit(self, work: Callable[[Reporter], None], cutting: bool) -> None:
        self.cancel()
        self._cutting, self._fraction = cutting, 0.0
        self._task = self._thread.submit(work)
        if cutting:
            self.cut_changed.emit()

    @Slot(object, str, float, object)
    def _on_progress(self, task: Task, stage: str, fraction: float, text: str) -> None:
        if task is self._task:
            self._fraction = fraction
            self.cut_changed.emit()

    @Slot(object, object)
    def _on_result(self, task: Task, result: np.ndarray | BandSource) -> None:
        if task is self._task:
            (self.source_ready if isinstance(result, BandSource) else self.mask_found).emit(result)

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        if outcome.end is End.CRASHED:
            self.crashed.emit(outcome.text)
        if task is not self._task:
            return
        self.cancel()
        if outcome.end is End.REFUSED:
            self.refused.emit(outcome.text)
