"""The stages' alphas of training examples, computed once and kept on disk by content."""

import hashlib
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np
import torch

from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.matting.cores import cores, share_cores
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import find_stage
from mattingapp.training.dataset import Example

MOST_WORKERS = 61  # Windows cannot wait for more

Report = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Sample:
    """An example with the alphas of the stages that the network reads.

    Attributes
    ----------
    example : Example
    alphas : dict from stage name to ndarray (H, W), float32
    """

    example: Example
    alphas: dict[str, np.ndarray]


def with_stage_alphas(
    examples: Iterable[Example], stages: tuple[str, ...], cache: Path, workers: int, report: Report
) -> list[Sample]:
    """Return every example with its stage alphas, from `cache` or computed by `workers` processes.

    Each alpha is written to `cache` as a 16-bit PNG as soon as it is there, so an interrupted run goes on where
    it stopped.

    Parameters
    ----------
    report : callable (done, of) -> None
    """
    examples = list(examples)
    cache.mkdir(parents=True, exist_ok=True)
    missing = [example for example in examples if not all(p.exists() for p in _paths(example, stages, cache))]
    if missing:
        workers = min(workers, len(missing), MOST_WORKERS)
        with ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_share_cores, initargs=(workers,)
        ) as pool:
            try:
                with _deaf_to_ctrl_c():
                    jobs = [pool.submit(_compute, example, stages, cache) for example in missing]
                for done, job in enumerate(as_completed(jobs), 1):
                    job.result()
                    report(done, len(jobs))
            except (
                BaseException
            ):  # Ctrl+C as well; a solver that is being compiled would keep it waiting for minutes
                for process in active_children():
                    process.terminate()
                raise
    return [
        Sample(example, dict(zip(stages, map(read_alpha, _paths(example, stages, cache)), strict=True)))
        for example in examples
    ]


def _share_cores(workers: int) -> None:
    share_cores(workers)
    torch.set_num_threads(cores())


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let processes that start meanwhile never get Ctrl+C, which a terminal sends to all: this one ends them.

    It is blocked and not ignored, so that this process gets it afterwards. Windows cannot.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _paths(example: Example, stages: tuple[str, ...], cache: Path) -> list[Path]:
    content = hashlib.blake2b(digest_size=12)
    content.update(example.photo.tobytes())
    content.update(example.trimap.tobytes())
    names = []
    for stage in stages:
        settings = hashlib.blake2b(repr(find_stage(stage).settings).encode(), digest_size=4)
        names.append(f"{example.name}-{content.hexdigest()}-{stage}-{settings.hexdigest()}.png")
    return [cache / name for name in names]


def _compute(example: Example, stages: tuple[str, ...], cache: Path) -> None:
    paths = dict(zip(stages, _paths(example, stages, cache), strict=True))
    request = MattingRequest(example.photo, example.trimap, stages, device="cpu", full_size=True)
    for result in run_pipeline(request):
        if result.stage in paths:
            write_alpha(paths[result.stage], result.alpha, bits=16)
