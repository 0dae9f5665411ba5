"""PyMatting's functions by their names and arguments, on the solvers of this program: a user changes one import.

Arrays go in and come out as there: an image (H, W, 3) and a trimap (H, W) of floats in [0, 1], known up to 0.1 and from
0.9 on. What an argument asks for that these solvers do not have is told in a warning. Learning-based and random-walk
matting are not here; their functions say what to call instead.
"""

from typing import Any

from mattingapp.pymatting.alpha import (
    estimate_alpha,
    estimate_alpha_cf,
    estimate_alpha_knn,
    estimate_alpha_lbdm,
    estimate_alpha_lkm,
    estimate_alpha_rw,
    estimate_alpha_sm,
)
from mattingapp.pymatting.arguments import trimap_split
from mattingapp.pymatting.foreground import (
    estimate_foreground,
    estimate_foreground_cf,
    estimate_foreground_ml,
)
from mattingapp.pymatting.images import blend, load_image, make_grid, save_image, stack_images
from mattingapp.pymatting.laplacian import cf_laplacian

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


def cutout(image_path: Any, trimap_path: Any, cutout_path: Any) -> None:
    """Write the cut-out of an image file by its trimap file: closed-form alpha, multi-level colours."""
    image, trimap = load_image(image_path, "RGB"), load_image(trimap_path, "GRAY")
    alpha = estimate_alpha_cf(image, trimap)
    save_image(cutout_path, stack_images(estimate_foreground_ml(image, alpha), alpha))
