"""How good a first matte is after a few gestures: `python tests/benchmarks/first_matte.py FOLDER`.

The folder has input/, gt/ and trimap1/ with equal names. A robot user (Gulshan et al., Geodesic star convexity for
interactive image segmentation, CVPR 2010) gives the bounding box of the subject and a round mark in the middle of it,
which are the first interaction, then each time a round mark in the middle of the largest error.

Printed are the intersection over union of the mask (alpha > 1/2, at the photo's size) after each interaction; after
some of them, of the trimap made: which share of the truly soft pixels (0.05 < α < 0.95) is unknown in it, its area
over that of trimap1's unknown, and the sum of absolute differences over the whole photo, in thousands, of the mattes
made with it. Beside it stand trimap1, and GrabCut in the rectangle with a band of 10 and 20 pixels.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from mattingapp.imaging.trimap import Label, trimap_from_mask
from mattingapp.matting.cache import StageCache
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.subject import subject_alpha
from mattingapp.matting.subject_trimap import trimap_of_subject
from mattingapp.training.dataset import Example, read_example, select_names

FIRST_MARK, LATER_MARKS = 0.05, 0.03  # of the diagonal: the largest radius
INSIDE = 0.8  # of the way to the nearest edge
FEWEST = 3  # pixels of an error that a person sees
GRABCUT_BAND = 10, 20


def main() -> None:
    """Let the robot work, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", nargs="*", help="names (default: all)")
    parser.add_argument("--interactions", type=int, default=8)
    parser.add_argument("--trimaps-after", type=int, nargs="*", default=[3, 5])
    parser.add_argument("--without", choices=("rectangle", "mark"), help="what the robot does not begin with")
    parser.add_argument(
        "--method", nargs="+", default=["closed-form", "fusion"], help="what is run on the trimaps"
    )
    options = parser.parse_args()
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)
        print(f" {value:.3f}", end="", flush=True)

    names = select_names(options.folder, options.images)
    for name in names:
        example = read_example(options.folder, name, "trimap1")
        print(f"\n{name}: IoU", end="", flush=True)
        trimaps = {"trimap1": example.trimap}
        for count, alpha, marks in robot(example, options.interactions, options.without):
            note(f"IoU after {count}", overlap(full_size(alpha, marks), example.truth))
            if count in options.trimaps_after:
                start = time.perf_counter()
                trimaps[f"after {count}"] = trimap_of_subject(example.photo, alpha, marks, device="cpu")
                note(f"seconds of the trimap after {count}", time.perf_counter() - start)
        if options.trimaps_after:
            trimaps["grabcut"] = trimap_from_mask(
                grabcut(example.photo, box_of(example.truth)), *GRABCUT_BAND
            )
            for kind, trimap in trimaps.items():
                print(f"; {kind}", end="")
                report(example, kind, trimap, tuple(options.method), note)
    print("\n")
    for title, values in found.items():
        good = f", {sum(value > 0.95 for value in values)} > .95" if title.startswith("IoU") else ""
        print(
            f"{title:40}mean {statistics.mean(values):.4f}  median {statistics.median(values):.4f}"
            f"  worst {min(values):.3f} … {max(values):.3f}  of {len(values)}{good}"
        )


def grabcut(photo: np.ndarray, rectangle: tuple[float, ...]) -> np.ndarray:
    """Return what OpenCV's GrabCut takes for the subject in a rectangle, (H, W) bool: what others offer."""
    x0, y0, x1, y1 = map(round, rectangle)
    labels = np.full(photo.shape[:2], cv2.GC_BGD, np.uint8)
    labels[max(y0, 0) : y1, max(x0, 0) : x1] = cv2.GC_PR_FGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(photo, labels, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def report(
    example: Example,
    kind: str,
    trimap: np.ndarray,
    methods: tuple[str, ...],
    note: Callable[[str, float], None],
) -> None:
    """Note how well the band of a trimap fits, and what mattes come of it."""
    soft = (example.truth > 0.05) & (example.truth < 0.95)
    unknown = trimap == Label.UNKNOWN
    note(f"{kind}: soft pixels inside", np.mean(unknown[soft]))
    note(f"{kind}: area over trimap1's", unknown.sum() / (example.trimap == Label.UNKNOWN).sum())
    for result in run_pipeline(MattingRequest(example.photo, trimap, methods, device="cpu")):
        if result.stage in methods:
            note(f"{kind}: SAD, {result.stage}", np.abs(result.alpha - example.truth).sum() / 1000)


def robot(
    example: Example, interactions: int, without: str | None
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the number of interactions so far, the alpha they gave, and the marks, until none is left to make."""
    truth, cache = example.truth, StageCache()
    marks = np.full(truth.shape, Label.UNKNOWN, np.uint8)
    if without != "mark":
        marks[mark_in(truth > 0.95, FIRST_MARK)] = Label.FOREGROUND
    rectangle = None if without == "rectangle" else box_of(truth)
    alpha = None
    for count in range(1, interactions + 1):
        if alpha is None or correct(marks, full_size(alpha, marks), truth):
            alpha = subject_alpha(example.photo, rectangle, marks, cache=cache, device="cpu")
        yield count, alpha, marks.copy()


def correct(marks: np.ndarray, alpha: np.ndarray, truth: np.ndarray) -> bool:
    """Add a mark where the largest error is; return False where there is none."""
    errors = []
    for label, wrong in (
        (Label.FOREGROUND, (truth > 0.95) & (alpha <= 0.5)),
        (Label.BACKGROUND, (truth < 0.05) & (alpha > 0.5)),
    ):
        unmarked = wrong & (marks == Label.UNKNOWN)
        _, pieces, found, _ = cv2.connectedComponentsWithStats(unmarked.astype(np.uint8), connectivity=4)
        if len(found) > 1:
            largest = 1 + int(found[1:, cv2.CC_STAT_AREA].argmax())
            errors.append((int(found[largest, cv2.CC_STAT_AREA]), label, pieces == largest))
    size, label, region = max(errors, key=lambda error: error[0], default=(0, Label.UNKNOWN, marks > 0))
    if size < FEWEST:
        return False
    marks[mark_in(region, LATER_MARKS)] = label
    return True


def mark_in(region: np.ndarray, largest: float) -> np.ndarray:
    """Return a disc in the middle of a region, (H, W) bool."""
    depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)[
        1:-1, 1:-1
    ]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    radius = max(min(INSIDE * depth[y, x], largest * np.hypot(*region.shape)), 1.0)
    rows, columns = np.ogrid[: region.shape[0], : region.shape[1]]
    return ((rows - y) ** 2 + (columns - x) ** 2 <= radius**2) & region


def box_of(truth: np.ndarray) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of the subject's bounding box."""
    rows, columns = (np.flatnonzero((truth > 0.5).any(axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def full_size(alpha: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return the alpha at the photo's size, with what is marked."""
    alpha = cv2.resize(alpha, marks.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(marks == Label.UNKNOWN, alpha, marks / np.float32(255))


def overlap(alpha: np.ndarray, truth: np.ndarray) -> float:
    """Return the intersection over union of both masks."""
    one, other = alpha > 0.5, truth > 0.5
    return float((one & other).sum() / max((one | other).sum(), 1))


if __name__ == "__main__":
    main()
