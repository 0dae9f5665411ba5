"""Where an alpha is best parted in two.

Alphas of matting with few marks order the pixels well long before they reach 0 and 1: where much more background than
foreground is known, most of the subject stays below one half. So the level that parts them is chosen anew.
"""

import cv2
import numpy as np

LEVELS = np.concatenate((np.geomspace(0.03, 0.3, 12), np.linspace(0.35, 0.9, 12)))  # that are tried
BINS = 8  # of each colour channel, as full as each other
LENGTH = 2.0  # nats that one pixel of boundary without contrast costs


def parted(alpha: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Return the alpha with the level that parts it best moved to one half, 0 and 1 where they are, (H, W) float32.

    The level is the geometric mean of `by_value`, which is never far off, and `by_colour`, which mostly is better.

    Parameters
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    photo : ndarray (H, W, 3), uint8
    """
    level = np.sqrt(by_value(alpha) * by_colour(alpha, photo))
    return np.interp(alpha, (0.0, level, 1.0), (0.0, 0.5, 1.0)).astype(np.float32)


def by_value(alpha: np.ndarray) -> float:
    """Return the level that parts the values best: Otsu, IEEE Trans. Systems, Man, and Cybernetics 9(1), 1979.

    Parameters
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    """
    level, _ = cv2.threshold((alpha * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    return float((level + 0.5) / 255)


def by_colour(alpha: np.ndarray, photo: np.ndarray) -> float:
    """Return the level at which the two sides have the most different colours and a short edge of high contrast.

    It is the level of the least description length N_f H_f + N_b H_b + λ Σ w, H being the entropy of the colours of a
    side of N pixels and w the similarity of neighbours that are parted: region competition (Zhu and Yuille, IEEE
    TPAMI 18(9), 1996) over the level sets of one function, with the contrast of GrabCut (Rother, Kolmogorov, Blake:
    GrabCut, SIGGRAPH 2004).

    Parameters
    ----------
    alpha : ndarray (H, W), float32 in [0, 1]
    photo : ndarray (H, W, 3), uint8
    """
    step = np.searchsorted(LEVELS, alpha)  # how many of the levels lie below
    colours = _colours(photo)
    table = np.bincount(step.ravel() * BINS**3 + colours.ravel(), minlength=(len(LEVELS) + 1) * BINS**3)
    below = table.reshape(len(LEVELS) + 1, BINS**3).cumsum(0)
    above = below[-1] - below
    cost = _description(below[:-1]) + _description(above[:-1]) + LENGTH * _boundaries(step, photo)
    cost[~(below[:-1].any(1) & above[:-1].any(1))] = np.inf
    return float(LEVELS[np.argmin(cost)]) if np.isfinite(cost).any() else 0.5


def _colours(photo: np.ndarray) -> np.ndarray:
    """Return to which of BINS³ bins each pixel's colour belongs, (H, W)."""
    lab = cv2.cvtColor(photo, cv2.COLOR_RGB2LAB)
    inner = np.linspace(0, 1, BINS + 1)[1:-1]
    index = np.zeros(photo.shape[:2], np.intp)
    for channel in cv2.split(lab):
        index = index * BINS + np.searchsorted(np.quantile(channel, inner), channel)
    return index


def _description(counts: np.ndarray) -> np.ndarray:
    """Return N times the entropy of each row of `counts`, in nats."""
    total = counts.sum(1)
    logarithms = np.log(np.maximum(counts, 1))
    return total * np.log(np.maximum(total, 1)) - (counts * logarithms).sum(1)


def _boundaries(step: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Return for each level the sum of the similarities of the neighbours that it parts."""
    height, width = step.shape
    pairs = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        left = max(-right, 0)
        here = slice(0, height - down), slice(left, width - max(right, 0))
        there = slice(down, height), slice(left + right, width - max(right, 0) + right)
        difference = photo[here].astype(np.float32) - photo[there]
        pairs.append((step[here], step[there], (difference**2).sum(2), np.hypot(down, right)))
    mean = np.mean([contrast.mean() for *_, contrast, _ in pairs if contrast.size] or [0.0])
    lengths = np.zeros(len(LEVELS) + 1)
    for one, other, contrast, distance in pairs:
        similarity = (np.exp(-contrast / (2 * mean + 1e-6)) / distance).ravel()
        low, high = np.minimum(one, other).ravel(), np.maximum(one, other).ravel()
        lengths += np.bincount(low, similarity, len(lengths)) - np.bincount(high, similarity, len(lengths))
    return lengths.cumsum()[:-1]
