"""What there is to do in a batch: which photos, with which trimap, into which files."""

import glob
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import same_file
from mattingapp.imaging.formats import PHOTO_SUFFIXES
from mattingapp.matting.stages import in_order
from mattingapp.project.deliver import Report, Task, settings_of
from mattingapp.project.recipe import Existing, Kind, Output, Recipe, Source, check_recipe


def find_photos(names: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Return the photos that files, folders and patterns name, each once; InputError for a name of nothing."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(part for part in path.iterdir() if part.suffix.lower() in PHOTO_SUFFIXES)
        elif path.exists():
            inside = [path]
        else:
            inside = _matching(str(name))
        if not inside:
            raise InputError("There are no photos at '{name}'; name files, folders or a pattern.", name=name)
        found.update(dict.fromkeys(inside))
    return list(found)


def plan(photos: Sequence[Path], recipe: Recipe, out: Path) -> tuple[list[Task], list[Report]]:
    """Return what there is to do, and a report of each photo for which that cannot be told.

    Photos that are the trimaps of others are left out.
    """
    check_recipe(recipe)
    tasks: list[Task] = []
    refused: list[Report] = []
    taken: dict[str, Path] = {}
    trimaps: set[Path] = set()
    for photo in photos:
        try:
            trimap = trimap_of(photo, recipe)
        except InputError as error:
            refused.append(Report(str(photo), status="failed", error=str(error)))
            continue
        if trimap is not None:
            trimaps.add(trimap.resolve())
        names = tuple(name for output in recipe.outputs for name in _names(output, photo.stem, recipe))
        if recipe.existing is Existing.NUMBER:
            names = _numbered(names, taken, out)
        elif twin := next((taken[name] for name in names if name in taken), None):
            text = f"'{twin}' has the same name, and one would replace the other; rename one, or number them."
            refused.append(Report(str(photo), status="failed", error=text))
            continue
        taken.update(dict.fromkeys(names, photo))
        tasks.append(Task(photo, trimap, names))
    is_trimap = {str(task.photo) for task in tasks if task.photo.resolve() in trimaps}
    is_trimap |= {report.photo for report in refused if Path(report.photo).resolve() in trimaps}
    return (
        [task for task in tasks if str(task.photo) not in is_trimap],
        [report for report in refused if report.photo not in is_trimap],
    )


def trimap_of(photo: Path, recipe: Recipe) -> Path | None:
    """Return the file that a photo's trimap is made from, None for its own transparency; InputError if not just one."""
    if recipe.trimap.source is Source.TRANSPARENCY:
        return None
    where = recipe.trimap.where
    if "{photo}" in where:
        pattern = where.replace("{photo}", glob.escape(photo.stem))
        pattern = pattern if Path(pattern).is_absolute() else _beside(photo, pattern)
        candidates = _matching(pattern)
    else:
        stem = glob.escape(photo.stem)
        folder = Path(where)
        candidates = [
            path
            for form in (f"{stem}.*", f"{stem}_trimap.*", f"{stem}_mask.*")
            for path in _matching(str(folder / form))
        ]
    found = sorted(path for path in set(candidates) if not same_file(path, photo))
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            "'{photo}' has no {kind} at '{where}'; put it there, or name another place.",
            photo=photo,
            kind=recipe.trimap.source[:-1],
            where=where,
        )
    raise InputError(
        "'{photo}' has several files that could be its {kind}: {found}; leave one.",
        photo=photo,
        kind=recipe.trimap.source[:-1],
        found=", ".join(map(str, found)),
    )


def _beside(photo: Path, pattern: str) -> str:
    """Return a pattern as one from here where that names something or holds a folder, else beside the photo."""
    here = Path(pattern).parent != Path() or bool(_matching(pattern))
    return pattern if here else str(Path(glob.escape(str(photo.parent)), pattern))


def _names(output: Output, photo: str, recipe: Recipe) -> list[str]:
    if output.kind is not Kind.STAGES:
        return [output.file(photo)]
    return [output.file(photo, stage.name) for stage in in_order((recipe.method,), settings_of(recipe))]


def _matching(pattern: str) -> list[Path]:
    path = Path(pattern)
    return sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


def _numbered(names: tuple[str, ...], taken: Collection[str], out: Path) -> tuple[str, ...]:
    """Return the names with one number behind each where any of them is taken or there already."""
    number, numbered = 1, names
    while any(name in taken or (out / name).exists() for name in numbered):
        number += 1
        numbered = tuple(f"{Path(name).stem}-{number}{Path(name).suffix}" for name in names)
    return numbered
