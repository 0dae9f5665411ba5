"""One photo of a batch: its trimap, its matte, the files that a recipe asks for, and a report of it."""

import dataclasses
import hashlib
import json
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp.imaging.composite import composite, fit_backdrop, parse_colour
from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import check_output, same_file
from mattingapp.imaging.framing import framed, window_of
from mattingapp.imaging.matte import read_alpha, write_alpha, write_cutout, write_image
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.profile import colour_in_profile, in_profile
from mattingapp.imaging.trimap import read_trimap, trimap_from_alpha, trimap_from_mask
from mattingapp.matting.cache import StageCache
from mattingapp.matting.job import Cancelled
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.matting.stages import find_stage
from mattingapp.project.plain import from_plain, to_plain
from mattingapp.project.recipe import Colours, Existing, Kind, Recipe, Source

_POLL = 0.2  # seconds between looks at cancel


@dataclass(frozen=True)
class Task:
    """One photo of a batch.

    Attributes
    ----------
    photo : Path
    trimap : Path or None
        The file its trimap is made from; None where that is the photo itself.
    names : tuple of str
        Files that it will write, in the order of the recipe's outputs.
    """

    photo: Path
    trimap: Path | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What became of one photo: a line of the report.

    Attributes
    ----------
    photo, trimap : str
    status : str
        "done", "skipped" (its outputs are there already) or "failed".
    files : tuple of str
    photo_digest, trimap_digest, recipe_digest : str
        Of what it was made from: while all three are the same, it need not be done again.
    seconds : dict from stage to seconds
    device : str
    converged : bool
    notes : tuple of str
    error : str
        The sentence for the person, or the traceback of a program error.
    """

    photo: str
    trimap: str = ""
    status: str = "done"
    files: tuple[str, ...] = ()
    photo_digest: str = ""
    trimap_digest: str = ""
    recipe_digest: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    device: str = ""
    converged: bool = True
    notes: tuple[str, ...] = ()
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether nothing was delivered."""
        return self.status == "failed"


_solving = (
    threading.Semaphore()
)  # one photo is solved at a time in a process; others are read and written meanwhile


def process(task: Task, recipe: Recipe, out: Path, cancel: threading.Event | None = None) -> Report:
    """Make and write what the recipe asks for of one photo, and tell what became of it.

    Nothing that goes wrong with one photo is raised, but `Cancelled`.
    """
    report = Report(str(task.photo), str(task.trimap or ""), recipe_digest=recipe_digest(recipe))
    try:
        return _process(task, recipe, out, cancel or threading.Event(), report)
    except Cancelled:
        raise
    except InputError as error:
        return dataclasses.replace(report, status="failed", error=str(error))
    except Exception:  # told in the report with its traceback; the other photos go on
        return dataclasses.replace(report, status="failed", error=traceback.format_exc())


def _process(task: Task, recipe: Recipe, out: Path, cancel: threading.Event, report: Report) -> Report:
    files = [out / name for name in task.names]
    if recipe.existing is Existing.SKIP and files and all(file.exists() for file in files):
        return dataclasses.replace(report, status="skipped", files=tuple(map(str, files)))
    for file in files:
        for source in filter(None, (task.photo, task.trimap)):
            if same_file(file, source):
                raise InputError(
                    "'{file}' is read and would be overwritten; choose another folder.", file=file
                )
        check_output(file, (file.suffix,))
    digests = digest_of(task.photo), digest_of(task.trimap)
    photo = read_photo(task.photo)
    trimap, notes = _trimap(photo, task, recipe)
    if (digest_of(task.photo), digest_of(task.trimap)) != digests:
        raise InputError("'{photo}' or its trimap changed while it was read; run it again.", photo=task.photo)
    foreground = recipe.colours is Colours.ESTIMATED and recipe.wants(Kind.CUTOUT, Kind.COMPOSITE)
    request = MattingRequest(
        photo.pixels, trimap, (recipe.method,), settings_of(recipe), recipe.device, foreground
    )
    with _slot(cancel):
        results = list(run_pipeline(request, cancel=cancel, cache=StageCache(0)))
    _write(photo, results, recipe, files)
    return dataclasses.replace(
        report,
        files=tuple(map(str, files)),
        photo_digest=digests[0],
        trimap_digest=digests[1],
        seconds={result.stage: round(result.seconds, 3) for result in results},
        device=results[0].device,
        converged=all(result.converged for result in results),
        notes=(*map(str, photo.notes), *notes, *(str(note) for result in results for note in result.notes)),
    )


