"""Images for the screen: numpy levels, each half the size of the last, and QImages that view them.

Zoomed out, an image is drawn from the level next larger than the screen needs: drawn from the full image, Qt would skip
most pixels, and hair would vanish. The arrays stay referenced beside their QImages, which do not copy them.
"""

import copy
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QColorSpace, QColorTransform, QImage, QPainter

from mattingapp.gui.picture.view import Mapping
from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import Rect, whole

_SMALLEST = 64  # pixels; smaller levels save nothing
ABOVE, BELOW = QColor(255, 140, 20), QColor(40, 150, 255)  # orange and blue, which everybody tells apart


class _Level(NamedTuple):
    pixels: np.ndarray
    image: QImage


class Picture:
    """An image and its smaller levels.

    Parameters
    ----------
    pixels : ndarray (H, W) or (H, W, 4), uint8, C-contiguous
        Kept, not copied: where it changes, call `refresh`.
    full, reduced : QImage.Format
        Of the full image and of the smaller levels.
    """

    def __init__(self, pixels: np.ndarray, full: QImage.Format, reduced: QImage.Format | None = None) -> None:
        self._levels = [_wrap(pixels, full)]
        self._reduced = reduced or full
        self._build(whole(pixels))

    @property
    def pixels(self) -> np.ndarray:
        """The full image."""
        return self._levels[0].pixels

    def viewed(self, image_format: QImage.Format, colours: Sequence[int] = ()) -> "Picture":
        """Return another look at the same pixels: a mask for `Format_Alpha8`, a colour table for `Format_Indexed8`."""
        made = copy.copy(self)
        made._levels = [_wrap(level.pixels, image_format) for level in self._levels]
        for level in made._levels:
            level.image.setColorTable(colours)
        return made

    def refresh(self, rect: Rect) -> None:
        """Bring the smaller levels up to date where the full image changed inside `rect`."""
        for above, level in zip(self._levels, self._levels[1:], strict=False):
            rect = Rect(rect.x0 // 2, rect.y0 // 2, (rect.x1 + 1) // 2, (rect.y1 + 1) // 2)
            height, width = above.pixels.shape[:2]
            rows = slice(2 * rect.y0, min(2 * rect.y1, height))
            columns = slice(2 * rect.x0, min(2 * rect.x1, width))
            level.pixels[rect.slices] = self._halve(above, above.pixels[rows, columns])

    def draw(self, painter: QPainter, part: QRectF, mapping: Mapping) -> None:
        """Draw the part of the image under the device rectangle `part`; the painter is in device pixels."""
        depth = min(max(math.floor(math.log2(1 / mapping.scale)), 0), len(self._levels) - 1)
        pixels, image = self._levels[depth]
        reduction = 2**depth
        level_map = Mapping(mapping.scale * reduction, mapping.dx, mapping.dy)
        seen = level_map.rect_to_image(part).adjusted(-2, -2, 2, 2)  # bilinear sampling reads neighbours
        height, width = pixels.shape[:2]
        source = QRectF(
            math.floor(seen.left()),
            math.floor(seen.top()),
            math.ceil(seen.width()) + 1,
            math.ceil(seen.height()) + 1,
        ).intersected(QRectF(0, 0, width, height))
        if source.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, mapping.scale < 1)
        painter.drawImage(level_map.rect_to_device(source), image, source)

    def _build(self, rect: Rect) -> None:
        while min(self._levels[-1].pixels.shape[:2]) > _SMALLEST:
            above = self._levels[-1]
            self._levels.append(_wrap(self._halve(above, above.pixels), self._reduced))

    def _halve(self, above: _Level, pixels: np.ndarray) -> np.ndarray:
        return halve(pixels)


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
        self._codes[Label.UNKNOWN], self._codes[Label.FOREGROUND] = (
            4,
            20,
        )  # four of either average to 4 and 20
        self._mixed = _mixtures(colours)
        super().__init__(trimap, QImage.Format.Format_Indexed8, QImage.Format.Format_ARGB32_Premultiplied)
        table = [0] * 256
        for label, colour in colours.items():
            table[label] = colour
        self._levels[0].image.setColorTable(table)

    def _halve(self, above: _Level, pixels: np.ndarray) -> np.ndarray:
        if above is self._levels[0]:
            return (
                self._mixed.take(halve(cv2.LUT(pixels, self._codes)))
                .view(np.uint8)
                .reshape(*_half_shape(pixels), 4)
            )
        return halve(pixels)


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

    def _halve(self, above: _Level, pixels: np.ndarray) -> np.ndarray:
        if above is self._levels[0]:  # colours are averaged, so that opposite differences do not cancel
            pixels = self._table.take(pixels).view(np.uint8).reshape(*pixels.shape, 4)
        return halve(pixels)


def photo_picture(pixels: np.ndarray, icc: bytes | None = None) -> Picture:
    """Return an RGB image for the screen; see `screen_pixels`."""
    return Picture(screen_pixels(pixels, icc), QImage.Format.Format_RGB32)


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
        pixels = cv2.convertScaleAbs(pixels, alpha=1 / 257)
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA)
    transform = screen_transform(icc)
    if transform is not None:
        _wrap(shown, QImage.Format.Format_RGB32).image.applyColorTransform(transform)
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


def alpha_picture(alpha: np.ndarray) -> Picture:
    """Return an alpha (H, W), float32 in [0, 1], for the screen."""
    return Picture(cv2.convertScaleAbs(alpha, alpha=255), QImage.Format.Format_Grayscale8)


def halve(pixels: np.ndarray) -> np.ndarray:
    """Return the average of each 2 × 2 pixels; a last odd row or column counts twice."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    rows, columns = _half_shape(pixels)
    return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)


def _half_shape(pixels: np.ndarray) -> tuple[int, int]:
    return (pixels.shape[0] + 1) // 2, (pixels.shape[1] + 1) // 2


def _wrap(pixels: np.ndarray, image_format: QImage.Format) -> _Level:
    height, width = pixels.shape[:2]
    return _Level(pixels, QImage(pixels.data, width, height, pixels.strides[0], image_format))


def _bgra(colour: QColor) -> tuple[int, int, int, int]:
    return colour.blue(), colour.green(), colour.red(), colour.alpha()


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
