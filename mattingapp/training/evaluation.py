"""Scores of methods on images with a true alpha."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp.imaging.metrics import Scores, score
from mattingapp.matting.pipeline import MattingRequest, Progress, run_pipeline
from mattingapp.training.dataset import read_example


@dataclass(frozen=True)
class Row:
    """One method on one image."""

    image: str
    method: str
    scores: Scores
    seconds: float


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

    `seconds` is the method's own time, without the stages it needs.
    """
    for name in names:
        example = read_example(folder, name, trimap_kind)
        request = MattingRequest(example.photo, example.trimap, methods, settings, device)
        results = {result.stage: result for result in run_pipeline(request, progress)}
        for method in methods:
            result = results[method]
            yield Row(name, method, score(result.alpha, example.truth, example.trimap), result.seconds)


def mean_scores(rows: Iterable[Row]) -> dict[str, Scores]:
    """Return the mean over images of every score, by method."""
    by_method: dict[str, list[Scores]] = {}
    for row in rows:
        by_method.setdefault(row.method, []).append(row.scores)
    return {
        method: Scores(*np.mean([astuple(scores) for scores in all_scores], axis=0).tolist())
        for method, all_scores in by_method.items()
    }
