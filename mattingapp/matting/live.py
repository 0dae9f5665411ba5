"""What a stroke changes in an alpha, so that the rest of it need not be solved again."""

from collections.abc import Callable

import cv2
import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.trimap import Label

MARGIN = 24  # pixels around a change that a preview solves as well
PREVIEW_PIXELS = 16_000  # that a preview solves for, at most: what takes some 50 ms

Solve = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def touched(unknown: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Return the unknown pixels whose alpha may change, where pixels up to two apart depend on each other.

    Parts of the unknown band that are further apart are systems of their own, and keep the alpha they have.

    Parameters
    ----------
    unknown, changed : ndarray (H, W), bool
        Of the new trimap; and where it differs from the one before.
    """
    grown = cv2.dilate(unknown.view(np.uint8), np.ones((3, 3), np.uint8))
    _, parts = cv2.connectedComponents(grown, connectivity=8)
    beside = cv2.dilate(changed.view(np.uint8), np.ones((5, 5), np.uint8)).view(bool)
    hit = np.zeros(int(parts.max()) + 1, bool)
    hit[parts[beside & unknown]] = True
    return hit[parts] & unknown


def quick_look(
    photo: np.ndarray, region: np.ndarray, changed: np.ndarray, alpha: np.ndarray, solve: Solve
) -> np.ndarray:
    """Return a first idea of the new alpha: solved around the change only, on a smaller photo where that is large.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    region : ndarray (H, W), bool
        Pixels to solve for.
    changed : ndarray (H, W), bool
    alpha : ndarray (H, W), float32
        The alpha of all other pixels, and the start of those in the region.
    solve : callable (photo, region, alpha) -> alpha
    """
    rows, columns = (np.flatnonzero((changed & region).any(axis)) for axis in (1, 0))
    if not len(rows):
        return alpha
    window = (
        slice(max(rows[0] - MARGIN, 0), rows[-1] + 1 + MARGIN),
        slice(max(columns[0] - MARGIN, 0), columns[-1] + 1 + MARGIN),
    )
    here, around = region[window], alpha[window]
    scale = int(np.ceil(np.sqrt(np.count_nonzero(here) / PREVIEW_PIXELS)))
    if scale <= 1:
        solved = solve(photo[window], here, around)
    else:
        size = -(-here.shape[1] // scale), -(-here.shape[0] // scale)
        small, share, coarse = (
            cv2.resize(part, size, interpolation=cv2.INTER_AREA)
            for part in (photo[window], here.astype(np.float32), around)
        )
        coarse = solve(to_float(small).clip(0.0, 1.0), share > 0, coarse)
        solved = cv2.resize(coarse, here.shape[::-1], interpolation=cv2.INTER_LINEAR)
    looked = alpha.copy()
    looked[window][here] = solved[here]
    return looked


def carried_over(
    alpha: np.ndarray, other_before: np.ndarray, other_now: np.ndarray, trimap: np.ndarray
) -> np.ndarray:
    """Return a first idea of one stage's new alpha: it changes as that of another stage has changed.

    Parameters
    ----------
    alpha, other_before : ndarray (H, W), float32
        The alphas of both before the stroke.
    other_now : ndarray (H, W), float32
    trimap : ndarray (H, W), uint8
        The new one.
    """
    carried = alpha.copy()
    change = other_now - other_before
    rows, columns = (np.flatnonzero(change.any(axis)) for axis in (1, 0))
    if len(rows):
        window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        label = trimap[window]
        here = np.clip(alpha[window] + change[window], 0.0, 1.0)
        here[label == Label.BACKGROUND] = 0.0
        here[label == Label.FOREGROUND] = 1.0
        carried[window] = here
    return carried
