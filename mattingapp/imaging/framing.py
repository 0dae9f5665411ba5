"""The frame of a delivered picture: cut close to the subject, made square, brought to a size."""

from dataclasses import dataclass

import cv2
import numpy as np

from mattingapp.imaging.errors import InputError

SEEN = 0.05  # alpha from which a pixel belongs to the subject's box: what is fainter is haze


@dataclass(frozen=True)
class Framing:
    """How a photo's frame is changed.

    Attributes
    ----------
    trim : bool
        Cut to the subject.
    margin : float
        What stays around the trimmed subject, as a share of its longer side.
    square : bool
        Widen the shorter side to the longer one.
    longest : int or None
        Pixels of the longer side at most; a smaller picture is never enlarged.
    """

    trim: bool = False
    margin: float = 0.05
    square: bool = False
    longest: int | None = None


@dataclass(frozen=True)
class Window:
    """Part of a photo, which may reach beyond it, and the size it is brought to.

    Attributes
    ----------
    top, left, height, width : int
        In pixels of the photo.
    size : (H, W)
        Of the delivered picture.
    """

    top: int
    left: int
    height: int
    width: int
    size: tuple[int, int]

    def cut(self, image: np.ndarray) -> np.ndarray:
        """Return that part of an image (H, W) or (H, W, C), zero outside it, not scaled yet."""
        rows, columns = image.shape[:2]
        part = np.zeros((self.height, self.width, *image.shape[2:]), image.dtype)
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.height, rows), min(self.left + self.width, columns)
        part[top - self.top : bottom - self.top, left - self.left : right - self.left] = image[
            top:bottom, left:right
        ]
        return part


def window_of(alpha: np.ndarray, framing: Framing) -> Window:
    """Return what `framing` makes of a photo with this alpha (H, W), float in [0, 1].

    Raises
    ------
    InputError
        If the frame shall be trimmed and nothing is opaque enough to be seen.
    """
    top, left, (height, width) = 0, 0, alpha.shape
    if framing.trim:
        seen = alpha >= SEEN
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        if not rows.size:
            raise InputError("There is nothing to trim to: the alpha is transparent everywhere.")
        margin = round(framing.margin * max(rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1))
        top, left = int(rows[0]) - margin, int(columns[0]) - margin
        height, width = int(rows[-1]) + 1 + margin - top, int(columns[-1]) + 1 + margin - left
    if framing.square:
        side = max(height, width)
        top, left = top - (side - height) // 2, left - (side - width) // 2
        height = width = side
    scale = min(1.0, framing.longest / max(height, width)) if framing.longest else 1.0
    return Window(top, left, height, width, (max(round(scale * height), 1), max(round(scale * width), 1)))


def framed(foreground: np.ndarray, alpha: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return foreground (h, w, 3) and alpha (h, w) as seen through `window`.

    Scaled down they are averaged as light that comes through: colours count by their alpha, so that none of what is
    transparent bleeds into an edge.

    Parameters
    ----------
    foreground : ndarray (H, W, 3), float32 in [0, 1], straight
    alpha : ndarray (H, W), float32 in [0, 1]
    window : Window
    """
    colours, cover = window.cut(foreground), window.cut(alpha)
    if window.size == cover.shape:
        return colours, cover
    size = window.size[::-1]
    small = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
    light = cv2.resize(colours * cover[..., None], size, interpolation=cv2.INTER_AREA)
    return np.clip(light / np.maximum(small, 1e-6)[..., None], 0, 1), np.clip(small, 0, 1)
