"""Images in files, and images laid on and beside each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


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
