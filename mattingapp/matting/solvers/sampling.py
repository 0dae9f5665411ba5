"""What sampling of known colours is on any device; see `mattingapp.matting.shared`."""

import math

import cv2
import numpy as np

from mattingapp.imaging.trimap import Label

SEARCHED = 1_000_000  # pixels of the photo that the rays cross: of a larger one they see a smaller copy
LIKE = 5.0 / 256.0  # distance of colours up to which known regions expand
SHARING = 7  # pixels around, of which pairs are taken: the paper's 200
SMOOTHING = 5  # pixels around, over which is smoothed
PATH_POINTS = 24  # at which the photo is read on the way to a sample
TURNS = 16  # of the rays, in squares of 4 × 4 pixels
KEPT = 3  # of the pairs around a pixel, which are averaged
FALL = 10.0  # λ of the paper: how fast trust falls with the distance to the colour that a pair explains


def disc(radius: int) -> np.ndarray:
    """Return the offsets (n, 2) of the pixels up to `radius` away, the nearest first."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1)
    distance = np.hypot(y, x)
    nearest = np.argsort(distance, kind="stable")
    return np.stack((y, x), 1)[nearest[distance[nearest] <= radius]]


def scale_of(trimap: np.ndarray) -> int:
    """Return how many times smaller the photo is that the rays cross."""
    return max(math.ceil(math.sqrt(trimap.size / SEARCHED)), 1)


def crossed(photo: np.ndarray, trimap: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the photo at 1 / `scale`, and the distances of its pixels to known foreground and background."""
    labels = trimap[scale // 2 :: scale, scale // 2 :: scale]
    small = photo if scale == 1 else cv2.resize(photo, labels.shape[::-1], interpolation=cv2.INTER_AREA)
    return small, distances(labels != Label.FOREGROUND), distances(labels != Label.BACKGROUND)


def distances(mask: np.ndarray) -> np.ndarray:
    """Return the distance of every pixel to the nearest one outside `mask`, float32."""
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def nearness_of(radius: int) -> np.ndarray:
    """Return the Gaussian weights of the pixels around one, of the paper's variance."""
    offset = np.arange(-radius, radius + 1)
    variance = (2 * radius + 1) ** 2 / (9 * np.pi)
    return np.exp(-(offset[:, None] ** 2 + offset**2) / (2 * variance)).astype(np.float32)
