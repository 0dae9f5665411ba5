"""The difference of two alphas as a picture."""

import cv2
import numpy as np
from PySide6.QtGui import QColor, QImage

from mattingapp.gui.picture.pictures import Level, Picture, halve

ABOVE, BELOW = QColor(255, 140, 20), QColor(40, 150, 255)  # orange and blue, which everybody tells apart


class Difference(Picture):
    """Where one alpha is above another (orange), and where below (blue).

    Parameters
    ----------
    first, second : ndarray (H, W), float32 in [0, 1]
    gain : float
        A difference of 1 / `gain` gets the full colour.
    """

    def __init__(self, first: np.ndarray, second: np.ndarray, gain: float) -> None:
        # One pass over the floats; the codes 127 and 128 in the middle stand for no difference.
        codes = cv2.addWeighted(first, 127.5 * gain, second, -127.5 * gain, 127.5, dtype=cv2.CV_8U)
        signed = np.linspace(-1, 1, 256)[:, None]
        colours = np.maximum(signed, 0) * _bgra(ABOVE) + np.maximum(-signed, 0) * _bgra(BELOW)
        colours[:, 3] = 255
        self._table = np.rint(colours).astype(np.uint8).view(np.uint32).reshape(-1)
        super().__init__(codes, QImage.Format.Format_Indexed8, QImage.Format.Format_RGB32)
        self._levels[0].image.setColorTable(self._table.tolist())

    def _halve(self, above: Level, pixels: np.ndarray) -> np.ndarray:
        if above is self._levels[0]:  # colours are averaged, so that opposite differences do not cancel
            pixels = self._table.take(pixels).view(np.uint8).reshape(*pixels.shape, 4)
        return halve(pixels)


def _bgra(colour: QColor) -> tuple[int, int, int, int]:
    return colour.blue(), colour.green(), colour.red(), colour.alpha()
