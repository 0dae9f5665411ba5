"""Known foregrounds on colourful, textured backgrounds: the paper's synthetic test (Fig. 8).

Colours of such a background do not lie on lines in small windows, and they overlap with those of the foreground:
what closed-form and KNN take for granted does not hold. The backgrounds are made here and used nowhere in training.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from mattingapp.imaging.composite import composite
from mattingapp.imaging.depth import quantise
from mattingapp.matting.api import estimate_foreground
from mattingapp.training.dataset import Example

KIND = "synthetic"
CELL = 14  # pixels, the mean size of a patch of one colour


def synthetic_examples(examples: Iterable[Example]) -> Iterator[Example]:
    """Yield every example on a background of its own, which its name decides."""
    for example in examples:
        seed = int.from_bytes(hashlib.blake2b(example.name.encode(), digest_size=4).digest())
        foreground = estimate_foreground(example.photo, example.truth)
        backdrop = textured_background(example.truth.shape, seed)
        yield replace(example, photo=quantise(composite(foreground, example.truth, backdrop), 8), kind=KIND)


def textured_background(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return a mosaic of saturated colours with a grain, (H, W, 3) float32 in [0, 1]."""
    random = np.random.default_rng(seed)
    height, width = shape[:2]
    count = max(height * width // CELL**2, 1)
    centres = np.ones((height, width), np.uint8)
    centres[random.integers(0, height, count), random.integers(0, width, count)] = 0
    _, cells = cv2.distanceTransformWithLabels(centres, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    hues = random.uniform(0, 360, count + 1)
    colours = np.stack((hues, random.uniform(0.6, 1, count + 1), random.uniform(0.3, 1, count + 1)), 1)
    palette = cv2.cvtColor(colours[None].astype(np.float32), cv2.COLOR_HSV2RGB)[0]
    grain = cv2.GaussianBlur(random.standard_normal((height, width, 1), np.float32), (0, 0), 1.2)
    mosaic = cv2.GaussianBlur(palette[cells], (0, 0), 0.8) * (1 + 0.6 * grain[..., None])
    return np.clip(mosaic, 0, 1).astype(np.float32)
