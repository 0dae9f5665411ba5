"""Closed-form matting.

Levin, Lischinski, Weiss: A closed-form solution to natural image matting, IEEE TPAMI 30(2), 2008.

The alpha minimises αᵀLα + λ (α − α*)ᵀ D (α − α*), with the matting Laplacian L, the known alphas α* and D the
indicator of known pixels. At the authors' λ = 100 known pixels keep their value to within 1e-3, so they are
eliminated and only the unknown pixels are solved for: L_uu α_u = −L_uk α*_k.
"""

from dataclasses import dataclass

import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.laplacian import matting_system
from mattingapp.matting.multilevel import MultiLevel
from mattingapp.matting.solver import conjugate_gradients, unconverged_note
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha


@dataclass(frozen=True)
class ClosedFormSettings:
    """Parameters of closed-form matting, as the authors set them.

    Attributes
    ----------
    epsilon : float
        Regularises the colour covariances; the authors suggest 1e-5 for noisy photos and JPEG.
    tolerance : float
        Relative residual at which the solver stops. Long unknown bands need 1e-7.
    max_iterations : int
    """

    epsilon: float = 1e-7
    tolerance: float = 1e-7
    max_iterations: int = 2000


def closed_form(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by closed-form matting."""
    settings: ClosedFormSettings = inputs.settings
    trimap = inputs.trimap
    alpha = known_alpha(trimap)
    if not (trimap == Label.UNKNOWN).any():
        return Estimate(alpha)
    # Doubles are needed throughout, and MPS has none.
    device = inputs.device if inputs.device.type == "cuda" else torch.device("cpu")

    # A photo lower or narrower than one window is continued by its edge.
    margin = [(0, max(3 - side, 0)) for side in trimap.shape]
    photo = np.pad(inputs.photo, [*margin, (0, 0)], mode="edge")
    job.report(0.0, "matting Laplacian")
    system = matting_system(photo, np.pad(trimap, margin, mode="edge"), settings.epsilon, device, job)
    job.report(0.0, "preconditioner")
    precondition = MultiLevel(system, photo, job)

    rows, columns = np.divmod(system.pixels, photo.shape[1])
    inside = (rows < alpha.shape[0]) & (columns < alpha.shape[1])

    def fill_in(x: torch.Tensor) -> np.ndarray:
        filled = alpha.copy()
        filled[rows[inside], columns[inside]] = x.clamp(0.0, 1.0).cpu().numpy()[inside]
        return filled

    x, iterations, converged = conjugate_gradients(
        lambda x: system.matrix @ x,
        system.b,
        torch.full_like(system.b, 0.5),
        precondition,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: job.offer_preview(lambda: fill_in(x)),
    )
    return Estimate(fill_in(x), converged, unconverged_note(converged, iterations), str(device))


STAGE = Stage("closed-form", "Closed-form", closed_form, settings=ClosedFormSettings())
