"""Opening without waiting: files are read in a thread of their own."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.session.reading import Read
from mattingapp.gui.session.worker import BackgroundThread, End, Outcome, Task

_PATIENCE = 0.2  # seconds; a file may lie where nothing answers, and another one is waited for


class Opener(QObject):
    """Reads one thing at a time; the latest wish wins.

    Signals
    -------
    changed(str name)
        What is being read; "" for nothing any more.
    read(Read)
    refused(str)
        Why it cannot be opened.
    crashed(str traceback)
    """

    changed = Signal(str)
    read = Signal(object)
    refused = Signal(object)
    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._thread = BackgroundThread("opening", self, _PATIENCE)
        self._thread.result.connect(self._on_result)
        self._thread.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._task is not None

    def open(self, name: str, read: Callable[[], Read]) -> None:
        """Have `read` called in the other thread; `name` is for the person."""
        self._drop()
        self._task = self._thread.submit(lambda reporter: reporter.result(read()))
        self.changed.emit(name)

    def cancel(self) -> None:
        """Take the wish back."""
        if self.busy:
            self._drop()
            self.changed.emit("")

    def close(self) -> None:
        """End the thread."""
        self._drop()
        self._thread.close()

    def _drop(self) -> None:
        if self._task is not None:
            self._thread.cancel(self._task)
            self._task = None

    @Slot(object, object)
    def _on_result(self, task: Task, read: Read) -> None:
        if task is self._task:
            self._task = None
            self.changed.emit("")
            self.read.emit(read)

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        if outcome.end is End.CRASHED:
            self.crashed.emit(outcome.text)
        if task is not self._task:
            return
        self._task = None
        self.changed.emit("")
        if outcome.end is End.REFUSED:
            self.refused.emit(outcome.text)
