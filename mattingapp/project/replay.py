"""From a journal to the document it tells of; see `project.journal` for what it holds."""

import logging
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import Stamp
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.matting.stages import Stage
from mattingapp.project.archive import NULL, ArchiveError, ArchiveReader, field, numbers, objects
from mattingapp.project.document import Document
from mattingapp.project.history import Layer, Past, PastStep, Patch, Runs
from mattingapp.project.journal import RESULTS_SUFFIX, records
from mattingapp.project.load import Reading, described, opened
from mattingapp.project.painting import Rect

log = logging.getLogger(__name__)

_LAYERS = {layer.name: layer for layer in Layer}


class Replayed(NamedTuple):
    """Work that was not saved.

    Attributes
    ----------
    document : Document
        With its history and results, and nothing of it saved.
    notes : tuple of Message
        What is not as it was.
    view : mapping
        How the window showed it; as the window gave it, and no more trusted than the file.
    intact : bool
        Whether the journal can go on as it is.
    """

    document: Document
    notes: tuple[Message, ...]
    view: Mapping[str, Any]
    intact: bool


def read_journal(
    path: Path, photo: Path | None = None, stages: Mapping[str, Stage] | None = None
) -> Replayed:
    """Read a journal, up to the last change that is whole.

    Parameters
    ----------
    path, photo, stages : as for `project.load.read_project`

    Raises
    ------
    as `project.load.read_project`
    """
    shared: dict[str, np.ndarray] = {}
    with opened(path) as file:
        changes = records(file)
        archive = ArchiveReader(BytesIO(next(changes, b"")), shared)
        reading = Reading(archive, path, stages)
        document = reading.document(photo)
        found = archive.description()
        recovered = field(found, "recovered", dict)
        document.project_path = reading.located(recovered, "project")
        document.project_stamp = _stamp(recovered)
        view: object = found.get("view")
        if "history" in found:
            document.restore_history(_past(archive, reading, field(found, "history", dict), document))
        lost: list[Message] = []
        for change in changes:
            try:
                archive = ArchiveReader(BytesIO(change), shared)
                view = _apply(archive, reading.beside(archive), document) or view
            except ArchiveError:
                log.exception("A change in %s could not be read", path)
                lost.append(Message("The last changes could not be read; check the trimap and the touch-up."))
                break
    results = _read_results(path, found.get("token"), document, reading.photo_changed, stages)
    notes = *reading.notes, *lost, *results
    document.mark_unsaved()
    intact = "history" in found and photo is None and not notes
    return Replayed(document, notes, view if isinstance(view, dict) else {}, intact)


def photo_name(path: Path) -> str:
    """Return the name of the photo of a journal, "" for one that was pasted; raise as `read_journal`."""
    with opened(path) as file:
        archive = ArchiveReader(BytesIO(next(records(file), b"")))
        photo = field(described(archive, path), "photo", dict)
        return PurePosixPath(field(photo, "path", str, NULL) or "").name


def _read_results(
    path: Path, token: object, document: Document, outdated: bool, stages: Mapping[str, Stage] | None
) -> tuple[Message, ...]:
    """Put the results that belong to a journal into its document; return what there is to say about it."""
    results = path.with_suffix(RESULTS_SUFFIX)
    if not results.exists():
        return ()
    try:
        with opened(results) as file:
            archive = ArchiveReader(file)
            if archive.description().get("token") == token:
                reading = Reading(archive, path, stages)
                reading.read_results(document, lambda state: -1 if outdated else state)
    except InputError:  # they can be computed again
        return (Message("The results of the last run could not be read; run again."),)
    return ()


def _apply(archive: ArchiveReader, reading: Reading, document: Document) -> object:
    """Do one change to the document; return how the window showed it from then on, if that changed."""
    found = archive.description()
    history = document.history
    if "step" in found:
        step = field(found, "step", dict)
        document.go_to(history.position_of(field(step, "before", int)))
        name, number, layer, side = _step(archive, reading, step, document.photo.shape)
        if number != history.following:
            raise ArchiveError("the order of the steps")
        document.replay(name, layer, side)
    if "last" in found:
        document.go_to(history.position_of(field(found, "last", int)))
    if "backdrop" in found:
        document.backdrop = reading.backdrop(found)
    if "settings" in found:
        document.settings = reading.settings(field(found, "settings", dict))
    if "places" in found:
        places = field(found, "places", dict)
        document.trimap_path = reading.located(places, "trimap")
        truth = reading.located(places, "truth")
        if truth != document.truth_path:
            document.truth, document.truth_path = reading.truth(truth, document.photo.shape)
        document.project_path = reading.located(places, "project")
        document.project_stamp = _stamp(places)
    return found.get("view")


def _stamp(found: Mapping[str, Any]) -> Stamp | None:
    kept = found.get("stamp")
    if not isinstance(kept, list) or list(map(type, kept)) != [int, int, str]:
        return None
    return Stamp(*kept)


def _past(archive: ArchiveReader, reading: Reading, found: Mapping[str, Any], document: Document) -> Past:
    steps = tuple(_step(archive, reading, step, document.photo.shape) for step in objects(found, "steps"))
    position, following = field(found, "position", int), field(found, "following", int)
    forgotten = field(found, "forgotten", dict)
    if not 0 <= position <= len(steps):
        raise ArchiveError("the position")
    return Past(
        steps, position, {layer: field(forgotten, name, int) for name, layer in _LAYERS.items()}, following
    )


def _step(
    archive: ArchiveReader, reading: Reading, found: Mapping[str, Any], shape: tuple[int, int]
) -> PastStep:
    layer = _LAYERS.get(field(found, "layer", str))
    side: Any
    if layer is Layer.TRIMAP:
        side = _patch(archive, found, shape)
    elif layer is Layer.TOUCH_UP:
        side = reading.tiles(found, "tiles", shape)
    elif layer is Layer.BACKDROP:
        side = reading.backdrop(found)
    else:
        raise ArchiveError("the layer")
    return PastStep(field(found, "name", str), field(found, "number", int), layer, side)


def _patch(archive: ArchiveReader, found: Mapping[str, Any], shape: tuple[int, int]) -> Patch:
    rect = Rect(*(int(place) for place in numbers(found, "rect", 4)))
    rows, columns = rect.y1 - rect.y0, rect.x1 - rect.x0
    count = field(found, "runs", int)
    if rect.clipped(shape) != rect or not rect or not 0 < count <= rows * columns:
        raise ArchiveError("a step")
    values = archive.read_array(field(found, "values", str), (count,), np.uint8)
    lengths = archive.read_array(field(found, "lengths", str), (count,), np.int32)
    if (
        lengths.min() <= 0
        or lengths.sum(dtype=np.int64) != rows * columns
        or not np.isin(values, list(Label)).all()
    ):
        raise ArchiveError("a step")
    return Patch(rect, Runs((rows, columns), values, lengths))
