"""Alphas by each method."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
from scipy.sparse.linalg import LinearOperator

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label
from mattingapp.matting.api import matte
from mattingapp.matting.arguments import image_of
from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.device import choose_device
from mattingapp.matting.job import Job
from mattingapp.matting.knn import KnnSettings
from mattingapp.matting.shared import SharedSettings
from mattingapp.matting.solvers.backend import solve_system
from mattingapp.matting.solvers.choose import solving_backend
from mattingapp.matting.solvers.similarity import Similarity
from mattingapp.matting.stages import known_alpha
from mattingapp.pymatting.arguments import (
    NOTHING,
    check_converged,
    labels_of,
    limits_of,
    solved,
    told,
    trimap_split,
)
from mattingapp.pymatting.foreground import estimate_foreground_ml
from mattingapp.pymatting.laplacian import wide_laplacian

CONSTRAINT = 100.0  # λ, how much known pixels hold to what they are


def estimate_alpha_cf(
    image: np.ndarray,
    trimap: np.ndarray,
    preconditioner: Any = None,
    laplacian_kwargs: Mapping[str, Any] = NOTHING,
    cg_kwargs: Mapping[str, Any] = NOTHING,
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
    laplacian_kwargs: Mapping[str, Any] = NOTHING,
    cg_kwargs: Mapping[str, Any] = NOTHING,
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
    told("preconditioner", () if preconditioner is None else ("preconditioner",))
    limits = limits_of(cg_kwargs)
    if variant != "pymatting":
        told("laplacian_kwargs", laplacian_kwargs)
        settings = {"variant": variant, **limits}
        return _matte(image, trimap, "knn", settings).astype(np.float64)
    pixels, labels = image_of(image), labels_of(image, trimap)
    alpha, unknown = known_alpha(labels), labels == Label.UNKNOWN
    job, defaults = Job(), replace(KnnSettings(), **limits)
    if unknown.any():
        similarity = _similarity(**laplacian_kwargs)
        backend = solving_backend(choose_device("auto"), job)
        system = backend.similarity_system(pixels, alpha, unknown, similarity, {}, job)
        solution = solve_system(system, alpha, defaults.tolerance, defaults.max_iterations, job)
        check_converged(solution.converged, defaults.max_iterations)
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
    told("estimate_alpha_sm", others)
    settings = {"expansion": trimap_expansion_radius, "rays": sample_gathering_angles}
    alpha = _matte(image, trimap, "shared", settings)
    if return_foreground_background:
        return alpha, *estimate_foreground_ml(image, alpha, return_background=True)
    return alpha


def estimate_alpha_lkm(
    image: np.ndarray,
    trimap: np.ndarray,
    laplacian_kwargs: Mapping[str, Any] = NOTHING,
    cg_kwargs: Mapping[str, Any] = NOTHING,
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
    told("laplacian_kwargs", options.keys() - {"epsilon", "radius"})
    foreground, _, known, _ = trimap_split(trimap)
    times, diagonal = wide_laplacian(np.asarray(image, np.float64), options["epsilon"], options["radius"])
    held = CONSTRAINT * known
    size = (known.size, known.size)
    system = LinearOperator(size, lambda x: times(x.ravel()) + held * x.ravel(), dtype=np.float64)
    x = solved(system, CONSTRAINT * foreground, diagonal + held, cg_kwargs)
    return np.clip(x, 0, 1).reshape(trimap.shape)


def estimate_alpha_lbdm(image: np.ndarray, trimap: np.ndarray, *_: Any, **__: Any) -> NoReturn:
    """Say that learning-based matting is not here."""
    raise InputError("Learning-based matting is not offered here; call estimate_alpha_cf, which is as close.")


def estimate_alpha_rw(image: np.ndarray, trimap: np.ndarray, *_: Any, **__: Any) -> NoReturn:
    """Say that random-walk matting is not here."""
    raise InputError("Random-walk matting is not offered here; call estimate_alpha_cf, which is closer.")


def _matte(image: np.ndarray, trimap: np.ndarray, method: str, settings: Mapping[str, Any]) -> np.ndarray:
    defaults = {"closed-form": ClosedFormSettings, "knn": KnnSettings, "shared": SharedSettings}[method]
    chosen = defaults(**settings)
    result = matte(image, labels_of(image, trimap), method, settings={method: chosen}, full_size=True)
    check_converged(result.converged, chosen.max_iterations)
    return result.alpha


def _closed_form(
    preconditioner: Any, laplacian_kwargs: Mapping[str, Any], cg_kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    told("preconditioner", () if preconditioner is None else ("preconditioner",))
    ours = {"epsilon": laplacian_kwargs["epsilon"]} if "epsilon" in laplacian_kwargs else {}
    kept = {"epsilon", "is_known"} | ({"radius"} if laplacian_kwargs.get("radius") == 1 else set())
    told("laplacian_kwargs", laplacian_kwargs.keys() - kept)
    return {**ours, **limits_of(cg_kwargs)}
