"""Trimaps that take a while to make, in a thread of their own: the rough cut, and what unknown bands are made from."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, Latest, News, Reporter
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
        self._cut_progress: float | None = None
        self._thread = BackgroundThread("trimap", self, _PATIENCE)
        self._thread.crashed.connect(self.crashed)
        self._wish = Latest(self._thread)
        session.document_changed.connect(self.cancel)

    @property
    def cut_progress(self) -> float | None:
        """How far the rough cut under way is, in [0, 1]; None where none is."""
        return self._cut_progress

    def cut(self, rect: CutRect) -> None:
        """Find the subject inside a rectangle."""
        self._cut(None, rect)

    def cut_by_strokes(self) -> None:
        """Find the subject by what is painted on the trimap so far."""
        self._cut(self._session.document.trimap.copy(), None)

    def prepare(self, make: Callable[[], BandSource]) -> None:
        """Make the source of a band."""
        self._wish.start(
            lambda reporter: make(), News(done=self.source_ready.emit, refused=self.refused.emit)
        )
        self._show_cut(None)

    @Slot()
    def cancel(self) -> None:
        """Take the wish back."""
        self._wish.drop()
        self._show_cut(None)

    def close(self) -> None:
        """End the thread."""
        self.cancel()
        self._thread.close()

    def _cut(self, strokes: np.ndarray | None, rect: CutRect | None) -> None:
        photo = self._session.document.photo.pixels

        def work(reporter: Reporter) -> np.ndarray:
            def check(fraction: float) -> None:
                if reporter.cancel.is_set():
                    raise Cancelled
                reporter.progress("cut", fraction, "")

            return rough_mask(photo, strokes, rect, check)

        news = News(
            progress=lambda stage, fraction, text: self._show_cut(fraction),
            done=self.mask_found.emit,
            refused=self.refused.emit,
            ended=lambda outcome: self._show_cut(None),
        )
        self._wish.start(work, news)
        self._show_cut(0.0)

    def _show_cut(self, progress: float | None) -> None:
        if progress != self._cut_progress:
            self._cut_progress = progress
            self.cut_changed.emit()
