"""From a project file to the document in it; see `project.save` for what it holds."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import IO, Any

import numpy as np

from mattingapp.imaging.depth import unit_range
from mattingapp.imaging.digest import digest
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import stamp
from mattingapp.imaging.inputs import open_input, shown
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.matting.stages import Stage, registry
from mattingapp.project.archive import (
    FORMAT,
    NULL,
    VERSION,
    ArchiveError,
    ArchiveReader,
    field,
    number,
    numbers,
    objects,
)
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour
from mattingapp.project.document import Document, Matte, RunSettings, Solved, count_labels
from mattingapp.project.parameters import parameters_from_json
from mattingapp.project.save import folded_shape, foreground_mask
from mattingapp.project.touch_up import TILE, Key

_ROUNDING = 1e-6  # by which the touch-ups of earlier versions may leave their range


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
    """Read a project file.

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
        As it was written.
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
    before = stamp(path)
    with opened(path) as file:
        reading = Reading(ArchiveReader(file), path, stages)
        document = reading.document(photo)
        reading.read_results(document)
        document.mark_in_project(path, document.state, before)
        return document, reading.notes


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that is no more trusted than any other: whatever is wrong inside becomes InputError, here only."""
    with open_input(path) as file:
        try:
            yield file
        except ArchiveError as error:
            raise InputError(
                "'{path}' is damaged or no project of this program; open an older copy of it.",
                path=shown(path),
            ) from error


def described(archive: ArchiveReader, path: Path) -> dict[str, Any]:
    """Return the description in an archive if this program can read what it describes."""
    found = archive.description()
    if field(found, "format", str) != FORMAT:
        raise ArchiveError("another format")
    if field(found, "version", int) > VERSION:
        raise InputError(
            "'{path}' was saved by a newer version of this program; update the program to open it.",
            path=shown(path),
        )
    return found


class Reading:
    """One archive on its way to a document.

    Parameters
    ----------
    archive : ArchiveReader
    path : Path
        The file it is in, which the paths in it start from.
    stages : mapping from name to Stage, optional
        The methods there are; by default the registry.
    """

    def __init__(self, archive: ArchiveReader, path: Path, stages: Mapping[str, Stage] | None = None) -> None:
        self._archive = archive
        self._path = path
        self._stages = registry() if stages is None else stages
        self._states: dict[int, int] = {}  # of the trimap, as in the file → as in a new history
        self._notes: list[Message] = []
        self.photo_changed = False

    def beside(self, archive: ArchiveReader) -> "Reading":
        """Return the same for another archive of the file; they share their notes."""
        other = copy(self)
        other._archive = archive
        return other

    @property
    def notes(self) -> tuple[Message, ...]:
        """What is not as it was."""
        return tuple(self._notes)

    def document(self, photo_path: Path | None) -> Document:
        """Return the document without results, which belongs to no project."""
        found = described(self._archive, self._path)
        photo = self._photo(field(found, "photo", dict), photo_path)
        trimap = field(found, "trimap", dict)
        if not self.photo_changed:  # else whatever was made is older than the photo
            self._states[field(trimap, "state", int)] = 0
        truth, truth_path = self.truth(self.located(found, "truth"), photo.shape)
        return Document(
            photo,
            self._trimap(trimap, "file", photo.shape),
            self.backdrop(found),
            self.settings(found),
            trimap_path=self.located(trimap, "path"),
            truth=truth,
            truth_path=truth_path,
            first_tiles={
                key: tile
                for key, tile in self.tiles(found, "touch_up", photo.shape).items()
                if tile is not None
            },
        )

    def read_results(self, document: Document, state: Callable[[int], int] | None = None) -> None:
        """Put the results into the document.

        Parameters
        ----------
        document : Document
        state : callable, optional
            From the state of the trimap that something was made from, as in the file, to what it is in the document.
            By default 0 for the present one, and others below.
        """
        found = self._archive.description()
        state = state or (lambda number: self._states.setdefault(number, -1 - len(self._states)))
        document.results = self._results(found, document.photo, state)
        document.matte = self._matte(found, document.photo, document.results, state)

    def located(self, found: Mapping[str, Any], name: str) -> Path | None:
        """Return the path in a field, which is as seen from the file."""
        text = field(found, name, str, NULL)
        if text is None:
            return None
        if "\0" in text:
            raise ArchiveError(f"the field {name}")
        return Path(os.path.normpath(self._path.absolute().parent / text))

    # What comes from other files

    def _photo(self, found: Mapping[str, Any], chosen: Path | None) -> Photo:
        """Return the photo, and note whether it has changed."""
        width, height = numbers(found, "size", 2)
        path = chosen or self.located(found, "path")
        if path is None:
            return self._kept_photo(found, (int(height), int(width)))
        beside = self._path.absolute().parent / path.name
        if not os.path.exists(path) and os.path.exists(beside):  # noqa: PTH110 - which raises nothing
            path = beside
        if not os.path.exists(path):  # noqa: PTH110
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
        self.photo_changed = digest(photo.pixels) != field(found, "pixels", str)
        if self.photo_changed:
            note = Message(
                "'{file}' has changed since the project was saved; check the trimap, and run again.",
                file=path.name,
            )
            self._notes.append(note)
        return photo

    def _kept_photo(self, found: Mapping[str, Any], shape: tuple[int, int]) -> Photo:
        """Return a photo that was never a file."""
        pixels = self._archive.read_image(field(found, "file", str), (*shape, 3))
        icc = self._archive.read_bytes(field(found, "icc", str)) if "icc" in found else None
        alpha = self._alpha(found, shape) if "alpha" in found else None
        return Photo(pixels, alpha, icc)

    def truth(self, path: Path | None, shape: tuple[int, int]) -> tuple[np.ndarray | None, Path | None]:
        """Return the true alpha in a file and the file, neither where it is gone or another."""
        if path is None:
            return None, None
        try:
            truth = read_alpha(path, shape)
        except InputError:
            truth = None
        if truth is None:
            note = Message("The ground truth '{path}' is missing or another; load it again.", path=path)
            self._notes.append(note)
            return None, None
        return truth, path

    # What was made by hand

    def _trimap(self, found: Mapping[str, Any], name: str, shape: tuple[int, int]) -> np.ndarray:
        trimap = self._archive.read_image(field(found, name, str), shape)
        if trimap.dtype != np.uint8 or count_labels(trimap).sum() != trimap.size:
            raise ArchiveError("labels")
        return trimap

    def tiles(
        self, values: Mapping[str, Any], name: str, shape: tuple[int, int]
    ) -> dict[Key, np.ndarray | None]:
        """Return tiles of a touch-up; None is an untouched one."""
        tiles: dict[Key, np.ndarray | None] = {}
        for found in objects(values, name):
            row, column = field(found, "row", int), field(found, "column", int)
            sides = min(TILE, shape[0] - row * TILE), min(TILE, shape[1] - column * TILE)
            if min(row, column, *sides) < 0:
                raise ArchiveError("a tile")
            file = field(found, "file", str, NULL)
            tile = None if file is None else self._archive.read_array(file, (2, *sides), np.float32)
            if tile is not None:
                covered, added = np.clip(tile[0], 0, 1), np.clip(tile[1], 0, tile[0])
                if not np.allclose(tile, (covered, added), rtol=0, atol=_ROUNDING):
                    raise ArchiveError("a tile")
                tile = np.stack((covered, added))
            tiles[row, column] = tile
        return tiles

    def backdrop(self, values: Mapping[str, Any]) -> Backdrop:
        """Return the backdrop that is described."""
        found = field(values, "backdrop", dict)
        kind = field(found, "kind", str)
        if kind == "transparent":
            return Backdrop()
        if kind == "colour":
            return PlainColour(_colour(found, "colour"))
        if kind == "gradient":
            return Gradient(_colour(found, "first"), _colour(found, "second"), number(found, "angle"))
        if kind == "image":
            image = self._archive.read_shared(field(found, "file", str))
            shift_x, shift_y = numbers(found, "shift", 2)
            return PlacedImage(image, field(found, "name", str), _size(found, "scale"), (shift_x, shift_y))
        if kind == "blur":
            return BlurredPhoto(_size(found, "share"))
        raise ArchiveError("the backdrop")

    def settings(self, values: Mapping[str, Any]) -> RunSettings:
        """Return how the next run computes."""
        return RunSettings(self._stage(values, "method"), parameters=self._parameters(values))

    # What was computed

    def _parameters(self, found: Mapping[str, Any]) -> dict[str, Any]:
        parameters = field(found, "parameters", dict)
        for stage in parameters:
            self._check_stage(stage)
        return parameters_from_json(parameters, self._stages)

    def _stage(self, found: Mapping[str, Any], name: str) -> str:
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

    def _alpha(self, found: Mapping[str, Any], shape: tuple[int, int]) -> np.ndarray:
        return unit_range(self._archive.read_image(field(found, "alpha", str), shape), np.float32)

    def _results(
        self, values: Mapping[str, Any], photo: Photo, state: Callable[[int], int]
    ) -> dict[str, Solved]:
        requests = [
            MattingRequest(
                photo.pixels,
                self._trimap(run, "trimap", photo.shape),
                tuple(self._stage({"stage": name}, "stage") for name in field(run, "methods", list)),
                self._parameters(run),
                foreground=True,
            )
            for run in objects(values, "runs")
        ]
        results = {}
        for found in objects(values, "results"):
            run = field(found, "run", int)
            if not 0 <= run < len(requests):
                raise ArchiveError("the run")
            stage = self._stage(found, "stage")
            note = field(found, "note", str)
            result = StageResult(
                stage,
                field(found, "title", str),
                self._alpha(found, photo.shape),
                number(found, "seconds"),
                field(found, "device", str),
                field(found, "converged", bool),
                (Message("{note}", note=note),) if note else (),
            )
            results[stage] = Solved(result, requests[run], state(field(found, "state", int)))
        return results

    def _matte(
        self,
        values: Mapping[str, Any],
        photo: Photo,
        results: Mapping[str, Solved],
        state: Callable[[int], int],
    ) -> Matte | None:
        found = field(values, "matte", dict, NULL)
        if found is None:
            return None
        stage, alpha = self._stage(found, "stage"), self._alpha(found, photo.shape)
        foreground = unit_range(photo.pixels, np.float32)
        kept = foreground_mask(alpha, (solved.result.alpha for solved in results.values()), 1.0)
        n_kept = int(np.count_nonzero(kept))
        colours = self._archive.read_image(field(found, "foreground", str), folded_shape(n_kept)).reshape(
            -1, 3
        )
        foreground[kept] = unit_range(colours[:n_kept], np.float32)
        made_in = state(field(found, "state", int))
        return Matte(stage, field(found, "title", str), alpha, foreground, made_in)


def _size(found: Mapping[str, Any], name: str) -> float:
    size = number(found, name)
    if size <= 0:
        raise ArchiveError(f"the field {name}")
    return size


def _colour(found: Mapping[str, Any], name: str) -> np.ndarray:
    return np.clip(np.array(numbers(found, name, 3), np.float32), 0, 1)
