"""Work in the background, and the session that has it done, without a window."""

import threading
import time
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.panes.gallery import COMPOSITE, PHOTO, Gallery
from mattingapp.gui.session.reading import open_photo
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, End, Latest, News
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import read_photo
from mattingapp.matting.job import Cancelled
from mattingapp.project.document import RunSettings
from mattingapp.resources import resource
from tests.gui.conftest import LEVEL, STAGES, FakePipeline

HAIR, TRIMAP = resource("samples", "hair.png"), resource("samples", "hair_trimap.png")


@pytest.fixture
def thread(qtbot) -> Iterator[BackgroundThread]:
    """A thread that ends with the test."""
    made = BackgroundThread("test")
    yield made
    made.close()


class Diary:
    """Writes down what is heard of a job, and in which thread."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        self.news = News(
            progress=lambda stage, fraction, text: self.write("progress", (stage, fraction, text)),
            preview=lambda stage, alpha: self.write("preview", alpha),
            result=lambda result: self.write("result", result),
            done=lambda value: self.write("done", value),
            refused=lambda sentence: self.write("refused", sentence),
            ended=lambda outcome: self.write("ended", outcome.end),
        )

    def write(self, what: str, value: object) -> None:
        self.threads.add(threading.get_ident())
        self.entries.append((what, value))


def until_ended(qtbot, diary: Diary) -> None:
    qtbot.waitUntil(lambda: bool(diary.entries) and diary.entries[-1][0] == "ended")


def test_all_that_a_job_tells_is_heard_in_order_and_in_the_thread_of_the_window(qtbot, thread) -> None:
    def work(reporter) -> int:
        assert threading.current_thread() is not threading.main_thread()
        reporter.progress("knn", 0.0, "begins")
        reporter.preview("knn", "half")
        reporter.result("one")
        return 7

    diary = Diary()
    thread.submit(work, diary.news)
    until_ended(qtbot, diary)
    assert diary.entries == [
        ("progress", ("knn", 0.0, "begins")),
        ("preview", "half"),
        ("result", "one"),
        ("done", 7),
        ("ended", End.DONE),
    ]
    assert diary.threads == {threading.get_ident()}


def test_what_a_job_held_is_let_go_of_once_it_has_ended(qtbot, thread) -> None:
    diary, latest = Diary(), Latest(thread)
    picture = np.zeros((4, 4))
    held = weakref.ref(picture)
    latest.start(lambda reporter, picture=picture: picture.sum(), diary.news)
    del picture
    until_ended(qtbot, diary)
    assert not latest.busy
    qtbot.waitUntil(lambda: held() is None)


def test_a_refusal_arrives_as_template_and_values(qtbot, thread) -> None:
    def work(reporter) -> None:
        raise InputError("{file} is empty: choose another.", file="a.png")

    diary = Diary()
    thread.submit(work, diary.news)
    until_ended(qtbot, diary)
    (what, sentence), ended = diary.entries
    assert (what, ended) == ("refused", ("ended", End.REFUSED))
    assert isinstance(sentence, Message)
    assert sentence.values == {"file": "a.png"}


def test_a_bug_is_told_with_its_traceback_even_where_nobody_waits_for_the_job(qtbot, thread) -> None:
    told, begun, go_on = [], threading.Event(), threading.Event()
    thread.crashed.connect(told.append)

    def work(reporter) -> None:
        begun.set()
        go_on.wait()
        raise RuntimeError("a bug in a job")

    latest, diary = Latest(thread), Diary()
    latest.start(work, diary.news)
    begun.wait()
    latest.drop()
    go_on.set()
    qtbot.waitUntil(lambda: bool(told))
    assert "a bug in a job" in told[0]
    assert diary.entries == []


def test_the_latest_wish_wins_and_nothing_is_heard_of_the_ones_before(qtbot, thread) -> None:
    latest, diaries = Latest(thread), [Diary() for _ in range(3)]

    def stubborn(reporter) -> str:
        while not reporter.cancel.is_set():
            time.sleep(0.001)
        reporter.result("too late")
        return "too late"

    latest.start(stubborn, diaries[0].news)
    latest.start(stubborn, diaries[1].news)
    latest.start(lambda reporter: "this one", diaries[2].news)
    assert latest.busy
    until_ended(qtbot, diaries[2])
    assert not latest.busy
    assert diaries[2].entries == [("done", "this one"), ("ended", End.DONE)]
    assert diaries[0].entries == diaries[1].entries == []


def test_a_cancelled_job_tells_that_it_has_ended_and_no_more(qtbot, thread) -> None:
    begun = threading.Event()

    def work(reporter) -> None:
        begun.set()
        while not reporter.cancel.is_set():
            time.sleep(0.001)
        reporter.progress("knn", 1.0, "goes on")
        raise Cancelled

    latest, diary = Latest(thread), Diary()
    latest.start(work, diary.news)
    begun.wait()
    latest.cancel()
    assert latest.cancelling
    until_ended(qtbot, diary)
    assert diary.entries == [("ended", End.CANCELLED)]
    assert not latest.cancelling


def test_what_is_done_may_wish_for_the_next_thing_at_once(qtbot, thread) -> None:
    latest, second, ended = Latest(thread), Diary(), []
    first = News(done=lambda value: latest.start(lambda reporter: value + 1, second.news), ended=ended.append)
    latest.start(lambda reporter: 1, first)
    until_ended(qtbot, second)
    assert second.entries[0] == ("done", 2)
    assert ended == [], "another wish has taken its place"


def test_progress_comes_no_faster_than_one_can_look_but_its_ends_always(qtbot, thread) -> None:
    def work(reporter) -> None:
        for step in range(1001):
            reporter.progress("knn", step / 1000, "")

    diary = Diary()
    thread.submit(work, diary.news)
    until_ended(qtbot, diary)
    fractions = [value[1] for what, value in diary.entries if what == "progress"]
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert len(fractions) < 500


@pytest.fixture
def session(qtbot, pipeline: FakePipeline) -> Iterator[Session]:
    """A session with the hair sample open."""
    made = Session(RunSettings("dcnn"), pipeline, STAGES)
    made.show_document(open_photo(lambda: read_photo(HAIR), TRIMAP, made.inherited()))
    yield made
    pipeline.hold.set()
    made.close()
    made.deleteLater()


def test_a_run_gives_every_stage_then_the_matte_and_its_composite(qtbot, session: Session) -> None:
    arrived: list[str] = []
    session.result_arrived.connect(arrived.append)
    composites: list[np.ndarray] = []
    session.composite_arrived.connect(composites.append)
    with qtbot.waitSignals([session.run_ended, session.composite_arrived]):
        session.run()
        assert session.running
    assert not session.running
    assert arrived == ["closed-form", "knn", "dcnn"]
    assert session.document.matte.stage == "dcnn"
    assert composites[-1].shape == (*session.document.photo.shape, 3)


def test_a_plan_is_told_and_holds_for_the_next_run(qtbot, session: Session, pipeline: FakePipeline) -> None:
    with qtbot.waitSignal(session.plan_changed):
        session.set_method("knn")
    assert session.settings.method == session.document.settings.method == "knn"
    with qtbot.waitSignal(session.run_ended):
        session.run()
    assert pipeline.requests[-1].methods == ("knn",)


def test_a_method_or_a_device_that_this_program_does_not_have_is_not_taken(qtbot, pipeline) -> None:
    made = Session(RunSettings("from a plug-in", "abacus"), pipeline, STAGES)
    assert made.settings.method == "closed-form"
    with qtbot.waitSignal(made.devices_known):
        pass
    assert made.device == "auto"
    made.set_device("cpu")
    assert made.device == "cpu"
    made.close()


def test_an_image_beside_the_photo_is_read_without_waiting(qtbot, session: Session) -> None:
    taken: list[int] = []
    session.output.read(lambda: 3, taken.append)
    assert session.output.reading
    qtbot.waitUntil(lambda: not session.output.reading)
    assert taken == [3]
    session.output.read(lambda: 4, taken.append)
    session.output.drop_reads()
    qtbot.wait(30)
    assert taken == [3]


def test_of_composites_asked_for_in_a_burst_the_last_one_comes(qtbot, session: Session) -> None:
    with qtbot.waitSignals([session.run_ended, session.composite_arrived]):
        session.run()
    came: list[np.ndarray] = []
    session.composite_arrived.connect(came.append)
    document, hold = session.document, threading.Event()

    def make():
        hold.wait()
        return document.final_matte()()

    for _ in range(5):
        session.output.composite(make, document.backdrop, document.photo.pixels)
    hold.set()
    qtbot.waitUntil(lambda: bool(came))
    qtbot.wait(30)
    assert len(came) == 1


def test_the_gallery_shows_previews_until_the_result_is_there(qtbot, session: Session, pipeline) -> None:
    gallery = Gallery(session, Display(), session)
    assert gallery.sources() == (PHOTO,)
    pipeline.hold.clear()
    session.run()
    qtbot.waitUntil(lambda: gallery.previewing("closed-form"))
    unknown = session.document.trimap == 128
    assert gallery.alpha("closed-form")[unknown].max() == LEVEL["closed-form"] / 2
    with qtbot.waitSignals([session.run_ended, session.composite_arrived]):
        pipeline.hold.set()
    assert not gallery.previewing("closed-form")
    assert gallery.alpha("closed-form")[unknown].max() == LEVEL["closed-form"]
    assert gallery.sources() == (PHOTO, "closed-form", "knn", "dcnn", COMPOSITE)


def test_the_gallery_lays_an_alpha_on_what_the_display_wants(qtbot, session: Session) -> None:
    display = Display()
    gallery = Gallery(session, display, session)
    with qtbot.waitSignals([session.run_ended, session.composite_arrived]):
        session.run()
    assert len(gallery.layers("knn")) == 1
    with qtbot.waitSignal(gallery.all_changed):
        display.set_mode(ViewMode.OVERLAY)
    photo, _ = gallery.layers("knn")
    assert photo is session.picture
    display.show_photo(True)
    assert gallery.layers("knn") == (session.picture,)
