"""Photos of camera size: what a stage finds on a small copy, brought up to the photo by its colours.

On some 2 megapixels a stage sees all that tells it where the subject is; what more pixels add is where exactly a hair
runs, and that is in the colours. So where a photo has more, a stage may be computed on a copy of that size. Its alpha
is brought up as a local affine function of the colours, α = aᵀI + b in each small window, whose coefficients, unlike
the alpha, are smooth: they are found on the copy, enlarged, and applied to the photo's own pixels.

He, Sun: Fast guided filter, arXiv 1505.00996, 2015; its model is that of the matting Laplacian (see closed_form).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps

import cv2
import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.networks.tiles import unknown_boxes
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha

LARGEST = 2_000_000  # pixels on which stages are computed as they are
LOOK = 250_000  # pixels, so that all stages of a run take some two seconds
RADIUS = 2  # of the windows, in pixels of the copy
EPSILON = 1e-5  # variance of colours below which they tell nothing of alpha
TILE = 512  # side of what is brought up at once

StageFunction = Callable[[StageInputs, Job], Estimate]


def on_a_small_copy(estimate: StageFunction) -> StageFunction:
    """Have a stage computed on a copy of a large photo, and brought up."""

    @wraps(estimate)
    def scaled(inputs: StageInputs, job: Job) -> Estimate:
        shape = inputs.trimap.shape
        small = job.wait_for(lambda: reduced(inputs, scale_of(shape))) if is_large(inputs) else None
        if small is None:
            return estimate(inputs, job)
        part = _part(job, shape)
        found = estimate(small, part)
        job.first_use = part.first_use
        alpha = bring_up(found.alpha, small.photo, inputs.photo, inputs.trimap, job)
        height, width = small.trimap.shape
        note = Message(
            "Computed at {width} × {height} pixels and brought up by the photo's colours.",
            width=width,
            height=height,
        )
        return replace(found, alpha=alpha, notes=(*found.notes, note))

    return scaled


def first_look(
    plan: Sequence[Stage], inputs: StageInputs, job: Job, show: Callable[[str, np.ndarray], None]
) -> None:
    """Show what every stage of a plan finds on a very small copy, long before it has an answer.

    Parameters
    ----------
    plan : sequence of Stage
        Each behind those that it reads.
    inputs : StageInputs
        Without alphas.
    job : Job
        Can cancel.
    show : callable (stage name, float32 alpha (H, W)) -> None
    """
    small = job.wait_for(lambda: reduced(inputs, min((LOOK / inputs.trimap.size) ** 0.5, 1.0)))
    if small is None:
        return
    alphas: dict[str, np.ndarray] = {}
    for stage in plan:
        read = {name: alphas[name] for name in stage.needed()}
        found = stage.estimate(
            replace(small, alphas=read, settings=stage.settings, memory={}), Job(cancel=job.cancel)
        )
        alphas[stage.name] = found.alpha
        show(stage.name, job.wait_for(lambda: _enlarged(found.alpha, inputs.trimap)))  # noqa: B023 - called here


def _enlarged(alpha: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    large = cv2.resize(alpha, trimap.shape[::-1], interpolation=cv2.INTER_LINEAR)
    np.copyto(large, 0.0, where=trimap == Label.BACKGROUND)
    np.copyto(large, 1.0, where=trimap == Label.FOREGROUND)
    return large


def is_large(inputs: StageInputs) -> bool:
    """Whether stages may be computed on a copy."""
    return not inputs.full_size and inputs.trimap.size > LARGEST


def scale_of(shape: tuple[int, ...]) -> float:
    """Return the side of the copy by that of a photo, (H, W), with more than `LARGEST` pixels."""
    return (LARGEST / (shape[0] * shape[1])) ** 0.5


def reduced(inputs: StageInputs, scale: float) -> StageInputs | None:
    """Return the inputs at a smaller size; None where one kind of known pixels would be lost, as thin marks are."""
    size = tuple(max(round(side * scale), 1) for side in inputs.trimap.shape[::-1])

    def shrunk(pixels: np.ndarray) -> np.ndarray:
        return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)

    trimap = np.full(size[::-1], Label.UNKNOWN, np.uint8)
    for label in (Label.BACKGROUND, Label.FOREGROUND):
        trimap[shrunk((inputs.trimap == label).view(np.uint8) * np.uint8(255)) > 127] = label
    if not all((trimap == label).any() for label in (Label.BACKGROUND, Label.FOREGROUND)):
        return None
    alphas = {name: shrunk(alpha) for name, alpha in inputs.alphas.items()}
    return replace(inputs, photo=shrunk(inputs.photo), trimap=trimap, alphas=alphas, full_size=True)


def bring_up(
    alpha: np.ndarray, small: np.ndarray, photo: np.ndarray, trimap: np.ndarray, job: Job
) -> np.ndarray:
    """Return the alpha of a photo from that of a small copy, (H, W) float32 in [0, 1].

    Parameters
    ----------
    alpha : ndarray (h, w), float32 in [0, 1]
    small : ndarray (h, w, 3), uint8, uint16, or float in [0, 1]
        The copy.
    photo : ndarray (H, W, 3), of the same type
    trimap : ndarray (H, W), uint8
        Known pixels have their alpha from it.
    job : Job
    """
    coefficients = job.wait_for(lambda: affine_coefficients(alpha, to_float(small)))
    full = job.wait_for(lambda: known_alpha(trimap))
    unknown = trimap == Label.UNKNOWN
    for top, bottom, left, right in unknown_boxes(unknown, TILE):
        box = slice(top, bottom), slice(left, right)
        # where the middles of these pixels lie in the copy
        y, x = (
            (np.arange(side.start, side.stop, dtype=np.float32) + 0.5) * (copy / whole) - 0.5
            for side, copy, whole in zip(box, alpha.shape, trimap.shape, strict=True)
        )
        columns, rows = np.meshgrid(x, y)
        here = cv2.remap(coefficients, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        found = np.einsum("ijc,ijc->ij", here[..., :3], to_float(photo[box])) + here[..., 3]
        inside = unknown[box]
        full[box][inside] = found.clip(0.0, 1.0)[inside]
        job.check()
    return full


def affine_coefficients(alpha: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Return a (three) and b of α ≈ aᵀI + b around each pixel, the mean over the windows it is in: (h, w, 4) float32.

    Parameters
    ----------
    alpha : ndarray (h, w), float32
    photo : ndarray (h, w, 3), float32 in [0, 1]
    """

    def mean(plane: np.ndarray) -> np.ndarray:
        return cv2.blur(plane, (2 * RADIUS + 1,) * 2, borderType=cv2.BORDER_REFLECT_101)

    colour = mean(photo)
    average = mean(alpha)
    upper = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    rr, rg, rb, gg, gb, bb = (
        mean(photo[..., i] * photo[..., j]) - colour[..., i] * colour[..., j] + (EPSILON if i == j else 0)
        for i, j in upper
    )
    r, g, b = (mean(photo[..., i] * alpha) - colour[..., i] * average for i in range(3))
    inverse = (
        (gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb),
        (gb * rb - rg * bb, rr * bb - rb * rb, rb * rg - rr * gb),
        (rg * gb - gg * rb, rb * rg - rr * gb, rr * gg - rg * rg),
    )  # times the determinant
    determinant = rr * inverse[0][0] + rg * inverse[0][1] + rb * inverse[0][2]
    slope = np.stack([(row[0] * r + row[1] * g + row[2] * b) / determinant for row in inverse], axis=-1)
    offset = average - np.einsum("ijc,ijc->ij", slope, colour)
    return mean(np.dstack((slope, offset)))


def _part(job: Job, shape: tuple[int, ...]) -> Job:
    """Return a job on the copy: what it shows is enlarged to (H, W)."""
    show = job.preview

    def preview(alpha: np.ndarray) -> None:
        assert show is not None
        show(cv2.resize(alpha, shape[::-1], interpolation=cv2.INTER_LINEAR))

    return replace(job, preview=preview if show else None)
