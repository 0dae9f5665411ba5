"""Matting Laplacians: that of closed-form matting as a matrix, that of wide windows as a product."""

from typing import Any

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import sparse

from mattingapp.imaging.errors import InputError


def cf_laplacian(
    image: np.ndarray, epsilon: float = 1e-7, radius: int = 1, is_known: np.ndarray | None = None
) -> sparse.csr_matrix:
    """Return the matting Laplacian of closed-form matting.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1]
    epsilon : float
        Regularises the colour covariances.
    radius : int
        A window has 2 · `radius` + 1 pixels a side.
    is_known : ndarray (H · W,) or (H, W), bool, optional
        Windows wholly in it are left out.

    Returns
    -------
    csr_matrix (H · W, H · W), float64
    """
    height, width = image.shape[:2]
    size = 2 * radius + 1
    window = (size, size)
    pixel = np.arange(height * width).reshape(height, width)
    members = sliding_window_view(pixel, window).reshape(-1, size**2)
    if is_known is not None:
        members = members[~np.asarray(is_known, bool).ravel()[members].all(1)]
    colours = np.asarray(image, np.float64).reshape(-1, 3)[members]
    centred = colours - colours.mean(1, keepdims=True)
    covariance = (np.swapaxes(centred, 1, 2) @ centred + epsilon * np.eye(3)) / size**2
    likeness = centred @ np.linalg.inv(covariance) @ np.swapaxes(centred, 1, 2)
    values = np.eye(size**2) - (1 + likeness) / size**2
    rows, columns = np.repeat(members, size**2, axis=1), np.tile(members, (1, size**2))
    where = (rows.ravel(), columns.ravel())
    return sparse.csr_matrix((values.ravel(), where), (height * width, height * width))


def wide_laplacian(image: np.ndarray, epsilon: float, radius: int) -> tuple[Any, np.ndarray]:
    """Return what multiplies by the matting Laplacian of windows of 2 · `radius` + 1, and close to its diagonal.

    In every window the alpha is fitted by a linear function of the colours; L α is what the fits leave, summed.
    """
    side = 2 * radius + 1
    height, width, _ = image.shape
    if min(height, width) < side:
        raise InputError("The image is smaller than a window of {side} pixels; lower the radius.", side=side)
    inside = np.s_[radius : height - radius, radius : width - radius]

    def sums(values: np.ndarray) -> np.ndarray:  # over whole windows, at their centres
        return cv2.boxFilter(values, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)

    def means(values: np.ndarray) -> np.ndarray:
        return sums(values)[inside] / side**2

    def spread(values: np.ndarray) -> np.ndarray:  # of windows, to all of their pixels
        whole = np.zeros((height, width, *values.shape[2:]))
        whole[inside] = values
        return sums(whole)

    mean = means(image)
    products = (image[..., :, None] * image[..., None, :]).reshape(height, width, 9)
    # boxFilter takes at most four channels where it is fast; nine go as three times three.
    second = np.concatenate([means(products[..., first : first + 3]) for first in (0, 3, 6)], axis=2)
    covariance = second.reshape(*mean.shape, 3) - mean[..., :, None] * mean[..., None, :]
    inverse = np.linalg.inv(covariance + epsilon / side**2 * np.eye(3))
    counts = spread(np.ones(mean.shape[:2]))

    def times(x: np.ndarray) -> np.ndarray:
        x = x.reshape(height, width)
        average = means(x)
        slope = np.einsum("hwij,hwj->hwi", inverse, means(image * x[..., None]) - mean * average[..., None])
        offset = average - (slope * mean).sum(2)
        return (counts * x - (spread(slope) * image).sum(2) - spread(offset)).ravel()

    return times, (counts * (1 - 1 / side**2)).ravel() + epsilon
