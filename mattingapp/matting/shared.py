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
                                                      and 1 where the known regions expanded to,
                             + ν Σ_n (1 − 2 f_n)² (α_n − 1)²,  over the enclosed pixels n with f_n < 0.5.

The authors hold expanded pixels as hard as known ones and take γ f with γ = 0.1, and have no last term; the weights
here were chosen on the training photos of alphamatting.com. The last term says that a colour which no pair explains is
more likely the subject's: of the background something is known all around, of the subject often only a part. It is
weak, for parts of one colour that nothing else tells of. A pixel is enclosed if there are known ones above it, below
it, left and right of it; else the background around it may go on unseen.
"""

from dataclasses import dataclass, field

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.closed_form import ClosedFormSettings, solve
from mattingapp.matting.job import Job
from mattingapp.matting.pyramid import on_a_small_copy
from mattingapp.matting.solvers.backend import Guide
from mattingapp.matting.solvers.choose import solving_backend
from mattingapp.matting.solvers.similarity import Similarity
from mattingapp.matting.stages import ITERATIONS, TOLERANCE, Estimate, Stage, StageInputs, known_alpha

WIDEST, MOST_RAYS = 100, 64  # beyond, a run only takes longer
_MOST_WEIGHT = 1e6  # beyond, nothing else counts
NEIGHBOURS = 10  # of like colour, a pixel itself among them
POSITION_LEVEL = 0.05
FALL = 200.0  # of similarity: to a half where colours differ by one level of 8 bits
SURE = 0.7  # confidence below which a sample tells nothing
UNEXPLAINED = 0.5  # confidence below which a colour is new
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
    novelty : float
        ν: how much a colour that no known one explains counts as the subject's; 0 for not at all.
    tolerance : float
        Relative residual at which the solver stops.
    max_iterations : int
    """

    expansion: int = field(default=10, metadata={"range": (0, WIDEST)})
    rays: int = field(default=4, metadata={"range": (1, MOST_RAYS)})
    trust: float = field(default=0.01, metadata={"range": (0.0, _MOST_WEIGHT)})
    likeness: float = field(default=0.006, metadata={"range": (0.0, _MOST_WEIGHT)})
    novelty: float = field(default=0.002, metadata={"range": (0.0, _MOST_WEIGHT)})
    tolerance: float = field(default=1e-6, metadata=TOLERANCE)
    max_iterations: int = field(default=2000, metadata=ITERATIONS)


@on_a_small_copy
def shared(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by shared matting."""
    settings: SharedSettings = inputs.settings
    _check(settings)
    unknown = inputs.trimap == Label.UNKNOWN
    if not unknown.any():
        return Estimate(known_alpha(inputs.trimap))
    backend = solving_backend(inputs.device, job)
    job.report(0.0, "known regions")
    samples = backend.samples(inputs.photo, inputs.trimap, settings.expansion, settings.rays, job)
    trimap, sampled, confidence = samples
    job.offer_preview(sampled.copy)
    expected, weights = job.wait_for(lambda: _expectation(trimap, sampled, confidence, settings))
    limits = ClosedFormSettings(tolerance=settings.tolerance, max_iterations=settings.max_iterations)
    every = max(round((unknown.size / KNOWN) ** 0.5), 1)
    similarity = Similarity(rounds=(NEIGHBOURS,), level=POSITION_LEVEL, mutual=False, every=every, fall=FALL)
    guide = Guide(weights, similarity, settings.likeness)
    return solve(backend, inputs.photo, unknown, expected, limits, job, guide)


def _expectation(
    trimap: np.ndarray, sampled: np.ndarray, confidence: np.ndarray, settings: SharedSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Return the alpha that pixels are held to in the last step, and how much, both float32 (H, W).

    Parameters
    ----------
    trimap : ndarray (H, W), uint8
        With the known regions expanded.
    sampled, confidence : ndarray (H, W), float32
        What `sample` returned.
    settings : SharedSettings
    """
    unknown = trimap == Label.UNKNOWN
    weights = np.where(confidence >= SURE, settings.trust * confidence**3, np.float32(0.0))
    weights[~unknown] = 1.0
    if settings.novelty == 0:
        return sampled, weights
    new = unknown & (confidence < UNEXPLAINED) & _enclosed(~unknown)
    weights[new] = settings.novelty * (1 - confidence[new] / UNEXPLAINED) ** 2
    return np.where(new, np.float32(1.0), sampled), weights


def _enclosed(known: np.ndarray) -> np.ndarray:
    """Return where there are known pixels in all four directions, (H, W) bool."""
    inside = np.ones_like(known)
    for axis in (0, 1):
        for view, seen in ((known, inside), (np.flip(known, axis), np.flip(inside, axis))):
            seen &= np.logical_or.accumulate(view, axis)
    return inside


def _check(settings: SharedSettings) -> None:
    if not (
        0 <= settings.expansion <= WIDEST
        and 1 <= settings.rays <= MOST_RAYS
        and settings.trust >= 0
        and settings.likeness >= 0
        and settings.novelty >= 0
    ):
        raise InputError(
            "Shared matting takes an expansion of 0 to {widest} pixels, 1 to {most} rays, a"
            " trust, a likeness and a novelty of 0 or more; change its parameters.",
            widest=WIDEST,
            most=MOST_RAYS,
        )


STAGE = Stage("shared", "Shared", shared, settings=SharedSettings())
