"""KNN matting.

Chen, Li, Tang: KNN matting, CVPR 2012. Every pixel is joined to its nearest neighbours in a space of colour and
position, wherever in the photo they are; the alpha minimises αᵀ(D − A)α with the known alphas given, A holding the
similarities and D its row sums. Two rounds of neighbours: 10 by colour and position, then 2 by colour almost alone.

Like the matting Laplacian (see closed_form), the system is solved for the unknown pixels only; against the
authors' soft constraints that moves the mean SAD by 0.6 percent.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.compiled.graph import GraphSystem, graph_system
from mattingapp.matting.compiled.neighbours import make_tree, nearest
from mattingapp.matting.compiled.prepare import prepare
from mattingapp.matting.compiled.vectors import ArrayVectors
from mattingapp.matting.job import Job
from mattingapp.matting.solver import TensorVectors, conjugate_gradients, unconverged_note
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.matting.tensors.sparse import to_torch

ROUNDS = (10, 2)  # neighbours in each round; a pixel is its own first neighbour
POSITION_DIVISOR = 100.0  # how much less position counts in the next round


class KnnVariant(StrEnum):
    """Which published settings: RGB as in the authors' demo, HSV as in the paper's text."""

    RGB = "rgb"
    HSV = "hsv"


POSITION_LEVEL = {KnnVariant.RGB: 1.0, KnnVariant.HSV: 2.0}


@dataclass(frozen=True)
class KnnSettings:
    """Parameters of KNN matting.

    Attributes
    ----------
    variant : KnnVariant
        The RGB settings score better on the alphamatting.com training images.
    tolerance : float
        Relative residual at which the solver stops.
    max_iterations : int
    """

    variant: KnnVariant = KnnVariant.RGB
    tolerance: float = 1e-6
    max_iterations: int = 2000


def knn(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by KNN matting."""
    settings: KnnSettings = inputs.settings
    alpha = known_alpha(inputs.trimap)
    if not (inputs.trimap == Label.UNKNOWN).any():
        return Estimate(alpha)
    system = _system(inputs.photo, inputs.trimap, settings.variant, job)
    # A pixel that no path joins to a known one keeps the 0.5 it starts with.
    inverse_degrees = 1.0 / np.where(system.degrees > 0, system.degrees, 1.0)

    def fill_in(x: np.ndarray) -> np.ndarray:
        filled = alpha.copy()
        filled.ravel()[system.pixels] = x.clip(0.0, 1.0)
        return filled

    limits = settings.tolerance, settings.max_iterations, job
    if inputs.device.type == "cuda":
        device = inputs.device
        matrix = to_torch(system.matrix(), device)
        b, inverse = (torch.from_numpy(part).to(device) for part in (system.b, inverse_degrees))
        solved, iterations, converged = conjugate_gradients(
            TensorVectors(),
            lambda x: matrix @ x,
            b,
            torch.full_like(b, 0.5),
            lambda residual: inverse * residual,
            *limits,
            lambda x: job.offer_preview(lambda: fill_in(x.cpu().numpy())),
        )
        x = solved.cpu().numpy()
    else:
        device = torch.device("cpu")
        vectors = ArrayVectors(len(system.b))
        x, iterations, converged = conjugate_gradients(
            vectors,
            system.times,
            system.b,
            np.full_like(system.b, 0.5),
            lambda residual: vectors.product(inverse_degrees, residual),
            *limits,
            lambda x: job.offer_preview(lambda: fill_in(x)),
        )
    return Estimate(fill_in(x), converged, unconverged_note(converged, iterations), str(device))


def _system(photo: np.ndarray, trimap: np.ndarray, variant: KnnVariant, job: Job) -> GraphSystem:
    """Return D − A over the unknown pixels and the known pixels' part of the equations."""
    prepare(job)
    step = POSITION_LEVEL[variant] / float(np.hypot(*trimap.shape))
    features = job.wait_for(lambda: _features(photo, step, variant))
    unknown = (trimap == Label.UNKNOWN).ravel()
    found: list[np.ndarray] = []
    pixels = np.zeros(0, np.int32)
    for number, neighbours in enumerate(ROUNDS):

        def report(part: float, number: int = number) -> None:
            job.report((number + part) / len(ROUNDS), "neighbours")

        report(0.0)
        tree = make_tree(features.copy(), job)
        if number == 0:
            pixels = tree.order[unknown[tree.order]]  # alike in colour and position, so coupled
        others = min(neighbours, len(features)) - 1  # a pixel is its own first neighbour
        if others:
            found.append(nearest(tree, others, unknown, job, report))
        features[:, -2:] /= POSITION_DIVISOR
    # By now position is divided twice: as published, the similarity is one of colours. The demo in RGB lets a pair that
    # is found twice count twice.
    foreground = (trimap == Label.FOREGROUND).ravel()
    return graph_system(features, pixels, foreground, found, variant is KnnVariant.HSV, job)


def _features(photo: np.ndarray, step: float, variant: KnnVariant) -> np.ndarray:
    """Return one row of colour and position for each pixel, float32."""
    position = np.float32(step) * np.mgrid[: photo.shape[0], : photo.shape[1]].reshape(2, -1).astype(
        np.float32
    )
    if variant is KnnVariant.RGB:
        return np.column_stack((photo.reshape(-1, 3).astype(np.float32), *position))
    hue, saturation, value = cv2.cvtColor(photo.astype(np.float32), cv2.COLOR_RGB2HSV).reshape(-1, 3).T
    angle = np.deg2rad(hue)
    return np.column_stack((np.cos(angle), np.sin(angle), saturation / 2, value / 2, *position))


STAGE = Stage("knn", "KNN", knn, settings=KnnSettings())
