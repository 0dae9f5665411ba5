import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from mattingapp.imaging.errors import InputError
from mattingapp.matting import pipeline, stages
from mattingapp.matting.cache import StageCache
from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.device import available_devices, choose_device
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import Estimate, Stage, in_order
from tests.matting.scenes import soft_disc


@pytest.fixture
def request_all() -> MattingRequest:
    photo, trimap, _ = soft_disc(40)
    return MattingRequest(
        (255 * photo).astype(np.uint8), trimap, ("closed-form", "knn", "mean"), device="cpu"
    )


def test_stages_run_in_the_order_they_need_each_other_and_once():
    assert [stage.name for stage in in_order(("mean", "knn", "closed-form"))] == [
        "closed-form",
        "knn",
        "mean",
    ]


def test_every_stage_gives_one_result_with_its_time_and_device(request_all):
    results = list(run_pipeline(request_all))
    assert [result.stage for result in results] == ["closed-form", "knn", "mean"]
    for result in results:
        assert result.alpha.dtype == np.float32
        assert result.device == "cpu"
        assert result.seconds > 0
        assert result.converged
        assert not result.cached
    np.testing.assert_allclose(results[2].alpha, (results[0].alpha + results[1].alpha) / 2, atol=1e-6)


def test_the_same_content_is_not_computed_twice(request_all):
    cache = StageCache()
    first = list(run_pipeline(request_all, cache=cache))
    copy = replace(request_all, photo=request_all.photo.copy(), methods=("mean",))
    again = list(run_pipeline(copy, cache=cache))
    assert [result.cached for result in again] == [True] * 3
    assert again[2].alpha is first[2].alpha


@pytest.mark.parametrize("change", ["photo", "trimap", "settings"])
def test_other_content_is_computed_anew(request_all, change):
    cache = StageCache()
    list(run_pipeline(request_all, cache=cache))
    photo, trimap, settings = request_all.photo.copy(), request_all.trimap.copy(), {}
    if change == "photo":
        photo[0, 0] += 1
    elif change == "trimap":
        trimap[20, 5] = 0
    else:
        settings = {"closed-form": ClosedFormSettings(epsilon=1e-5)}
    other = replace(request_all, photo=photo, trimap=trimap, settings=settings)
    cached = {result.stage: result.cached for result in run_pipeline(other, cache=cache)}
    assert cached == {"closed-form": False, "knn": change == "settings", "mean": False}


def test_a_full_cache_drops_what_was_used_longest_ago(request_all):
    results = list(run_pipeline(request_all))
    cache = StageCache(max_bytes=2 * results[0].nbytes)
    for key, result in zip("abc", results, strict=True):
        cache.put(key, result)
    assert cache.get("a") is None
    assert cache.get("b") is results[1]
    assert cache.get("c") is results[2]


def test_the_cache_drops_what_the_latest_runs_did_not_ask_for(request_all):
    first, second, _ = run_pipeline(request_all)
    cache = StageCache(max_runs=2)
    cache.begin_run("photo")
    cache.put("a", first)
    cache.put("b", second)
    cache.begin_run("photo")
    assert cache.get("a") is first
    cache.begin_run("photo")
    assert cache.get("b") is None
    assert cache.get("a") is first


def test_progress_runs_from_0_to_1_in_every_stage(request_all):
    told = []
    list(
        run_pipeline(request_all, progress=lambda stage, fraction, text: told.append((stage, fraction, text)))
    )
    for stage in ("closed-form", "knn", "mean"):
        fractions = [fraction for name, fraction, _ in told if name == stage]
        assert fractions[0] == 0
        assert fractions[-1] == 1
        assert all(0 <= fraction <= 1 for fraction in fractions)


def at_once(monkeypatch, *estimates) -> None:
    """Let every request run these stages, named a, b and so on, which need nothing."""
    plan = tuple(
        Stage(name, name.upper(), estimate) for name, estimate in zip("abc", estimates, strict=False)
    )
    monkeypatch.setattr(pipeline, "in_order", lambda methods, settings: plan)
    monkeypatch.setattr(pipeline, "cores", lambda: 2)


