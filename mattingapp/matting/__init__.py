"""The estimators, one method a file, and the pipeline that runs them.

Importing `mattingapp.matting` is cheap; torch is loaded with the first name taken from it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mattingapp.matting.api import (
        ConvergenceWarning,
        MatteResult,
        estimate_alpha,
        estimate_foreground,
        matte,
    )

BUILT_IN = (
    "closed-form",
    "knn",
    "shared",
    "mean",
    "dcnn",
    "dcnn3",
    "fusion",
)  # stages, each in a file of its name

__all__ = ["ConvergenceWarning", "MatteResult", "estimate_alpha", "estimate_foreground", "matte"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from mattingapp.matting import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
