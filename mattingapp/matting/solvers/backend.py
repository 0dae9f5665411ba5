"""The seam between methods and devices: what a method asks for, whoever computes it.

A method names what it wants of its paper, a system to solve or samples to judge; a backend makes it, from compiled
loops on the CPU or from tensors on a GPU. Arrays go in and come out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from mattingapp.imaging.message import Message
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.conjugate_gradients import Vectors, conjugate_gradients, unconverged_note
from mattingapp.matting.solvers.similarity import Similarity

V = TypeVar("V")

FILLED_AT_ONCE = 1_000_000  # pixels, some 20 ms, in which no other thread has Python's lock


@dataclass(frozen=True, eq=False)
class Guide:
    """What else the alpha shall agree with: Σ w (α − α̂)² + λ αᵀ(D − A)α beside αᵀLα.

    Attributes
    ----------
    weights : ndarray (H, W), float32
        w, how much every pixel of the region is held to the alpha α̂ it has.
    similarity : Similarity
        What makes pixels neighbours, joined by the similarities A with the row sums D.
    strength : float
        λ.
    """

    weights: np.ndarray
    similarity: Similarity
    strength: float


@dataclass(frozen=True, eq=False)
class System(Generic[V]):
    """A x = b over some pixels, in whatever vectors its backend calculates with.

    Attributes
    ----------
    pixels : ndarray (n,)
        Raster index of each pixel that is solved for.
    vectors : Vectors
    times : callable (vector) -> vector
        Multiplies by A.
    b, start : vector
    precondition : callable (vector) -> vector
        Close to the inverse of A.
    values : callable (vector) -> ndarray (n,)
        The alphas of `pixels` in a vector.
    """

    pixels: np.ndarray
    vectors: Vectors[V]
    times: Callable[[V], V]
    b: V
    start: V
    precondition: Callable[[V], V]
    values: Callable[[V], np.ndarray]


@dataclass(frozen=True, eq=False)
class Solution:
    """What a system was solved for.

    Attributes
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    iterations : int
    converged : bool
    """

    alpha: np.ndarray
    iterations: int
    converged: bool

    @property
    def notes(self) -> tuple[Message, ...]:
        """What to tell the person, if anything."""
        return unconverged_note(self.converged, self.iterations)


def solve_system(
    system: System[V],
    alpha: np.ndarray,
    tolerance: float,
    max_iterations: int,
    job: Job,
    shape: tuple[int, int] | None = None,
) -> Solution:
    """Solve for the pixels of a system, all others keeping their alpha.

    Parameters
    ----------
    system : System
    alpha : ndarray (H, W), float32 in [0, 1]
    tolerance : float
        Relative residual at which the solver stops.
    max_iterations : int
    job : Job
    shape : tuple of int, optional
        Height and width of the part, at the top left, that is returned.
    """
    height, width = shape or alpha.shape

    def fill_in(solved: np.ndarray) -> np.ndarray:
        filled = alpha.copy()
        flat = filled.ravel()
        for first in range(0, len(system.pixels), FILLED_AT_ONCE):
            some = slice(first, first + FILLED_AT_ONCE)
            flat[system.pixels[some]] = solved[some].clip(0.0, 1.0)
        return filled[:height, :width]

    x, iterations, converged = conjugate_gradients(
        system.vectors,
        system.times,
        system.b,
        system.start,
        system.precondition,
        tolerance,
        max_iterations,
        job,
        lambda x: job.offer_preview(lambda: fill_in(system.values(x))),
    )
    return Solution(job.wait_for(lambda: fill_in(system.values(x))), iterations, converged)


class Backend(Protocol):
    """What a device can do for the methods."""

    @property
    def device(self) -> str:
        """Where it computes: "cpu", "cuda:0"."""

    @property
    def looks_first(self) -> bool:
        """Tell whether a rough solution of a small copy comes so much sooner that it is worth showing."""

    def matting_system(
        self,
        photo: np.ndarray,
        region: np.ndarray,
        alpha: np.ndarray,
        epsilon: float,
        guide: Guide | None,
        job: Job,
    ) -> System[Any]:
        """Return the matting Laplacian's equations of the pixels of a region, and of what guides them.

        Parameters
        ----------
        photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
            Height and width at least 3.
        region : ndarray (H, W), bool
        alpha : ndarray (H, W), float32 in [0, 1]
            In the region the start, elsewhere given.
        epsilon : float
            Regularises the windows' covariances.
        guide : Guide or None
        job : Job
        """

    def similarity_system(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        unknown: np.ndarray,
        similarity: Similarity,
        memory: dict[str, Any],
        job: Job,
    ) -> System[Any]:
        """Return D − A of a graph of similarities over the unknown pixels.

        Parameters
        ----------
        photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
        alpha : ndarray (H, W), float32 in [0, 1]
            Where unknown the start, elsewhere given.
        unknown : ndarray (H, W), bool
        similarity : Similarity
        memory : dict
            Takes what makes another run on the photo faster, and gives it.
        job : Job
        """

    def samples(
        self, photo: np.ndarray, trimap: np.ndarray, expansion: int, rays: int, job: Job
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the trimap with known regions expanded, the alpha that sampled colours tell, and how sure it is.

        Parameters
        ----------
        photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
        trimap : ndarray (H, W), uint8, one of 0, 128, 255
        expansion : int
            Pixels by which known regions grow at most.
        rays : int
            Directions in which a pixel looks for known ones.
        job : Job

        Returns
        -------
        trimap : ndarray (H, W), uint8
        alpha, confidence : ndarray (H, W), float32 in [0, 1]
        """

    def foreground(
        self,
        photo: np.ndarray,
        alpha: np.ndarray,
        levels: Iterator[tuple[int, int]],
        regularisation: float,
        job: Job,
    ) -> np.ndarray:
        """Return the foreground colours (H, W, 3), float32 in [0, 1], after a step at each size of `levels`.

        Parameters
        ----------
        photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
        alpha : ndarray (H, W), float32 in [0, 1]
        levels : iterator of (height, width)
        regularisation : float
            ω of the paper.
        job : Job
        """
