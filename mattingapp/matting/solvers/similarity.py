"""Which pixels are alike, wherever in the photo they are: the graph of KNN matting.

Every pixel is joined to its nearest neighbours in a space of colour and position; the similarity of two that are
joined is one of their colours. Known pixels that no unknown one is joined to do not matter and are left out.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mattingapp.imaging.depth import to_float

REMEMBERED_PIXELS = 6_000_000  # of a photo whose neighbours are kept for the next run: 70 bytes each


@dataclass(frozen=True)
class Similarity:
    """What makes pixels neighbours.

    Attributes
    ----------
    rounds : tuple of int
        Neighbours in each round of the search; a pixel is its own first neighbour.
    level : float
        How much position counts in the first round: the photo's diagonal is as far as this much contrast.
    hsv : bool
        Colours by hue, saturation and value, and a pair that is found twice counts once, as in the text of the paper;
        else by red, green and blue, and twice, as in its authors' demo.
    mutual : bool
        Known pixels have neighbours as well as unknown ones, as published.
    every : int
        Of the known pixels, only those in every so-many-th row and column can be neighbours.
    fall : float
        How fast two neighbours' similarity falls with the sum d of the absolute differences of their features, by the
        factor exp(−fall · d); 0 as published, where only which pixels are neighbours tells like from unlike.
    by_sides : bool
        Each of the photo's sides is as far as `level`, whatever its length, not the diagonal.
    fade : float
        How much less position counts in the next round.
    equal : bool
        All neighbours are equally similar, whatever their colours.
    """

    rounds: tuple[int, ...]
    level: float
    hsv: bool = False
    mutual: bool = True
    every: int = 1
    fall: float = 0.0
    by_sides: bool = False
    fade: float = 100.0
    equal: bool = False

    def steps(self, height: int, width: int) -> tuple[float, float]:
        """Return how far apart, in the first round, a row and a column are from the next."""
        if self.by_sides:
            return self.level / max(height - 1, 1), self.level / max(width - 1, 1)
        step = self.level / float(np.hypot(height, width))
        return step, step


def candidates(unknown: np.ndarray, every: int) -> np.ndarray:
    """Return the raster indices (n,), int32, of the pixels that can be neighbours."""
    there = unknown.copy()
    there[::every, ::every] = True
    return np.flatnonzero(there).astype(np.int32)


def features_of(photo: np.ndarray, pixels: np.ndarray, similarity: Similarity) -> np.ndarray:
    """Return one row of colour and position for each of `pixels`, float32."""
    height, width, _ = photo.shape
    features = np.empty((len(pixels), 6 if similarity.hsv else 5), np.float32)
    colours = to_float(photo.reshape(1, -1, 3)[:, pixels])
    if similarity.hsv:
        hue, saturation, value = cv2.cvtColor(colours, cv2.COLOR_RGB2HSV)[0].T
        angle = np.deg2rad(hue)
        features[:, 0], features[:, 1] = np.cos(angle), np.sin(angle)
        features[:, 2], features[:, 3] = saturation / 2, value / 2
    else:
        features[:, :3] = colours[0]
    down, across = similarity.steps(height, width)
    features[:, -2], features[:, -1] = down * (pixels // width), across * (pixels % width)
    return features
