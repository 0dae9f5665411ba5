"""Photos and alphas as pictures for the screen: 8 bits, and the colours that a profile means in sRGB."""

from functools import lru_cache

import cv2
import numpy as np
from PySide6.QtGui import QColorSpace, QColorTransform, QImage

from mattingapp.gui.picture.arrays import image_over
from mattingapp.gui.picture.pictures import Picture
from mattingapp.imaging.depth import quantise


def photo_picture(pixels: np.ndarray, icc: bytes | None = None) -> Picture:
    """Return an RGB image for the screen; see `screen_pixels`."""
    return Picture(screen_pixels(pixels, icc), QImage.Format.Format_RGB32)


def alpha_picture(alpha: np.ndarray) -> Picture:
    """Return an alpha (H, W), float32 in [0, 1], for the screen."""
    return Picture(quantise(alpha, 8), QImage.Format.Format_Grayscale8)


def screen_pixels(pixels: np.ndarray, icc: bytes | None) -> np.ndarray:
    """Return what a `photo_picture` holds: 8 bits, and the colours that the profile means.

    Parameters
    ----------
    pixels : ndarray (H, W, 3), uint8 or uint16
        RGB.
    icc : bytes or None
        Their colour profile. A damaged one, like none, counts as sRGB.

    Returns
    -------
    ndarray (H, W, 4), uint8
        BGRA in sRGB.
    """
    if pixels.dtype == np.uint16:
        pixels = quantise(pixels, 8)
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA)
    transform = screen_transform(icc)
    if transform is not None:
        image_over(shown, QImage.Format.Format_RGB32).applyColorTransform(transform)
    return shown


@lru_cache(maxsize=4)
def screen_transform(icc: bytes | None) -> QColorTransform | None:
    """Return the way from a colour profile to sRGB, or None where that changes nothing."""
    if icc is None:
        return None
    space, screen = QColorSpace.fromIccProfile(icc), QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if not space.isValid() or space == screen:
        return None
    return space.transformationToColorSpace(screen)
