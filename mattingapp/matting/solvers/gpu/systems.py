"""The systems of the methods over the unknown pixels, in tensors."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.backend import Guide, System
from mattingapp.matting.solvers.gpu.graph import TensorGraph, TensorGroups, join
from mattingapp.matting.solvers.gpu.laplacian import ITSELF, matting_system
from mattingapp.matting.solvers.gpu.multilevel import TensorMultiLevel
from mattingapp.matting.solvers.gpu.neighbours import TensorTree
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.solvers.gpu.vectors import TensorVectors
from mattingapp.matting.solvers.similarity import (
    REMEMBERED_PIXELS,
    Similarity,
    candidates,
    features_of,
)


def guided_matting_system(
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    epsilon: float,
    guide: Guide | None,
    device: torch.device,
    job: Job,
) -> System[torch.Tensor]:
    """Return the matting Laplacian's equations of the pixels of a region, see `Backend`."""
    job.report(0.0, "matting Laplacian")
    on_device = job.wait_for(lambda: DevicePhoto(photo, device))
    system = matting_system(on_device, region, alpha, epsilon, job)
    start = torch.from_numpy(alpha[region].astype(np.float64)).to(device)
    graph = None
    if guide is not None:
        held = torch.from_numpy(guide.weights[region]).to(device)
        system.stencil[:, ITSELF] += held
        system.b.addcmul_(held, start)
        if guide.strength > 0:
            unscaled = similarity_graph(photo, alpha, region, guide.similarity, {}, device, job)
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

    return System(
        system.pixels.cpu().numpy(),
        TensorVectors(),
        times,
        system.b,
        start,
        precondition,
        lambda x: x.cpu().numpy(),
    )


def similarity_system(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    similarity: Similarity,
    memory: dict[str, Any],
    device: torch.device,
    job: Job,
) -> System[torch.Tensor]:
    """Return D − A over the unknown pixels, see `Backend`."""
    graph = similarity_graph(photo, alpha, unknown, similarity, memory, device, job)
    pixels = graph.pixels.cpu().numpy()
    return System(
        pixels,
        TensorVectors(),
        graph.times,
        graph.b,
        torch.from_numpy(alpha.ravel()[pixels].astype(np.float64)).to(device),
        TensorGroups(graph),
        lambda x: x.cpu().numpy(),
    )


def similarity_graph(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    similarity: Similarity,
    memory: dict[str, Any],
    device: torch.device,
    job: Job,
) -> TensorGraph:
    """Do as the one of `solvers.cpu.systems`, with tensors."""
    trees: list[TensorTree]
    pixels, features, trees = memory.get("graph", (None, None, []))
    if pixels is None or features is None:
        pixels = torch.from_numpy(candidates(unknown, similarity.every)).to(device).long()
        features = job.wait_for(lambda: _features_on(device, photo, pixels, similarity))
        for _ in similarity.rounds:
            job.report(0.0, "neighbours")
            trees.append(TensorTree(features, job))
            features[:, -2:] /= features.new_tensor(similarity.fade)  # a number would be inverted on a GPU
        if similarity.every == 1 and len(features) <= REMEMBERED_PIXELS:
            memory["graph"] = pixels, features, trees
    asked = torch.from_numpy(unknown.ravel()).to(device)[pixels]
    found = []
    for number, (tree, count) in enumerate(zip(trees, similarity.rounds, strict=True)):

        def report(part: float, number: int = number) -> None:
            job.report((number + part) / len(trees), "neighbours")

        others = min(count, len(features)) - 1  # a pixel is its own first neighbour
        if others:
            found.append(tree.find(asked, others, job, report, similarity.mutual))
    order = trees[0].order[trees[0].order < len(features)]
    rows = order[asked[order]]
    known = torch.from_numpy(alpha.ravel()).to(device)[pixels]
    told = torch.zeros_like(features) if similarity.equal else features
    graph = join(told, rows, known, found, similarity.hsv, similarity.fall)
    return replace(graph, pixels=pixels[rows])


def _features_on(
    device: torch.device, photo: np.ndarray, pixels: torch.Tensor, similarity: Similarity
) -> torch.Tensor:
    """Return the same as `features_of` on a device."""
    if similarity.hsv:
        return torch.from_numpy(features_of(photo, pixels.cpu().numpy(), similarity)).to(device)
    width = photo.shape[1]
    steps = torch.tensor(similarity.steps(*photo.shape[:2]), dtype=torch.float64, device=device)
    position = torch.stack((pixels // width, pixels % width), dim=1).double() * steps
    colours = DevicePhoto(photo, device).colours(pixels, torch.float32)
    return torch.cat((colours, position.float()), dim=1)
