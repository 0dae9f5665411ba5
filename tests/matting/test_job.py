import _thread
import queue
import threading

import numpy as np
import pytest

from mattingapp.matting import job
from mattingapp.matting.job import PREVIEW_SHARE, Cancelled, Job


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.mark.parametrize("cost", [0.001, 0.5])
def test_previews_are_ten_a_second_at_most_and_a_part_of_the_time(monkeypatch, cost):
    clock = Clock()
    monkeypatch.setattr(job, "time", clock)
    seen = []

    def make_alpha():
        clock.now += cost
        return np.zeros((1, 1), np.float32)

    shown = Job(preview=seen.append)
    for _ in range(2000):
        shown.offer_preview(make_alpha)
        clock.now += 0.01
    spent = clock.now - 100.0
    assert 1 < len(seen) <= 10 * spent + 1
    assert cost * (len(seen) - 1) <= PREVIEW_SHARE * spent


def test_nobody_who_looks_costs_nothing():
    Job().offer_preview(lambda: pytest.fail("made for nobody"))


def test_a_cancel_does_not_wait_for_a_preview():
    cancel, go_on = threading.Event(), threading.Event()

    def make_alpha():
        cancel.set()
        assert go_on.wait(10)
        return np.zeros((1, 1), np.float32)

    try:
        with pytest.raises(Cancelled):
            Job(preview=lambda alpha: pytest.fail("shown"), cancel=cancel).offer_preview(make_alpha)
    finally:
        go_on.set()


def test_a_program_waits_for_library_calls_that_a_thread_of_qt_began():
    """Python takes such a thread for a daemon; a process that ends in the midst of compiled code is aborted."""
    told: queue.Queue[bool] = queue.Queue()

    def of_qt() -> None:
        assert threading.current_thread().daemon
        Job().wait_for(lambda: told.put(threading.current_thread().daemon))

    _thread.start_new_thread(of_qt, ())  # not by `threading`, as Qt does not
    assert told.get(timeout=60) is False
