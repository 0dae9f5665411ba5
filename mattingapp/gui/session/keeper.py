"""Keeps the work in hand safe: every finished gesture goes to the journal at once, results when the hand rests."""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, News, Task, unheard
from mattingapp.imaging.errors import InputError
from mattingapp.project.document import Matte, Solved
from mattingapp.project.history import Layer
from mattingapp.project.journal import Journal
from mattingapp.project.recorder import Recorder
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.replay import Replayed

REST = 500  # ms without news
_LONGEST = 256 << 20  # bytes of changes, after which the journal begins anew


class Keeper(QObject):
    """Writes the journal of the document in another thread.

    While all is saved it is laid aside, and once the work is given up it is removed.

    Parameters
    ----------
    session : Session
    folder : RecoveryFolder
    view : callable () -> dict
        How the window shows the document, in numbers and texts.
    parent : QObject

    Signals
    -------
    kept()
        All gestures that were finished are in the journal.
    """

    kept = Signal()

    def __init__(
        self, session: Session, folder: RecoveryFolder, view: Callable[[], dict[str, Any]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._view = view
        self._recorder: Recorder | None = None
        self._journal: Journal | None = None
        self._aside = False  # the journal, since all is saved
        self._results: object = None  # that are in their file
        self._writing: list[Task] = []
        self._writing_results: Task | None = None
        self._unwritten: deque[tuple[dict[str, Solved], Matte | None]] = deque(maxlen=1)
        self._told = False
        self._thread = BackgroundThread("recovery", self)
        self._slow = BackgroundThread("recovery, slow", self)  # no gesture waits for results or the disk
        for thread in (self._thread, self._slow):
            thread.crashed.connect(self._on_crashed)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._on_rest)
        session.document_changed.connect(self._on_document)
        session.stepped.connect(self._on_news)
        session.backdrop_changed.connect(self._on_news)
        for signal in (
            session.run_started,
            session.result_arrived,
            session.matte_changed,
            session.truth_changed,
        ):
            signal.connect(self.wait)

    @property
    def writing(self) -> bool:
        """Whether something is still on its way to the disk."""
        return any(not task.over for task in self._writing)

    @Slot()
    def wait(self) -> None:
        """There is news that can be made again: it is written once the hand rests."""
        if self._journal is not None and not self._aside:
            self._rest.start()

    @Slot()
    def keep(self) -> None:
        """Write what has changed, if there is anything that is not saved."""
        if self._journal is None or self._recorder is None:
            try:
                self._journal = Journal(self._folder.own())
            except InputError as error:
                self._tell(error.message)
                return
            self._recorder = Recorder(self._session.document)
        journal, news = self._journal, self._recorder.news(self._view())
        if news:
            written = self._submit(self._thread, lambda: journal.write(news), self._on_written)
            self._writing = [*(task for task in self._writing if not task.over), written]

    def adopt(self, path: Path, replayed: Replayed) -> None:
        """Go on with the journal that the document was restored from."""
        self._folder.adopt(path)
        self._journal, self._recorder = Journal(path, resume=True), Recorder(self._session.document)
        self._aside = False
        if replayed.intact:
            self._recorder.go_on(replayed.view)
        self.keep()
        self.wait()

    @Slot()
    def forget(self) -> None:
        """Remove the journal: the work is given up."""
        self._rest.stop()
        if self._writing_results is not None:
            self._slow.drop(self._writing_results)
            self._writing_results = None
            self._unwritten.clear()
        if self._journal is not None:
            journal, self._journal = self._journal, None
            self._submit(self._thread, journal.remove)
            self._submit(self._slow, journal.remove_results)
        self._aside, self._results = False, None

    def close(self) -> None:
        """Remove the journal, and end the thread."""
        self.forget()
        self._thread.close()
        self._slow.close()

    @Slot()
    def _on_document(self) -> None:
        self.forget()
        self._recorder = None

    @Slot()
    def _on_news(self) -> None:
        document = self._session.document
        backdrop = document.project_path is None and document.history.state(Layer.BACKDROP)
        if document.modified or backdrop:
            self._aside = False
            self.keep()
            self.wait()
        elif self._journal is not None and not self._aside:
            self._aside = True
            self.keep()
            self._rest.stop()
            self._submit(self._thread, self._journal.lay_aside)

    @Slot()
    def _on_rest(self) -> None:
        if self._journal is not None and self._journal.size > _LONGEST:
            self._start_over()
        self.keep()
        journal, document = self._journal, self._session.document
        if journal is None:
            return
        self._submit(self._slow, journal.sync)
        made = document.state.made
        if document.results and made != self._results:
            self._results = made
            self._unwritten.append((dict(document.results), document.matte))
            self._writing_results = self._submit(self._slow, lambda: self._write_results(journal))

    def _write_results(self, journal: Journal) -> None:
        """Write the latest results: a disk slower than the hand shall not queue up those of every stroke."""
        if self._unwritten:
            journal.write_results(*self._unwritten.pop())

    def _submit(
        self, thread: BackgroundThread, work: Callable[[], object], done: Callable[[object], object] = unheard
    ) -> Task:
        return thread.submit(lambda reporter: work(), News(done=done, refused=self._on_refused))

    def _on_written(self, nothing: object) -> None:
        if not self.writing:
            self.kept.emit()

    def _on_refused(self, sentence: str) -> None:
        self._tell(sentence)
        self._start_over()

    @Slot(str)
    def _on_crashed(self, traceback: str) -> None:
        self._session.crashed.emit(traceback)
        self._start_over()

    def _start_over(self) -> None:
        if self._recorder is not None:
            self._recorder.start_over()

    def _tell(self, text: str) -> None:
        """Say once that work cannot be kept: after every gesture would be too often."""
        if not self._told:
            self._told = True
            self._session.noticed.emit(Notice(text, Tone.WARNING))
