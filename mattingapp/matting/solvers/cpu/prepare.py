"""Compiling ahead of the first use, which takes some seconds once on a machine."""

import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numba import config

from mattingapp.matting.job import COMPILING, Job
from mattingapp.matting.solvers.conjugate_gradients import conjugate_gradients
from mattingapp.matting.solvers.cpu import colours as last_compiled
from mattingapp.matting.solvers.cpu.band import make_band
from mattingapp.matting.solvers.cpu.colours import step
from mattingapp.matting.solvers.cpu.graph import graph_system
from mattingapp.matting.solvers.cpu.groups import Groups
from mattingapp.matting.solvers.cpu.laplacian import PIXEL_TYPES, BandLaplacian, band_colours
from mattingapp.matting.solvers.cpu.multilevel import MultiLevel
from mattingapp.matting.solvers.cpu.neighbours import Neighbours
from mattingapp.matting.solvers.cpu.sampling import expanded, sample
from mattingapp.matting.solvers.cpu.tree import make_tree
from mattingapp.matting.solvers.cpu.vectors import ArrayVectors, add_at, taken
from mattingapp.matting.solvers.cpu.waiting import can_look

_one_at_a_time = Lock()


def prepare(job: Job) -> None:
    """Return once the compiled loops are ready, from disk or from the compiler."""
    if not _is_ready():
        begin = time.perf_counter()
        job.report(0.0, "loading" if is_on_disk() else COMPILING)
        job.wait_for(_compile)
        job.first_use += time.perf_counter() - begin


def _is_ready() -> bool:
    return _compile.cache_info().currsize > 0


def is_on_disk() -> bool:
    """Tell whether the compiler has been through all loops as they are on this machine."""
    source = Path(last_compiled.__file__)
    kept = Path(str(last_compiled.step_rows.stats.cache_path)).glob(f"{source.stem}.step_rows-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in kept)


@cache
def _compile() -> None:
    """Go through every loop, once in a process of its own if the compiler has to.

    It holds Python's lock for seconds at a time, and no window would answer. What it makes is kept on disk.
    """
    with _one_at_a_time:
        if not is_on_disk() and sys.executable and not getattr(sys, "frozen", False):
            paths = os.pathsep.join(filter(None, sys.path))
            kept = config.CACHE_DIR  # type: ignore[attr-defined]
            # -P: it shall not import what lies in the working folder, beside the photos.
            subprocess.run(
                [
                    sys.executable,
                    "-P",
                    "-c",
                    f"from {__name__} import solve_small_scene; solve_small_scene()",
                ],
                env={**os.environ, "PYTHONPATH": paths, "NUMBA_CACHE_DIR": kept},
                check=False,  # whatever it could not do is done here
            )
        solve_small_scene()


def solve_small_scene() -> None:
    """Call every compiled loop."""
    can_look()
    photo = np.random.default_rng(0).random((48, 48, 3))
    job = Job()
    band = make_band(np.pad(np.ones((40, 40), bool), 4))
    for pixel_type in PIXEL_TYPES:
        band_colours(photo.astype(pixel_type), band)
    colours = band_colours(photo, band)
    laplacian = BandLaplacian(colours, band, 1e-7, job)
    levels = MultiLevel(laplacian, colours, band, job, factored=0)
    start = np.zeros(band.size)
    right = laplacian.times(np.arange(float(band.size)))
    vectors = ArrayVectors(band.size)
    conjugate_gradients(vectors, laplacian.times, right, start, levels, 0.0, 2, job)
    add_at(right, band.unknown, taken(start, band.unknown))

    points = photo.reshape(-1, 3).astype(np.float32)
    unknown = np.arange(len(points)) < len(points) // 2
    neighbours = Neighbours(make_tree(points.copy(), job), 3)
    neighbours.find(unknown, job, lambda part: None)
    pixels = np.flatnonzero(unknown).astype(np.int32)
    alpha = np.ones(len(points), np.float32)
    system = graph_system(points, pixels, alpha, [neighbours.others], True, job)
    Groups(system, np.ones(len(pixels)), job)(system.times(system.b, job))

    trimap = np.full((48, 48), 128, np.uint8)
    trimap[0], trimap[-1] = 0, 255
    sample(photo.astype(np.float32), expanded(photo.astype(np.float32), trimap, 2, job), 4, job)

    step(
        photo.astype(np.float32),
        alpha.reshape(48, 48),
        (48, 48),
        np.zeros((1, 1, 6), np.float32),
        1e-5,
        job,
    )
