"""Closed-form matting.

Levin, Lischinski, Weiss: A closed-form solution to natural image matting, IEEE TPAMI 30(2), 2008.

The alpha minimises αᵀLα + λ (α − α*)ᵀ D (α − α*), with the matting Laplacian L, the known alphas α* and D the
indicator of known pixels. At the authors' λ = 100 known pixels keep their value to within 1e-3, so they are
eliminated and only the unknown pixels are solved for: L_uu α_u = −L_uk α*_k.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.live import quick_look, touched
from mattingapp.matting.solvers.backend import Backend, Guide, solve_system
from mattingapp.matting.solvers.choose import solving_backend
from mattingapp.matting.stages import ITERATIONS, TOLERANCE, Estimate, Stage, StageInputs, known_alpha

LOOK_TOLERANCE, LOOK_ITERATIONS = 1e-3, 20


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
    backend = solving_backend(inputs.device, job)
    estimate = Estimate(alpha, device=backend.device)
    if region.any():
        if backend.looks_first and job.preview is not None:
            rough = replace(settings, tolerance=LOOK_TOLERANCE, max_iterations=LOOK_ITERATIONS)
            quiet = Job(cancel=job.cancel)

            def look(photo: np.ndarray, region: np.ndarray, alpha: np.ndarray) -> np.ndarray:
                return solve(backend, photo, region, alpha, rough, quiet).alpha

            alpha = job.wait_for(lambda: quick_look(inputs.photo, region, changed, alpha, look))
            job.offer_preview(alpha.copy)
        estimate = solve(backend, inputs.photo, region, alpha, settings, job)
    if estimate.converged:  # another run shall not keep parts of an alpha that is not there yet
        inputs.memory["alpha"] = job.wait_for(inputs.trimap.copy), estimate.alpha
    return estimate


def solve(
    backend: Backend,
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    settings: ClosedFormSettings,
    job: Job,
    guide: Guide | None = None,
) -> Estimate:
    """Solve for the pixels of `region`, from the alpha they have, with all others as given.

    Parameters
    ----------
    backend : Backend
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    region : ndarray (H, W), bool
    alpha : ndarray (H, W), float32 in [0, 1]
    settings : ClosedFormSettings
    job : Job
    guide : Guide, optional
    """
    shape: tuple[int, int] = alpha.shape
    # A photo lower or narrower than one window is continued by its edge.
    margin = [(0, max(3 - side, 0)) for side in shape]
    if max(margin)[1]:
        photo = np.pad(photo, [*margin, (0, 0)], mode="edge")
        region, alpha = (np.pad(part, margin, mode="edge") for part in (region, alpha))
        if guide is not None:
            guide = replace(guide, weights=np.pad(guide.weights, margin, mode="edge"))
    system = backend.matting_system(photo, region, alpha, settings.epsilon, guide, job)
    solution = solve_system(system, alpha, settings.tolerance, settings.max_iterations, job, shape)
    return Estimate(solution.alpha, solution.converged, solution.notes, backend.device)


STAGE = Stage("closed-form", "Closed-form", closed_form, settings=ClosedFormSettings())
