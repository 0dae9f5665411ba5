"""Keeps the work in hand safe: every minute, what is not saved goes to a recovery file."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, End, Outcome, Reporter, Task
from mattingapp.imaging.errors import InputError
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.save import Snapshot, write_recovery

INTERVAL = 60_000  # ms


class Keeper(QObject):
    """Writes a snapshot of the document in another thread, and removes it once the work is saved or given up.

    Parameters
    ----------
    session : Session
    folder : RecoveryFolder
    parent : QObject

    Signals
    -------
    kept()
        The recovery file has the work as it was a moment ago.
    """

    kept = Signal()

    def __init__(self, session: Session, folder: RecoveryFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._task: Task | None = None
        self._writing: object = None  # the state of the document that is being written
        self._written: object = None  # and that was written last
        self._told = False
        self._thread = BackgroundThread("recovery", self)
        self._thread.ended.connect(self._on_ended)
        session.document_changed.connect(self.forget)
        session.stepped.connect(self._on_stepped)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keep)
        self._timer.start(INTERVAL)

    @Slot()
    def keep(self) -> None:
        """Write the work in hand, if it is not saved and has changed since the last time."""
        document = self._session.document
        if document is None or not document.modified or self._task is not None:
            return
        if document.state.by_hand == self._written:
            return
        try:
            path = self._folder.own()
        except InputError as error:
            self._tell(error.message)
            return
        snapshot, self._writing = Snapshot.of(document), document.state.by_hand

        def work(reporter: Reporter) -> None:
            write_recovery(path, snapshot)
            if reporter.cancel.is_set():  # it was saved meanwhile
                path.unlink(missing_ok=True)

        self._task = self._thread.submit(work)

    @Slot()
    def forget(self) -> None:
        """Remove the recovery file: the work is saved, or given up."""
        if self._task is not None:
            self._task.cancel.set()
            self._task = None
        self._written = None
        self._folder.clear()

    def close(self) -> None:
        """Remove the recovery file, and end the thread."""
        self._timer.stop()
        self.forget()
        self._thread.close()

    @Slot()
    def _on_stepped(self) -> None:
        if not self._session.document.modified:
            self.forget()

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        if outcome.end is End.CRASHED:
            self._session.crashed.emit(outcome.text)
        if task is not self._task:
            return
        self._task = None
        if outcome.end is End.DONE:
            self._written = self._writing
            self.kept.emit()
        elif outcome.end is End.REFUSED:
            self._tell(outcome.text)

    def _tell(self, text: str) -> None:
        """Say once that work cannot be kept: every minute would be too often."""
        if not self._told:
            self._told = True
            self._session.noticed.emit(Notice(text, Tone.WARNING))
