"""KNN matting.

Chen, Li, Tang: KNN matting, CVPR 2012. Every pixel is joined to its nearest neighbours in a space of colour and
position, wherever in the photo they are; the alpha minimises αᵀ(D − A)α with the known alphas given, A holding the
similarities and D its row sums. Two rounds of neighbours: 10 by colour and position, then 2 by colour almost alone.

Like the matting Laplacian (see closed_form), the system is solved for the unknown pixels only; against the
authors' soft constraints that moves the mean SAD by 0.6 percent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import cv2
import numpy as np
import scipy.sparse as sparse
import torch
from scipy.spatial import cKDTree

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.solver import TensorVectors, conjugate_gradients, unconverged_note
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.matting.tensors.sparse import to_torch

ROUNDS = (10, 2)  # neighbours in each round; a pixel is its own first neighbour
POSITION_DIVISOR = 100.0  # how much less position counts in the next round
NINE_BESIDE = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1), (0, 2))
QUERIES = 8192  # pixels asked for at once, so that cancel is heard in between


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
    tolerance: float = 1e-7
    max_iterations: int = 2000


def knn(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by KNN matting."""
    settings: KnnSettings = inputs.settings
    alpha = known_alpha(inputs.trimap)
    unknown = inputs.trimap == Label.UNKNOWN
    if not unknown.any():
        return Estimate(alpha)
    device = inputs.device if inputs.device.type == "cuda" else torch.device("cpu")

    matrix, b = _system(inputs.photo, inputs.trimap, settings.variant, job)
    # A pixel that no path joins to a known one keeps the 0.5 it starts with.
    diagonal = matrix.diagonal()
    inverse_diagonal = torch.from_numpy(1.0 / np.where(diagonal > 0, diagonal, 1.0)).to(device)
    operator = to_torch(matrix, device)

    def fill_in(x: torch.Tensor) -> np.ndarray:
        filled = alpha.copy()
        filled[unknown] = x.clamp(0.0, 1.0).cpu().numpy()
        return filled

    x, iterations, converged = conjugate_gradients(
        TensorVectors(),
        lambda x: operator @ x,
        torch.from_numpy(b).to(device),
        torch.full((len(b),), 0.5, dtype=torch.float64, device=device),
        lambda residual: inverse_diagonal * residual,
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: job.offer_preview(lambda: fill_in(x)),
    )
    return Estimate(fill_in(x), converged, unconverged_note(converged, iterations), str(device))


def _system(
    photo: np.ndarray, trimap: np.ndarray, variant: KnnVariant, job: Job
) -> tuple[sparse.csr_array, np.ndarray]:
    """Return D − A over the unknown pixels (raster order) and the known pixels' part of the equations."""
    step = POSITION_LEVEL[variant] / float(np.hypot(*trimap.shape))
    features = job.wait_for(lambda: _features(photo, step, variant))
    pairs: list[np.ndarray] = []
    for round_number, neighbours in enumerate(ROUNDS):
        pairs += _neighbour_pairs(
            features, step, neighbours, trimap == Label.UNKNOWN, round_number / len(ROUNDS), job
        )
        features[:, -2:] /= POSITION_DIVISOR
        step /= POSITION_DIVISOR
    return job.wait_for(lambda: _assemble(features, pairs, trimap.ravel(), variant))


def _assemble(
    features: np.ndarray, pairs: list[np.ndarray], trimap: np.ndarray, variant: KnnVariant
) -> tuple[sparse.csr_array, np.ndarray]:
    """Weigh the pairs and put them into the system."""
    i, j = np.concatenate(pairs, axis=1)
    if variant is KnnVariant.HSV:  # the demo lets a pair that is found twice count twice
        i, j = np.divmod(np.unique(np.minimum(i, j) * len(features) + np.maximum(i, j)), len(features))
    # By now position is divided twice: as published, the similarity is one of colours.
    difference = sum(np.abs(column[i] - column[j]) for column in features.T)
    weight = np.maximum(1.0 - difference / features.shape[1], 0.0)

    # An edge counts for both its ends; keep the ends that are unknown.
    unknown = trimap == Label.UNKNOWN
    known_value = (trimap == Label.FOREGROUND).astype(np.float64)
    row = np.cumsum(unknown) - 1
    size = int(unknown.sum())
    ends = np.concatenate((i, j)), np.concatenate((j, i)), np.concatenate((weight, weight))
    solved = unknown[ends[0]]
    here, there, weight = (part[solved] for part in ends)
    here = row[here]
    degree = np.bincount(here, weight, size)
    b = np.bincount(here, weight * known_value[there], size)
    inner = unknown[there]
    similarity = sparse.coo_array(
        (weight[inner], (here[inner], row[there[inner]])), shape=(size, size)
    ).tocsr()
    return (sparse.diags_array(degree) - similarity).tocsr(), b


