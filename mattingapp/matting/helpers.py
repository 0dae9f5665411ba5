"""Long-lived threads that make calls for other threads.

Libraries keep memory for every thread that has called them (malloc its arenas, OpenMP its teams), and not all of it
comes back when the thread ends: with a thread a call, a process grows without end.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

KEPT = 8  # threads with nothing to do; more than work at once, unless calls were left to finish by themselves


class Helpers:
    """Threads for one kind of work.

    A call begins at once: where every thread is busy, be it with a call that nobody waits for any more, there is one
    more. The thread that was busy last is the next, so that as few as possible are in use. Python ends only once
    their calls have, since a process that ends in the midst of compiled code is aborted.

    Parameters
    ----------
    name : str
        What the threads are called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._idle: list[ThreadPoolExecutor] = []
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._idle.clear)  # threads stay behind

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Begin a call on one of the threads, and return what will hold its answer or its error."""
        try:
            helper = self._idle.pop()
        except IndexError:
            helper = ThreadPoolExecutor(1, self._name)

        def run() -> T:
            try:
                return call()
            finally:
                if len(self._idle) < KEPT:
                    self._idle.append(
                        helper
                    )  # before the answer is there, as who asked may ask again at once

        return helper.submit(run)
