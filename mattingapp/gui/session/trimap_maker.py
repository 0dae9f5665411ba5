"""Trimaps that take a while to make, in a thread of their own: of the subject, and what unknown bands are made from."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.session.hints import Hints, Mark
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, Latest, News, Reporter
from mattingapp.imaging.trimap import BandSource
from mattingapp.matting.cache import StageCache
from mattingapp.matting.job import Job
from mattingapp.matting.subject import Rectangle, subject_alpha
from mattingapp.matting.subject_trimap import first_trimap, trimap_of_subject

_PATIENCE = 2.0  # seconds; a mask may be read from where nothing answers
_FIRST = 0.2  # of the time until there is a trimap goes into the first alpha


class TrimapMaker(QObject):
    """Finds the subject, and measures how far pixels are from edges. The latest wish wins.

    Parameters
    ----------
    session : Session
        Has the photo and the trimap.

    Attributes
    ----------
    hints : Hints
        Where the subject is, as far as the person has said since the search began.

    Signals
    -------
    cut_changed()
        A search for the subject began, went on or ended, or there are other hints.
    subject_seen(ndarray)
        A first trimap of the subject, (H, W), uint8, its band as wide as it may be.
    subject_found(ndarray)
        The trimap of the subject, whose band fits.
    source_ready(BandSource)
    refused(str)
        Why the last wish cannot be granted.
    crashed(str traceback)
    """

    cut_changed = Signal()
    subject_seen = Signal(object)
    subject_found = Signal(object)
    source_ready = Signal(object)
    refused = Signal(object)
    crashed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.hints = Hints()
        self._cache = StageCache()
        self._cut_progress: float | None = None
        self._thread = BackgroundThread("trimap", self, _PATIENCE)
        self._thread.crashed.connect(self.crashed)
        self._wish = Latest(self._thread)
        session.document_changed.connect(self.cancel)

    @property
    def cut_progress(self) -> float | None:
        """How far the search for the subject under way is, in [0, 1]; None where none is."""
        return self._cut_progress

    def cut(self, rect: Rectangle) -> None:
        """Find the subject in a rectangle, from which it may stick out a little."""
        self._find(Hints(rect))

    def mark(self, mark: Mark) -> None:
        """Find it by one more mark on it, or beside it."""
        self._find(self.hints.and_mark(mark))

    def take_mark_back(self) -> None:
        """Find it without the latest mark."""
        if self.hints.marks:
            self._find(self.hints.without_last_mark())

    def cut_by_strokes(self) -> None:
        """Find the subject by what is painted on the trimap so far; with nothing painted, by a guess."""
        self._find(Hints(painted=self._session.document.trimap.copy()))

    def prepare(self, make: Callable[[], BandSource]) -> None:
        """Make the source of a band."""
        self._wish.start(
            lambda reporter: make(), News(done=self.source_ready.emit, refused=self.refused.emit)
        )
        self._show_cut(None)

    @Slot()
    def cancel(self) -> None:
        """Take the wish back, and forget the hints."""
        self._wish.drop()
        self._show_cut(None)
        self.forget()

    def forget(self) -> None:
        """Begin with other hints the next time."""
        if self.hints:
            self.hints = Hints()
            self.cut_changed.emit()

    def close(self) -> None:
        """End the thread."""
        self.cancel()
        self._thread.close()

    def _find(self, hints: Hints) -> None:
        photo, cache = self._session.document.photo.pixels, self._cache
        self.hints = hints

        def work(reporter: Reporter) -> np.ndarray:
            job = Job(cancel=reporter.cancel)
            marks = hints.drawn(photo.shape[:2])
            alpha = subject_alpha(photo, hints.rectangle, marks, job, cache)
            reporter.result(job.wait_for(lambda: first_trimap(alpha, photo.shape[:2], marks)))
            reporter.progress("subject", _FIRST, "")
            return trimap_of_subject(photo, alpha, marks, job)

        news = News(
            progress=lambda stage, fraction, text: self._show_cut(fraction),
            result=self.subject_seen.emit,
            done=self.subject_found.emit,
            refused=self.refused.emit,
            ended=lambda outcome: self._show_cut(None),
        )
        self._wish.start(work, news)
        self._show_cut(0.0)

    def _show_cut(self, progress: float | None) -> None:
        if progress != self._cut_progress:
            self._cut_progress = progress
            self.cut_changed.emit()