def _trimap(photo: Photo, task: Task, recipe: Recipe) -> tuple[np.ndarray, tuple[str, ...]]:
    source = recipe.trimap
    if task.trimap is None:
        if photo.alpha is None:
            raise InputError(
                "'{photo}' has no transparency to make a trimap from; name trimaps or masks.",
                photo=task.photo,
            )
        return trimap_from_alpha(photo.alpha, source.inner, source.outer), ()
    if source.source is Source.MASKS:
        return trimap_from_mask(read_alpha(task.trimap, photo.shape), source.inner, source.outer), ()
    trimap, snapped = read_trimap(task.trimap, photo.shape)
    return trimap, ((f"{snapped} pixels of the trimap were snapped to 0, 128 or 255.",) if snapped else ())


def _write(photo: Photo, results: Sequence[StageResult], recipe: Recipe, files: Sequence[Path]) -> None:
    """Write the outputs of the recipe to `files`, which are in their order."""
    alphas = [result for result in results if result.foreground is None]
    last = results[-1]
    window = window_of(last.alpha, recipe.framing)
    colours = to_float(photo.pixels) if last.foreground is None else last.foreground
    foreground, alpha = framed(colours, last.alpha, window)
    rest = iter(files)
    for output in recipe.outputs:
        if output.kind is Kind.STAGES:
            for result in alphas:
                write_alpha(next(rest), result.alpha, output.bits, photo.metadata)
        elif output.kind is Kind.ALPHA:
            write_alpha(next(rest), alpha, output.bits, photo.metadata)
        elif output.kind is Kind.CUTOUT:
            kind = output.bits, photo.icc, output.premultiplied
            write_cutout(next(rest), foreground, alpha, *kind, photo.metadata)
        else:
            mixed = composite(foreground, alpha, _backdrop(recipe, photo, alpha.shape))
            write_image(next(rest), mixed, photo.icc, output.bits, photo.metadata)


def _backdrop(recipe: Recipe, photo: Photo, shape: tuple[int, ...]) -> np.ndarray:
    if recipe.backdrop.startswith("#"):
        return colour_in_profile(parse_colour(recipe.backdrop), photo.icc)
    return fit_backdrop(in_profile(read_photo(recipe.backdrop), photo.icc), (shape[0], shape[1]))


@contextmanager
def _slot(cancel: threading.Event) -> Iterator[None]:
    while not _solving.acquire(timeout=_POLL):
        if cancel.is_set():
            raise Cancelled
    try:
        yield
    finally:
        _solving.release()


def digest_of(path: Path | None) -> str:
    """Return the digest of a file, "" where there is none to read."""
    if path is None or not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def recipe_digest(recipe: Recipe) -> str:
    """Return the digest of what a recipe makes; its title does not count."""
    plain = to_plain(dataclasses.replace(recipe, title=""))
    backdrop = digest_of(Path(recipe.backdrop)) if not recipe.backdrop.startswith("#") else ""
    return hashlib.blake2b(
        (json.dumps(plain, sort_keys=True) + backdrop).encode(), digest_size=16
    ).hexdigest()


def settings_of(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe's parameters as the settings of the stages; InputError for what a stage cannot take."""
    settings = {}
    for name, values in recipe.parameters.items():
        default = find_stage(name).settings
        settings[name] = from_plain(type(default), values, f"The recipe's {name}", default)
    return settings
