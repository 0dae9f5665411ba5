"""From the first matte to a trimap whose unknown band makes itself.

The alpha of `subject_alpha` says where the subject ends, and roughly how softly. What is soft near that edge is solved
again on larger copies of the photo, and each time only what is still soft there stays unknown, with a little around
it: hair gets a wide band, a hard edge one of a few pixels, a hole one of its own. Far from the edge the sides are
certain, however soft the first alpha is there: with few marks that is want of knowledge, not transparency.
"""

import cv2
import numpy as np

from mattingapp.imaging.depth import to_rgb
from mattingapp.imaging.trimap import Label, check_trimap
from mattingapp.matting.job import Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import known_alpha
from mattingapp.matting.subject import small_copy, small_marks, small_size

SIDES = (480, 960)  # pixels of the copies' longer sides
REACH = 0.025  # of the diagonal from the edge, within which there may be anything soft
CORE = 0.015  # of the diagonal, within which the first edge is not trusted
FIRST_SOFT = 0.03  # from 0 and from 1, of the first alpha
SOFT = 0.05  # the same of the alphas that are solved for here
AROUND = 7.0  # pixels of a copy that stay unknown around what is soft over some width
EDGE = 3.0  # pixels of a copy that stay unknown around an edge, and around a single strand
STRANDS, DENSE = (
    3,
    3,
)  # pixels: half the gaps between strands that are one soft region, and half its least width
SPECK = 5e-4  # of the largest piece of a side; smaller ones are noise


def trimap_of_subject(
    photo: np.ndarray,
    alpha: np.ndarray,
    marks: np.ndarray | None = None,
    job: Job | None = None,
    device: str = "auto",
) -> np.ndarray:
    """Make a trimap from the first matte of a subject.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    alpha : ndarray (h, w), float32 in [0, 1]
        From `subject_alpha`.
    marks : ndarray (H, W), uint8, one of 0 (background), 128 (not marked), 255 (subject), optional
        They stay as they are.
    job : Job, optional
        Can cancel.
    device : str

    Returns
    -------
    ndarray (H, W), uint8, one of 0, 128, 255

    Raises
    ------
    InputError
        If the alpha has only one side.
    Cancelled
    """
    job = job or Job()
    photo = to_rgb(photo)
    trimap = job.wait_for(lambda: _first_band(_resized(alpha, small_size(photo.shape, SIDES[0]))))
    for side in dict.fromkeys(min(side, max(photo.shape[:2])) for side in SIDES):
        small = job.wait_for(lambda: small_copy(photo, side))  # noqa: B023 - called here
        trimap = _marked(_resized_trimap(trimap, small.shape[:2]), marks)
        check_trimap(trimap, small.shape)
        if (trimap == Label.UNKNOWN).any():
            trimap = _narrowed(trimap, _solved(small, trimap, job, device))
    return job.wait_for(lambda: _marked(_resized_trimap(trimap, photo.shape[:2]), marks))


def first_trimap(alpha: np.ndarray, shape: tuple[int, int], marks: np.ndarray | None = None) -> np.ndarray:
    """Make the trimap that `trimap_of_subject` begins with: unknown is all that may be soft. Takes no time.

    Parameters
    ----------
    alpha, marks : as there
    shape : tuple (H, W)
        Of the photo.

    Returns
    -------
    ndarray (H, W), uint8, one of 0, 128, 255
    """
    return _marked(_resized_trimap(_first_band(_resized(alpha, small_size(shape, SIDES[0]))), shape), marks)


def _solved(small: np.ndarray, trimap: np.ndarray, job: Job, device: str) -> np.ndarray:
    """Return the mean of two alphas that err in different places."""
    request = MattingRequest(small, trimap, ("knn", "shared"), device=device)
    knn, shared = (result.alpha for result in run_pipeline(request, cancel=job.cancel))
    return (knn + shared) / 2


def _first_band(alpha: np.ndarray) -> np.ndarray:
    """Return the trimap that has anything unknown that may be soft, and is certain elsewhere."""
    subject = _without_specks(alpha > 0.5)
    diagonal = np.hypot(*alpha.shape)
    away = np.where(subject, _distance_to(~subject), _distance_to(subject)) / diagonal
    is_soft = (alpha > FIRST_SOFT) & (alpha < 1 - FIRST_SOFT)
    trimap = _sides(subject)
    trimap[(away < CORE) | (is_soft & (away < REACH))] = Label.UNKNOWN
    return trimap


def _narrowed(trimap: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the trimap that leaves unknown what is soft in an alpha, its edge, and a little around both.

    More is left around what is soft over some width, as hair is, than around an edge or a single strand.
    """
    is_soft = (trimap == Label.UNKNOWN) & (alpha > SOFT) & (alpha < 1 - SOFT)
    subject = alpha > 0.5
    is_edge = cv2.morphologyEx(subject.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3))).view(bool)
    is_dense = cv2.morphologyEx(is_soft.astype(np.uint8), cv2.MORPH_CLOSE, _disc(STRANDS))
    is_dense = cv2.morphologyEx(is_dense, cv2.MORPH_OPEN, _disc(DENSE)).view(bool)
    narrowed = _sides(subject)
    narrowed[(_distance_to(is_dense) <= AROUND) | (_distance_to(is_soft | is_edge) <= EDGE)] = Label.UNKNOWN
    return narrowed


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _marked(trimap: np.ndarray, marks: np.ndarray | None) -> np.ndarray:
    """Return the trimap with what is marked."""
    if marks is None:
        return trimap
    hints = marks if marks.shape == trimap.shape else small_marks(marks, trimap.shape)
    return np.where(hints == Label.UNKNOWN, trimap, hints)


def _resized_trimap(trimap: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return the trimap at another size (h, w); what is unknown loses nothing."""
    if trimap.shape == size:
        return trimap
    unknown = _resized((trimap == Label.UNKNOWN).astype(np.float32), size)
    resized = _sides(_resized(known_alpha(trimap), size) > 0.5)
    resized[unknown > 0] = Label.UNKNOWN
    return resized


def _resized(values: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    return cv2.resize(values, size[::-1], interpolation=cv2.INTER_LINEAR)


def _sides(subject: np.ndarray) -> np.ndarray:
    return np.where(subject, np.uint8(Label.FOREGROUND), np.uint8(Label.BACKGROUND))


def _distance_to(region: np.ndarray) -> np.ndarray:
    """Return how far each pixel is from the region, in pixels; without any, further than the image is large."""
    if not region.any():
        return np.full(region.shape, np.inf, np.float32)
    return cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """Return the mask without the small pieces of either side."""
    for _ in range(2):
        _, pieces, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        areas = found[:, cv2.CC_STAT_AREA]
        keep = areas >= SPECK * max(areas[1:], default=0)
        keep[0] = False
        mask = ~keep[pieces]
    return mask
