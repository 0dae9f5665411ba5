"""Files on a folder that does not answer: a read that never returns holds nobody up.

The limits are generous for a busy machine; without what is tested the waiting would have no end.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mattingapp.gui.commands.filing import Filing
from mattingapp.gui.session import reading, session
from mattingapp.gui.session.worker import BackgroundThread, End, News, threads_left
from mattingapp.imaging.photo import read_photo
from mattingapp.resources import resource
from tests.gui.conftest import Window
from tests.gui.test_app import start

HAIR, PLUSH = (resource("samples", f"{name}.png") for name in ("hair", "plush"))
STALLED = Path("stalled.png")
LONG = 10.0  # seconds


@pytest.fixture
def stall(monkeypatch) -> Iterator[threading.Event]:
    """Let no read of the stalled file return before this is set."""
    answer = threading.Event()

    def read(path: Path):
        if path.name == STALLED.name:
            answer.wait()
        return read_photo(HAIR if path.name == STALLED.name else path)

    for module in (reading, session):
        monkeypatch.setattr(module, "read_photo", read)
    yield answer
    answer.set()


def test_cancel_ends_the_waiting_for_a_photo(qtbot, window: Window, stall: threading.Event) -> None:
    Filing.open_files(window.filing, STALLED)
    qtbot.waitUntil(window.loading.isVisible)
    window.actions_["run.cancel"].trigger()
    qtbot.waitUntil(window.start_page.isVisible)
    assert not window.filing.opening
    stall.set()
    qtbot.wait(300)
    assert window.session.opened is None, "it is not wanted any more"


def test_another_photo_opens_while_one_does_not_answer(qtbot, window: Window, stall: threading.Event) -> None:
    Filing.open_files(window.filing, STALLED)
    window.open_files(HAIR)
    assert window.session.document.photo.path == HAIR
    Filing.open_files(window.filing, STALLED)
    window.open_files(PLUSH)
    assert window.session.document.photo.path == PLUSH


def test_the_window_closes_while_a_photo_does_not_answer(window: Window, stall: threading.Event) -> None:
    Filing.open_files(window.filing, STALLED)
    began = time.monotonic()
    assert window.close()
    assert time.monotonic() - began < LONG


def test_a_backdrop_that_does_not_answer_is_given_up(qtbot, done: Window, stall: threading.Event) -> None:
    done.session.set_backdrop_image(STALLED, "stalled")
    assert done.actions_["run.cancel"].isEnabled()
    with qtbot.waitSignal(done.session.composite_arrived):  # others go on
        done.viewing.blur_backdrop()
    done.actions_["run.cancel"].trigger()
    assert not done.actions_["run.cancel"].isEnabled()
    with qtbot.waitSignal(done.session.composite_arrived):
        done.session.set_backdrop_image(PLUSH, "plush")
    assert not done.session.document.backdrop.transparent


def test_jobs_behind_one_that_hangs_are_done_in_their_order(qtbot) -> None:
    answer = threading.Event()
    thread = BackgroundThread("test", patience=0.1)
    ended, results = [], []
    news = News(done=results.append, ended=lambda outcome: ended.append(outcome.end))
    hanging = thread.submit(lambda reporter: answer.wait() and "late", news)
    for number in range(3):
        thread.submit(lambda reporter, number=number: number, news)
    thread.cancel(hanging)
    qtbot.waitUntil(lambda: len(ended) == 4)
    assert ended == [End.CANCELLED, End.DONE, End.DONE, End.DONE]
    assert results == [0, 1, 2]
    answer.set()
    thread.close()
    qtbot.waitUntil(lambda: not threads_left())
    qtbot.wait(20)
    assert len(ended) == 4


def test_a_cancelled_job_that_ends_keeps_the_thread(qtbot) -> None:
    thread = BackgroundThread("test", patience=0.05)
    names = []
    first = thread.submit(lambda reporter: reporter.cancel.wait() and names.append(threading.get_ident()))
    thread.cancel(first)
    qtbot.wait(100)
    with qtbot.waitSignal(thread.changed):
        thread.submit(lambda reporter: names.append(threading.get_ident()))
    thread.close()
    assert len(set(names)) == 1


_STALLED_START = """
import threading
import mattingapp.gui.session.reading as reading
reading.read_photo = lambda path: threading.Event().wait()
"""


def test_the_program_ends_while_a_photo_does_not_answer(tmp_path: Path) -> None:
    ended = start(tmp_path, "close", HAIR, before=_STALLED_START)
    assert ended.returncode == 0, ended.stderr
