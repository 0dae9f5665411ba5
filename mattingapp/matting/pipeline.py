"""From photo and trimap to alphas: the stages a request needs, each once, each result as it is ready.

for result in run_pipeline(MattingRequest(photo, trimap, ("dcnn",)), progress, preview, cancel):
    show(result)
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from mattingapp.imaging.depth import to_rgb, unit_range
from mattingapp.imaging.digest import digest
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import check_trimap
from mattingapp.matting.cache import StageCache
from mattingapp.matting.cores import cores
from mattingapp.matting.device import choose_device, device_name, is_out_of_memory
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.matting.helpers import Helpers
from mattingapp.matting.job import Job
from mattingapp.matting.live import carried_over
from mattingapp.matting.memory import give_back_memory
from mattingapp.matting.pyramid import first_look
from mattingapp.matting.request import MattingRequest, Preview, Progress, StageResult
from mattingapp.matting.stages import Estimate, Stage, StageInputs, in_order

SMALL = 1_000_000  # pixels of a photo

_stage_threads = Helpers("matting-stage")


def run_pipeline(
    request: MattingRequest,
    progress: Progress | None = None,
    preview: Preview | None = None,
    cancel: threading.Event | None = None,
    cache: StageCache | None = None,
) -> Iterator[StageResult]:
    """Run what `request` needs and yield one result a stage, in order, each as soon as it is ready.

    On a small photo, stages that do not need each other run at once, because each by itself leaves cores idle. After
    a stroke, previews of the last stage follow those of the first, which are soon there. The first run on a large photo
    begins with a look at a small copy: previews of every stage.

    Parameters
    ----------
    request : MattingRequest
    progress : callable (stage name, fraction in [0, 1], text) -> None, optional
        Told of one stage at a time, in order; from any thread, like `preview`.
    preview : callable (stage name, float32 alpha (H, W)) -> None, optional
        Called while an alpha converges, at most ten times a second, each time with a fresh array.
    cancel : threading.Event, optional
        Set it from any thread to end the run with `Cancelled` within 100 ms of work.
    cache : StageCache, optional
        Results kept between runs.

    Raises
    ------
    InputError
        For anything the person can mend: a trimap without foreground, an unknown method.
    Cancelled
        After `cancel` was set.
    """
    cache = cache if cache is not None else StageCache()
    stop = _Stop(cancel if cancel is not None else threading.Event())
    setup = Job(cancel=stop)
    setup.wait_for(lambda: check_trimap(request.trimap, request.photo.shape))
    device = choose_device(request.device)
    photo = setup.wait_for(lambda: to_rgb(request.photo))
    if np.issubdtype(photo.dtype, np.floating):
        setup.wait_for(lambda: unit_range(photo, photo.dtype))  # raises where they are out of range
    photo_digest = setup.wait_for(lambda: digest(request.photo))
    content = setup.wait_for(lambda: digest(photo_digest, request.trimap, repr(request.full_size)))
    plan = in_order(request.methods, request.settings)
    first, last = plan[0].name, plan[-1].name
    if request.foreground:
        plan += (replace(FOREGROUND, needs=(request.methods[-1],)),)
    keys: dict[str, str] = {}
    runs: dict[str, Future[StageResult]] = {}
    computed: set[str] = set()
    told = ""  # the stage whose progress is told
    before = cache.begin_run(photo_digest)
    shown: set[str] = set()

    def show(name: str, alpha: np.ndarray) -> None:
        assert preview is not None
        preview(name, alpha)
        shown.add(name)
        if name == first and last in computed - shown and {first, last} <= before.keys():
            preview(last, carried_over(before[last], before[first], alpha, request.trimap))

    def run(stage: Stage, memory: dict[str, Any]) -> StageResult:
        needed = {name: runs[name].result().alpha for name in stage.needed()}
        name = stage.name
        job = Job(
            progress=lambda fraction, text: (
                progress(name, fraction, text) if progress and told == name else None
            ),
            preview=(lambda alpha: show(name, alpha)) if preview else None,
            cancel=stop,
        )
        job.check()
        start = time.perf_counter()
        inputs = StageInputs(photo, request.trimap, needed, stage.settings, device, memory, request.full_size)
        estimate = _estimate(stage, inputs, job, cache)
        return StageResult(
            stage=name,
            title=stage.title,
            alpha=estimate.alpha,
            seconds=time.perf_counter() - start - job.first_use,
            device=estimate.device or device_name(device),
            converged=estimate.converged,
            notes=estimate.notes,
            foreground=estimate.foreground,
        )

    # A stage comes before those that read it, so it has a thread by the time they wait for it.
    waiting: deque[tuple[Stage, dict[str, Any]]] = deque()

    def work() -> None:
        with suppress(IndexError):  # until none is waiting
            while True:
                stage, memory = waiting.popleft()
                answer = runs[stage.name]
                try:
                    answer.set_result(run(stage, memory))
                except BaseException as error:  # raised by whoever reads the answer, whatever it is
                    answer.set_exception(error)

    for stage in plan:
        settings = repr(stage.settings)
        key = digest(content, stage.name, settings, *(keys[name] for name in stage.needed()))
        keys[stage.name] = key
        runs[stage.name] = Future()
        if kept := cache.get(key):
            runs[stage.name].set_result(replace(kept, cached=True))
        else:
            memory = cache.remembered(photo_digest, digest(stage.name, settings, str(device)))
            waiting.append((stage, memory))
            computed.add(stage.name)
    if preview is not None and request.trimap.size > SMALL and len(computed) == len(plan) and not before:
        stages = [stage for stage in plan if stage.name != FOREGROUND.name]
        inputs = StageInputs(photo, request.trimap, {}, None, device)
        with suppress(InputError):  # which the stage itself tells
            first_look(stages, inputs, setup, preview)
    at_once = cores() if device.type == "cpu" and request.trimap.size <= SMALL else 1
    workers = [_stage_threads.submit(work) for _ in range(min(at_once, len(computed)))]
    try:
        for stage in plan:
            is_new = stage.name in computed
            if progress and is_new:
                progress(stage.name, 0.0, stage.title)
            told = stage.name
            result = runs[stage.name].result()
            if progress and is_new:
                progress(stage.name, 1.0, stage.title)
            if is_new:
                cache.put(keys[stage.name], result)
            yield result
        cache.remember_run(photo_digest, {name: runs[name].result().alpha for name in (first, last)})
    finally:
        stop.set()  # where one fails, or nobody asks for more, the others shall not go on
        wait(workers)
        give_back_memory()


class _Stop(threading.Event):
    """Set by itself, or by the event the caller has."""

    def __init__(self, asked: threading.Event) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        return super().is_set() or self._asked.is_set()


def _estimate(stage: Stage, inputs: StageInputs, job: Job, cache: StageCache) -> Estimate:
    """Run `stage`; where memory runs out, let go of what is kept, run it again on the CPU, and say so."""
    try:
        return stage.estimate(inputs, job)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
    cache.clear()
    note = Message("Memory was short, so earlier results were let go.")
    if inputs.device.type != "cpu":
        note = Message(
            "{device} ran out of memory, so {stage} was computed on the CPU.",
            device=device_name(inputs.device),
            stage=stage.title,
        )
    try:
        estimate = stage.estimate(replace(inputs, device=torch.device("cpu"), memory={}), job)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise InputError(
            "There is not enough memory for {title} on this photo; close other programs or take"
            " a smaller one.",
            title=stage.title,
        ) from error
    return replace(estimate, device="cpu", notes=(note, *estimate.notes))
