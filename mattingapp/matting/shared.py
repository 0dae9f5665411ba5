"""Shared matting.

Gastal, Oliveira: Shared sampling for real-time alpha matting, Computer Graphics Forum 29(2), 2010.

Neighbouring pixels look in different directions for known foreground and background, and share what they find:

1. the known regions expand to close pixels of almost the same colour;
2. a pixel's rays gather known pixels of both kinds, and the best pair of them is kept;
3. every pixel takes the best three of the pairs around it;
4. colours and alpha are smoothed as far as they are not sure;
5. the alpha α̂ of step 4 is smoothed where its confidence f is low, by the matting Laplacian L (see closed_form) and,
   which the authors do not, between pixels of like colour anywhere, joined by similarities A (see similarity):

    αᵀLα + λ αᵀ(D − A)α + Σ_i w_i (α_i − α̂_i)²,  w_i = γ f_i³ where f_i ≥ 0.7, else 0,
                                                      and 1 where the known regions expanded to.

The authors hold expanded pixels as hard as known ones and take γ f with γ = 0.1; the weights here were chosen on the
training photos of alphamatting.com. A colour that no pair explains, and that no known pixel has, is left to L.
"""

from dataclasses import dataclass

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.closed_form import ClosedFormSettings, Guide, solve
from mattingapp.matting.compiled.prepare import prepare
from mattingapp.matting.compiled.sampling import expanded, sample
from mattingapp.matting.device import solving_device
from mattingapp.matting.job import Job
from mattingapp.matting.similarity import Similarity
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.matting.tensors import sampling as tensors
from mattingapp.matting.tensors.photo import DevicePhoto

WIDEST, MOST_RAYS = 100, 64  # beyond, a run only takes longer
NEIGHBOURS = 10  # of like colour, a pixel itself among them
POSITION_LEVEL = 0.05
FALL = 200.0  # of similarity: to a half where colours differ by one level of 8 bits
SURE = 0.7  # confidence below which a sample tells nothing
KNOWN = 125_000  # pixels of a photo that have all its colours, as far as that matters here


@dataclass(frozen=True)
class SharedSettings:
    """Parameters of shared matting.

    Attributes
    ----------
    expansion : int
        Pixels by which the known regions may expand; 0 for not at all.
    rays : int
        Directions in which a pixel looks for known ones.
    trust : float
        γ: how much the sampled alpha counts against smoothness; 0 for not at all, which is closed-form matting
        between the expanded known regions.
    likeness : float
        λ: how much it counts that pixels of like colour have a like alpha; 0 for not at all.
    tolerance : float
        Relative residual at which the solver stops.
    max_iterations : int
    """

    expansion: int = 10
    rays: int = 4
    trust: float = 0.01
    likeness: float = 0.006
    tolerance: float = 1e-6
    max_iterations: int = 2000


def shared(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by shared matting."""
    settings: SharedSettings = inputs.settings
    _check(settings)
    unknown = inputs.trimap == Label.UNKNOWN
    if not unknown.any():
        return Estimate(known_alpha(inputs.trimap))
    device = solving_device(inputs.device)
    prepare(job)
    photo = job.wait_for(lambda: to_float(inputs.photo))
    job.report(0.0, "known regions")
    if device.type == "cpu":
        trimap = expanded(photo, inputs.trimap, settings.expansion, job)
        sampled, confidence = sample(photo, trimap, settings.rays, job)
    else:
        on_device = job.wait_for(lambda: DevicePhoto(inputs.photo, device))
        trimap = tensors.expanded(on_device, inputs.trimap, settings.expansion, job)
        sampled, confidence = tensors.sample(on_device, photo, trimap, settings.rays, job)
    job.offer_preview(sampled.copy)
    weights = job.wait_for(lambda: _weights(trimap, confidence, settings.trust))
    limits = ClosedFormSettings(tolerance=settings.tolerance, max_iterations=settings.max_iterations)
    every = max(round((unknown.size / KNOWN) ** 0.5), 1)
    similarity = Similarity(rounds=(NEIGHBOURS,), level=POSITION_LEVEL, mutual=False, every=every, fall=FALL)
    guide = Guide(weights, similarity, settings.likeness)
    return solve(inputs.photo, unknown, sampled, limits, device, job, guide)


def _weights(trimap: np.ndarray, confidence: np.ndarray, trust: float) -> np.ndarray:
    """Return w of the last step, float32 (H, W)."""
    sampled = np.where(confidence >= SURE, trust * confidence**3, np.float32(0.0))
    return np.where(trimap == Label.UNKNOWN, sampled, np.float32(1.0))


def _check(settings: SharedSettings) -> None:
    if not (
        0 <= settings.expansion <= WIDEST
        and 1 <= settings.rays <= MOST_RAYS
        and settings.trust >= 0
        and settings.likeness >= 0
    ):
        raise InputError(
            f"Shared matting takes an expansion of 0 to {WIDEST} pixels, 1 to {MOST_RAYS} rays, "
            f"a trust and a likeness of 0 or more; change its parameters."
        )


STAGE = Stage("shared", "Shared", shared, settings=SharedSettings())
