"""Compiling ahead of the first use, which takes some seconds once on a machine."""

from functools import cache
from threading import Lock

import numpy as np

from mattingapp.matting.compiled.band import make_band
from mattingapp.matting.compiled.colours import step
from mattingapp.matting.compiled.graph import graph_system
from mattingapp.matting.compiled.groups import Groups
from mattingapp.matting.compiled.laplacian import BandLaplacian, band_colours
from mattingapp.matting.compiled.multilevel import MultiLevel
from mattingapp.matting.compiled.neighbours import Neighbours, make_tree
from mattingapp.matting.compiled.vectors import ArrayVectors
from mattingapp.matting.job import Job
from mattingapp.matting.solver import conjugate_gradients

_one_at_a_time = Lock()


def prepare(job: Job) -> None:
    """Return once the compiled loops are ready, from disk or from the compiler."""
    if not _is_ready():
        job.report(0.0, "preparing, at first use only")
        job.wait_for(_compile)


def _is_ready() -> bool:
    return _compile.cache_info().currsize > 0


@cache
def _compile() -> None:
    """Solve a small scene through every loop."""
    with _one_at_a_time:
        photo = np.random.default_rng(0).random((48, 48, 3))
        job = Job()
        band = make_band(np.pad(np.ones((40, 40), bool), 4))
        colours = band_colours(photo, band)
        laplacian = BandLaplacian(colours, band, 1e-7, job)
        levels = MultiLevel(laplacian, colours, band, job, factored=0)
        start = np.zeros(band.size)
        right = laplacian.times(np.ones(band.size))
        vectors = ArrayVectors(band.size)
        conjugate_gradients(vectors, laplacian.times, right, start, levels, 0.0, 2, job)

        points = photo.reshape(-1, 3).astype(np.float32)
        unknown = np.arange(len(points)) < len(points) // 2
        neighbours = Neighbours(make_tree(points.copy(), job), 3)
        neighbours.find(unknown, job, lambda part: None)
        pixels = np.flatnonzero(unknown).astype(np.int32)
        alpha = np.ones(len(points), np.float32)
        system = graph_system(points, pixels, alpha, [neighbours.others], True, job)
        Groups(system, np.ones(len(pixels)), job)(system.times(system.b))

        step(
            photo.astype(np.float32),
            alpha.reshape(48, 48),
            (48, 48),
            np.zeros((1, 1, 6), np.float32),
            1e-5,
            job,
        )
