"""What a dropped file is meant to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import Label, read_trimap

_MAX_SNAPPED = 0.02  # of the pixels; a JPEG of a trimap has some grey along its edges


class Dropped(NamedTuple):
    """The photo to open and the trimap to take, either may be None."""

    photo: Path | None
    trimap: Path | None


def sort_dropped(paths: Sequence[Path], photo_shape: tuple[int, int] | None) -> Dropped:
    """Tell photo and trimap apart by content.

    Parameters
    ----------
    paths : sequence of Path
        One or two image files.
    photo_shape : (H, W) or None
        Of the open photo: one file of its size that looks like a trimap is the trimap of it.

    Raises
    ------
    InputError
        For more files, two photos, or two trimaps.
    """
    if len(paths) > 2:
        raise InputError("More than two files were dropped: drop one photo, or a photo and its trimap.")
    if len(paths) == 1:
        if photo_shape is not None and trimap_shape(paths[0]) == photo_shape:
            return Dropped(None, paths[0])
        return Dropped(paths[0], None)
    trimaps = [path for path in paths if trimap_shape(path) is not None]
    if len(trimaps) != 1:
        kind = "trimaps" if trimaps else "photos"
        raise InputError(f"Both files look like {kind}: drop one photo, or a photo and its trimap.")
    (photo,) = (path for path in paths if path not in trimaps)
    return Dropped(photo, trimaps[0])


def trimap_shape(path: Path) -> tuple[int, int] | None:
    """Return the size (H, W) of the trimap in a file, or None if that does not look like a trimap."""
    try:
        trimap, n_snapped = read_trimap(path)
    except InputError:
        return None  # said when it is opened as a photo
    labels = sum(bool((trimap == label).any()) for label in Label)
    return trimap.shape if labels > 1 and n_snapped <= _MAX_SNAPPED * trimap.size else None
