"""Closed-form matting.

Levin, Lischinski, Weiss: A closed-form solution to natural image matting, IEEE TPAMI 30(2), 2008.

The alpha minimises αᵀLα + λ (α − α*)ᵀ D (α − α*), with the matting Laplacian L, the known alphas α* and D the
indicator of known pixels. At the authors' λ = 100 known pixels keep their value to within 1e-3, so they are
eliminated and only the unknown pixels are solved for: L_uu α_u = −L_uk α*_k.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.device import solving_device
from mattingapp.matting.job import Job
from mattingapp.matting.live import quick_look, touched
from mattingapp.matting.solvers.conjugate_gradients import (
    TensorVectors,
    conjugate_gradients,
    unconverged_note,
)
from mattingapp.matting.solvers.cpu.band import REACH, Band, make_band
from mattingapp.matting.solvers.cpu.laplacian import BandLaplacian, band_colours
from mattingapp.matting.solvers.cpu.multilevel import MultiLevel
from mattingapp.matting.solvers.cpu.prepare import prepare
from mattingapp.matting.solvers.cpu.vectors import ArrayVectors, add_at, taken
from mattingapp.matting.solvers.gpu.laplacian import ITSELF, matting_system
from mattingapp.matting.solvers.gpu.multilevel import TensorMultiLevel
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.solvers.similarity import Similarity, graph_on_cpu, graph_on_gpu
from mattingapp.matting.stages import ITERATIONS, TOLERANCE, Estimate, Stage, StageInputs, known_alpha

Show = Callable[[Callable[[], np.ndarray]], None]

LOOK_ITERATIONS = 20
FILLED_AT_ONCE = 1_000_000  # pixels, some 20 ms, in which no other thread has Python's lock


@dataclass(frozen=True)
class ClosedFormSettings:
    """Parameters of closed-form matting, as the authors set them.

    Attributes
    ----------
    epsilon : float
        Regularises the colour covariances; the authors suggest 1e-5 for noisy photos and JPEG.
    tolerance : float
        Relative residual at which the solver stops. Long unknown bands need about 1e-7.
    max_iterations : int
    """

    epsilon: float = field(default=1e-7, metadata={"range": (1e-12, 1.0)})
    tolerance: float = field(default=2e-7, metadata=TOLERANCE)
    max_iterations: int = field(default=2000, metadata=ITERATIONS)


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


def closed_form(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by closed-form matting."""
    settings: ClosedFormSettings = inputs.settings
    alpha = job.wait_for(lambda: known_alpha(inputs.trimap))
    unknown = inputs.trimap == Label.UNKNOWN
    region = changed = unknown
    if earlier := inputs.memory.get("alpha"):
        # Only the parts of the unknown band that a stroke touches are solved again, from the alpha they had.
        trimap_then, alpha_then = earlier
        alpha[unknown] = alpha_then[unknown]
        changed = inputs.trimap != trimap_then
        region = job.wait_for(lambda: touched(unknown, changed))
    device = solving_device(inputs.device)
    estimate = Estimate(alpha, device=str(device))
    if region.any():
        if device.type == "cpu":
            prepare(job)
            if job.preview is not None:
                rough = replace(settings, tolerance=1e-3, max_iterations=LOOK_ITERATIONS)
                look = partial(_look, settings=rough, job=job)
                alpha = job.wait_for(lambda: quick_look(inputs.photo, region, changed, alpha, look))
                job.offer_preview(alpha.copy)
        estimate = solve(inputs.photo, region, alpha, settings, device, job)
    if estimate.converged:  # another run shall not keep parts of an alpha that is not there yet
        inputs.memory["alpha"] = job.wait_for(inputs.trimap.copy), estimate.alpha
    return estimate


def _look(
    photo: np.ndarray, region: np.ndarray, alpha: np.ndarray, settings: ClosedFormSettings, job: Job
) -> np.ndarray:
    return solve(photo, region, alpha, settings, torch.device("cpu"), Job(cancel=job.cancel)).alpha


def solve(
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    settings: ClosedFormSettings,
    device: torch.device,
    job: Job,
    guide: Guide | None = None,
) -> Estimate:
    """Solve for the pixels of `region`, from the alpha they have, with all others as given.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    region : ndarray (H, W), bool
    alpha : ndarray (H, W), float32 in [0, 1]
    settings : ClosedFormSettings
    device : torch.device
        The CPU or a CUDA GPU.
    job : Job
    guide : Guide, optional
    """
    shape = alpha.shape
    # A photo lower or narrower than one window is continued by its edge.
    margin = [(0, max(3 - side, 0)) for side in shape]
    if max(margin)[1]:
        photo = np.pad(photo, [*margin, (0, 0)], mode="edge")
        region, alpha = (np.pad(part, margin, mode="edge") for part in (region, alpha))
        if guide is not None:
            guide = replace(guide, weights=np.pad(guide.weights, margin, mode="edge"))
    pixels = job.wait_for(lambda: np.flatnonzero(region))

    def fill_in(solved: np.ndarray) -> np.ndarray:
        filled = alpha.copy()
        flat = filled.ravel()
        for first in range(0, len(pixels), FILLED_AT_ONCE):
            some = slice(first, first + FILLED_AT_ONCE)
            flat[pixels[some]] = solved[some].clip(0.0, 1.0)
        return filled[: shape[0], : shape[1]]

    def show(solved: Callable[[], np.ndarray]) -> None:
        job.offer_preview(lambda: fill_in(solved()))

    if device.type == "cpu":
        solved, iterations, converged = _solve_on_cpu(photo, region, alpha, guide, settings, show, job)
    else:
        solved, iterations, converged = _solve_on_gpu(
            photo, region, alpha, guide, settings, device, show, job
        )
    filled = job.wait_for(lambda: fill_in(solved))
    return Estimate(filled, converged, unconverged_note(converged, iterations), str(device))


