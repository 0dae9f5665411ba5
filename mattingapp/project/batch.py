"""A recipe over many photos, in one process, in several, or on a cluster; and going on after an end."""

import dataclasses
import json
import os
import shutil
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import make_folder
from mattingapp.matting.job import Cancelled
from mattingapp.project.deliver import Report, Task, digest_of, process, recipe_digest
from mattingapp.project.plain import from_plain
from mattingapp.project.plan import find_photos, plan
from mattingapp.project.recipe import Recipe

TRIES = 2  # of a photo whose process died
_POLL = 0.2  # seconds between looks at cancel
_FREE = 64 << 20  # bytes that a disk keeps


def batch(
    photos: Iterable[str | os.PathLike[str]],
    recipe: Recipe,
    out: str | os.PathLike[str],
    workers: int = 1,
    scheduler: str = "",
) -> Iterator[Report]:
    """Deliver photos by a recipe, and yield a report of each as it comes.

    Parameters
    ----------
    photos : iterable of paths
        Files, folders or patterns.
    recipe : Recipe
    out, workers, scheduler : as for `run_batch`

    Raises
    ------
    InputError
        If nothing can be done at all; what is wrong with one photo stands in its report.
    """
    tasks, refused = plan(find_photos(photos), recipe, Path(out))
    yield from refused
    yield from run_batch(tasks, recipe, out, workers, scheduler)


def read_reports(path: Path) -> dict[str, Report]:
    """Return the last report of each photo from a report file; a line that was cut short is left out."""
    reports = {}
    lines = path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
    for line in lines:
        try:
            report = from_plain(Report, json.loads(line), f"'{path}'")
        except (ValueError, RecursionError):  # InputError is one as well
            continue
        reports[report.photo] = report
    return reports


def still_holds(report: Report, task: Task, recipe: Recipe) -> bool:
    """Return whether what `report` tells is done and unchanged."""
    return (
        report.status == "done"
        and (report.photo_digest, report.trimap_digest) == (digest_of(task.photo), digest_of(task.trimap))
        and report.recipe_digest == recipe_digest(recipe)
        and all(Path(file).is_file() for file in report.files)
    )


def run_batch(
    tasks: Sequence[Task],
    recipe: Recipe,
    out: str | os.PathLike[str],
    workers: int = 1,
    scheduler: str = "",
    cancel: threading.Event | None = None,
    before: Mapping[str, Report] | None = None,
) -> Iterator[Report]:
    """Process every task and yield its report as it is there.

    One photo after the other with all cores, the next one read and the last one written meanwhile; or in `workers`
    processes that share the cores, or on a Dask cluster. A process that dies loses only its photo, which is tried
    again.

    Parameters
    ----------
    tasks, recipe : as from `plan`
    out : path
        Folder of the outputs; it is made.
    workers : int
    scheduler : str
        Address of a Dask scheduler. Photos and outputs are named by paths that its workers can reach.
    cancel : threading.Event, optional
        Ends the batch with `Cancelled`.
    before : mapping from photo to Report, optional
        What was done already, as from `read_reports`: what still holds is not done again.

    Raises
    ------
    InputError
        If the folder cannot be written to, or its disk is full.
    Cancelled
    """
    out = Path(out)
    cancel = cancel or threading.Event()
    make_folder(out)
    if workers < 1:
        raise InputError("A batch needs at least one worker, not {workers}.", workers=workers)
    before = before or {}
    waiting: deque[Task] = deque()
    for task in tasks:
        report = before.get(str(task.photo))
        if report is not None and still_holds(report, task, recipe):
            yield dataclasses.replace(report, status="skipped")
        else:
            waiting.append(task)
    deaths: Counter[Task] = Counter()
    while waiting:
        # One of the photos in hand when a process died is to blame; one by one it shows.
        suspects = [task for task in waiting if deaths[task]]
        left = deque(suspects or waiting)
        running: dict[Future[Report], Task] = {}
        try:
            with _executor(workers, scheduler, cancel) as (executor, slots, argument):
                while left or running:
                    while left and len(running) < (1 if suspects else slots):
                        _check_room(out)
                        task = left.popleft()
                        running[executor.submit(process, task, recipe, out, *argument)] = task
                    ended, _ = wait(running, _POLL, FIRST_COMPLETED)
                    if cancel.is_set():
                        raise Cancelled
                    for future in ended:
                        report = _report_of(future, running[future])
                        waiting.remove(running.pop(future))
                        yield report
        except BrokenExecutor:
            for task in running.values():
                deaths[task] += 1
                if deaths[task] == TRIES:
                    waiting.remove(task)
                    yield _failed(
                        task, "The system ended the process that worked on it; close other programs."
                    )


def _report_of(future: Future[Report], task: Task) -> Report:
    """Return what a worker reported, or why it could not."""
    try:
        return future.result()
    except (BrokenExecutor, Cancelled):
        raise
    except Exception as error:  # a cluster's: `process` itself raises nothing else
        return _failed(task, f"The worker did not answer ({error}).")


def _failed(task: Task, error: str) -> Report:
    return Report(str(task.photo), str(task.trimap or ""), "failed", error=error)


@contextmanager
def _executor(
    workers: int, scheduler: str, cancel: threading.Event
) -> Iterator[tuple[Executor, int, tuple[threading.Event, ...]]]:
    """Yield what runs `process`, how many photos it takes at a time, and what else it is given."""
    if scheduler:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "A cluster needs the package 'distributed': pip install 'mattingapp[cluster]'."
            ) from None
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError(
                "There is no Dask scheduler at '{address}' ({error}); start one, or mend the address.",
                address=scheduler,
                error=error,
            ) from error
        with client, client.get_executor(pure=False, retries=TRIES) as executor:
            yield executor, 2 * max(len(client.scheduler_info()["workers"]), 1), ()
        return
    if workers == 1:
        with ThreadPoolExecutor(2, "batch") as executor:
            try:
                yield executor, 2, (cancel,)
            except BaseException:
                cancel.set()
                raise
        return
    # Not forked: threads of this process may hold locks.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(workers,))
    try:
        with pool:
            try:
                yield pool, workers, ()
            except BaseException:  # Ctrl+C as well: what is half done is not waited for
                for process_ in active_children():
                    process_.terminate()
                raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(workers: int) -> None:
    """Make a process ready: it shares the cores, and leaves Ctrl+C to the one that started it."""
    import torch

    from mattingapp.matting.cores import cores, share_cores

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    share_cores(workers)
    torch.set_num_threads(cores())


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < _FREE:
        raise InputError(
            "The disk of '{folder}' is full; make room and run the batch again with --resume.", folder=folder
        )
