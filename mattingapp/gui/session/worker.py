"""Work off the GUI thread: jobs in one long-lived thread, their news delivered in the GUI thread.

A job is a callable that takes a `Reporter`; `News` has the callables that hear of it. `BackgroundThread`, an object of
the GUI thread, calls them there: signals of the worker itself are for its methods only, since PySide runs plain
functions in the thread of the emitter. `Latest` is for wishes that the next one replaces.

A job may hang in a call that nothing ends, as the read of a file on a network folder that does not answer. So nobody
waits for a thread without a limit: a cancelled job that does not end is left alone, and what comes after it gets
another thread. The threads are daemons, so that the program can end without those that hang.
"""

import logging
import queue
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from mattingapp.imaging.errors import InputError
from mattingapp.matting.job import Cancelled

log = logging.getLogger(__name__)

_PROGRESS_INTERVAL = 0.04  # seconds; a solver may report every millisecond
_PATIENCE = 10.0  # seconds that a cancelled job may go on
_AT_CLOSE = 0.25  # seconds that closing a thread waits for it; a window has several


Work = Callable[["Reporter"], Any]


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
    value: Any = None


def unheard(*news: object) -> None:
    """Take news that nobody waits for."""


@dataclass(frozen=True)
class News:
    """Who hears of a job, each called in the GUI thread.

    Attributes
    ----------
    progress : callable (stage, fraction, text)
    preview : callable (stage, alpha)
    result : callable (result)
        What it delivers on its way. Like the two before, not called any more once the job is told to end.
    done : callable (value)
        What the job's callable returned.
    refused : callable (sentence)
        Why the person's input cannot be used.
    crashed : callable (traceback) or None
        A bug ended it, even where nobody waits for it any more; None leaves that to `BackgroundThread.crashed`.
    ended : callable (Outcome)
        After all else, however it ended.
    """

    progress: Callable[[str, float, str], object] = unheard
    preview: Callable[[str, Any], object] = unheard
    result: Callable[[Any], object] = unheard
    done: Callable[[Any], object] = unheard
    refused: Callable[[str], object] = unheard
    crashed: Callable[[str], object] | None = None
    ended: Callable[[Outcome], object] = unheard


@dataclass(eq=False)
class Task:
    """One job in the queue.

    Attributes
    ----------
    work : callable (Reporter)
    news : News
    cancel : Event
        Set to end it, or to skip it if it has not begun.
    dropped : bool
        Nothing is to be heard of it any more.
    over : bool
        It has ended.
    """

    work: Work
    news: News
    cancel: threading.Event = field(default_factory=threading.Event)
    dropped: bool = False
    over: bool = False

    def end(self) -> None:
        """Let go of the job, which has ended, and of the pictures it holds."""
        self.over, self.work, self.news = True, unheard, News()


class Reporter:
    """What a job's callable tells the GUI thread, and asks it. Arrays handed over are never touched again."""

    def __init__(self, task: Task, carrier: "_Carrier") -> None:
        self.cancel = task.cancel
        self._task = task
        self._carrier = carrier
        self._last = 0.0

    def progress(self, stage: str, fraction: float, text: str) -> None:
        """Say how far `stage` is; all but the last of a burst may be dropped."""
        now = time.monotonic()
        if now - self._last >= _PROGRESS_INTERVAL or fraction in (0.0, 1.0):
            self._last = now
            self._carrier.progress.emit(self._task, stage, fraction, text)

    def preview(self, stage: str, alpha: Any) -> None:
        """Show how far an alpha has come."""
        self._carrier.preview.emit(self._task, stage, alpha)

    def result(self, result: Any) -> None:
        """Deliver one result; a job may have several."""
        self._carrier.result.emit(self._task, result)


class _Carrier(QObject):
    """Carries what a thread emits to the GUI thread, which it belongs to."""

    progress = Signal(object, str, float, object)
    preview = Signal(object, str, object)
    result = Signal(object, object)
    ended = Signal(object, object)