def _solve_on_cpu(
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    guide: Guide | None,
    settings: ClosedFormSettings,
    show: Show,
    job: Job,
) -> tuple[np.ndarray, int, bool]:
    """Return the alphas of the region in raster order, the steps taken, and whether they were enough."""
    job.report(0.0, "matting Laplacian")
    band = job.wait_for(lambda: make_band(region))
    colours = job.wait_for(lambda: band_colours(photo, band))
    laplacian = job.wait_for(lambda: BandLaplacian(colours, band, settings.epsilon, job))
    start, right = job.wait_for(lambda: _start(alpha, band, laplacian))
    graph = None
    if guide is not None:
        held = guide.weights[region]
        job.wait_for(lambda: _add_diagonal(laplacian, right, band.unknown, held, held * start[band.unknown]))
        if guide.strength > 0:
            unscaled = graph_on_cpu(photo, alpha, region, guide.similarity, {}, job)
            graph = job.wait_for(lambda: unscaled.scaled(guide.strength))
            place = job.wait_for(lambda: _places(unscaled.pixels, band))
            # D goes into the diagonal, where the preconditioner sees it.
            job.wait_for(lambda: _add_diagonal(laplacian, right, place, graph.degrees, graph.b))
            graph.degrees[:] = 0.0

    # Kept from one step to the next: fresh memory costs more than what is done in it.
    product = np.zeros(band.size)
    in_graph, product_in_graph = np.empty((2, len(band.unknown)))

    def times(x: np.ndarray) -> np.ndarray:
        out = laplacian.times(x, product)
        if graph is not None:
            add_at(out, place, graph.times(taken(x, place, in_graph), job, product_in_graph))
        return out

    job.report(0.0, "preconditioner")
    precondition = MultiLevel(laplacian, colours, band, job)
    x, iterations, converged = conjugate_gradients(
        ArrayVectors(band.size),
        times,
        right,
        start,
        precondition,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: taken(x, band.unknown)),
    )
    return taken(x, band.unknown), iterations, converged


def _start(alpha: np.ndarray, band: Band, laplacian: BandLaplacian) -> tuple[np.ndarray, np.ndarray]:
    """Return the alphas of the unknown pixels, and what the known ones add, both fields of the band."""
    known, start = taken(np.pad(alpha, REACH).ravel(), band.places), np.zeros(band.size)
    unknown = taken(known, band.unknown)
    add_at(start, band.unknown, unknown)
    add_at(known, band.unknown, -unknown)
    return start, -laplacian.times(known)


def _places(pixels: np.ndarray, band: Band) -> np.ndarray:
    """Return the places of all unknown pixels of the band, in the order they are given in."""
    places = np.empty_like(band.unknown)
    places[np.argsort(pixels)] = band.unknown
    return places


def _add_diagonal(
    laplacian: BandLaplacian, right: np.ndarray, places: np.ndarray, diagonal: np.ndarray, b: np.ndarray
) -> None:
    """Add a diagonal and its part of the right-hand side to the equations of some places."""
    laplacian.diagonal[places] += diagonal
    right[places] += b


def _solve_on_gpu(
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    guide: Guide | None,
    settings: ClosedFormSettings,
    device: torch.device,
    show: Show,
    job: Job,
) -> tuple[np.ndarray, int, bool]:
    """Do as `_solve_on_cpu`, with tensors on any device of torch."""
    job.report(0.0, "matting Laplacian")
    on_device = job.wait_for(lambda: DevicePhoto(photo, device))
    system = matting_system(on_device, region, alpha, settings.epsilon, job)
    start = torch.from_numpy(alpha[region].astype(np.float64)).to(device)
    graph = None
    if guide is not None:
        held = torch.from_numpy(guide.weights[region]).to(device)
        system.stencil[:, ITSELF] += held
        system.b.addcmul_(held, start)
        if guide.strength > 0:
            unscaled = graph_on_gpu(photo, alpha, region, guide.similarity, {}, device, job)
            graph = unscaled.scaled(guide.strength)
            place = graph.pixels.argsort().argsort()  # of each row of the graph
            system.stencil[place, ITSELF] += graph.degrees
            system.b[place] += graph.b
            graph.degrees.zero_()
    job.report(0.0, "preconditioner")
    precondition = TensorMultiLevel(system, job)
    matrix = system.matrix()

    def times(x: torch.Tensor) -> torch.Tensor:
        out = matrix @ x
        if graph is not None:
            out[place] += graph.times(x[place])
        return out

    x, iterations, converged = conjugate_gradients(
        TensorVectors(),
        times,
        system.b,
        start,
        precondition,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: x.cpu().numpy()),
    )
    return x.cpu().numpy(), iterations, converged


STAGE = Stage("closed-form", "Closed-form", closed_form, settings=ClosedFormSettings())
