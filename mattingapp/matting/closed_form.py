"""Closed-form matting.

Levin, Lischinski, Weiss: A closed-form solution to natural image matting, IEEE TPAMI 30(2), 2008.

The alpha minimises αᵀLα + λ (α − α*)ᵀ D (α − α*), with the matting Laplacian L, the known alphas α* and D the
indicator of known pixels. At the authors' λ = 100 known pixels keep their value to within 1e-3, so they are
eliminated and only the unknown pixels are solved for: L_uu α_u = −L_uk α*_k.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.compiled.band import REACH, make_band
from mattingapp.matting.compiled.laplacian import BandLaplacian, band_colours
from mattingapp.matting.compiled.multilevel import MultiLevel
from mattingapp.matting.compiled.prepare import prepare
from mattingapp.matting.compiled.vectors import ArrayVectors
from mattingapp.matting.job import Job
from mattingapp.matting.solver import TensorVectors, conjugate_gradients, unconverged_note
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.matting.tensors.laplacian import matting_system
from mattingapp.matting.tensors.multilevel import TensorMultiLevel

Show = Callable[[Callable[[], np.ndarray]], None]


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

    epsilon: float = 1e-7
    tolerance: float = 2e-7
    max_iterations: int = 2000


def closed_form(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by closed-form matting."""
    alpha = known_alpha(inputs.trimap)
    if not (inputs.trimap == Label.UNKNOWN).any():
        return Estimate(alpha)
    # A photo lower or narrower than one window is continued by its edge.
    margin = [(0, max(3 - side, 0)) for side in alpha.shape]
    photo = np.pad(inputs.photo, [*margin, (0, 0)], mode="edge")
    trimap = np.pad(inputs.trimap, margin, mode="edge")
    rows, columns = np.nonzero(trimap == Label.UNKNOWN)
    inside = (rows < alpha.shape[0]) & (columns < alpha.shape[1])

    def fill_in(solved: np.ndarray) -> np.ndarray:
        filled = alpha.copy()
        filled[rows[inside], columns[inside]] = solved[inside].clip(0.0, 1.0)
        return filled

    # Doubles are needed throughout, and MPS has none.
    on_gpu = inputs.device.type == "cuda"
    settings: ClosedFormSettings = inputs.settings

    def show(solved: Callable[[], np.ndarray]) -> None:
        job.offer_preview(lambda: fill_in(solved()))

    solved, iterations, converged = (
        _solve_on_gpu(photo, trimap, settings, inputs.device, show, job)
        if on_gpu
        else _solve_on_cpu(photo, trimap, settings, show, job)
    )
    device = str(inputs.device) if on_gpu else "cpu"
    return Estimate(fill_in(solved), converged, unconverged_note(converged, iterations), device)


def _solve_on_cpu(
    photo: np.ndarray, trimap: np.ndarray, settings: ClosedFormSettings, show: Show, job: Job
) -> tuple[np.ndarray, int, bool]:
    """Return the alphas of the unknown pixels in raster order, the steps taken, and whether they were enough."""
    prepare(job)
    job.report(0.0, "matting Laplacian")
    band = job.wait_for(lambda: make_band(trimap == Label.UNKNOWN))
    colours = job.wait_for(lambda: band_colours(photo, band))
    laplacian = BandLaplacian(colours, band, settings.epsilon, job)
    job.report(0.0, "preconditioner")
    precondition = MultiLevel(laplacian, colours, band, job)

    known = np.pad(trimap == Label.FOREGROUND, REACH).ravel()[band.places].astype(np.float64)
    start = np.zeros(band.size)
    start[band.unknown] = 0.5
    x, iterations, converged = conjugate_gradients(
        ArrayVectors(band.size),
        laplacian.times,
        -laplacian.times(known),
        start,
        precondition,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: x[band.unknown]),
    )
    return x[band.unknown], iterations, converged


def _solve_on_gpu(
    photo: np.ndarray,
    trimap: np.ndarray,
    settings: ClosedFormSettings,
    device: torch.device,
    show: Show,
    job: Job,
) -> tuple[np.ndarray, int, bool]:
    """Do as `_solve_on_cpu`, with tensors on any device of torch."""
    job.report(0.0, "matting Laplacian")
    system = matting_system(photo, trimap, settings.epsilon, device, job)
    job.report(0.0, "preconditioner")
    precondition = TensorMultiLevel(system, photo, job)
    x, iterations, converged = conjugate_gradients(
        TensorVectors(),
        lambda x: system.matrix @ x,
        system.b,
        torch.full_like(system.b, 0.5),
        precondition,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: x.cpu().numpy()),
    )
    return x.cpu().numpy(), iterations, converged


STAGE = Stage("closed-form", "Closed-form", closed_form, settings=ClosedFormSettings())
