"""The methods on the CPU: compiled loops on every core."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.backend import Guide, System
from mattingapp.matting.solvers.cpu import colours, sampling, systems
from mattingapp.matting.solvers.similarity import Similarity


class CpuBackend:
    """See `Backend`; the loops are to be prepared first."""

    device = "cpu"
    looks_first = True

    def matting_system(
        self,
        photo: np.ndarray,
        region: np.ndarray,
        alpha: np.ndarray,
        epsilon: float,
        guide: Guide | None,
        job: Job,
    ) -> System[np.ndarray]:
        """Return the matting Laplacian's equations of the pixels of a region."""
        return systems.matting_system(photo, region, alpha, epsilon, guide, job)

    def similarity_system(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        unknown: np.ndarray,
        similarity: Similarity,
        memory: dict[str, Any],
        job: Job,
    ) -> System[np.ndarray]:
        """Return D − A of a graph of similarities over the unknown pixels."""
        return systems.similarity_system(photo, alpha, unknown, similarity, memory, job)

    def samples(
        self, photo: np.ndarray, trimap: np.ndarray, expansion: int, rays: int, job: Job
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the trimap expanded, the alpha that sampled colours tell, and how sure it is."""
        colours_of = job.wait_for(lambda: to_float(photo))
        known = sampling.expanded(colours_of, trimap, expansion, job)
        return known, *sampling.sample(colours_of, known, rays, job)

    def foreground(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        levels: Iterator[tuple[int, int]],
        regularisation: float,
        job: Job,
    ) -> np.ndarray:
        """Return the foreground colours after a step at each size of `levels`."""
        return colours.foreground(photo, alpha, levels, regularisation, job)
