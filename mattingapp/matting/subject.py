"""The first matte: which part of a photo is the subject, told by a rectangle, by marks, by both, or by nothing.

Everything that nobody spoke of is unknown, and the estimators of this program solve for all of it at once on a small
copy of the photo: what a mark says spreads along smooth colours (closed-form, in `shared`) and to like colours
anywhere (`knn`). Both order the pixels well after a mark or two, but say one half nowhere near the edge; so each is
parted anew (see `split`), and the mean of the two is the answer.

What is outside the rectangle, with a margin, is background. Where nothing tells of the background, the frame of the
photo is taken for it as far as its colours are not the subject's. Without a mark on the subject, what lies deep inside
and has colours that the background has not is taken for one: a guess to mend.
"""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from mattingapp.imaging.depth import to_rgb, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.cache import StageCache
from mattingapp.matting.job import Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.split import parted
from mattingapp.matting.stages import known_alpha

Rectangle = tuple[float, float, float, float]

SIDE = 240  # pixels of the small copy's longer side
MARGIN = 0.02  # of the diagonal, by which hair may stick out of a rectangle
FRAME = 2  # pixels of the small copy
SEEN = 0.1  # of what is unknown, that is taken for the subject where no mark tells
BINS = 16  # of a colour channel, to compare regions by
BLUR = 1.0  # bins


def subject_alpha(
    photo: np.ndarray,
    rectangle: Rectangle | None = None,
    marks: np.ndarray | None = None,
    job: Job | None = None,
    cache: StageCache | None = None,
    device: str = "auto",
) -> np.ndarray:
    """Estimate the alpha of a whole photo from hints, on a small copy.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    rectangle : tuple (x0, y0, x1, y1), optional
        In pixels, corners in any order: the subject lies inside, or sticks out a little.
    marks : ndarray (H, W), uint8, one of 0 (background), 128 (not marked), 255 (subject), optional
        One pixel is enough for a mark. Marks on the subject count outside the rectangle as well.
    job : Job, optional
        Can cancel.
    cache : StageCache, optional
        Kept from call to call it makes the next mark on the same photo faster.
    device : str

    Returns
    -------
    ndarray (h, w), float32 in [0, 1]
        Of the photo's shape, its longer side `SIDE` pixels or less; one half is where subject and background part.

    Raises
    ------
    InputError
        If the sizes differ, or the device is not there.
    Cancelled
    """
    job = job or Job()
    small = job.wait_for(lambda: small_copy(photo, SIDE))
    hints = job.wait_for(lambda: _hints(small, photo.shape, rectangle, marks))
    if not all((hints == label).any() for label in Label):
        return known_alpha(hints)
    request = MattingRequest(small, hints, ("knn", "shared"), device=device)
    alphas = {result.stage: result.alpha for result in run_pipeline(request, cancel=job.cancel, cache=cache)}
    return (parted(alphas["knn"], small) + parted(alphas["shared"], small)) / 2


def small_copy(photo: np.ndarray, side: int) -> np.ndarray:
    """Return a copy (h, w, 3), uint8, whose longer side is `side` pixels or less."""
    colours = to_rgb(photo)
    size = small_size(colours.shape, side)
    reduced = cv2.resize(colours, size[::-1], interpolation=cv2.INTER_AREA)
    return np.rint(unit_range(reduced, np.float32) * 255).astype(np.uint8)


def small_size(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return (h, w) of a copy whose longer side is `side` pixels or less, of a photo of `shape` (H, W, …)."""
    scale = min(side / max(shape[:2]), 1.0)
    return max(round(shape[0] * scale), 1), max(round(shape[1] * scale), 1)


def small_marks(marks: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return marks (H, W), uint8, reduced to (h, w): what is marked in the least stays so, the larger share wins."""
    foreground, background = (
        cv2.resize((marks == label).astype(np.float32), size[::-1], interpolation=cv2.INTER_AREA)
        for label in (Label.FOREGROUND, Label.BACKGROUND)
    )
    reduced = np.full(size, Label.UNKNOWN, np.uint8)
    reduced[background > 0] = Label.BACKGROUND
    reduced[(foreground > 0) & (foreground >= background)] = Label.FOREGROUND
    return reduced


def _hints(
    small: np.ndarray, shape: tuple[int, ...], rectangle: Rectangle | None, marks: np.ndarray | None
) -> np.ndarray:
    """Return the trimap (h, w) of what was said and of what is guessed."""
    size = small.shape[:2]
    hints = np.full(size, Label.UNKNOWN, np.uint8)
    if marks is not None:
        if marks.shape != shape[:2]:
            raise InputError(
                "The marks have the shape {marks} but the photo {photo}: use marks of its size.",
                marks=marks.shape,
                photo=tuple(shape[:2]),
            )
        hints = small_marks(marks, size)
    unmarked = hints == Label.UNKNOWN
    outside = np.zeros(size, bool) if rectangle is None else _outside(hints, shape, rectangle)
    hints[outside & unmarked] = Label.BACKGROUND
    frame = np.zeros(size, bool)
    if not (hints == Label.BACKGROUND).any():
        frame = unmarked.copy()
        frame[FRAME:-FRAME, FRAME:-FRAME] = False
    background = frame | (hints == Label.BACKGROUND)
    if not (hints == Label.FOREGROUND).any() and background.any():
        hints[_conspicuous(small, background)] = Label.FOREGROUND
    if frame.any():
        likes = _frequency(small, hints == Label.FOREGROUND) > _frequency(small, background)
        hints[frame & ~likes & (hints == Label.UNKNOWN)] = Label.BACKGROUND
    return hints


def _outside(hints: np.ndarray, shape: tuple[int, ...], rectangle: Rectangle) -> np.ndarray:
    """Return what lies outside the rectangle and further from it than the margin, (h, w) bool.

    A side beyond which the subject is marked tells nothing.
    """
    margin = MARGIN * np.hypot(*hints.shape)
    outside = np.zeros(hints.shape, bool)
    for axis, ends in ((1, rectangle[0::2]), (0, rectangle[1::2])):
        scale = hints.shape[axis] / shape[axis]
        along = np.arange(hints.shape[axis]) + 0.5
        marked = (hints == Label.FOREGROUND).any(1 - axis)
        for beyond in (along < min(ends) * scale - margin, along > max(ends) * scale + margin):
            if not marked[beyond].any():
                outside |= beyond if axis == 1 else beyond[:, None]
    return outside


def _conspicuous(small: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return what is most likely the subject: deep inside, in colours the background has not, (h, w) bool."""
    inside = ~background
    if not inside.any():
        return inside
    depth = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)[
        1:-1, 1:-1
    ]
    within, without = _frequency(small, inside), _frequency(small, background)
    likely = np.where(inside, depth * within / (within + without + 1e-9), 0)
    return likely >= max(np.quantile(likely[inside], 1 - SEEN), 1e-9)


def _frequency(small: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Return how frequent the colour of each pixel is in a region, (h, w) float32, 0 where it is not."""
    bins = small.astype(np.int32) * BINS // 256
    index = (bins[..., 0] * BINS + bins[..., 1]) * BINS + bins[..., 2]
    counts = np.bincount(index[region], minlength=BINS**3).reshape((BINS,) * 3)
    counts = gaussian_filter(counts.astype(np.float32), BLUR, mode="constant")
    return counts.ravel()[index] / max(np.count_nonzero(region), 1)
