"""What the networks read: the names of their channels, and functions that read them in any part of a photo."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.trimap import Label

RGB = "rgb"
PLAIN_RGB = "plain-rgb"
TRIMAP = "trimap"
NEAR = 32.0  # pixels; scale on which the distance to known pixels is told

Planes = Callable[[slice, slice], np.ndarray]


def stages_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those input channels that are alphas of stages."""
    return tuple(name for name in names if name not in (RGB, PLAIN_RGB, TRIMAP))


def channels_of(names: tuple[str, ...]) -> int:
    """Return how many planes `channel_reader` reads."""
    return sum(3 if name in (RGB, PLAIN_RGB) else 1 for name in names)


def channel_reader(
    names: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
) -> Planes:
    """Return a function of rows and columns that reads the network's input there, (channels, h, w) float32.

    Parameters
    ----------
    names : tuple of str
        Input channels as in `ModelCard.inputs`.
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8
    alphas : mapping from stage name to ndarray (H, W)
    """

    def read(rows: slice, columns: slice) -> np.ndarray:
        planes: list[np.ndarray] = []
        for name in names:
            if name == RGB:
                planes.extend(np.moveaxis(normalised_rgb(to_float(photo[rows, columns])), 2, 0))
            elif name == PLAIN_RGB:
                planes.extend(np.moveaxis(to_float(photo[rows, columns]), 2, 0))
            elif name == TRIMAP:
                planes.append(trimap[rows, columns] / np.float32(Label.FOREGROUND))
            else:
                planes.append(alphas[name][rows, columns])
        return np.stack(planes).astype(np.float32, copy=False)

    return read


def normalised_rgb(photo: np.ndarray) -> np.ndarray:
    """Return I / √(r² + g² + b²), section 3.1 of the paper; black stays black."""
    magnitude = np.sqrt(np.square(photo).sum(-1, keepdims=True))
    return photo / np.maximum(magnitude, 1e-3)


def plane_reader(
    stages: tuple[str, ...], photo: np.ndarray, trimap: np.ndarray, alphas: Mapping[str, np.ndarray]
) -> Planes:
    """Return a function of rows and columns that reads the network's input there, (7 + 2 · stages, h, w) float32.

    These are the photo; background and foreground of the trimap, and how far they are, 0 there and towards 1 with
    the distance; and for each stage its alpha and 1, or 0 and 0 where it is missing.

    Parameters
    ----------
    stages : tuple of str
        The stages of the model card.
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8
    alphas : mapping from stage name to ndarray (H, W)
    """
    known = [trimap == label for label in (Label.BACKGROUND, Label.FOREGROUND)]
    remoteness = [_remoteness(region) for region in known]

    def read(rows: slice, columns: slice) -> np.ndarray:
        area = rows, columns
        shape = trimap[area].shape
        planes = [*np.moveaxis(to_float(photo[area]), 2, 0) - 0.5]
        planes += [region[area] for region in (*known, *remoteness)]
        for name in stages:
            present = name in alphas
            planes.append(alphas[name][area] if present else np.zeros(shape))
            planes.append(np.full(shape, present))
        return np.stack(planes).astype(np.float32, copy=False)

    return read


def _remoteness(region: np.ndarray) -> np.ndarray:
    """Return 1 − exp(−d / 32) of the distance d to `region`; 1 everywhere if it is empty."""
    if not region.any():
        return np.ones(region.shape, np.float32)
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return 1 - np.exp(-distance / np.float32(NEAR))
