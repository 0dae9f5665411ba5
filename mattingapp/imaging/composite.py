"""The foreground on a new backdrop."""

import re

import cv2
import numpy as np

from mattingapp.imaging.depth import to_float, unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.sizes import check_size

_FINE_SIGMA = 6.0  # pixels of the reduced image
_WIDER_BLURS = 4  # each twice as wide as the next, to reach behind the foreground
_ENOUGH = 0.05  # mean weight at which a blur is trusted entirely


def parse_colour(text: str) -> np.ndarray:
    """Return the colour written as "#rrggbb" or "#rgb": ndarray (3,), float32 in [0, 1]."""
    if not re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text):
        raise InputError("'{text}' is not a colour; write one as #rrggbb, as in #3060a0.", text=text)
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return unit_range(np.frombuffer(bytes.fromhex(digits), np.uint8), np.float32)


def fit_backdrop(
    image: np.ndarray, shape: tuple[int, int], scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """Lay `image` behind a photo: at scale 1 as small as covers it, its centre in the centre.

    Parameters
    ----------
    image : ndarray (h, w, 3) or (h, w)
        uint8, uint16, or float in [0, 1].
    shape : tuple
        (H, W) of the photo.
    scale : float
        Times the size that just covers the photo. Where the image ends, it goes on mirrored.
    shift : tuple (x, y)
        Where its centre lies from that of the photo, as shares of the photo's width and height.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]
        Averaged over areas where the image is larger than needed, else interpolated linearly.
    """
    rows, columns = image.shape[:2]
    magnification = max(shape[0] / rows, shape[1] / columns) * scale
    if magnification < 1:
        size = max(round(columns * magnification), 1), max(round(rows * magnification), 1)
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        magnification = 1.0
    window = [
        (
            max(round(side / magnification), 1),
            (length - side / magnification) / 2 - moved * side / magnification,
        )
        for side, length, moved in zip(shape, image.shape[:2], reversed(shift), strict=True)
    ]
    (height, top), (width, left) = ((extent, round(start)) for extent, start in window)
    cut = _window(image, top, left, height, width)
    if np.issubdtype(cut.dtype, np.floating):
        cut = np.clip(cut, 0, 1)  # averages of floats can leave [0, 1] by a rounding error
    covered = cv2.resize(to_float(cut), shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(covered, 0, 1)


def _window(image: np.ndarray, top: int, left: int, height: int, width: int) -> np.ndarray:
    """Cut a window out of `image`, which goes on mirrored beyond its edges."""
    rows, columns = (
        np.arange(start, start + extent) % (2 * length)
        for start, extent, length in ((top, height, image.shape[0]), (left, width, image.shape[1]))
    )
    rows = np.minimum(rows, 2 * image.shape[0] - 1 - rows)
    columns = np.minimum(columns, 2 * image.shape[1] - 1 - columns)
    return np.ascontiguousarray(image[rows][:, columns])


def gradient(shape: tuple[int, int], first: np.ndarray, second: np.ndarray, angle: float) -> np.ndarray:
    """Return a backdrop that goes from one colour to another.

    Parameters
    ----------
    shape : tuple
        (H, W) of the photo.
    first, second : ndarray (3,), float32 in [0, 1]
        The colours at the two ends.
    angle : float
        In degrees: 0 goes from left to right, 90 from top to bottom.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]
    """
    height, width = shape
    across, down = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * down
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * across
    reach = (abs(across) * width + abs(down) * height) / 2  # so that both ends lie on corners or edges
    weight = ((y[:, None] + x) / (2 * reach) + 0.5).astype(np.float32)[..., None]
    return np.clip((1 - weight) * first + weight * second, 0, 1).astype(np.float32)


def blurred_background(photo: np.ndarray, alpha: np.ndarray, share: float) -> np.ndarray:
    """Return the photo's own background out of focus, without the foreground's colours bleeding into it.

    Parameters
    ----------
    photo : ndarray (H, W, 3)
        uint8, uint16, or float in [0, 1].
    alpha : ndarray (H, W), float in [0, 1]
        Pixels count by 1 − alpha; what is hidden behind the foreground takes the colours around it.
    share : float
        Standard deviation of the Gaussian, as a share of the photo's shorter side.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1]
    """
    height, width = alpha.shape
    sigma = share * min(height, width)
    reduction = max(sigma / _FINE_SIGMA, 1.0)  # a blurred image needs few pixels
    size = max(round(width / reduction), 1), max(round(height / reduction), 1)
    small = to_float(cv2.resize(photo, size, interpolation=cv2.INTER_AREA))
    weight = 1 - cv2.resize(alpha.astype(np.float32, copy=False), size, interpolation=cv2.INTER_AREA)
    sigma /= reduction
    blurred = np.broadcast_to(small.mean((0, 1)), small.shape).copy()  # where no background is in reach
    for width_of_blur in sigma * 2.0 ** np.arange(_WIDER_BLURS, -1, -1):
        near = cv2.GaussianBlur(weight, (0, 0), width_of_blur)[..., None]
        colours = cv2.GaussianBlur(small * weight[..., None], (0, 0), width_of_blur)
        trust = np.clip(near / _ENOUGH, 0, 1)
        blurred = trust * colours / np.maximum(near, 1e-6) + (1 - trust) * blurred
    return np.clip(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1)


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
    check_size(Message("The alpha"), alpha.shape, colours.shape)
    if backdrop.shape not in ((3,), colours.shape):
        raise InputError(
            "The backdrop {backdrop} must be one colour or an image like the photo {photo}.",
            backdrop=backdrop.shape,
            photo=colours.shape,
        )
    weight = alpha.astype(np.float32, copy=False)[..., None]
    return weight * colours + (1 - weight) * backdrop.astype(np.float32, copy=False)