def test_stages_of_a_small_photo_run_at_once_and_are_told_in_order(request_all, monkeypatch):
    both_there, second_done, told = threading.Barrier(2, timeout=30), threading.Event(), []

    def first(inputs, job):
        both_there.wait()
        assert second_done.wait(30)
        while ("a", 0.5) not in told:  # until its turn has come
            job.report(0.5, "")
            time.sleep(0.01)
        return Estimate(inputs.trimap / np.float32(255))

    def second(inputs, job):
        both_there.wait()
        job.report(0.5, "")
        second_done.set()
        return Estimate(inputs.trimap / np.float32(255))

    at_once(monkeypatch, first, second)
    results = run_pipeline(request_all, lambda stage, fraction, text: told.append((stage, fraction)))
    assert [result.stage for result in results] == ["a", "b"]
    assert told.index(("a", 0.0)) < told.index(("a", 0.5)) < told.index(("a", 1.0)) < told.index(("b", 1.0))
    assert all(name == "a" for name, _ in told[: told.index(("a", 1.0))])


def test_stages_of_a_large_photo_have_all_cores_one_after_the_other(request_all, monkeypatch):
    running, most = [], []

    def estimate(inputs, job):
        running.append(1)
        most.append(len(running))
        time.sleep(0.05)
        running.pop()
        return Estimate(inputs.trimap / np.float32(255))

    at_once(monkeypatch, estimate, estimate, estimate)
    monkeypatch.setattr(pipeline, "SMALL", request_all.trimap.size - 1)
    list(run_pipeline(request_all))
    assert most == [1, 1, 1]


def until_stopped(how_it_ended: list[str]):
    def estimate(inputs, job):
        try:
            for _ in range(3000):
                job.check()
                time.sleep(0.01)
        except Cancelled:
            how_it_ended.append("stopped")
            raise
        how_it_ended.append("went on")
        return Estimate(inputs.trimap / np.float32(255))

    return estimate


def test_where_one_stage_fails_the_others_stop(request_all, monkeypatch):
    both_there, ends = threading.Barrier(2, timeout=30), []
    goes_on = until_stopped(ends)

    def fails(inputs, job):
        both_there.wait()
        raise InputError("Take another photo.")

    def second(inputs, job):
        both_there.wait()
        return goes_on(inputs, job)

    at_once(monkeypatch, fails, second)
    with pytest.raises(InputError, match="Take another photo"):
        list(run_pipeline(request_all))
    assert ends == ["stopped"]


def test_stages_stop_when_nobody_asks_for_more(request_all, monkeypatch):
    both_there, ends = threading.Barrier(2, timeout=30), []
    goes_on = until_stopped(ends)

    def first(inputs, job):
        both_there.wait()
        return Estimate(inputs.trimap / np.float32(255))

    def second(inputs, job):
        both_there.wait()
        return goes_on(inputs, job)

    at_once(monkeypatch, first, second)
    results = run_pipeline(request_all)
    assert next(results).stage == "a"
    results.close()
    assert ends == ["stopped"]


def test_previews_are_fresh_copies_of_a_converging_alpha(request_all, monkeypatch):
    monkeypatch.setattr("mattingapp.matting.job.PREVIEW_INTERVAL", 0.0)
    monkeypatch.setattr("mattingapp.matting.job.PREVIEW_SHARE", 1.0)
    seen = []
    results = list(run_pipeline(request_all, preview=lambda stage, alpha: seen.append((stage, alpha))))
    closed_form = [alpha for stage, alpha in seen if stage == "closed-form"]
    assert len(closed_form) > 1
    assert len({id(alpha) for alpha in closed_form}) == len(closed_form)
    errors = [np.abs(alpha - results[0].alpha).max() for alpha in closed_form]
    assert errors[-1] < errors[0]
    assert all(alpha.shape == request_all.trimap.shape and alpha.dtype == np.float32 for alpha in closed_form)


def test_foreground_colours_come_last_when_asked_for(request_all):
    *_, last = run_pipeline(replace(request_all, methods=("closed-form",), foreground=True))
    assert last.stage == "foreground"
    assert last.foreground is not None
    assert last.foreground.shape == request_all.photo.shape


