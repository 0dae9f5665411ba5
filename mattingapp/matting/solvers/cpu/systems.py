"""The systems of the methods over the unknown pixels, on the CPU."""

from dataclasses import replace
from typing import Any

import numpy as np

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.backend import Guide, System
from mattingapp.matting.solvers.cpu.band import REACH, Band, make_band
from mattingapp.matting.solvers.cpu.graph import GraphSystem, graph_system
from mattingapp.matting.solvers.cpu.groups import Groups
from mattingapp.matting.solvers.cpu.laplacian import BandLaplacian, band_colours
from mattingapp.matting.solvers.cpu.multilevel import MultiLevel
from mattingapp.matting.solvers.cpu.neighbours import Neighbours
from mattingapp.matting.solvers.cpu.tree import make_tree
from mattingapp.matting.solvers.cpu.vectors import ArrayVectors, add_at, taken
from mattingapp.matting.solvers.similarity import (
    REMEMBERED_PIXELS,
    Similarity,
    candidates,
    features_of,
)


def matting_system(
    photo: np.ndarray,
    region: np.ndarray,
    alpha: np.ndarray,
    epsilon: float,
    guide: Guide | None,
    job: Job,
) -> System[np.ndarray]:
    """Return the matting Laplacian's equations of the pixels of a region, see `Backend`."""
    job.report(0.0, "matting Laplacian")
    band = job.wait_for(lambda: make_band(region))
    colours = job.wait_for(lambda: band_colours(photo, band))
    laplacian = job.wait_for(lambda: BandLaplacian(colours, band, epsilon, job))
    start, right = job.wait_for(lambda: _start(alpha, band, laplacian))
    graph = None
    if guide is not None:
        held = guide.weights[region]
        job.wait_for(lambda: _add_diagonal(laplacian, right, band.unknown, held, held * start[band.unknown]))
        if guide.strength > 0:
            unscaled = similarity_graph(photo, alpha, region, guide.similarity, {}, job)
            graph = job.wait_for(lambda: unscaled.scaled(guide.strength))
            place = job.wait_for(lambda: _places(unscaled.pixels, band))
            # D goes into the diagonal, where the preconditioner sees it.
            job.wait_for(lambda: _add_diagonal(laplacian, right, place, graph.degrees, graph.b))
            graph.degrees[:] = 0.0

    # Kept from one step to the next: fresh memory costs more than what is done in it.
    product = np.zeros(band.size)
    in_graph, product_in_graph = np.empty((2, len(band.unknown)))

    def times(x: np.ndarray) -> np.ndarray:
        out = laplacian.times(x, product)
        if graph is not None:
            add_at(out, place, graph.times(taken(x, place, in_graph), job, product_in_graph))
        return out

    job.report(0.0, "preconditioner")
    precondition = MultiLevel(laplacian, colours, band, job)
    return System(
        band.pixels,
        ArrayVectors(band.size),
        times,
        right,
        start,
        precondition,
        lambda x: taken(x, band.unknown),
    )


def _start(alpha: np.ndarray, band: Band, laplacian: BandLaplacian) -> tuple[np.ndarray, np.ndarray]:
    """Return the alphas of the unknown pixels, and what the known ones add, both fields of the band."""
    known, start = taken(np.pad(alpha, REACH).ravel(), band.places), np.zeros(band.size)
    unknown = taken(known, band.unknown)
    add_at(start, band.unknown, unknown)
    add_at(known, band.unknown, -unknown)
    return start, -laplacian.times(known)


def _places(pixels: np.ndarray, band: Band) -> np.ndarray:
    """Return the places of all unknown pixels of the band, in the order they are given in."""
    places = np.empty_like(band.unknown)
    places[np.argsort(pixels)] = band.unknown
    return places


def _add_diagonal(
    laplacian: BandLaplacian, right: np.ndarray, places: np.ndarray, diagonal: np.ndarray, b: np.ndarray
) -> None:
    """Add a diagonal and its part of the right-hand side to the equations of some places."""
    laplacian.diagonal[places] += diagonal
    right[places] += b


def similarity_system(
    photo: np.ndarray,
    alpha: np.ndarray,
    unknown: np.ndarray,
    similarity: Similarity,
    memory: dict[str, Any],
    job: Job,
) -> System[np.ndarray]:
    """Return D − A over the unknown pixels, see `Backend`."""
    graph = similarity_graph(photo, alpha, unknown, similarity, memory, job)

    def preconditioner() -> Groups:
        # A pixel that no path joins to a known one keeps the 0.5 it starts with.
        return Groups(graph, 1.0 / np.where(graph.degrees > 0, graph.degrees, 1.0), job)

    product = np.empty(len(graph.b))
    return System(
        graph.pixels,
        ArrayVectors(len(graph.b)),
        lambda x: graph.times(x, job, product),
        graph.b,
        alpha.ravel()[graph.pixels].astype(np.float64),
        job.wait_for(preconditioner),
        lambda x: x,
    )


def similarity_graph(
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
    told = np.zeros_like(features) if similarity.equal else features
    system = graph_system(told, rows, known, lists, similarity.hsv, job, similarity.fall)
    return replace(system, pixels=job.wait_for(lambda: pixels[rows]))


def _searches(
    photo: np.ndarray, unknown: np.ndarray, similarity: Similarity, job: Job
) -> tuple[np.ndarray, np.ndarray, list[Neighbours]]:
    """Return the pixels that can be neighbours, their features, and a search for each round."""
    pixels = candidates(unknown, similarity.every)
    features = features_of(photo, pixels, similarity)
    searches = []
    for count in similarity.rounds:
        others = min(count, len(features)) - 1  # a pixel is its own first neighbour
        searches.append(Neighbours(make_tree(features.copy(), job), others, similarity.mutual))
        features[:, -2:] /= similarity.fade
    return pixels, features, searches
