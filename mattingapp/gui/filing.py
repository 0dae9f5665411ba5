"""What comes from files: photos, trimaps, samples, what was open lately, and what is dropped on the window."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.clipboard import photo_on
from mattingapp.gui.dialogs import Answer, Dialogs
from mattingapp.gui.exporting import Exporting
from mattingapp.gui.notices import Notice, Tone
from mattingapp.gui.opening import sort_dropped
from mattingapp.gui.session import Session
from mattingapp.gui.settings import Settings
from mattingapp.imaging.errors import InputError
from mattingapp.resources import resource

_SOON_READ = 3_000_000  # bytes of a file that is open before one reads a notice


class Filing(QObject):
    """Opens files in the session, and never loses what is not saved without asking.

    Parameters
    ----------
    session : Session
    dialogs : Dialogs
    settings : Settings
        Remember the photos opened lately.
    exporting : Exporting
        Saves a touch-up.
    window : QWidget
        Parent of dialogs.

    Signals
    -------
    reading(Notice)
        The program is about to be busy for a moment.
    recent_changed(list of Path)
        Other photos were open lately.
    """

    reading = Signal(object)
    recent_changed = Signal(object)

    def __init__(
        self, session: Session, dialogs: Dialogs, settings: Settings, exporting: Exporting, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._dialogs = dialogs
        self._settings = settings
        self._exporting = exporting
        self._window = window

    # Photos

    def open_photo(self) -> None:
        """Ask for a photo and open it."""
        if self.may_discard() and (path := self._dialogs.open_image(self._window, self.tr("Open a photo"))):
            self._open(path)

    @Slot(object)
    def open_files(self, photo: Path, trimap: Path | None = None) -> None:
        """Open a photo, and its trimap if given, unless the person wants to keep what is open."""
        if self.may_discard():
            self._open(photo, trimap)

    @Slot(str)
    def open_sample(self, name: str, with_trimap: bool = True) -> bool:
        """Open a bundled sample photo; return whether the person let it."""
        if not self.may_discard():
            return False
        trimap = resource("samples", f"{name}_trimap.png") if with_trimap else None
        self._open(resource("samples", f"{name}.png"), trimap, remember=False)
        return True

    def drop(self, paths: Sequence[Path]) -> None:
        """Open what was dropped, a photo, its trimap, or both."""
        document = self._session.document
        try:
            with _busy():
                photo, trimap = sort_dropped(paths, document.photo.shape if document else None)
        except InputError as error:
            self._session.noticed.emit(Notice(str(error), Tone.WARNING))
            return
        if photo is not None:
            self.open_files(photo, trimap)
        else:
            self._session.import_trimap(trimap)

    def paste(self) -> None:
        """Open the picture on the clipboard, or the files."""
        data = QGuiApplication.clipboard().mimeData()
        if paths := [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]:
            self.drop(paths)
        elif (read := photo_on(data)) is None:
            text = self.tr("There is no picture on the clipboard: copy one first.")
            self._session.noticed.emit(Notice(text, Tone.WARNING))
        elif self.may_discard():
            with _busy():
                self._session.paste_photo(read)

    def _open(self, photo: Path, trimap: Path | None = None, remember: bool = True) -> None:
        with _busy():
            if photo.is_file() and photo.stat().st_size > _SOON_READ:
                self.reading.emit(Notice(self.tr("Opening {file}…").format(file=photo.name)))
            opened = self._session.open_photo(photo, trimap)
        recent = [path for path in self._settings.recent if path != photo.absolute()]
        self.remember([photo.absolute(), *recent] if opened and remember else recent)

    # Lately

    def remember(self, recent: Sequence[Path]) -> None:
        """Take these for the photos opened lately."""
        self._settings.recent = list(recent)
        self.recent_changed.emit(self._settings.recent)

    @Slot()
    def forget(self) -> None:
        """Remember no photos."""
        self.remember([])

    # Trimaps

    def import_trimap(self) -> None:
        """Ask for a trimap and take it."""
        if path := self._dialogs.open_image(self._window, self.tr("Import a trimap")):
            self._session.import_trimap(path)

    def save_trimap(self) -> bool:
        """Ask for a file and write the trimap; return whether it was written."""
        document = self._session.document
        name = document.trimap_path.name if document.trimap_path else f"{document.photo.stem}_trimap.png"
        title = self.tr("Save the trimap")
        chosen = self._dialogs.save_image(self._window, title, Path(name).stem + ".png", {"PNG": "png"})
        return chosen is not None and self._session.save_trimap(chosen[0])

    def may_discard(self) -> bool:
        """Ask about changes that would be lost; return whether to go on."""
        document = self._session.document
        if document is None or not document.modified:
            return True
        answer = self._dialogs.unsaved(self._window, document.trimap_modified, document.touch_modified)
        if answer is not Answer.SAVE:
            return answer is Answer.DISCARD
        if document.trimap_modified:
            return self.save_trimap() and self.may_discard()
        return self._exporting.alpha()  # which is finished even when the window closes


@contextmanager
def _busy() -> Iterator[None]:
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()
