"""From a document to its project file, *.matting, to go on from where it was left.

It holds what was made: trimap, touch-up, settings, backdrop, and the results, so that nothing has to be computed again.
The photo stays where it is: the file has its relative path, its size, and a digest of its pixels. The device is not
kept, for it belongs to the machine, nor is the history.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp import __version__
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.digest import digest
from mattingapp.imaging.files import Stamp, check_output, stamp, write_atomically
from mattingapp.imaging.photo import Photo
from mattingapp.matting.request import MattingRequest
from mattingapp.project.archive import FORMAT, SUFFIX, VERSION, ArchiveWriter
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour
from mattingapp.project.document import Document, Matte, RunSettings, Solved
from mattingapp.project.history import Past, Runs
from mattingapp.project.parameters import parameters_to_json
from mattingapp.project.touch_up import Key, Tiles

_ALPHA_BITS = 16
_OPAQUE = 2**_ALPHA_BITS - 1
_FOLD = 1024  # pixels in a row of colours that are no picture


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a project file keeps of a document, at one moment: nothing in it ever changes again.

    Taking one costs a look at the trimap; it may then be written in another thread. What is being painted is not in it.
    """

    photo: Photo
    trimap: Runs
    trimap_path: Path | None
    trimap_state: int
    tiles: Tiles
    settings: RunSettings
    backdrop: Backdrop
    results: Mapping[str, Solved]
    matte: Matte | None
    truth_path: Path | None
    project_path: Path | None
    project_stamp: Stamp | None
    past: Past

    @classmethod
    def of(cls, document: Document) -> "Snapshot":
        """Take one of a document."""
        return cls(
            document.photo,
            document.settled_trimap(),
            document.trimap_path,
            document.trimap_state,
            document.touch_up.settled_tiles,
            document.settings,
            document.backdrop,
            dict(document.results),
            document.matte,
            document.truth_path,
            document.project_path,
            document.project_stamp,
            document.history.past,
        )


def write_project(path: str | os.PathLike[str], snapshot: Snapshot) -> Stamp | None:
    """Write a project file, whole or not at all; return what it is then. Alphas and colours are rounded to 16 bits.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    check_output(path, (SUFFIX,))
    folder = Path(path).absolute().parent
    archive = ArchiveWriter()
    trimap = snapshot.trimap.unpack()
    description = describe(archive, snapshot, trimap, folder)
    description |= results_to_json(archive, snapshot.results, snapshot.matte, trimap)
    write_atomically(path, archive.close(description))
    return stamp(path)


def describe(archive: ArchiveWriter, snapshot: Snapshot, trimap: np.ndarray, folder: Path) -> dict[str, Any]:
    """Describe all but the results, and add what goes with that to an archive in `folder`."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": __version__,
        "photo": _photo_to_json(archive, snapshot.photo, folder),
        "trimap": {
            "file": archive.add_image("trimap.png", trimap),
            "state": snapshot.trimap_state,
            "path": relative(snapshot.trimap_path, folder),
        },
        "touch_up": tiles_to_json(archive, "touch-up", snapshot.tiles),
        **settings_to_json(snapshot.settings),
        "backdrop": backdrop_to_json(archive, snapshot.backdrop),
        "truth": relative(snapshot.truth_path, folder),
    }


def settings_to_json(settings: RunSettings) -> dict[str, Any]:
    """Describe how the next run computes."""
    return {"method": settings.method, "parameters": parameters_to_json(settings.parameters)}


def tiles_to_json(
    archive: ArchiveWriter, name: str, tiles: Mapping[Key, np.ndarray | None]
) -> list[dict[str, Any]]:
    """Describe tiles of a touch-up, which go into the archive under names that begin with `name`."""
    return [
        {
            "row": row,
            "column": column,
            "file": tile if tile is None else archive.add_array(f"{name}/{row}-{column}.npy", tile),
        }
        for (row, column), tile in tiles.items()
    ]


def _photo_to_json(archive: ArchiveWriter, photo: Photo, folder: Path) -> dict[str, Any]:
    """Describe the photo; one that was never a file goes into the archive."""
    height, width = photo.shape
    found: dict[str, Any] = {
        "path": relative(photo.path, folder),
        "size": [width, height],
        "pixels": digest(photo.pixels),
    }
    if photo.path is None:
        found["file"] = archive.add_image("photo.png", photo.pixels)
        if photo.alpha is not None:
            found["alpha"] = archive.add_image("photo-alpha.png", quantise(photo.alpha, _ALPHA_BITS))
        if photo.icc is not None:
            found["icc"] = archive.add_bytes("photo.icc", photo.icc)
    return found


