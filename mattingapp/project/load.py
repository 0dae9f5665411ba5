"""From a project file or a recovery file to the document in it; see `project.save` for what they hold."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import Photo, read_photo, unit_range
from mattingapp.matting.pipeline import MattingRequest, StageResult
from mattingapp.matting.stages import Stage, registry
from mattingapp.project.archive import (
    FORMAT,
    NULL,
    VERSION,
    ArchiveError,
    ArchiveReader,
    digest,
    field,
    numbers,
    objects,
)
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour
from mattingapp.project.document import Document, Matte, RunSettings, Solved, count_labels
from mattingapp.project.parameters import parameters_from_json
from mattingapp.project.save import foreground_mask
from mattingapp.project.touch_up import TILE, Tiles


class PhotoMissingError(InputError):
    """The photo of a project is not where it was, or is another; the person may say where it is.

    Parameters
    ----------
    message : Message
    photo : Path
        Where it should be.
    """

    def __init__(self, message: Message, photo: Path) -> None:
        super().__init__(message)
        self.photo = photo


def read_project(
    path: str | os.PathLike[str], photo: Path | None = None, stages: Mapping[str, Stage] | None = None
) -> tuple[Document, tuple[Message, ...]]:
    """Read a project file or a recovery file.

    Parameters
    ----------
    path : path
    photo : Path, optional
        Where the photo is, if not where the file says.
    stages : mapping from name to Stage, optional
        The methods there are; by default the registry.

    Returns
    -------
    document : Document
        As it was written; unsaved if it was recovered.
    notes : tuple of str
        What is not as it was, one sentence each.

    Raises
    ------
    PhotoMissingError
        If the photo is missing, or has another size.
    InputError
        If the file is missing, damaged, of a newer version, or of a method that is not there.
    """
    path = Path(path)
    try:
        with ArchiveReader(path) as archive:
            return _Reading(archive, path, registry() if stages is None else stages).document(photo)
    except ArchiveError:
        raise _damaged(path) from None


def photo_name(path: Path) -> str:
    """Return the name of the photo in a project file, "" for one that was pasted; raise as `read_project`."""
    try:
        with ArchiveReader(path) as archive:
            photo = field(_description(archive, path), "photo", dict)
            return PurePosixPath(field(photo, "path", str, NULL) or "").name
    except ArchiveError:
        raise _damaged(path) from None


def _damaged(path: Path) -> InputError:
    return InputError(
        "'{path}' is damaged or no project of this program; open an older copy of it.", path=path
    )


def _description(archive: ArchiveReader, path: Path) -> dict[str, Any]:
    """Return the description if this program can read what it describes."""
    found = archive.description()
    if field(found, "format", str) != FORMAT:
        raise ArchiveError("another format")
    if field(found, "version", int) > VERSION:
        raise InputError(
            "'{path}' was saved by a newer version of this program; update the program to open it.", path=path
        )
    return found


class _Reading:
    """One archive on its way to a document."""

    def __init__(self, archive: ArchiveReader, path: Path, stages: Mapping[str, Stage]) -> None:
        self._archive = archive
        self._path = path
        self._stages = stages
        self._found = _description(archive, path)
        self._states: dict[int, int] = {}  # of the trimap, as in the file → as in a new history
        self._notes: list[Message] = []

    def document(self, photo_path: Path | None) -> tuple[Document, tuple[Message, ...]]:
        """Return the document, and what is not as it was."""
        found = self._found
        photo, changed = self._photo(photo_path)
        trimap = field(found, "trimap", dict)
        if not changed:  # else whatever was made is older than the photo
            self._states[field(trimap, "state", int)] = 0
        recovered = "recovered" in found
        truth, truth_path = self._truth(photo.shape)
        results = {} if recovered else self._results(photo)
        document = Document(
            photo,
            self._trimap(trimap, "file", photo.shape),
            self._backdrop(),
            RunSettings(self._stage(found, "method"), parameters=self._parameters(found)),
            trimap_path=self._located(field(trimap, "path", str, NULL)),
            results=results,
            matte=None if recovered else self._matte(photo, results),
            truth=truth,
            truth_path=truth_path,
            project_path=self._path,
            first_tiles=self._tiles(photo.shape),
        )
        if recovered:
            origin = field(field(found, "recovered", dict), "project", str, NULL)
            document.project_path = self._located(origin)
            document.mark_unsaved()
        return document, tuple(self._notes)

    def _located(self, name: str | None) -> Path | None:
        """Return the path that is called `name` as seen from the project file."""
        folder = self._path.absolute().parent
        return None if name is None else Path(os.path.normpath(folder / name))

    # What comes from other files

    def _photo(self, chosen: Path | None) -> tuple[Photo, bool]:
        """Return the photo, and whether it has changed."""
        found = field(self._found, "photo", dict)
        width, height = numbers(found, "size", 2)
        path = chosen or self._located(field(found, "path", str, NULL))
        if path is None:
            return self._kept_photo(found, (int(height), int(width))), False
        beside = self._path.absolute().parent / path.name
        if not path.exists() and beside.exists():
            path = beside
        if not path.exists():
            message = Message(
                "The photo '{path}' of this project is missing; put it back, or choose where it is.",
                path=path,
            )
            raise PhotoMissingError(message, path)
        photo = read_photo(path)
        if photo.shape != (height, width):
            rows, columns = photo.shape
            message = Message(
                "'{path}' is {columns} × {rows} pixels but the photo of this project is {width} × {height};"
                " choose the photo that it was made on.",
                path=path,
                columns=columns,
                rows=rows,
                width=width,
                height=height,
            )
            raise PhotoMissingError(message, path)
        changed = digest(photo.pixels) != field(found, "pixels", str)
        if changed:
            note = Message(
                "'{file}' has changed since the project was saved; check the trimap, and run again.",
                file=path.name,
            )
            self._notes.append(note)
        return photo, changed

    def _kept_photo(self, found: dict[str, Any], shape: tuple[int, int]) -> Photo:
        """Return a photo that was never a file."""
        pixels = self._archive.read_image(field(found, "file", str), (*shape, 3))
        icc = self._archive.read_bytes(field(found, "icc", str)) if "icc" in found else None
        alpha = self._alpha(found, shape) if "alpha" in found else None
        return Photo(pixels, alpha, icc)

    def _truth(self, shape: tuple[int, int]) -> tuple[np.ndarray | None, Path | None]:
        path = self._located(field(self._found, "truth", str, NULL))
        if path is None:
            return None, None
        try:
            truth = read_alpha(path)
        except InputError:
            truth = None
        if truth is None or truth.shape != shape:
            note = Message("The ground truth '{path}' is missing or another; load it again.", path=path)
            self._notes.append(note)
            return None, None
        return truth, path

    # What was made by hand

    def _trimap(self, found: dict[str, Any], name: str, shape: tuple[int, int]) -> np.ndarray:
        trimap = self._archive.read_image(field(found, name, str), shape)
        if trimap.dtype != np.uint8 or count_labels(trimap).sum() != trimap.size:
            raise ArchiveError("labels")
        return trimap

    def _tiles(self, shape: tuple[int, int]) -> Tiles:
        tiles = {}
        for found in objects(self._found, "touch_up"):
            row, column = field(found, "row", int), field(found, "column", int)
            tile = self._archive.read_array(field(found, "file", str))
            sides = min(TILE, shape[0] - row * TILE), min(TILE, shape[1] - column * TILE)
            if min(row, column, *sides) < 0 or tile.shape != (2, *sides) or tile.dtype != np.float32:
                raise ArchiveError("a tile")
            if not ((tile[1] >= 0) & (tile[1] <= tile[0]) & (tile[0] <= 1)).all():
                raise ArchiveError("a tile")
            tiles[row, column] = tile
        return tiles

    def _backdrop(self) -> Backdrop:
        found = field(self._found, "backdrop", dict)
        kind = field(found, "kind", str)
        if kind == "transparent":
            return Backdrop()
        if kind == "colour":
            return PlainColour(_colour(found, "colour"))
        if kind == "gradient":
            return Gradient(_colour(found, "first"), _colour(found, "second"), _number(found, "angle"))
        if kind == "image":
            image = self._archive.read_image(field(found, "file", str))
            shift_x, shift_y = numbers(found, "shift", 2)
            return PlacedImage(image, field(found, "name", str), _size(found, "scale"), (shift_x, shift_y))
        if kind == "blur":
            return BlurredPhoto(_size(found, "share"))
        raise ArchiveError("the backdrop")

    # What was computed

    def _parameters(self, found: dict[str, Any]) -> dict[str, Any]:
        parameters = field(found, "parameters", dict)
        for stage in parameters:
            self._check_stage(stage)
        return parameters_from_json(parameters, self._stages)

    def _stage(self, found: dict[str, Any], name: str) -> str:
        stage: str = field(found, name, str)
        self._check_stage(stage)
        return stage

    def _check_stage(self, stage: str) -> None:
        if stage not in self._stages:
            raise InputError(
                "'{path}' uses the method '{stage}', which is not installed here; install the"
                " package that has it.",
                path=self._path,
                stage=stage,
            )

    def _state(self, found: dict[str, Any]) -> int:
        """Return the state that something was made in: 0 for the present one, others below."""
        return self._states.setdefault(field(found, "state", int), -1 - len(self._states))

    def _alpha(self, found: dict[str, Any], shape: tuple[int, int]) -> np.ndarray:
        return unit_range(self._archive.read_image(field(found, "alpha", str), shape), np.float32)

    def _results(self, photo: Photo) -> dict[str, Solved]:
        requests = [
            MattingRequest(
                photo.pixels,
                self._trimap(run, "trimap", photo.shape),
                tuple(self._stage({"stage": name}, "stage") for name in field(run, "methods", list)),
                self._parameters(run),
                foreground=True,
            )
            for run in objects(self._found, "runs")
        ]
        results = {}
        for found in objects(self._found, "results"):
            run = field(found, "run", int)
            if not 0 <= run < len(requests):
                raise ArchiveError("the run")
            stage = self._stage(found, "stage")
            result = StageResult(
                stage,
                field(found, "title", str),
                self._alpha(found, photo.shape),
                _number(found, "seconds"),
                field(found, "device", str),
                field(found, "converged", bool),
                field(found, "note", str),
            )
            results[stage] = Solved(result, requests[run], self._state(found))
        return results

    def _matte(self, photo: Photo, results: Mapping[str, Solved]) -> Matte | None:
        found = field(self._found, "matte", dict, NULL)
        if found is None:
            return None
        stage, alpha = self._stage(found, "stage"), self._alpha(found, photo.shape)
        foreground = unit_range(photo.pixels, np.float32)
        kept = foreground_mask(alpha, (solved.result.alpha for solved in results.values()), 1.0)
        colours = self._archive.read_image(field(found, "foreground", str)).reshape(-1, 3)
        n_kept = np.count_nonzero(kept)
        if len(colours) < n_kept:
            raise ArchiveError("the foreground")
        foreground[kept] = unit_range(colours[:n_kept], np.float32)
        return Matte(stage, field(found, "title", str), alpha, foreground, self._state(found))


def _number(found: Mapping[str, Any], name: str) -> float:
    number: float = field(found, name, int, float)
    if not np.isfinite(number):
        raise ArchiveError(f"the field {name}")
    return number


def _size(found: Mapping[str, Any], name: str) -> float:
    number = _number(found, name)
    if number <= 0:
        raise ArchiveError(f"the field {name}")
    return number


def _colour(found: Mapping[str, Any], name: str) -> np.ndarray:
    return np.clip(np.array(numbers(found, name, 3), np.float32), 0, 1)
