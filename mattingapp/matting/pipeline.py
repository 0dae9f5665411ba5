"""From photo and trimap to alphas: the stages a request needs, each once, each result as it is ready.

for result in run_pipeline(MattingRequest(photo, trimap, ("dcnn",)), progress, preview, cancel):
    show(result)
"""

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from mattingapp.imaging.depth import to_rgb, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import check_trimap
from mattingapp.matting.device import choose_device, device_name, is_out_of_memory
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.matting.helpers import Helpers
from mattingapp.matting.job import Job
from mattingapp.matting.live import carried_over
from mattingapp.matting.solvers.cpu.threads import cores
from mattingapp.matting.stages import DEFAULT_METHOD, Estimate, Stage, StageInputs, in_order

Progress = Callable[[str, float, str], None]
Preview = Callable[[str, np.ndarray], None]

SMALL = 1_000_000  # pixels of a photo

_stage_threads = Helpers("matting-stage")


@dataclass(frozen=True, eq=False)
class MattingRequest:
    """One wish: these methods on this photo and trimap.

    Attributes
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8, one of 0 (background), 128 (unknown), 255 (foreground)
    methods : tuple of str
        Stage names; what they need is run as well. The last one is the matte of the request.
    settings : mapping from stage name to that stage's settings
        Stages that are not named use their defaults.
    device : str
        "auto" (CUDA, then MPS, then CPU), "cuda", "cuda:1", "mps" or "cpu".
    foreground : bool
        Also estimate foreground colours for the last method's alpha.
    """

    photo: np.ndarray
    trimap: np.ndarray
    methods: tuple[str, ...] = (DEFAULT_METHOD,)
    settings: Mapping[str, Any] = field(default_factory=dict)
    device: str = "auto"
    foreground: bool = False


@dataclass(frozen=True, eq=False)
class StageResult:
    """What one stage made.

    Attributes
    ----------
    stage, title : str
        Its name, and its name for the screen.
    alpha : ndarray (H, W), float32 in [0, 1], straight
    seconds : float
        Time it took when it was computed; on a small photo other stages may have run at the same time.
    device : str
        "cpu", "cuda:0" or "mps".
    converged : bool
        False where `alpha` is a solver's best iterate.
    note : str
        One sentence for the person, or "".
    foreground : ndarray (H, W, 3), float32 in [0, 1], or None
        Foreground colours, from the "foreground" stage.
    cached : bool
        True where it was taken from an earlier run on the same content.
    """

    stage: str
    title: str
    alpha: np.ndarray
    seconds: float
    device: str
    converged: bool = True
    note: str = ""
    foreground: np.ndarray | None = None
    cached: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return self.alpha.nbytes + (self.foreground.nbytes if self.foreground is not None else 0)


class StageCache:
    """Results by content, the least recently used dropped first, and what stages keep for the next stroke.

    Parameters
    ----------
    max_bytes : int
        Memory the kept arrays may take together.
    """

    def __init__(self, max_bytes: int = 1 << 30) -> None:
        self._results: OrderedDict[str, StageResult] = OrderedDict()
        self._max_bytes = max_bytes
        self._photo = ""
        self._memories: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()  # a stage that runs short of memory clears it from its own thread

    def memory(self, photo: str, key: str) -> dict[str, Any]:
        """Return what the stage with `key` left for its next run on the photo with that digest.

        Only the last photo is remembered.
        """
        if photo != self._photo:
            self._photo = photo
            self._memories.clear()
        return self._memories.setdefault(key, {})

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._results.clear()
            self._memories.clear()

    def get(self, key: str) -> StageResult | None:
        """Return the result kept under `key`, or None."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def put(self, key: str, result: StageResult) -> None:
        """Keep `result`, dropping old ones where memory asks for it."""
        with self._lock:
            kept = self._results
            kept[key] = result
            while sum(result.nbytes for result in kept.values()) > self._max_bytes and len(kept) > 1:
                kept.popitem(last=False)


def run_pipeline(
    request: MattingRequest,
    progress: Progress | None = None,
    preview: Preview | None = None,
    cancel: threading.Event | None = None,
    cache: StageCache | None = None,
) -> Iterator[StageResult]:
    """Run what `request` needs and yield one result a stage, in order, each as soon as it is ready.

    On a small photo, stages that do not need each other run at once, because each by itself leaves cores idle. After
    a stroke, previews of the last stage follow those of the first, which are soon there.

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
    photo_digest = setup.wait_for(lambda: _digest(request.photo))
    content = setup.wait_for(lambda: _digest(photo_digest, request.trimap))
    plan = in_order(request.methods, request.settings)
    first, last = plan[0].name, plan[-1].name
    if request.foreground:
        plan += (replace(FOREGROUND, needs=(request.methods[-1],)),)
    keys: dict[str, str] = {}
    runs: dict[str, Future[StageResult]] = {}
    computed: set[str] = set()
    told = ""  # the stage whose progress is told
    before = cache.memory(photo_digest, "last run")  # the alphas of its first stage and its last, by name
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
        inputs = StageInputs(photo, request.trimap, needed, stage.settings, device, memory)
        estimate = _estimate(stage, inputs, job, cache)
        return StageResult(
            stage=name,
            title=stage.title,
            alpha=estimate.alpha,
            seconds=time.perf_counter() - start,
            device=estimate.device or device_name(device),
            converged=estimate.converged,
            note=estimate.note,
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
        key = _digest(content, stage.name, settings, *(keys[name] for name in stage.needed()))
        keys[stage.name] = key
        runs[stage.name] = Future()
        if kept := cache.get(key):
            runs[stage.name].set_result(replace(kept, cached=True))
        else:
            memory = cache.memory(photo_digest, _digest(stage.name, settings, str(device)))
            waiting.append((stage, memory))
            computed.add(stage.name)
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
        before.clear()  # alphas of different runs do not belong together
        before.update({name: runs[name].result().alpha for name in (first, last)})
    finally:
        stop.set()  # where one fails, or nobody asks for more, the others shall not go on
        wait(workers)


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
    return replace(estimate, device="cpu", note=" ".join(filter(None, (note, estimate.note))))


def _digest(*parts: np.ndarray | str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, str):
            digest.update(part.encode())
        else:
            digest.update(f"{part.shape}{part.dtype}".encode())
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()
