"""Reading what a person wants to open. It takes a while: it is called in another thread than that of the window."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from mattingapp.gui.language import localized
from mattingapp.gui.picture.pictures import Picture
from mattingapp.gui.picture.screen import photo_picture
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.trimap import DEFAULT_BAND, Label, read_trimap, trimap_from_alpha
from mattingapp.matting.stages import Stage
from mattingapp.project.archive import SUFFIX
from mattingapp.project.backdrop import Backdrop
from mattingapp.project.document import Document, RunSettings
from mattingapp.project.load import PhotoMissingError, read_project
from mattingapp.project.replay import Replayed, read_journal

translate = QCoreApplication.translate
_MAX_SNAPPED = 0.02  # of the pixels; a JPEG of a trimap has some grey along its edges


class Inherited(NamedTuple):
    """What a new document takes over from the one before it."""

    backdrop: Backdrop
    settings: RunSettings


@dataclass(frozen=True, eq=False)
class Opened:
    """A document, its photo for the screen, what there is to say about it, and the journal's if it is from one."""

    document: Document
    picture: Picture
    notice: Notice | None = None
    replayed: Replayed | None = None

    @classmethod
    def of(cls, document: Document, notice: Notice | None, replayed: Replayed | None = None) -> "Opened":
        """Make ready what is to be shown, which takes as long again as reading it."""
        photo = document.photo
        return cls(document, photo_picture(photo.pixels, photo.icc), notice, replayed)


@dataclass(frozen=True, eq=False)
class TrimapRead:
    """A trimap for the photo that is open, and how many of its pixels were none of the three labels."""

    path: Path
    trimap: np.ndarray
    n_snapped: int

    @property
    def notice(self) -> Notice | None:
        """What there is to say about it."""
        return _snapped_notice(self.path, self.n_snapped)


@dataclass(frozen=True, eq=False)
class PhotoMissing:
    """A project whose photo has to be asked for."""

    project: Path
    error: PhotoMissingError


Read = Opened | TrimapRead | PhotoMissing


class Dropped(NamedTuple):
    """The photo or project to open and the trimap to take, either may be None."""

    photo: Path | None
    trimap: Path | None


def is_project(path: Path) -> bool:
    """Tell whether a file is called like a project."""
    return path.suffix.lower() == SUFFIX


def open_photo(read: Callable[[], Photo], trimap_path: Path | None, inherited: Inherited) -> Opened:
    """Make a document of a photo, with a trimap if given, or with one made from its transparency.

    Raises
    ------
    InputError
        If the photo cannot be read; a trimap that cannot be read is left out, and the notice says why.
    """
    photo = read()
    trimap, notice = None, None
    try:
        if trimap_path is not None:
            taken = read_for_import(trimap_path, photo.shape)
            trimap, notice = taken.trimap, taken.notice
        elif photo.alpha is not None:
            trimap, notice = trimap_from_alpha(photo.alpha), _transparency_notice(photo)
        document = Document(photo, trimap, *inherited, trimap_path=trimap_path)
    except InputError as error:
        document, notice = Document(photo, None, *inherited), Notice(error.message, Tone.WARNING)
    return Opened.of(document, _with_notes(notice, photo.notes))


def open_project(path: Path, photo: Path | None, stages: Mapping[str, Stage]) -> Opened | PhotoMissing:
    """Read a project file; `photo` is where its photo is, if not where the file says."""
    try:
        document, notes = read_project(path, photo, stages)
    except PhotoMissingError as error:
        return PhotoMissing(path, error)
    return Opened.of(document, _with_notes(None, notes))


def open_journal(path: Path, photo: Path | None, stages: Mapping[str, Stage]) -> Opened | PhotoMissing:
    """Read work that was left behind; otherwise as `open_project`."""
    try:
        replayed = read_journal(path, photo, stages)
    except PhotoMissingError as error:
        return PhotoMissing(path, error)
    return Opened.of(replayed.document, _with_notes(None, replayed.notes), replayed)


