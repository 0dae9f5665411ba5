"""Work off the GUI thread: jobs in one long-lived thread, their news delivered in the GUI thread.

A job is a callable that takes a `Reporter`. All signals of `BackgroundThread` are emitted by an object of the GUI
thread, so that they may be connected to anything; signals of the worker itself may not, since PySide runs plain
functions in the thread of the emitter.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from mattingapp.imaging.errors import InputError
from mattingapp.matting.job import Cancelled

log = logging.getLogger(__name__)

_PROGRESS_INTERVAL = 0.04  # seconds; a solver may report every millisecond


class End(Enum):
    """How a job ended."""

    DONE = auto()
    CANCELLED = auto()
    REFUSED = auto()  # InputError: `Outcome.text` is its sentence
    CRASHED = auto()  # a bug: `Outcome.text` is the traceback


@dataclass(frozen=True)
class Outcome:
    """How a job ended, and what there is to say about it."""

    end: End
    text: str = ""


@dataclass(frozen=True, eq=False)
class Task:
    """One job in the queue: set `cancel` to end it, or to skip it if it has not begun."""

    work: Callable[["Reporter"], None]
    cancel: threading.Event = field(default_factory=threading.Event)


class Reporter:
    """What a job's callable tells the GUI thread, and asks it. Arrays handed over are never touched again."""

    def __init__(self, task: Task, worker: "_Worker") -> None:
        self.cancel = task.cancel
        self._task = task
        self._worker = worker
        self._last = 0.0

    def progress(self, stage: str, fraction: float, text: str) -> None:
        """Say how far `stage` is; all but the last of a burst may be dropped."""
        now = time.monotonic()
        if now - self._last >= _PROGRESS_INTERVAL or fraction in (0.0, 1.0):
            self._last = now
            self._worker.progress.emit(self._task, stage, fraction, text)

    def preview(self, stage: str, alpha: Any) -> None:
        """Show how far an alpha has come."""
        self._worker.preview.emit(self._task, stage, alpha)

    def result(self, result: Any) -> None:
        """Deliver one result; a job may have several."""
        self._worker.result.emit(self._task, result)


class _Worker(QObject):
    progress = Signal(object, str, float, object)
    preview = Signal(object, str, object)
    result = Signal(object, object)
    ended = Signal(object, object)

    @Slot(object)
    def run(self, task: Task) -> None:
        self.ended.emit(task, self._outcome(task))

    def _outcome(self, task: Task) -> Outcome:
        if task.cancel.is_set():
            return Outcome(End.CANCELLED)
        try:
            task.work(Reporter(task, self))
        except Cancelled:
            return Outcome(End.CANCELLED)
        except InputError as error:
            return Outcome(End.REFUSED, error.message)
        except Exception:  # shown to the person with its traceback; the thread lives on
            log.exception("A job failed")
            return Outcome(End.CRASHED, traceback.format_exc())
        return Outcome(End.DONE)

    @Slot()
    def stop(self) -> None:
        self.thread().quit()


class BackgroundThread(QObject):
    """A thread that runs jobs one after the other.

    Signals, each with the task it is about
    ---------------------------------------
    progress(Task, str stage, float fraction, str text)
    preview(Task, str stage, object alpha)
    result(Task, object)
    ended(Task, Outcome)
        Once for every task submitted.
    """

    progress = Signal(object, str, float, object)
    preview = Signal(object, str, object)
    result = Signal(object, object)
    ended = Signal(object, object)
    _submitted = Signal(object)
    _stop = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._submitted.connect(self._worker.run)
        self._stop.connect(self._worker.stop)
        for signal in ("progress", "preview", "result", "ended"):
            getattr(self._worker, signal).connect(getattr(self, signal))
        self._thread.start()

    def submit(self, work: Callable[[Reporter], None]) -> Task:
        """Queue a job."""
        task = Task(work)
        self._submitted.emit(task)
        return task

    def close(self) -> None:
        """End the thread once the queue is empty; jobs not wanted any more have to be cancelled before."""
        self._stop.emit()
        self._thread.wait()