def _features(photo: np.ndarray, step: float, variant: KnnVariant) -> np.ndarray:
    """Return one row of colour and position for each pixel."""
    position = step * np.mgrid[: photo.shape[0], : photo.shape[1]].reshape(2, -1)
    if variant is KnnVariant.RGB:
        return np.column_stack((photo.reshape(-1, 3), *position))
    hue, saturation, value = cv2.cvtColor(photo.astype(np.float32), cv2.COLOR_RGB2HSV).reshape(-1, 3).T
    angle = np.deg2rad(hue.astype(np.float64))
    return np.column_stack((np.cos(angle), np.sin(angle), saturation / 2, value / 2, *position))


def _neighbour_pairs(
    features: np.ndarray, step: float, neighbours: int, unknown: np.ndarray, done: float, job: Job
) -> Iterator[np.ndarray]:
    """Yield (2, pairs) arrays of a pixel and one of its nearest others, where either is unknown.

    Parameters
    ----------
    features : ndarray (H · W, colours + 2)
    step : float
        What one pixel of distance adds to the last two features.
    unknown : ndarray (H, W), bool
    """
    neighbours = min(neighbours, len(features))
    job.report(done, "neighbours")
    asking = job.wait_for(lambda: np.flatnonzero(_may_meet_unknown(features, step, neighbours, unknown)))
    tree = job.wait_for(lambda: cKDTree(features, leafsize=16, balanced_tree=False))
    is_unknown = unknown.ravel()
    for start in range(0, len(asking), QUERIES):
        job.report(done + start / len(asking) / len(ROUNDS), "neighbours")
        pixels = asking[start : start + QUERIES]
        query = partial(tree.query, features[pixels], range(1, neighbours + 1), workers=-1)
        other = np.asarray(job.wait_for(query)[1]).ravel()
        pixel = np.repeat(pixels, neighbours)
        wanted = (is_unknown[pixel] | is_unknown[other]) & (pixel != other)
        yield np.stack((pixel[wanted], other[wanted]))


def _may_meet_unknown(features: np.ndarray, step: float, neighbours: int, unknown: np.ndarray) -> np.ndarray:
    """Tell, (H, W) bool, which pixels are unknown or may have an unknown one among their nearest.

    A known pixel cannot, if the nearest unknown one is further away by position alone than enough of the pixels
    right beside it are by position and colour. In smooth parts of a photo that spares most of the search.
    """
    shape = unknown.shape
    planes = np.full((features.shape[1] - 2, shape[0] + 4, shape[1] + 4), np.inf, np.float32)
    planes[:, 2:-2, 2:-2] = np.moveaxis(features[:, :-2].reshape(*shape, -1), 2, 0)
    centre = planes[:, 2:-2, 2:-2]
    beside = []
    for dy, dx in NINE_BESIDE:
        there = planes[:, 2 + dy : 2 + dy + shape[0], 2 + dx : 2 + dx + shape[1]]
        beside.append(np.square(there - centre).sum(0) + np.float32((dy * dy + dx * dx) * step**2))
    rank = neighbours - 2  # a pixel is its own first neighbour
    enough = np.sqrt(np.partition(np.stack(beside), rank, axis=0)[rank])
    distance = step * cv2.distanceTransform((~unknown).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance <= enough * (1 + 1e-4)  # float32 may round either way


STAGE = Stage("knn", "KNN", knn, settings=KnnSettings())
