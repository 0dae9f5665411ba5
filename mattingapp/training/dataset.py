"""The data set folder: input/, gt/, and one folder a kind of trimap, with files of the same name in each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.formats import PHOTO_SUFFIXES
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import check_trimap, read_trimap


@dataclass(frozen=True, eq=False)
class Example:
    """One photo with trimap and true alpha.

    Attributes
    ----------
    name : str
        The file name without suffix. Examples of one name show one scene: folds never part them.
    photo : ndarray (H, W, 3), uint8 or uint16
    trimap : ndarray (H, W), uint8
    truth : ndarray (H, W), float32 in [0, 1]
    kind : str
        The folder of its trimap, "trimap1", or "redrawn 1", "composite" or "cut-out".
    """

    name: str
    photo: np.ndarray
    trimap: np.ndarray
    truth: np.ndarray
    kind: str


def example_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the photos in `folder`/input, sorted; raise InputError where there are none."""
    photos = folder / "input"
    if not photos.is_dir():
        raise InputError(
            "{folder} has no folder 'input'; it needs input/, gt/ and trimap1/ with equal names.",
            folder=folder,
        )
    names = sorted(path.stem for path in photos.iterdir() if path.suffix.lower() in PHOTO_SUFFIXES)
    if not names:
        raise InputError(
            "{photos} holds no photos; put PNG, JPEG, TIFF, WebP or BMP files there.", photos=photos
        )
    return tuple(names)


def trimap_kinds(folder: Path) -> tuple[str, ...]:
    """Return the folders of trimaps in `folder`, sorted; raise InputError where there is none."""
    kinds = sorted(path.name for path in folder.glob("trimap*") if path.is_dir())
    if not kinds:
        raise InputError(
            "{folder} has no folder of trimaps; call it 'trimap', with a trimap for every photo.",
            folder=folder,
        )
    return tuple(kinds)


def select_names(folder: Path, wanted: Iterable[str] | None) -> tuple[str, ...]:
    """Return the names in `folder`, or of them the `wanted` ones; raise InputError for one that is not there."""
    names = example_names(folder)
    if wanted is None:
        return names
    wanted = tuple(wanted)
    if not wanted:
        raise InputError("No image is named; name some of {names}.", names=", ".join(names))
    for name in wanted:
        if name not in names:
            raise InputError(
                "{folder} has no image '{name}'; it has {names}.",
                folder=folder,
                name=name,
                names=", ".join(names),
            )
    return wanted


def read_example(folder: Path, name: str, trimap_kind: str) -> Example:
    """Read one example; raise InputError for a missing file, sizes that differ, or a trimap that cannot work."""
    photo = read_photo(find_image(folder / "input", name)).pixels
    truth = read_alpha(find_image(folder / "gt", name), photo.shape[:2])
    trimap, _ = read_trimap(find_image(folder / trimap_kind, name), photo.shape[:2])
    try:
        check_trimap(trimap, photo.shape)
    except InputError as error:
        raise InputError(
            "{folder}: {trimap_kind}/{name}: {error}",
            folder=folder,
            trimap_kind=trimap_kind,
            name=name,
            error=error.message,
        ) from None
    return Example(name, photo, trimap, truth, trimap_kind)


def random_of(name: str, kind: str) -> np.random.Generator:
    """Return the random numbers by which new examples of that kind are made of the photo called `name`."""
    digest = hashlib.blake2b(f"{name} {kind}".encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def find_image(folder: Path, name: str) -> Path:
    """Return the image file called `name`, whatever its suffix; raise InputError where there is none."""
    for suffix in PHOTO_SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.exists():
            return path
    raise InputError(
        "{folder} has no image '{name}'; give every photo a file of the same name there.",
        folder=folder,
        name=name,
    )
