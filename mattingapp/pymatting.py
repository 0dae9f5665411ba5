"""PyMatting's functions by their names and arguments, on the solvers of this program: a user changes one import.

Arrays go in and come out as there: an image (H, W, 3) and a trimap (H, W) of floats in [0, 1], known up to 0.1 and from
0.9 on. What an argument asks for that these solvers do not have is told in a warning. Learning-based and random-walk
matting are not here; their functions say what to call instead.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.api import matte
from mattingapp.matting.arguments import alpha_of, image_of
from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.device import choose_device
from mattingapp.matting.foreground import REGULARISATION, SMALL_SIDE, STEPS_LARGE, STEPS_SMALL, level_sizes
from mattingapp.matting.job import Job
from mattingapp.matting.knn import KnnSettings
from mattingapp.matting.shared import SharedSettings
from mattingapp.matting.solvers.backend import solve_system
from mattingapp.matting.solvers.choose import colour_backend, solving_backend
from mattingapp.matting.solvers.similarity import Similarity
from mattingapp.matting.stages import known_alpha

__all__ = [
    "blend",
    "cf_laplacian",
    "cutout",
    "estimate_alpha",
    "estimate_alpha_cf",
    "estimate_alpha_knn",
    "estimate_alpha_lbdm",
    "estimate_alpha_lkm",
    "estimate_alpha_rw",
    "estimate_alpha_sm",
    "estimate_foreground",
    "estimate_foreground_cf",
    "estimate_foreground_ml",
    "load_image",
    "make_grid",
    "save_image",
    "stack_images",
    "trimap_split",
]

CONSTRAINT = 100.0  # λ, how much known pixels hold to what they are
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def estimate_alpha_cf(
    image: np.ndarray,
    trimap: np.ndarray,
    preconditioner: Any = None,
    laplacian_kwargs: Mapping[str, Any] = _NOTHING,
    cg_kwargs: Mapping[str, Any] = _NOTHING,
) -> np.ndarray:
    """Estimate alpha by closed-form matting.

    Parameters
    ----------
    image : ndarray (H, W, 3), float in [0, 1]
    trimap : ndarray (H, W), float in [0, 1]
    preconditioner : ignored, with a warning
    laplacian_kwargs : mapping
        `epsilon`; anything else is told in a warning.
    cg_kwargs : mapping
        `rtol` and `maxiter`; anything else is told in a warning.

    Returns
    -------
    ndarray (H, W), of the trimap's type where that is a float, in [0, 1]
        Known pixels keep the trimap's value.

    Raises
    ------
    InputError
        A ValueError: the trimap lacks a label, the sizes differ, or the solver did not converge.
    """
    _, _, _, unknown = trimap_split(trimap, flatten=False)
    settings = _closed_form(preconditioner, laplacian_kwargs, cg_kwargs)
    estimated = _matte(image, trimap, "closed-form", settings)
    alpha = np.clip(trimap.astype(np.result_type(trimap.dtype, np.float32), copy=True), 0, 1)
    alpha[unknown] = estimated[unknown]
    return alpha


estimate_alpha = estimate_alpha_cf


def estimate_alpha_knn(
    image: np.ndarray,
    trimap: np.ndarray,
    preconditioner: Any = None,
    laplacian_kwargs: Mapping[str, Any] = _NOTHING,
    cg_kwargs: Mapping[str, Any] = _NOTHING,
    variant: str = "pymatting",
) -> np.ndarray:
    """Estimate alpha by KNN matting.

    Parameters
    ----------
    image, trimap, preconditioner, cg_kwargs
        See `estimate_alpha_cf`.
    laplacian_kwargs : mapping
        `n_neighbors` and `distance_weights`, of one or two rounds, and `kernel`, "binary" or "soft".
    variant : str
        "pymatting": 20 and 10 neighbours that all count the same, positions by the sides of the photo. "rgb" and "hsv":
        as its authors published it, see `mattingapp.matting.knn`, where `laplacian_kwargs` do not apply.

    Returns
    -------
    ndarray (H, W), float64 in [0, 1]
    """
    _told("preconditioner", () if preconditioner is None else ("preconditioner",))
    limits = _limits(cg_kwargs)
    if variant != "pymatting":
        _told("laplacian_kwargs", laplacian_kwargs)
        settings = {"variant": variant, **limits}
        return _matte(image, trimap, "knn", settings).astype(np.float64)
    pixels, labels = image_of(image), _labels(image, trimap)
    alpha, unknown = known_alpha(labels), labels == Label.UNKNOWN
    job, defaults = Job(), replace(KnnSettings(), **limits)
    if unknown.any():
        similarity = _similarity(**laplacian_kwargs)
        backend = solving_backend(choose_device("auto"), job)
        system = backend.similarity_system(pixels, alpha, unknown, similarity, {}, job)
        solution = solve_system(system, alpha, defaults.tolerance, defaults.max_iterations, job)
        _check_converged(solution.converged, defaults.max_iterations)
        alpha = solution.alpha
    return alpha.astype(np.float64)


def _similarity(
    n_neighbors: Sequence[int] = (20, 10),
    distance_weights: Sequence[float] = (2.0, 0.1),
    kernel: str = "binary",
) -> Similarity:
    if kernel not in ("binary", "soft"):
        raise InputError("The kernel must be 'binary' or 'soft', not '{kernel}'.", kernel=kernel)
    if not 1 <= len(n_neighbors) <= 2 or len(distance_weights) < len(n_neighbors):
        raise InputError("Give n_neighbors one or two numbers, and distance_weights as many.")
    level = distance_weights[0]
    second = distance_weights[len(n_neighbors) - 1]
    return Similarity(
        rounds=tuple(n_neighbors),
        level=level,
        by_sides=True,
        equal=kernel == "binary",
        fade=level / second if second else np.inf,
    )


def estimate_alpha_sm(
    image: np.ndarray,
    trimap: np.ndarray,
    return_foreground_background: bool = False,
    trimap_expansion_radius: int = 10,
    sample_gathering_angles: int = 4,
    **others: Any,
) -> Any:
    """Estimate alpha by shared matting; its last step is a solver here, not a local mean.

    Parameters
    ----------
    image, trimap
        See `estimate_alpha_cf`.
    return_foreground_background : bool
        Return (alpha, foreground, background), the colours by `estimate_foreground_ml`.
    trimap_expansion_radius : int
        Pixels by which the known regions grow.
    sample_gathering_angles : int
        Directions in which samples are looked for.
    **others
        Told in a warning.

    Returns
    -------
    ndarray (H, W), float32 in [0, 1], or three arrays
    """
    _told("estimate_alpha_sm", others)
    settings = {"expansion": trimap_expansion_radius, "rays": sample_gathering_angles}
    alpha = _matte(image, trimap, "shared", settings)
    if return_foreground_background:
        return alpha, *estimate_foreground_ml(image, alpha, return_background=True)
    return alpha


def estimate_alpha_lkm(
    image: np.ndarray,
    trimap: np.ndarray,
    laplacian_kwargs: Mapping[str, Any] = _NOTHING,
    cg_kwargs: Mapping[str, Any] = _NOTHING,
) -> np.ndarray:
    """Estimate alpha by closed-form matting in wide windows, whose Laplacian is never stored.

    He, Sun, Tang: Fast matting using large kernel matting Laplacian matrices, CVPR 2010.

    Parameters
    ----------
    image, trimap
        See `estimate_alpha_cf`.
    laplacian_kwargs : mapping
        `epsilon` (1e-4) and `radius` (10) of the windows.
    cg_kwargs : mapping
        `rtol` (1e-7), `maxiter` (10000).

    Returns
    -------
    ndarray (H, W), float64 in [0, 1]
    """
    options = {"epsilon": 1e-4, "radius": 10, **laplacian_kwargs}
    _told("laplacian_kwargs", options.keys() - {"epsilon", "radius"})
    foreground, _, known, _ = trimap_split(trimap)
    times, diagonal = _wide_laplacian(np.asarray(image, np.float64), options["epsilon"], options["radius"])
    held = CONSTRAINT * known
    size = (known.size, known.size)
    system = LinearOperator(size, lambda x: times(x.ravel()) + held * x.ravel(), dtype=np.float64)
    x = _solved(system, CONSTRAINT * foreground, diagonal + held, cg_kwargs)
    return np.clip(x, 0, 1).reshape(trimap.shape)


def _wide_laplacian(image: np.ndarray, epsilon: float, radius: int) -> tuple[Any, np.ndarray]:
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


def estimate_alpha_lbdm(image: np.ndarray, trimap: np.ndarray, *_: Any, **__: Any) -> NoReturn:
    """Say that learning-based matting is not here."""
    raise InputError("Learning-based matting is not offered here; call estimate_alpha_cf, which is as close.")


def estimate_alpha_rw(image: np.ndarray, trimap: np.ndarray, *_: Any, **__: Any) -> NoReturn:
    """Say that random-walk matting is not here."""
    raise InputError("Random-walk matting is not offered here; call estimate_alpha_cf, which is closer.")


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
    _told("estimate_foreground_ml", () if gradient_weight == 1 else ("gradient_weight",))
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
    ichol_kwargs: Mapping[str, Any] = _NOTHING,
    cg_kwargs: Mapping[str, Any] = _NOTHING,
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
    _told("ichol_kwargs", ichol_kwargs)
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
        both[..., channel] = _solved(system, b, diagonal, options, first).reshape(2, height, width)
    foreground, background = np.clip(both, 0, 1)
    return (foreground, background) if return_background else foreground


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


def trimap_split(
    trimap: np.ndarray, flatten: bool = True, bg_threshold: float = 0.1, fg_threshold: float = 0.9
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return where a trimap is foreground, background, known and unknown, each bool; flat unless told otherwise.

    Raises
    ------
    InputError
        A ValueError: there is no foreground or no background.
    """
    values = trimap.flatten() if flatten else trimap
    if not np.issubdtype(values.dtype, np.floating) or values.min() < 0 or values.max() > 1:
        warnings.warn(
            f"A trimap holds floats in [0, 1], and this one is {values.dtype} from {values.min()} to {values.max()}.",
            stacklevel=3,
        )
    foreground, background = values >= fg_threshold, values <= bg_threshold
    for name, found in (("background", background), ("foreground", foreground)):
        if not found.any():
            raise InputError("The trimap has no {name}; mark some.", name=name)
    known = foreground | background
    return foreground, background, known, ~known


