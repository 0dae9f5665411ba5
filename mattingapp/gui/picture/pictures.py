"""Images for the screen: numpy levels, each half the size of the last, and QImages that view them.

Zoomed out, an image is drawn from the level next larger than the screen needs: drawn from the full image, Qt would skip
most pixels, and hair would vanish. The arrays stay referenced beside their QImages, which do not copy them.
"""

import copy
import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from mattingapp.gui.picture.arrays import image_over
from mattingapp.gui.picture.view import Mapping
from mattingapp.project.painting import Rect

_SMALLEST = 64  # pixels; smaller levels save nothing


class Level(NamedTuple):
    """One size of an image: an array, and the QImage that views it."""

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
        self._build()

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

    def _build(self) -> None:
        while min(self._levels[-1].pixels.shape[:2]) > _SMALLEST:
            above = self._levels[-1]
            self._levels.append(_wrap(self._halve(above, above.pixels), self._reduced))

    def _halve(self, above: Level, pixels: np.ndarray) -> np.ndarray:
        return halve(pixels)


def halve(pixels: np.ndarray) -> np.ndarray:
    """Return the average of each 2 × 2 pixels; a last odd row or column counts twice."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    rows, columns = half_shape(pixels)
    return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)


def half_shape(pixels: np.ndarray) -> tuple[int, int]:
    """Return the size (H, W) of what `halve` returns."""
    return (pixels.shape[0] + 1) // 2, (pixels.shape[1] + 1) // 2


def _wrap(pixels: np.ndarray, image_format: QImage.Format) -> Level:
    return Level(pixels, image_over(pixels, image_format))
