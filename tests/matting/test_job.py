import subprocess
import sys
import threading
import time
from concurrent.futures import Future, wait
from types import SimpleNamespace

import numpy as np
import pytest

from mattingapp.matting import job
from mattingapp.matting.helpers import KEPT, Helpers
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


def test_a_library_call_that_cannot_be_interrupted_does_not_hold_up_cancel():
    cancel = threading.Event()
    threading.Timer(0.05, cancel.set).start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        Job(cancel=cancel).wait_for(lambda: time.sleep(1.5))
    assert time.monotonic() - start < 1.0


def test_an_error_in_such_a_call_is_passed_on():
    def fail() -> None:
        raise TimeoutError("from within")

    with pytest.raises(TimeoutError, match="from within"):
        Job().wait_for(fail)


def test_a_call_that_ends_just_as_the_wait_for_it_times_out_is_answered(monkeypatch):
    class Late(Future):
        def result(self, timeout=None):
            answer = super().result()
            if timeout is not None:
                raise TimeoutError
            return answer

    future = Late()
    future.set_result(3)
    monkeypatch.setattr(job, "_library_calls", SimpleNamespace(submit=lambda call: future))
    assert Job().wait_for(lambda: None) == 3


def test_library_calls_share_a_thread_as_long_as_none_has_to_wait():
    one = Job().wait_for(threading.get_ident)
    assert {Job().wait_for(threading.get_ident) for _ in range(50)} == {one}
    assert one != threading.get_ident()


def test_a_call_that_was_left_to_finish_holds_up_no_other():
    cancel, go_on = threading.Event(), threading.Event()
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(Cancelled):
        Job(cancel=cancel).wait_for(lambda: go_on.wait(30))
    try:
        assert Job().wait_for(lambda: not go_on.is_set())
    finally:
        go_on.set()


def test_threads_of_calls_left_to_finish_are_used_again_and_not_too_many_stay():
    helpers, go_on = Helpers("test"), threading.Event()
    for _ in range(3):
        calls = [helpers.submit(lambda: go_on.wait(30)) for _ in range(KEPT + 4)]
        go_on.set()
        wait(calls)
        go_on.clear()
    deadline = time.monotonic() + 30
    while (alive := sum(thread.name.startswith("test_") for thread in threading.enumerate())) > KEPT:
        assert time.monotonic() < deadline, f"{alive} threads stay"
        time.sleep(0.01)


def test_a_library_call_may_wait_for_another():
    assert Job().wait_for(lambda: Job().wait_for(lambda: Job().wait_for(lambda: 7))) == 7


def test_a_program_waits_for_library_calls_that_a_thread_of_qt_began():
    """Python takes such a thread for a daemon; a process that ends in the midst of compiled code is aborted."""
    program = (
        "import _thread, threading, time\n"
        "from mattingapp.matting.job import Job\n"
        "begun = threading.Event()\n"
        "call = lambda: (begun.set(), time.sleep(0.3), print('finished'))\n"
        "_thread.start_new_thread(Job().wait_for, (call,))\n"  # not by `threading`, as Qt does not
        "begun.wait()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "finished\n", "")
