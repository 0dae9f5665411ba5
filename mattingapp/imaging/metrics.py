"""How far an alpha is from the truth: the four errors of the alpha matting benchmark.

Rhemann et al., A Perceptually Motivated Online Benchmark for Image Matting, CVPR 2009. All are taken over the
unknown pixels only; SAD, gradient and connectivity error are divided by 1000, as the community reports them.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mattingapp.imaging.message import Message
from mattingapp.imaging.sizes import check_size
from mattingapp.imaging.trimap import Label

GRADIENT_SIGMA = 1.4
GRADIENT_HALF_SIZE = 4
CONNECTIVITY_STEPS = 10
CONNECTIVITY_TOLERANCE = 0.15


@dataclass(frozen=True)
class Scores:
    """The four errors of one alpha; smaller is better."""

    sad: float
    mse: float
    gradient: float
    connectivity: float


def score(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> Scores:
    """Return all four errors of `alpha`, its known pixels first set from the trimap.

    Parameters
    ----------
    alpha, truth : ndarray (H, W)
        Float in [0, 1].
    trimap : ndarray (H, W)
        uint8, one of 0, 128, 255.

    Raises
    ------
    InputError
        If the sizes differ.
    """
    check_size(Message("The alpha"), alpha.shape, trimap.shape)
    check_size(Message("The true alpha"), truth.shape, trimap.shape)
    alpha = np.where(trimap == Label.UNKNOWN, alpha, trimap == Label.FOREGROUND)
    return Scores(
        sad=sad(alpha, truth, trimap),
        mse=mse(alpha, truth, trimap),
        gradient=gradient_error(alpha, truth, trimap),
        connectivity=connectivity_error(alpha, truth, trimap),
    )


def sad(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> float:
    """Return the sum of absolute differences, in thousands."""
    return float(np.abs(_unknown_differences(alpha, truth, trimap)).sum() / 1000)


def mse(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> float:
    """Return the mean squared difference; 0 where nothing is unknown."""
    differences = _unknown_differences(alpha, truth, trimap)
    return float(np.mean(differences**2)) if differences.size else 0.0


def gradient_error(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> float:
    """Return the squared differences of gradient magnitude, summed, in thousands."""
    differences = _gradient_magnitude(alpha) - _gradient_magnitude(truth)
    return float((differences[trimap == Label.UNKNOWN] ** 2).sum() / 1000)


def connectivity_error(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> float:
    """Return the differences in connectedness to the common opaque region, summed, in thousands.

    The level of a pixel is the last threshold at which it belongs to the largest 4-connected region where
    both alphas reach that threshold; its connectedness falls with how far its alpha stands above that level.
    """
    common = np.minimum(alpha, truth)
    connected = np.ones(common.shape, bool)
    level = np.zeros(common.shape)
    for step in range(1, CONNECTIVITY_STEPS + 1):
        threshold = step / CONNECTIVITY_STEPS
        connected &= _largest_region(common >= threshold)
        level[connected] = threshold
    unknown = trimap == Label.UNKNOWN
    differences = _connectedness(alpha, level)[unknown] - _connectedness(truth, level)[unknown]
    return float(np.abs(differences).sum() / 1000)


def _unknown_differences(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    unknown = trimap == Label.UNKNOWN
    return alpha[unknown].astype(np.float64) - truth[unknown]


def _gradient_magnitude(alpha: np.ndarray) -> np.ndarray:
    """Filter with first derivatives of a Gaussian, each 2-D kernel of unit L2 norm."""
    offsets = np.arange(-GRADIENT_HALF_SIZE, GRADIENT_HALF_SIZE + 1)
    smooth = np.exp(-(offsets**2) / (2 * GRADIENT_SIGMA**2))
    derive = offsets * smooth
    smooth, derive = smooth / np.linalg.norm(smooth), derive / np.linalg.norm(derive)
    alpha = alpha.astype(np.float64)
    across = cv2.sepFilter2D(alpha, cv2.CV_64F, derive, smooth, borderType=cv2.BORDER_REPLICATE)
    down = cv2.sepFilter2D(alpha, cv2.CV_64F, smooth, derive, borderType=cv2.BORDER_REPLICATE)
    return np.hypot(across, down)


def _largest_region(mask: np.ndarray) -> np.ndarray:
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = statistics[1:, cv2.CC_STAT_AREA]
    if not areas.size:
        return np.zeros_like(mask)
    return labels == 1 + np.argmax(areas)


def _connectedness(alpha: np.ndarray, level: np.ndarray) -> np.ndarray:
    above = alpha - level
    return 1 - np.where(above >= CONNECTIVITY_TOLERANCE, above, 0)