def test_bad_input_is_told_before_any_work(request_all):
    with pytest.raises(InputError, match="foreground"):
        list(
            run_pipeline(
                replace(request_all, trimap=np.where(request_all.trimap == 255, 128, request_all.trimap))
            )
        )
    with pytest.raises(InputError, match="closed-form, knn"):
        list(run_pipeline(replace(request_all, methods=("nonsense",))))
    with pytest.raises(InputError, match="device"):
        list(run_pipeline(replace(request_all, device="abacus")))


@pytest.mark.parametrize("method", ["closed-form", "knn", "shared", "foreground"])
def test_cancel_is_answered_at_once_while_a_large_photo_is_computed(method):
    photo, trimap, _ = soft_disc(1000)
    cancel = threading.Event()
    stage_running = threading.Event()

    def progress(stage: str, fraction: float, text: str) -> None:
        if stage == method and fraction > 0:
            stage_running.set()

    answered = []

    def run() -> None:
        methods = (method,) if method != "foreground" else ("closed-form",)
        if method == "foreground":
            with pytest.MonkeyPatch.context() as patch:
                quick = replace(
                    stages.find_stage("closed-form"),
                    estimate=lambda i, j: Estimate(i.trimap / np.float32(255)),
                )
                patch.setattr(pipeline, "in_order", lambda methods, settings: (quick,))
                consume(methods)
        else:
            consume(methods)

    def consume(methods: tuple[str, ...]) -> None:
        try:
            request = MattingRequest(photo, trimap, methods, device="cpu", foreground=method == "foreground")
            list(run_pipeline(request, progress, cancel=cancel))
        except Cancelled:
            answered.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    assert stage_running.wait(60)
    asked = time.monotonic()
    cancel.set()
    thread.join(60)
    assert answered, "the run ended before it was cancelled"
    # The promise is 100 ms of work on an idle machine; a test machine may be busy.
    assert answered[0] - asked < 2.0


def test_a_device_without_memory_falls_back_to_the_cpu_and_says_so(request_all):
    devices = []

    def hungry(inputs, job):
        devices.append(inputs.device.type)
        if inputs.device.type != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory")
        return Estimate(np.zeros(inputs.trimap.shape, np.float32))

    inputs = stages.StageInputs(request_all.photo, request_all.trimap, {}, None, torch.device("meta"))
    estimate = pipeline._estimate(Stage("hungry", "Hungry", hungry), inputs, Job(), StageCache())
    assert devices == ["meta", "cpu"]
    assert estimate.device == "cpu"
    assert "CPU" in estimate.notes[0]


def test_short_memory_lets_go_of_what_is_kept_and_then_gives_up_in_one_sentence(request_all):
    attempts = []

    def hungry(inputs, job):
        attempts.append(len(inputs.memory))
        if len(attempts) % 2:
            raise MemoryError
        return Estimate(np.zeros(inputs.trimap.shape, np.float32))

    cpu = torch.device("cpu")
    inputs = stages.StageInputs(request_all.photo, request_all.trimap, {}, None, cpu, {"kept": 1})
    estimate = pipeline._estimate(Stage("hungry", "Hungry", hungry), inputs, Job(), StageCache())
    assert attempts == [1, 0]
    assert "let go" in estimate.notes[0]

    def insatiable(inputs, job):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(InputError, match="not enough memory for Hungry"):
        pipeline._estimate(Stage("hungry", "Hungry", insatiable), inputs, Job(), StageCache())


def test_other_errors_of_a_stage_are_not_hidden(request_all):
    def broken(inputs, job):
        raise RuntimeError("a bug")

    inputs = stages.StageInputs(request_all.photo, request_all.trimap, {}, None, torch.device("meta"))
    with pytest.raises(RuntimeError, match="a bug"):
        pipeline._estimate(Stage("broken", "Broken", broken), inputs, Job(), StageCache())


def test_auto_is_the_first_device_there_is():
    assert str(choose_device("auto")) == available_devices()[0]
    assert available_devices()[-1] == "cpu"


def test_a_method_that_reads_itself_is_refused(monkeypatch) -> None:
    selfish = stages.Stage("selfish", "Selfish", lambda inputs, job: None, needs=("knn", "selfish"))
    known = {"knn": stages.find_stage("knn"), "selfish": selfish}
    monkeypatch.setattr(stages, "registry", lambda: known)
    with pytest.raises(InputError, match=r"The model of the method selfish reads that method itself"):
        stages.in_order(("selfish",))
