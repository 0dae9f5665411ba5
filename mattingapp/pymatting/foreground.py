"""Foreground and background colours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mattingapp.matting.arguments import alpha_of, image_of
from mattingapp.matting.device import choose_device
from mattingapp.matting.foreground import REGULARISATION, SMALL_SIDE, STEPS_LARGE, STEPS_SMALL, level_sizes
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.choose import colour_backend
from mattingapp.pymatting.arguments import NOTHING, solved, told


def estimate_foreground_ml(
    image: np.ndarray,
    alpha: np.ndarray,
    regularization: float = REGULARISATION,
    n_small_iterations: int = STEPS_SMALL,
    n_big_iterations: int = STEPS_LARGE,
    small_size: int = SMALL_SIDE,
    return_background: bool = False,
    gradient_weight: float = 1.0,
) -> Any:
    """Estimate foreground colours by multi-level estimation, see `mattingapp.matting.foreground`.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1]
    alpha : ndarray (H, W), float in [0, 1]
    regularization : float
        Higher is smoother.
    n_small_iterations, n_big_iterations : int
        Steps at levels up to `small_size` pixels, and above.
    small_size : int
    return_background : bool
        Return (foreground, background).
    gradient_weight : float
        Other than 1 it is told in a warning.

    Returns
    -------
    ndarray (H, W, 3), float32 in [0, 1], or two of them
    """
    told("estimate_foreground_ml", () if gradient_weight == 1 else ("gradient_weight",))
    pixels = image_of(image)
    job = Job()
    backend = colour_backend(choose_device("auto"), job)

    def sizes() -> Iterator[tuple[int, int]]:
        for size in level_sizes(*pixels.shape[:2]):
            yield from [size] * (n_small_iterations if max(size) <= small_size else n_big_iterations)

    straight = alpha_of(alpha, pixels)
    foreground = backend.foreground(pixels, straight, sizes(), regularization, job)
    if not return_background:
        return foreground
    # What is minimised is the same with α and 1 − α, and F and B, exchanged.
    return foreground, backend.foreground(pixels, 1 - straight, sizes(), regularization, job)


estimate_foreground = estimate_foreground_ml


def estimate_foreground_cf(
    image: np.ndarray,
    alpha: np.ndarray,
    regularization: float = 1e-5,
    rtol: float = 1e-5,
    neighbors: Sequence[tuple[int, int]] = ((-1, 0), (1, 0), (0, -1), (0, 1)),
    return_background: bool = False,
    foreground_guess: np.ndarray | None = None,
    background_guess: np.ndarray | None = None,
    ichol_kwargs: Mapping[str, Any] = NOTHING,
    cg_kwargs: Mapping[str, Any] = NOTHING,
) -> Any:
    """Estimate foreground colours by solving for them exactly, from what `estimate_foreground_ml` found.

    Parameters
    ----------
    image, alpha, regularization, return_background
        See `estimate_foreground_ml`.
    rtol : float
        Relative residual at which the solver stops.
    neighbors : sequence of (dx, dy)
        Which pixels are each other's neighbours.
    foreground_guess, background_guess : ndarray (H, W, 3), optional
        Where to start.
    ichol_kwargs : mapping
        Told in a warning.
    cg_kwargs : mapping
        `maxiter`.

    Returns
    -------
    ndarray (H, W, 3), of the image's type, in [0, 1], or two of them
    """
    told("ichol_kwargs", ichol_kwargs)
    height, width = alpha.shape
    a = np.asarray(alpha, np.float64).ravel()
    smooth = sparse.csr_array((a.size, a.size))
    pixel = np.arange(a.size).reshape(height, width)
    for dx, dy in neighbors:
        here = pixel[max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)].ravel()
        row, there = np.arange(here.size), here + dy * width + dx
        ends = np.concatenate((here, there))
        signs = np.repeat((1.0, -1.0), here.size)
        difference = sparse.csr_array((signs, (np.tile(row, 2), ends)), (here.size, a.size))
        weight = regularization + np.abs(a[here] - a[there])
        smooth = smooth + difference.T @ sparse.diags_array(weight) @ difference
    mix = sparse.hstack((sparse.diags_array(a), sparse.diags_array(1 - a)), format="csr")
    system = sparse.csr_array(mix.T @ mix + sparse.block_diag((smooth, smooth)))
    diagonal = np.asarray(system.diagonal())
    start = estimate_foreground_ml(image, alpha, regularization, return_background=True)
    given = (foreground_guess, background_guess)
    guesses = [found if guess is None else guess for guess, found in zip(given, start, strict=True)]
    both = np.empty((2, *image.shape), np.result_type(image.dtype, np.float32))
    options = {"rtol": rtol, **cg_kwargs}
    for channel in range(image.shape[2]):
        first = np.concatenate([guess[..., channel].ravel() for guess in guesses])
        b = np.asarray(mix.T @ np.asarray(image[..., channel], np.float64).ravel())
        both[..., channel] = solved(system, b, diagonal, options, first).reshape(2, height, width)
    foreground, background = np.clip(both, 0, 1)
    return (foreground, background) if return_background else foreground
