"""The trimap over the photo as a picture."""

import cv2
import numpy as np
from PySide6.QtGui import QImage

from mattingapp.gui.picture.pictures import Level, Picture, half_shape, halve
from mattingapp.imaging.trimap import Label


class Overlay(Picture):
    """The trimap over the photo, in half-transparent colours.

    The full image views the trimap itself, through a colour table. The smaller levels hold mixed colours: how many of
    four pixels carry each label is read off one average of codes.

    Parameters
    ----------
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
    colours : dict from Label to QRgb
        Straight ARGB.
    """

    def __init__(self, trimap: np.ndarray, colours: dict[Label, int]) -> None:
        self._codes = np.zeros(256, np.uint8)
        self._codes[Label.UNKNOWN] = 4  # four of them average to 4, four of the foreground to 20
        self._codes[Label.FOREGROUND] = 20
        self._mixed = _mixtures(colours)
        super().__init__(trimap, QImage.Format.Format_Indexed8, QImage.Format.Format_ARGB32_Premultiplied)
        table = [0] * 256
        for label, colour in colours.items():
            table[label] = colour
        self._levels[0].image.setColorTable(table)

    def _halve(self, above: Level, pixels: np.ndarray) -> np.ndarray:
        if above is self._levels[0]:
            mixed = self._mixed.take(halve(cv2.LUT(pixels, self._codes)))
            return mixed.view(np.uint8).reshape(*half_shape(pixels), 4)
        return halve(pixels)


def _mixtures(colours: dict[Label, int]) -> np.ndarray:
    """Return the premultiplied ARGB of each code n_unknown + 5 n_foreground of four pixels, as uint32 (25,)."""
    premultiplied = {}
    for label, colour in colours.items():
        channels = np.array([colour >> shift & 255 for shift in (0, 8, 16, 24)], float)  # B, G, R, A
        channels[:3] *= channels[3] / 255
        premultiplied[label] = channels
    mixed = np.zeros((25, 4), np.uint8)
    for foreground in range(5):
        for unknown in range(5 - foreground):
            background = 4 - foreground - unknown
            mixed[unknown + 5 * foreground] = np.rint(
                (
                    foreground * premultiplied[Label.FOREGROUND]
                    + unknown * premultiplied[Label.UNKNOWN]
                    + background * premultiplied[Label.BACKGROUND]
                )
                / 4
            )
    return mixed.view(np.uint32).reshape(-1)
