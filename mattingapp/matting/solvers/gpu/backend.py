"""The methods in tensors, on any device of torch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.backend import Guide, System
from mattingapp.matting.solvers.gpu import colours, sampling, systems
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.solvers.similarity import Similarity


class TensorBackend:
    """See `Backend`.

    Parameters
    ----------
    device : torch.device
        For systems one that has float64.
    """

    looks_first = False

    def __init__(self, device: torch.device) -> None:
        self._device = device

    @property
    def device(self) -> str:
        """Where it computes."""
        return str(self._device)

    def matting_system(
        self,
        photo: np.ndarray,
        region: np.ndarray,
        alpha: np.ndarray,
        epsilon: float,
        guide: Guide | None,
        job: Job,
    ) -> System[torch.Tensor]:
        """Return the matting Laplacian's equations of the pixels of a region."""
        return systems.guided_matting_system(photo, region, alpha, epsilon, guide, self._device, job)

    def similarity_system(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        unknown: np.ndarray,
        similarity: Similarity,
        memory: dict[str, Any],
        job: Job,
    ) -> System[torch.Tensor]:
        """Return D − A of a graph of similarities over the unknown pixels."""
        return systems.similarity_system(photo, alpha, unknown, similarity, memory, self._device, job)

    def samples(
        self, photo: np.ndarray, trimap: np.ndarray, expansion: int, rays: int, job: Job
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the trimap expanded, the alpha that sampled colours tell, and how sure it is."""
        on_device = job.wait_for(lambda: DevicePhoto(photo, self._device))
        colours_of = job.wait_for(lambda: to_float(photo))
        known = sampling.expanded(on_device, trimap, expansion, job)
        return known, *sampling.sample(on_device, colours_of, known, rays, job)

    def foreground(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        levels: Iterator[tuple[int, int]],
        regularisation: float,
        job: Job,
    ) -> np.ndarray:
        """Return the foreground colours after a step at each size of `levels`."""
        return colours.foreground(photo, alpha, levels, regularisation, self._device, job)
