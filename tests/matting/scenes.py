"""Small scenes with a known alpha, and a slow closed form written from its definition."""

import itertools

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve


def soft_disc(side: int = 48, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return photo (float64), trimap and alpha of a soft disc on a smooth background with a little noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / (side - 1)
    radius = np.hypot(y - 0.5, x - 0.5)
    alpha = np.clip((0.36 - radius) / 0.12, 0, 1)
    foreground = np.stack((0.8 + 0.1 * x, 0.3 + 0.2 * y, 0.2 + 0 * x), axis=2)
    background = np.stack((0.1 + 0.1 * y, 0.4 + 0 * x, 0.6 + 0.3 * x), axis=2)
    photo = alpha[..., None] * foreground + (1 - alpha[..., None]) * background
    photo = np.clip(photo + 0.005 * random.standard_normal(photo.shape), 0, 1)
    trimap = np.full((side, side), 128, np.uint8)
    trimap[radius < 0.2] = 255
    trimap[radius > 0.42] = 0
    return photo, trimap, alpha


def definition_of_closed_form(
    photo: np.ndarray, trimap: np.ndarray, epsilon: float = 1e-7, weight: float = 100.0
) -> np.ndarray:
    """Return (L + λD)⁻¹ (λ D α*), clipped, solved directly."""
    known = (trimap.ravel() != 128).astype(float)
    system = definition_of_laplacian(photo, epsilon) + sparse.diags_array(weight * known)
    solution = spsolve(system.tocsc(), weight * known * (trimap.ravel() == 255))
    return np.clip(solution, 0, 1).reshape(trimap.shape)


def definition_of_laplacian(photo: np.ndarray, epsilon: float = 1e-7) -> sparse.csc_array:
    """Return the matting Laplacian of the whole photo: every window, every pixel, one at a time."""
    height, width, _ = photo.shape
    index = np.arange(height * width).reshape(height, width)
    rows, columns, values = [], [], []
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            members = index[y - 1 : y + 2, x - 1 : x + 2].ravel()
            colours = photo.reshape(-1, 3)[members]
            mean = colours.mean(0)
            covariance = (colours - mean).T @ (colours - mean) / 9
            inverse = np.linalg.inv(covariance + epsilon / 9 * np.eye(3))
            window = np.eye(9) - (1 + (colours - mean) @ inverse @ (colours - mean).T) / 9
            rows.append(np.repeat(members, 9))
            columns.append(np.tile(members, 9))
            values.append(window.ravel())
    size = height * width
    triplets = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.coo_array(triplets, shape=(size, size)).tocsc()


def crop_of_all_labels(trimap: np.ndarray, side: int) -> tuple[slice, slice]:
    """Return the square, on a coarse grid, whose rarest label is the most frequent."""
    corners = itertools.product(range(0, trimap.shape[0] - side, 20), range(0, trimap.shape[1] - side, 20))
    crops = [(slice(top, top + side), slice(left, left + side)) for top, left in corners]
    return max(
        crops, key=lambda crop: min(np.count_nonzero(trimap[crop] == label) for label in (0, 128, 255))
    )