def open_files(
    photo: Path, trimap: Path | None, inherited: Inherited, stages: Mapping[str, Stage]
) -> Opened | PhotoMissing:
    """Open a photo, and its trimap if given, or a project."""
    if is_project(photo):
        return open_project(photo, None, stages)
    return open_photo(lambda: read_photo(photo), trimap, inherited)


def open_dropped(
    paths: Sequence[Path], shape: tuple[int, int] | None, inherited: Inherited, stages: Mapping[str, Stage]
) -> Read:
    """Open what was dropped; `shape` is that of the open photo, if any. See `sort_dropped`."""
    photo, trimap = sort_dropped(paths, shape)
    if photo is not None:
        return open_files(photo, trimap, inherited, stages)
    assert trimap is not None, "something was dropped"
    return read_for_import(trimap, shape)


def read_for_import(path: Path, shape: tuple[int, int] | None) -> TrimapRead:
    """Read a trimap for a photo of `shape` (H, W); for None, of any size."""
    return TrimapRead(path, *read_trimap(path, shape))


def sort_dropped(paths: Sequence[Path], photo_shape: tuple[int, int] | None) -> Dropped:
    """Tell photo and trimap apart by content.

    Parameters
    ----------
    paths : sequence of Path
        One or two image files, or one project.
    photo_shape : (H, W) or None
        Of the open photo: one file that looks like a trimap is the trimap of it.

    Raises
    ------
    InputError
        For more files, two photos, or two trimaps.
    """
    if len(paths) > 2:
        raise InputError("More than two files were dropped: drop one photo, or a photo and its trimap.")
    if any(map(is_project, paths)) and len(paths) > 1:
        raise InputError("A project was dropped together with another file: drop it alone.")
    if len(paths) == 1:
        path = paths[0]
        if photo_shape is not None and not is_project(path) and trimap_shape(path) is not None:
            return Dropped(None, path)  # one of another size is refused for that, and the photo stays
        return Dropped(path, None)
    trimaps = [path for path in paths if trimap_shape(path) is not None]
    if len(trimaps) != 1:
        kind = Message("trimaps") if trimaps else Message("photos")
        raise InputError("Both files look like {kind}: drop one photo, or a photo and its trimap.", kind=kind)
    (photo,) = (path for path in paths if path not in trimaps)
    return Dropped(photo, trimaps[0])


def trimap_shape(path: Path) -> tuple[int, int] | None:
    """Return the size (H, W) of the trimap in a file, or None if that does not look like a trimap."""
    try:
        trimap, n_snapped = read_trimap(path)
    except InputError:
        return None  # said when it is opened as a photo
    complete = all((trimap == label).any() for label in Label)
    return trimap.shape if complete and n_snapped <= _MAX_SNAPPED * trimap.size else None


def _with_notes(notice: Notice | None, notes: Sequence[str]) -> Notice | None:
    """Return a notice that begins with what there is to say of how the photo was read."""
    if not notes:
        return notice
    texts = [localized(note) for note in (*notes, *([notice.text] if notice else []))]
    return Notice(" ".join(texts), Tone.WARNING, notice.action if notice else "")


def _transparency_notice(photo: Photo) -> Notice:
    text = translate(
        "Session", "{file} has transparency: the trimap was made from it, with an unknown band of {width} px."
    )
    name = photo.path.name if photo.path else translate("Session", "The picture")
    return Notice(text.format(file=name, width=DEFAULT_BAND), action="trimap.band")


def _snapped_notice(path: Path, n_snapped: int) -> Notice | None:
    if not n_snapped:
        return None
    if n_snapped == 1:
        text = translate(
            "Session",
            "One pixel of {file} was neither background nor unknown nor foreground, and took the nearest label.",
        )
    else:
        text = translate(
            "Session",
            "{n} pixels of {file} were neither background nor unknown nor foreground, and took the nearest label.",
        )
    return Notice(text.format(n=f"{n_snapped:,}", file=path.name), Tone.WARNING)
