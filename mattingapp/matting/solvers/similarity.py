"""Which pixels are alike, wherever in the photo they are: the graph of KNN matting, on the CPU and on a GPU.

Every pixel is joined to its nearest neighbours in a space of colour and position; the similarity of two that are
joined is one of their colours. Known pixels that no unknown one is joined to do not matter and are left out.
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.graph import GraphSystem, graph_system
from mattingapp.matting.solvers.cpu.neighbours import Neighbours
from mattingapp.matting.solvers.cpu.prepare import prepare
from mattingapp.matting.solvers.cpu.tree import make_tree
from mattingapp.matting.solvers.gpu.graph import TensorGraph, join
from mattingapp.matting.solvers.gpu.neighbours import TensorTree
from mattingapp.matting.solvers.gpu.photo import DevicePhoto

REMEMBERED_PIXELS = 6_000_000  # of a photo whose neighbours are kept for the next run: 70 bytes each
POSITION_DIVISOR = 100.0  # how much less position counts in the next round


@dataclass(frozen=True)
class Similarity:
    """What makes pixels neighbours.

    Attributes
    ----------
    rounds : tuple of int
        Neighbours in each round of the search; a pixel is its own first neighbour.
    level : float
        How much position counts in the first round: the photo's diagonal is as far as this much contrast.
    hsv : bool
        Colours by hue, saturation and value, and a pair that is found twice counts once, as in the text of the paper;
        else by red, green and blue, and twice, as in its authors' demo.
    mutual : bool
        Known pixels have neighbours as well as unknown ones, as published.
    every : int
        Of the known pixels, only those in every so-many-th row and column can be neighbours.
    fall : float
        How fast two neighbours' similarity falls with the sum d of the absolute differences of their features, by the
        factor exp(−fall · d); 0 as published, where only which pixels are neighbours tells like from unlike.
    """

    rounds: tuple[int, ...]
    level: float
    hsv: bool = False
    mutual: bool = True
    every: int = 1
    fall: float = 0.0


def graph_on_cpu(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    similarity: Similarity,
    memory: dict[str, Any],
    job: Job,
) -> GraphSystem:
    """Return D − A over the unknown pixels and the known pixels' part of the equations.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    alpha : ndarray (H, W), float32
        Of the known pixels.
    unknown : ndarray (H, W), bool
    similarity : Similarity
    memory : dict
        The neighbours found in earlier runs on this photo, for runs with every known pixel.
    job : Job
    """
    prepare(job)
    # Which pixels are neighbours depends on the photo only, if all are there.
    found: list[Neighbours]
    pixels, features, found = memory.get("graph", (None, None, []))
    if pixels is None or features is None:
        job.report(0.0, "neighbours")
        pixels, features, found = job.wait_for(lambda: _searches(photo, unknown, similarity, job))
        if similarity.every == 1 and len(features) <= REMEMBERED_PIXELS:
            memory["graph"] = pixels, features, found
    asked, known = job.wait_for(lambda: (unknown.ravel()[pixels], alpha.ravel()[pixels]))
    for number, neighbours in enumerate(found):

        def report(part: float, number: int = number) -> None:
            job.report((number + part) / len(found), "neighbours")

        neighbours.find(asked, job, report)
    order = found[0].tree.order
    rows = job.wait_for(lambda: order[asked[order]])  # alike in colour and position, so coupled
    lists = [one.others for one in found if one.others.shape[1]]
    # By now position is divided once a round: as published, the similarity is one of colours.
    system = graph_system(features, rows, known, lists, similarity.hsv, job, similarity.fall)
    return replace(system, pixels=job.wait_for(lambda: pixels[rows]))


def _searches(
    photo: np.ndarray, unknown: np.ndarray, similarity: Similarity, job: Job
) -> tuple[np.ndarray, np.ndarray, list[Neighbours]]:
    """Return the pixels that can be neighbours, their features, and a search for each round."""
    pixels = _candidates(unknown, similarity.every)
    features = features_of(photo, pixels, similarity)
    searches = []
    for count in similarity.rounds:
        others = min(count, len(features)) - 1  # a pixel is its own first neighbour
        searches.append(Neighbours(make_tree(features.copy(), job), others, similarity.mutual))
        features[:, -2:] /= POSITION_DIVISOR
    return pixels, features, searches


def graph_on_gpu(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    similarity: Similarity,
    memory: dict[str, Any],
    device: torch.device,
    job: Job,
) -> TensorGraph:
    """Do as `graph_on_cpu`, with tensors on any device of torch."""
    trees: list[TensorTree]
    pixels, features, trees = memory.get("graph", (None, None, []))
    if pixels is None or features is None:
        pixels = torch.from_numpy(_candidates(unknown, similarity.every)).to(device).long()
        features = job.wait_for(lambda: _features_on(device, photo, pixels, similarity))
        for _ in similarity.rounds:
            job.report(0.0, "neighbours")
            trees.append(TensorTree(features, job))
            features[:, -2:] /= features.new_tensor(POSITION_DIVISOR)  # a number would be inverted on a GPU
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
    graph = join(features, rows, known, found, similarity.hsv, similarity.fall)
    return replace(graph, pixels=pixels[rows])


def _candidates(unknown: np.ndarray, every: int) -> np.ndarray:
    """Return the raster indices (n,), int32, of the pixels that can be neighbours."""
    there = unknown.copy()
    there[::every, ::every] = True
    return np.flatnonzero(there).astype(np.int32)


def features_of(photo: np.ndarray, pixels: np.ndarray, similarity: Similarity) -> np.ndarray:
    """Return one row of colour and position for each of `pixels`, float32."""
    height, width, _ = photo.shape
    features = np.empty((len(pixels), 6 if similarity.hsv else 5), np.float32)
    colours = to_float(photo.reshape(1, -1, 3)[:, pixels])
    if similarity.hsv:
        hue, saturation, value = cv2.cvtColor(colours, cv2.COLOR_RGB2HSV)[0].T
        angle = np.deg2rad(hue)
        features[:, 0], features[:, 1] = np.cos(angle), np.sin(angle)
        features[:, 2], features[:, 3] = saturation / 2, value / 2
    else:
        features[:, :3] = colours[0]
    step = similarity.level / float(np.hypot(height, width))
    features[:, -2], features[:, -1] = step * (pixels // width), step * (pixels % width)
    return features


def _features_on(
    device: torch.device, photo: np.ndarray, pixels: torch.Tensor, similarity: Similarity
) -> torch.Tensor:
    """Return the same as `features_of` on a device."""
    if similarity.hsv:
        return torch.from_numpy(features_of(photo, pixels.cpu().numpy(), similarity)).to(device)
    width = photo.shape[1]
    step = similarity.level / float(np.hypot(*photo.shape[:2]))
    position = torch.stack((pixels // width, pixels % width), dim=1).double() * step
    colours = DevicePhoto(photo, device).colours(pixels, torch.float32)
    return torch.cat((colours, position.float()), dim=1)