def load_image(path: Any, mode: str | None = None, size: Any = None, resample: str = "box") -> np.ndarray:
    """Read an image as float64 in [0, 1], (H, W) or (H, W, C).

    Parameters
    ----------
    path : path
    mode : str, optional
        "GRAY", "RGB" or another of Pillow's.
    size : float or (width, height), optional
        A factor, or a size, to bring it to.
    resample : str
        "bicubic", "bilinear", "box", "hamming", "lanczos" or "nearest".
    """
    with Image.open(path) as opened:
        picture: Image.Image = opened
        if mode is not None:
            picture = picture.convert("L" if mode.upper() == "GRAY" else mode.upper())
        if size is not None:
            factor = None if np.iterable(size) else float(size)
            width, height = size if factor is None else (int(side * factor) for side in picture.size)
            name = "NEAREST" if resample.lower() == "none" else resample.upper()
            picture = picture.resize((width, height), Image.Resampling[name])
        return np.asarray(picture) / 255.0


def save_image(path: Any, image: np.ndarray, make_directory: bool = True) -> None:
    """Write an image, uint8 or float in [0, 1], cut to 8 bits, in folders that are made if need be."""
    assert image.dtype in (np.uint8, np.float32, np.float64), image.dtype
    if make_directory:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    if image.dtype != np.uint8:
        image = np.clip(image * 255, 0, 255).astype(np.uint8)
    Image.fromarray(image).save(path)