class _Thread(threading.Thread):
    """Does the jobs in a queue, until it is told to end, or is left alone with one."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.carrier = _Carrier()
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._tasks: list[Task] = []  # that have not ended, the one under way first
        self._left = False

    @property
    def wanted(self) -> bool:
        """Whether it has work that nobody cancelled."""
        return self.is_alive() and not all(task.cancel.is_set() for task in tuple(self._tasks))

    def put(self, task: Task) -> None:
        """Queue a job."""
        with self._lock:
            self._tasks.append(task)
        self._queue.put(task)

    def end(self) -> None:
        """End once the queue is empty."""
        self._queue.put(None)

    def leave(self, task: Task) -> bool:
        """Leave the thread alone with a job, if that is what it does; return whether it is."""
        with self._lock:
            self._left = self._tasks[:1] == [task]
        return self._left

    def run(self) -> None:
        while (task := self._queue.get()) is not None:
            outcome = self._outcome(task)
            with self._lock:
                if self._left:
                    return
                self._tasks.pop(0)
            self.carrier.ended.emit(task, outcome)
            del task, outcome  # which hold pictures, and the next may be long in coming

    def _outcome(self, task: Task) -> Outcome:
        if task.cancel.is_set():
            return Outcome(End.CANCELLED)
        try:
            value = task.work(Reporter(task, self.carrier))
        except Cancelled:
            return Outcome(End.CANCELLED)
        except InputError as error:
            return Outcome(End.REFUSED, error.message)
        except Exception:  # shown to the person with its traceback; the thread lives on
            log.exception("A job failed")
            return Outcome(End.CRASHED, traceback.format_exc())
        return Outcome(End.DONE, value=value)


class BackgroundThread(QObject):
    """A thread that runs jobs one after the other.

    Parameters
    ----------
    name : str
    parent : QObject, optional
    patience : float
        Seconds that a job may go on after `cancel` before the ones behind it get another thread.

    Signals
    -------
    changed()
        A job has ended.
    crashed(str traceback)
        A bug ended a job.
    """

    changed = Signal()
    crashed = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None, patience: float = _PATIENCE) -> None:
        super().__init__(parent)
        self._name = name
        self._patience = patience
        self._tasks: list[Task] = []  # that have not ended, the one under way first
        self._closed = False
        self._begin()

    def submit(self, work: Work, news: News | None = None) -> Task:
        """Queue a job."""
        task = Task(work, news or News())
        self._tasks.append(task)
        self._thread.put(task)
        return task

    def cancel(self, task: Task) -> None:
        """Tell a job to end, and leave it alone where it does not."""
        task.cancel.set()
        if task.over:
            return
        still = weakref.ref(task)  # which holds pictures, and is mostly over long before
        QTimer.singleShot(round(1000 * self._patience), self, lambda: self._leave(still()))

    def drop(self, task: Task) -> None:
        """Tell a job to end, and hear nothing of it any more but that it crashed."""
        task.dropped = True
        self.cancel(task)

    def close(self, seconds: float = _AT_CLOSE) -> None:
        """End the thread once the queue is empty, and wait for that a moment.

        Jobs not wanted any more have to be cancelled before.
        """
        self._closed = True
        self._thread.end()
        self._thread.join(seconds)

    def _begin(self) -> None:
        self._thread = _Thread(self._name)
        carrier = self._thread.carrier
        carrier.progress.connect(self._on_progress)
        carrier.preview.connect(self._on_preview)
        carrier.result.connect(self._on_result)
        carrier.ended.connect(self._on_ended)
        self._thread.start()

    def _leave(self, task: Task | None) -> None:
        if not self._closed and task in self._tasks and self._thread.leave(task):
            self._begin()
            for other in self._tasks[1:]:
                self._thread.put(other)
            self._on_ended(task, Outcome(End.CANCELLED))

    @Slot(object, str, float, object)
    def _on_progress(self, task: Task, stage: str, fraction: float, text: str) -> None:
        if not task.cancel.is_set():
            task.news.progress(stage, fraction, text)

    @Slot(object, str, object)
    def _on_preview(self, task: Task, stage: str, alpha: Any) -> None:
        if not task.cancel.is_set():
            task.news.preview(stage, alpha)

    @Slot(object, object)
    def _on_result(self, task: Task, result: Any) -> None:
        if not task.cancel.is_set():
            task.news.result(result)

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        if task.over:  # it was left alone, and has come back
            return
        self._tasks.remove(task)
        news = task.news
        task.end()
        self.changed.emit()
        if outcome.end is End.CRASHED:
            (news.crashed or self.crashed.emit)(outcome.text)
        if outcome.end is End.DONE and not task.dropped:
            news.done(outcome.value)
        elif outcome.end is End.REFUSED and not task.dropped:
            news.refused(outcome.text)
        if not task.dropped:  # those above may have wished for something else
            news.ended(outcome)


class Latest:
    """One kind of wish: a new one takes the place of the one before, of which nothing more is heard.

    Parameters
    ----------
    thread : BackgroundThread
        Does the work, perhaps beside that of other wishes.
    """

    def __init__(self, thread: BackgroundThread) -> None:
        self._thread = thread
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        """Whether a wish has not come true yet."""
        return self._task is not None and not self._task.over

    @property
    def cancelling(self) -> bool:
        """Whether the job under way has been told to end."""
        return self._task is not None and self.busy and self._task.cancel.is_set()

    def start(self, work: Work, news: News | None = None) -> None:
        """Wish for something; what was wished for before is dropped."""
        self.drop()
        self._task = self._thread.submit(work, news)

    def cancel(self) -> None:
        """Tell the job under way to end; `News.ended` tells when it has."""
        if self._task is not None:
            self._thread.cancel(self._task)

    def drop(self) -> None:
        """Take the wish back, as if there had been none."""
        if self._task is not None:
            self._thread.drop(self._task)
            self._task = None


def threads_left() -> list[str]:
    """Return the names of the threads that have not ended."""
    return [thread.name for thread in threading.enumerate() if isinstance(thread, _Thread)]


def wait_for_wanted(seconds: float) -> None:
    """Wait until no thread has work that is still wanted, such as an export, but no longer than that."""
    deadline = time.monotonic() + seconds
    for thread in threading.enumerate():
        while isinstance(thread, _Thread) and thread.wanted and time.monotonic() < deadline:
            thread.join(0.05)
