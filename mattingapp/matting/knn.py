"""KNN matting.

Chen, Li, Tang: KNN matting, CVPR 2012. Every pixel is joined to its nearest neighbours in a space of colour and
position, wherever in the photo they are; the alpha minimises αᵀ(D − A)α with the known alphas given, A holding the
similarities and D its row sums. Two rounds of neighbours: 10 by colour and position, then 2 by colour almost alone.

Like the matting Laplacian (see closed_form), the system is solved for the unknown pixels only; against the
authors' soft constraints that moves the mean SAD by 0.6 percent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
import torch

from mattingapp.imaging.photo import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.compiled.graph import GraphSystem, graph_system
from mattingapp.matting.compiled.groups import Groups
from mattingapp.matting.compiled.neighbours import Neighbours, make_tree
from mattingapp.matting.compiled.prepare import prepare
from mattingapp.matting.compiled.vectors import ArrayVectors
from mattingapp.matting.device import solving_device
from mattingapp.matting.job import Job
from mattingapp.matting.solver import TensorVectors, conjugate_gradients, unconverged_note
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.matting.tensors.graph import TensorGraph, TensorGroups, join
from mattingapp.matting.tensors.neighbours import TensorTree
from mattingapp.matting.tensors.photo import DevicePhoto

Show = Callable[[Callable[[], tuple[np.ndarray, np.ndarray]]], None]

ROUNDS = (10, 2)  # neighbours in each round; a pixel is its own first neighbour
REMEMBERED_PIXELS = 6_000_000  # of a photo whose neighbours are kept for the next run: 70 bytes each
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
    tolerance: float = 5e-7
    max_iterations: int = 2000


def knn(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate alpha by KNN matting."""
    alpha = known_alpha(inputs.trimap)
    unknown = inputs.trimap == Label.UNKNOWN
    if not unknown.any():
        return Estimate(alpha)
    if "alpha" in inputs.memory:
        alpha[unknown] = inputs.memory["alpha"][unknown]

    def fill_in(pixels: np.ndarray, x: np.ndarray) -> np.ndarray:
        filled = alpha.copy()
        filled.ravel()[pixels] = x.clip(0.0, 1.0)
        return filled

    def show(solved: Callable[[], tuple[np.ndarray, np.ndarray]]) -> None:
        job.offer_preview(lambda: fill_in(*solved()))

    device = solving_device(inputs.device)
    if device.type == "cpu":
        pixels, x, iterations, converged = _solve_on_cpu(inputs, alpha, unknown, show, job)
    else:
        pixels, x, iterations, converged = _solve_on_gpu(inputs, alpha, unknown, device, show, job)
    inputs.memory["alpha"] = fill_in(pixels, x)
    return Estimate(inputs.memory["alpha"], converged, unconverged_note(converged, iterations), str(device))


def _solve_on_cpu(
    inputs: StageInputs, alpha: np.ndarray, unknown: np.ndarray, show: Show, job: Job
) -> tuple[np.ndarray, np.ndarray, int, bool]:
    """Return the unknown pixels, their alphas, the steps taken, and whether they were enough."""
    settings: KnnSettings = inputs.settings
    system = _system(inputs.photo, alpha, unknown, settings.variant, inputs.memory, job)
    # A pixel that no path joins to a known one keeps the 0.5 it starts with.
    inverse_degrees = 1.0 / np.where(system.degrees > 0, system.degrees, 1.0)
    x, iterations, converged = conjugate_gradients(
        ArrayVectors(len(system.b)),
        system.times,
        system.b,
        alpha.ravel()[system.pixels].astype(np.float64),
        Groups(system, inverse_degrees, job),
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: (system.pixels, x)),
    )
    return system.pixels, x, iterations, converged


def _solve_on_gpu(
    inputs: StageInputs, alpha: np.ndarray, unknown: np.ndarray, device: torch.device, show: Show, job: Job
) -> tuple[np.ndarray, np.ndarray, int, bool]:
    """Do as `_solve_on_cpu`, with tensors on any device of torch."""
    settings: KnnSettings = inputs.settings
    graph = _graph(inputs.photo, alpha, unknown, settings.variant, inputs.memory, device, job)
    pixels = graph.pixels.cpu().numpy()
    x, iterations, converged = conjugate_gradients(
        TensorVectors(),
        graph.times,
        graph.b,
        torch.from_numpy(alpha.ravel()[pixels].astype(np.float64)).to(device),
        TensorGroups(graph),
        settings.tolerance,
        settings.max_iterations,
        job,
        lambda x: show(lambda: (pixels, x.cpu().numpy())),
    )
    return pixels, x.cpu().numpy(), iterations, converged