def blend(foreground: np.ndarray, background: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return α F + (1 − α) B, for an alpha (H, W) or (H, W, 1)."""
    weight = alpha[..., None] if alpha.ndim == 2 else alpha
    return weight * foreground + (1 - weight) * background


def stack_images(*images: np.ndarray) -> np.ndarray:
    """Return the channels of all images, (H, W) or (H, W, C), as one."""
    return np.dstack(images)


def make_grid(
    images: Sequence[np.ndarray | None], nx: int | None = None, ny: int | None = None, dtype: Any = None
) -> np.ndarray | None:
    """Return images of floats laid out in `nx` columns and `ny` rows, black where there is none."""
    if not images:
        return None
    there = [image for image in images if image is not None]
    assert all(image.dtype in (np.float32, np.float64) for image in there)
    if nx is None:
        nx = int(np.ceil(np.sqrt(len(images)))) if ny is None else -(-len(images) // ny)
    if ny is None:
        ny = -(-len(images) // nx)
    height, width = (max(image.shape[axis] for image in there) for axis in (0, 1))
    depth = max(image.shape[2] if image.ndim == 3 else 1 for image in there)
    grid = np.zeros((ny, height, nx, width, depth), dtype or there[0].dtype)
    for number, image in enumerate(images[: nx * ny]):
        if image is not None:
            place = grid[number // nx, : image.shape[0], number % nx, : image.shape[1]]
            colours = image[..., None] if image.ndim == 2 else image
            if depth == 4 and colours.shape[2] == 3:
                place[..., 3] = 1
                place = place[..., :3]
            place[:] = colours
    whole = grid.reshape(ny * height, nx * width, depth)
    return whole[..., 0] if depth == 1 else whole


def cutout(image_path: Any, trimap_path: Any, cutout_path: Any) -> None:
    """Write the cut-out of an image file by its trimap file: closed-form alpha, multi-level colours."""
    image, trimap = load_image(image_path, "RGB"), load_image(trimap_path, "GRAY")
    alpha = estimate_alpha_cf(image, trimap)
    save_image(cutout_path, stack_images(estimate_foreground_ml(image, alpha), alpha))


def _labels(image: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    """Return the labels of a trimap of floats, (H, W) uint8."""
    if image.shape[:2] != trimap.shape:
        raise InputError(
            "The image is {image} and the trimap {trimap}; give them one height and width.",
            image=image.shape,
            trimap=trimap.shape,
        )
    foreground, _, _, unknown = trimap_split(trimap, flatten=False)
    return np.select([unknown, foreground], [Label.UNKNOWN, Label.FOREGROUND], Label.BACKGROUND).astype(
        np.uint8
    )


def _matte(image: np.ndarray, trimap: np.ndarray, method: str, settings: Mapping[str, Any]) -> np.ndarray:
    defaults = {"closed-form": ClosedFormSettings, "knn": KnnSettings, "shared": SharedSettings}[method]
    chosen = defaults(**settings)
    result = matte(image, _labels(image, trimap), method, settings={method: chosen}, full_size=True)
    _check_converged(result.converged, chosen.max_iterations)
    return result.alpha


def _closed_form(
    preconditioner: Any, laplacian_kwargs: Mapping[str, Any], cg_kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    _told("preconditioner", () if preconditioner is None else ("preconditioner",))
    ours = {"epsilon": laplacian_kwargs["epsilon"]} if "epsilon" in laplacian_kwargs else {}
    kept = {"epsilon", "is_known"} | ({"radius"} if laplacian_kwargs.get("radius") == 1 else set())
    _told("laplacian_kwargs", laplacian_kwargs.keys() - kept)
    return {**ours, **_limits(cg_kwargs)}


def _limits(cg_kwargs: Mapping[str, Any]) -> dict[str, Any]:
    names = {"rtol": "tolerance", "maxiter": "max_iterations"}
    _told("cg_kwargs", cg_kwargs.keys() - names.keys())
    return {ours: cg_kwargs[theirs] for theirs, ours in names.items() if theirs in cg_kwargs}


def _solved(
    system: Any,
    b: np.ndarray,
    diagonal: np.ndarray,
    cg_kwargs: Mapping[str, Any],
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Return x with A x = b, by conjugate gradients scaled by the diagonal of A."""
    options = {"rtol": 1e-7, "maxiter": 10_000, **cg_kwargs}
    _told("cg_kwargs", options.keys() - {"rtol", "maxiter"})
    x, steps = cg(
        system,
        b,
        start,
        rtol=options["rtol"],
        maxiter=options["maxiter"],
        M=sparse.diags_array(1 / diagonal),
    )
    _check_converged(steps == 0, options["maxiter"])
    return x


def _check_converged(converged: bool, steps: int) -> None:
    if not converged:
        raise InputError(
            "The solver has not converged within {steps} steps; raise maxiter or rtol in cg_kwargs.",
            steps=steps,
        )


def _told(where: str, names: Any) -> None:
    """Warn of arguments that change nothing here."""
    if names:
        warnings.warn(f"{where}: {', '.join(sorted(names))} changes nothing here.", stacklevel=4)
