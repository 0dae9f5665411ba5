"""What the functions take alike: trimaps of floats, and arguments of solvers, some of which change nothing here."""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label

NOTHING: Mapping[str, Any] = MappingProxyType({})


def told(where: str, names: Any) -> None:
    """Warn of arguments that change nothing here."""
    if names:
        warnings.warn(f"{where}: {', '.join(sorted(names))} changes nothing here.", stacklevel=4)


def limits_of(cg_kwargs: Mapping[str, Any]) -> dict[str, Any]:
    names = {"rtol": "tolerance", "maxiter": "max_iterations"}
    told("cg_kwargs", cg_kwargs.keys() - names.keys())
    return {ours: cg_kwargs[theirs] for theirs, ours in names.items() if theirs in cg_kwargs}


def check_converged(converged: bool, steps: int) -> None:
    if not converged:
        raise InputError(
            "The solver has not converged within {steps} steps; raise maxiter or rtol in cg_kwargs.",
            steps=steps,
        )


def solved(
    system: Any,
    b: np.ndarray,
    diagonal: np.ndarray,
    cg_kwargs: Mapping[str, Any],
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Return x with A x = b, by conjugate gradients scaled by the diagonal of A."""
    options = {"rtol": 1e-7, "maxiter": 10_000, **cg_kwargs}
    told("cg_kwargs", options.keys() - {"rtol", "maxiter"})
    x, steps = cg(
        system,
        b,
        start,
        rtol=options["rtol"],
        maxiter=options["maxiter"],
        M=sparse.diags_array(1 / diagonal),
    )
    check_converged(steps == 0, options["maxiter"])
    return x


def labels_of(image: np.ndarray, trimap: np.ndarray) -> np.ndarray:
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