def _system(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    variant: KnnVariant,
    memory: dict[str, Any],
    job: Job,
) -> GraphSystem:
    """Return D − A over the unknown pixels and the known pixels' part of the equations."""
    prepare(job)
    # Which pixels are neighbours depends on the photo only.
    found: list[Neighbours]
    features, found = memory.get("graph", (None, []))
    if features is None:
        step = POSITION_LEVEL[variant] / float(np.hypot(*unknown.shape))
        features = job.wait_for(lambda: _features(photo, step, variant))
        for count in ROUNDS:
            job.report(0.0, "neighbours")
            others = min(count, len(features)) - 1  # a pixel is its own first neighbour
            points = job.wait_for(features.copy)
            found.append(Neighbours(make_tree(points, job), others))
            features[:, -2:] /= POSITION_DIVISOR
        if len(features) <= REMEMBERED_PIXELS:
            memory["graph"] = features, found
    for number, neighbours in enumerate(found):

        def report(part: float, number: int = number) -> None:
            job.report((number + part) / len(found), "neighbours")

        neighbours.find(unknown.ravel(), job, report)
    order = found[0].tree.order
    pixels = order[unknown.ravel()[order]]  # alike in colour and position, so coupled
    # By now position is divided twice: as published, the similarity is one of colours. The demo in RGB lets a pair that
    # is found twice count twice.
    lists = [one.others for one in found if one.others.shape[1]]
    return graph_system(features, pixels, alpha.ravel(), lists, variant is KnnVariant.HSV, job)


def _graph(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    variant: KnnVariant,
    memory: dict[str, Any],
    device: torch.device,
    job: Job,
) -> TensorGraph:
    """Do as `_system`, on any device of torch."""
    trees: list[TensorTree]
    features, trees = memory.get("graph", (None, []))
    if features is None:
        step = POSITION_LEVEL[variant] / float(np.hypot(*unknown.shape))
        features = job.wait_for(lambda: _features_on(device, photo, step, variant))
        for _ in ROUNDS:
            job.report(0.0, "neighbours")
            trees.append(TensorTree(features, job))
            features[:, -2:] /= features.new_tensor(POSITION_DIVISOR)  # a number would be inverted on a GPU
        if len(features) <= REMEMBERED_PIXELS:
            memory["graph"] = features, trees
    asked = torch.from_numpy(unknown.ravel()).to(device)
    found = []
    for number, (tree, count) in enumerate(zip(trees, ROUNDS, strict=True)):

        def report(part: float, number: int = number) -> None:
            job.report((number + part) / len(trees), "neighbours")

        others = min(count, len(features)) - 1  # a pixel is its own first neighbour
        if others:
            found.append(tree.find(asked, others, job, report))
    order = trees[0].order[trees[0].order < len(features)]
    pixels = order[asked[order]]
    return join(
        features, pixels, torch.from_numpy(alpha.ravel()).to(device), found, variant is KnnVariant.HSV
    )


def _features_on(device: torch.device, photo: np.ndarray, step: float, variant: KnnVariant) -> torch.Tensor:
    """Return the same as `_features` on a device."""
    if variant is KnnVariant.HSV:
        return torch.from_numpy(_features(photo, step, variant)).to(device)
    pixels = torch.arange(photo.shape[0] * photo.shape[1], device=device)
    position = torch.stack((pixels // photo.shape[1], pixels % photo.shape[1]), dim=1).double() * step
    return torch.cat((DevicePhoto(photo, device).colours(pixels, torch.float32), position.float()), dim=1)


def _features(photo: np.ndarray, step: float, variant: KnnVariant) -> np.ndarray:
    """Return one row of colour and position for each pixel, float32."""
    height, width, _ = photo.shape
    dimensions = 5 if variant is KnnVariant.RGB else 6
    features = np.empty((height, width, dimensions), np.float32)
    if variant is KnnVariant.RGB:
        features[..., :3] = to_float(photo)
    else:
        hue, saturation, value = np.moveaxis(cv2.cvtColor(to_float(photo), cv2.COLOR_RGB2HSV), 2, 0)
        angle = np.deg2rad(hue)
        features[..., 0], features[..., 1] = np.cos(angle), np.sin(angle)
        features[..., 2], features[..., 3] = saturation / 2, value / 2
    features[..., -2] = step * np.arange(height)[:, None]
    features[..., -1] = step * np.arange(width)
    return features.reshape(-1, dimensions)


STAGE = Stage("knn", "KNN", knn, settings=KnnSettings())
