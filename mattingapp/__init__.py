"""Natural image matting on the desktop: closed-form, KNN and the deep network that fuses them."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "batch":  # what it stands on is loaded with its first use
        from mattingapp.project.batch import batch

        return batch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
