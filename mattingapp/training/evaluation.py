"""Scores of methods on images with a true alpha."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp.imaging.metrics import Scores, score
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest, Progress
from mattingapp.training.dataset import read_example


@dataclass(frozen=True)
class Row:
    """One method on one image; its seconds where they were measured."""

    image: str
    method: str
    scores: Scores
    seconds: float = 0.0


def evaluate(
    folder: Path,
    trimap_kind: str,
    methods: tuple[str, ...],
    names: Iterable[str],
    settings: Mapping[str, Any],
    device: str = "auto",
    progress: Progress | None = None,
) -> Iterator[Row]:
    """Run `methods` on the images of a data set folder and yield a row for each, as it is ready.

    `seconds` is the method's own time, without the stages it needs; methods may run at the same time.
    """
    for name in names:
        example = read_example(folder, name, trimap_kind)
        request = MattingRequest(example.photo, example.trimap, methods, settings, device)
        results = {result.stage: result for result in run_pipeline(request, progress)}
        for method in methods:
            result = results[method]
            yield Row(name, method, score(result.alpha, example.truth, example.trimap), result.seconds)


@dataclass(frozen=True)
class Comparison:
    """One method against another on the same images.

    Attributes
    ----------
    plain : Scores
        Ratios of the mean scores; below 1 the method is better. Hard images decide it.
    geometric : Scores
        Geometric means of the images' own ratios; every image counts alike.
    won : Scores
        On how many images the method is better.
    images : int
    """

    plain: Scores
    geometric: Scores
    won: Scores
    images: int


def compare(rows: Iterable[Row], method: str, rival: str) -> Comparison:
    """Compare `method` with `rival` on the images that both have rows for."""
    by_image: dict[str, dict[str, tuple[float, ...]]] = {}
    for row in rows:
        by_image.setdefault(row.image, {})[row.method] = astuple(row.scores)
    pairs = np.array([(of[method], of[rival]) for of in by_image.values() if {method, rival} <= of.keys()])
    ours, theirs = np.maximum(pairs, 1e-9).transpose(1, 0, 2)  # an alpha may be perfect
    return Comparison(
        plain=Scores(*(ours.mean(0) / theirs.mean(0)).tolist()),
        geometric=Scores(*np.exp(np.log(ours / theirs).mean(0)).tolist()),
        won=Scores(*(ours < theirs).sum(0).tolist()),
        images=len(pairs),
    )


def mean_scores(rows: Iterable[Row]) -> dict[str, Scores]:
    """Return the mean over images of every score, by method."""
    by_method: dict[str, list[Scores]] = {}
    for row in rows:
        by_method.setdefault(row.method, []).append(row.scores)
    return {
        method: Scores(*np.mean([astuple(scores) for scores in all_scores], axis=0).tolist())
        for method, all_scores in by_method.items()
    }