def results_to_json(
    archive: ArchiveWriter,
    solved_stages: Mapping[str, Solved],
    matte: Matte | None,
    trimap: np.ndarray | None = None,
) -> dict[str, Any]:
    """Describe the results of runs, and add them to an archive, which may have the `trimap` already."""
    requests: list[MattingRequest] = []
    runs: list[dict[str, Any]] = []
    results = []
    levels: dict[str, np.ndarray] = {}
    for number, (stage, solved) in enumerate(solved_stages.items()):
        request, result = solved.request, solved.result
        if request not in requests:
            requests.append(request)
            used = request.trimap
            if trimap is not None and np.array_equal(used, trimap):
                used = trimap
            runs.append(
                {
                    "trimap": archive.add_image(f"trimap-{len(runs)}.png", used),
                    "methods": list(request.methods),
                    "parameters": parameters_to_json(request.settings),
                }
            )
        levels[stage] = quantise(result.alpha, _ALPHA_BITS)
        results.append(
            {
                "stage": stage,
                "title": result.title,
                "alpha": archive.add_image(f"alpha-{number}.png", levels[stage]),
                "run": requests.index(request),
                "state": solved.state,
                "seconds": result.seconds,
                "device": result.device,
                "converged": result.converged,
                "note": " ".join(result.notes),
            }
        )
    return {"runs": runs, "results": results, "matte": _matte_to_json(archive, matte, levels)}


def _matte_to_json(
    archive: ArchiveWriter, matte: Matte | None, levels: Mapping[str, np.ndarray]
) -> dict[str, Any] | None:
    if matte is None:
        return None
    alpha = quantise(matte.alpha, _ALPHA_BITS)
    same = levels.get(matte.stage)
    if same is not None and np.array_equal(alpha, same):
        alpha = same
    colours = matte.foreground[foreground_mask(alpha, levels.values(), _OPAQUE)]
    return {
        "stage": matte.stage,
        "title": matte.title,
        "alpha": archive.add_image("matte.png", alpha),
        "foreground": archive.add_image("foreground.png", _folded(quantise(colours, _ALPHA_BITS))),
        "state": matte.state,
    }


def foreground_mask(alpha: np.ndarray, others: Iterable[np.ndarray], opaque: float) -> np.ndarray:
    """Return where a project file keeps foreground colours, ndarray (H, W), bool.

    They are shown with every alpha there is, but an opaque pixel of the matte shows the photo.

    Parameters
    ----------
    alpha : ndarray (H, W)
        Of the matte.
    others : iterable of ndarray (H, W)
        Of the results.
    opaque : float
        The largest value of these alphas.
    """
    kept = alpha > 0
    for other in others:
        kept |= other > 0
    kept &= alpha < opaque
    return kept


def folded_shape(n: int) -> tuple[int, int, int]:
    """Return the shape of the image that `n` colours are kept in, the last row filled up with black."""
    return max(-(-n // _FOLD), 1), _FOLD, 3


def _folded(colours: np.ndarray) -> np.ndarray:
    """Return colours (N, 3) as such an image."""
    image = np.zeros(folded_shape(len(colours)), colours.dtype)
    image.reshape(-1, 3)[: len(colours)] = colours
    return image


def backdrop_to_json(archive: ArchiveWriter, backdrop: Backdrop) -> dict[str, Any]:
    """Describe a backdrop; its image goes into the archive, once."""
    if isinstance(backdrop, PlainColour):
        return {"kind": "colour", "colour": _listed(backdrop.colour)}
    if isinstance(backdrop, Gradient):
        first, second = _listed(backdrop.first), _listed(backdrop.second)
        return {"kind": "gradient", "first": first, "second": second, "angle": backdrop.angle}
    if isinstance(backdrop, PlacedImage):
        return {
            "kind": "image",
            "file": archive.add_shared("backdrop", backdrop.image),
            "name": backdrop.name,
            "scale": backdrop.scale,
            "shift": list(backdrop.shift),
        }
    if isinstance(backdrop, BlurredPhoto):
        return {"kind": "blur", "share": backdrop.share}
    return {"kind": "transparent"}


def _listed(colour: np.ndarray) -> list[float]:
    return [float(channel) for channel in colour]


def relative(path: Path | None, folder: Path) -> str | None:
    """Return `path` as seen from `folder`, with forward slashes; absolute where it is on another drive."""
    if path is None:
        return None
    path = path.absolute()
    if path.drive != folder.drive:
        return path.as_posix()
    return Path(os.path.relpath(path, folder)).as_posix()
