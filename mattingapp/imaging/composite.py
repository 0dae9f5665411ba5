"""The foreground on a new backdrop."""

import re

import cv2
import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import to_float


def parse_colour(text: str) -> np.ndarray:
    """Return the colour written as "#rrggbb" or "#rgb": ndarray (3,), float32 in [0, 1]."""
    if not re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text):
        raise InputError(f"'{text}' is not a colour; write one as #rrggbb, as in #3060a0.")
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return np.frombuffer(bytes.fromhex(digits), np.uint8).astype(np.float32) / 255


def fit_backdrop(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Scale `image` to cover a photo and cut it to size around its centre.

    Parameters
    ----------
    image : ndarray (h, w, 3) or (h, w)
        uint8, uint16, or float in [0, 1].
    shape : tuple
        (H, W) of the photo.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]
        Averaged over areas where the image is larger than the photo, else interpolated linearly.
    """
    height, width = shape
    rows, columns = image.shape[:2]
    scale = max(height / rows, width / columns)
    kept_rows, kept_columns = max(round(height / scale), 1), max(round(width / scale), 1)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    cut = np.ascontiguousarray(image[top : top + kept_rows, left : left + kept_columns])
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    # Averages of floats can leave [0, 1] by a rounding error.
    return np.clip(cv2.resize(to_float(cut), (width, height), interpolation=interpolation), 0, 1)


def composite(foreground: np.ndarray, alpha: np.ndarray, backdrop: np.ndarray) -> np.ndarray:
    """Lay `foreground` over `backdrop`: α F + (1 − α) B, in the encoded values that alpha was estimated in.

    Parameters
    ----------
    foreground : ndarray (H, W, 3)
        Straight colours, uint8, uint16, or float in [0, 1].
    alpha : ndarray (H, W)
        Float in [0, 1].
    backdrop : ndarray (3,) or (H, W, 3)
        A colour or an image, float in [0, 1]; `fit_backdrop` brings an image to the size of the photo.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]

    Raises
    ------
    InputError
        If the sizes differ.
    """
    colours = to_float(foreground)
    if alpha.shape != colours.shape[:2]:
        raise InputError(f"The alpha {alpha.shape} and the foreground {colours.shape[:2]} differ in size.")
    if backdrop.shape not in ((3,), colours.shape):
        raise InputError(
            f"The backdrop {backdrop.shape} must be one colour or an image like the photo {colours.shape}."
        )
    weight = alpha.astype(np.float32, copy=False)[..., None]
    return weight * colours + (1 - weight) * backdrop.astype(np.float32, copy=False)
