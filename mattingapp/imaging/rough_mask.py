"""A first rough mask without a model: GrabCut, from a rectangle around the subject or from a few strokes.

C. Rother, V. Kolmogorov, A. Blake: "GrabCut": interactive foreground extraction using iterated graph cuts.
ACM Transactions on Graphics 23 (3), 2004. The graph cuts are OpenCV's.
"""

from collections.abc import Callable

import cv2
import numpy as np

from mattingapp.imaging.depth import quantise
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label

_SIDE = 720  # pixels; a rough mask of a larger photo is made at this size, in some two seconds
_PASSES = 5
_MODEL = 65  # numbers in OpenCV's mixture of five Gaussians
_FEWEST = 5  # pixels that a mixture of five can be learned from
_SPECK = 0.002  # of the largest piece of a side; smaller ones are noise
_CLAIM = 0.1  # of a reduced pixel that a stroke must cover


def rough_mask(
    photo: np.ndarray,
    trimap: np.ndarray | None = None,
    rect: tuple[float, float, float, float] | None = None,
    check: Callable[[float], None] = lambda fraction: None,
) -> np.ndarray:
    """Tell roughly which pixels belong to the subject.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8 or uint16
    trimap : ndarray (H, W), uint8, optional
        What is definite in it is kept. Without `rect`, it needs some of both sides: their colours decide the rest.
    rect : tuple (x0, y0, x1, y1), optional
        In pixels: the subject lies inside, everything outside is background.
    check : callable (fraction)
        Called with the share done between the passes, which take up to a second; may raise to stop.

    Returns
    -------
    ndarray (H, W), bool

    Raises
    ------
    InputError
        If there is nothing to learn one side from, or no subject is found.
    """
    height, width = photo.shape[:2]
    scale = min(_SIDE / max(height, width), 1.0)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    small = quantise(small, 8)
    labels = np.full((size[1], size[0]), cv2.GC_PR_FGD, np.uint8)
    if rect is not None:
        x0, y0, x1, y1 = (round(side * scale) for side in rect)
        inside = np.zeros(labels.shape, bool)
        inside[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
        labels[~inside] = cv2.GC_BGD
    if trimap is not None:
        foreground, background = (
            _claimed(trimap, label, size) for label in (Label.FOREGROUND, Label.BACKGROUND)
        )
        labels[background > _CLAIM] = cv2.GC_BGD
        labels[(foreground > _CLAIM) & (foreground >= background)] = cv2.GC_FGD
    cv2.setRNGSeed(0)  # the same strokes give the same mask
    _cut_strokes(small, labels, check) if rect is None else _cut_rectangle(small, labels, check)
    mask = _without_specks((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
    if not mask.any():
        raise InputError("No subject was found: mark some of it as foreground, or draw the rectangle closer.")
    mask = ~_without_specks(~mask)  # holes as small belong to the subject
    return cv2.resize(mask * np.uint8(255), (width, height), interpolation=cv2.INTER_LINEAR) > 127


def _cut_rectangle(small: np.ndarray, labels: np.ndarray, check: Callable[[float], None]) -> None:
    """Learn both sides from all pixels, and again from what they became."""
    if np.count_nonzero(labels == cv2.GC_BGD) < _FEWEST:
        raise InputError(
            "The rectangle leaves no background: draw it so that some of the photo lies outside."
        )
    if np.count_nonzero(labels != cv2.GC_BGD) < _FEWEST:
        raise InputError("The rectangle is too small: draw it around the whole subject.")
    models = np.zeros((1, _MODEL)), np.zeros((1, _MODEL))
    for n in range(_PASSES):
        check(n / _PASSES)
        cv2.grabCut(small, labels, None, *models, 1, cv2.GC_EVAL if n else cv2.GC_INIT_WITH_MASK)


def _cut_strokes(small: np.ndarray, labels: np.ndarray, check: Callable[[float], None]) -> None:
    """Learn both sides from the strokes alone: pixels of neither side would blur what the person said."""
    sides = labels == cv2.GC_FGD, labels == cv2.GC_BGD
    for side, name in zip(sides, (Message("foreground"), Message("background")), strict=True):
        if np.count_nonzero(side) < _FEWEST:
            raise InputError(
                "There is too little {name} to learn from: paint a stroke of it first.", name=name
            )
    definite = sides[0] | sides[1]
    models = np.zeros((1, _MODEL)), np.zeros((1, _MODEL))
    check(0.0)
    cv2.grabCut(small[definite][None], labels[definite][None], None, *models, 0, cv2.GC_INIT_WITH_MASK)
    check(0.5)
    cv2.grabCut(small, labels, None, *models, 1, cv2.GC_EVAL_FREEZE_MODEL)


def _claimed(trimap: np.ndarray, label: Label, size: tuple[int, int]) -> np.ndarray:
    """Return which share of each reduced pixel carries `label`; thin strokes survive in it."""
    return cv2.resize((trimap == label).astype(np.float32), size, interpolation=cv2.INTER_AREA)


def _without_specks(mask: np.ndarray) -> np.ndarray:
    _, pieces, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = found[:, cv2.CC_STAT_AREA]
    keep = areas >= _SPECK * max(areas[1:], default=0)
    keep[0] = False
    return keep[pieces]
