"""What comes from files: photos, projects, trimaps, samples, what was open lately, what is dropped or pasted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from mattingapp.gui.commands.clipboard import photo_on
from mattingapp.gui.commands.dialogs import Answer, Dialogs
from mattingapp.gui.commands.saving import Saving, Then
from mattingapp.gui.commands.sources import source_problem
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.reading import (
    Opened,
    PhotoMissing,
    Read,
    TrimapRead,
    open_dropped,
    open_files,
    open_journal,
    open_photo,
    open_project,
    read_for_import,
)
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.worker import BackgroundThread, Latest, News
from mattingapp.project.document import Document
from mattingapp.resources import resource

_PATIENCE = 0.2  # seconds; a file may lie where nothing answers, and another one is waited for


@dataclass(frozen=True, eq=False)
class _Wish:
    """What to do about a file once it has been read.

    Attributes
    ----------
    named : Path or None
        The file that the person named: it is remembered, or forgotten where it cannot be opened.
    recovery : bool
        It is work that was left behind.
    then : callable or None
        Called once its document is open.
    """

    named: Path | None = None
    recovery: bool = False
    then: Then | None = None


class Filing(QObject):
    """Opens files in the session, and never loses what is not saved without asking.

    Parameters
    ----------
    session : Session
    dialogs : Dialogs
    settings : Settings
        Remember the files opened lately.
    window : QWidget
        Parent of dialogs.

    Signals
    -------
    opening_changed(str name)
        What is being opened; "" for nothing any more.
    recent_changed(list of Path)
        Other files were open lately.
    restored(Path, Replayed)
        The work in this journal is open now.
    """

    opening_changed = Signal(str)
    recent_changed = Signal(object)
    restored = Signal(object, object)

    def __init__(self, session: Session, dialogs: Dialogs, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._dialogs = dialogs
        self._settings = settings
        self._window = window
        self.saving = Saving(session, dialogs, window)
        self.saving.saved.connect(self._remember_first)
        self._thread = BackgroundThread("opening", self, _PATIENCE)
        self._thread.crashed.connect(session.crashed)
        self._thread.changed.connect(self._tell_opening)
        self._opening = Latest(self._thread)
        self._name = self._told = ""  # of what is being opened, for the person; and what was told last
        self._wish = _Wish()
        self._given_up: object = None  # the work in the open document that the person said may go

    @property
    def opening(self) -> bool:
        """Whether something is being opened."""
        return self._opening.busy

    # Photos and projects

    def open(self) -> None:
        """Ask for a photo or a project and open it."""
        self._leave(self._choose)

    @Slot(object)
    def open_files(self, photo: Path, trimap: Path | None = None) -> None:
        """Open a photo, and its trimap if given, or a project, unless the person wants to keep what is open."""
        self._leave(lambda: self._open(photo, trimap, _Wish(photo.absolute())))

    @Slot(str)
    def open_sample(self, name: str, with_trimap: bool = True, then: Then | None = None) -> None:
        """Open a bundled sample photo, unless the person does not want it; `then` is called once it is open."""
        photo = resource("samples", f"{name}.png")
        trimap = resource("samples", f"{name}_trimap.png") if with_trimap else None
        self._leave(lambda: self._open(photo, trimap, _Wish(then=then)))

    def drop(self, paths: Sequence[Path]) -> None:
        """Open what was dropped, a project, a photo, its trimap, or both."""
        shape = self._session.document.photo.shape if self._session.opened else None
        read = partial(open_dropped, paths, shape, self._session.inherited(), self._session.stages)
        self._given_up = None  # it may be but a trimap: there is something to ask only when that is known
        self._read(paths[0].name, read, _Wish(paths[0].absolute()))

    def paste(self) -> None:
        """Open the picture on the clipboard, or the files."""
        data = QGuiApplication.clipboard().mimeData() or QMimeData()  # None where nothing was copied yet
        if paths := [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]:
            self.drop(paths)
        elif (pasted := photo_on(data)) is None:
            text = self.tr("There is no picture on the clipboard: copy one first.")
            self._session.noticed.emit(Notice(text, Tone.WARNING))
        else:
            read = partial(open_photo, pasted, None, self._session.inherited())
            self._leave(lambda: self._read(self.tr("Pasted image"), read, _Wish()))

    def restore(self, journal: Path) -> None:
        """Open work that was left behind, unless the person wants to keep what is open."""
        read = partial(open_journal, journal, None, self._session.stages)
        wish = _Wish(journal, recovery=True)
        self._leave(lambda: self._read(self.tr("what was left behind"), read, wish))

    def cancel(self) -> None:
        """Open nothing after all."""
        self._opening.drop()
        self._tell_opening()

    def close(self) -> None:
        """Finish what is being saved, and end the threads."""
        self._opening.drop()
        self._thread.close()
        self.saving.close()

    def may_leave(self, then: Then) -> bool:
        """Ask about work that would be lost; return whether to go on now.

        Where it is to be saved first, `then` is called once that is done.
        """
        if self._session.opened is None or not self._session.document.modified:
            return True
        document = self._session.document
        if self.saving.join(then):
            return False
        answer = self._dialogs.unsaved(self._window, document_name(document))
        if answer is Answer.SAVE:
            self.saving.save(then)
        return answer is Answer.DISCARD

    def _leave(self, then: Then) -> None:
        """Call `then`, which replaces what is open, unless the person wants to keep that."""
        if self.may_leave(lambda: self._leave(then)):  # after a save it may have changed again
            self._given_up = self._session.document.state.by_hand if self._session.opened else None
            then()

    def _choose(self) -> None:
        if path := self._dialogs.open_document(self._window, self.tr("Open a photo or a project")):
            self._open(path, None, _Wish(path.absolute()))

    def _open(self, photo: Path, trimap: Path | None, wish: _Wish) -> None:
        read = partial(open_files, photo, trimap, self._session.inherited(), self._session.stages)
        self._read(photo.name, read, wish)

    def _read(self, name: str, read: Callable[[], Read], wish: _Wish) -> None:
        self._wish, self._name = wish, name
        self._opening.start(lambda reporter: read(), News(done=self._on_read, refused=self._on_refused))
        self._tell_opening()

    @Slot()
    def _tell_opening(self) -> None:
        name = self._name if self.opening else ""
        if name != self._told:
            self._told = name
            self.opening_changed.emit(name)

    def _on_read(self, read: Read) -> None:
        if isinstance(read, TrimapRead):
            self._session.take_trimap(read)
        elif isinstance(read, PhotoMissing):
            self._ask_for_photo(read)
        else:
            self._show(read, self._wish)

    def _show(self, opened: Opened, wish: _Wish) -> None:
        session = self._session
        given_up = session.opened is None or session.document.state.by_hand == self._given_up
        if not given_up and not self.may_leave(lambda: self._show(opened, wish)):
            return
        self._session.show_document(opened)
        if wish.recovery:
            self.restored.emit(wish.named, opened.replayed)
        elif wish.named is not None:
            self._remember_first(opened.document.project_path or opened.document.photo.path or wish.named)
        if wish.then is not None:
            wish.then()

    def _on_refused(self, sentence: str) -> None:
        self._session.noticed.emit(Notice(sentence, Tone.WARNING))
        if self._wish.named in self._settings.recent:
            self.remember([path for path in self._settings.recent if path != self._wish.named])

    def _ask_for_photo(self, missing: PhotoMissing) -> None:
        self._session.noticed.emit(Notice(str(missing.error), Tone.WARNING))
        title = self.tr("Where is {file}?").format(file=missing.error.photo.name)
        if path := self._dialogs.open_image(self._window, title):
            again = open_journal if self._wish.recovery else open_project
            read = partial(again, missing.project, path, self._session.stages)
            self._read(missing.project.name, read, self._wish)

    # Lately

    def remember(self, recent: Sequence[Path]) -> None:
        """Take these for the files opened lately."""
        self._settings.recent = list(recent)
        self.recent_changed.emit(self._settings.recent)

    @Slot()
    def forget(self) -> None:
        """Remember no files."""
        self.remember([])

    @Slot(object)
    def _remember_first(self, path: Path) -> None:
        path = path.absolute()
        self.remember([path, *(other for other in self._settings.recent if other != path)])

    # Trimaps

    def import_trimap(self) -> None:
        """Ask for a trimap and take it."""
        if path := self._dialogs.open_image(self._window, self.tr("Import a trimap")):
            self._read(path.name, partial(read_for_import, path, self._session.document.photo.shape), _Wish())

    def save_trimap(self) -> None:
        """Ask for a file and write the trimap."""
        document = self._session.document
        name = document.trimap_path.name if document.trimap_path else f"{document.photo.stem}_trimap.png"
        title = self.tr("Save the trimap")
        chosen = self._dialogs.save_image(self._window, title, Path(name).stem + ".png", {"PNG": "png"})
        if chosen is None:
            return
        if problem := source_problem(document, chosen[0], but=document.trimap_path):
            self._session.noticed.emit(Notice(problem, Tone.WARNING))
        else:
            self._session.save_trimap(chosen[0])


def document_name(document: Document) -> str:
    """Return what a document is called on screen: by its project, else by its photo."""
    path = document.project_path or document.photo.path
    return path.name if path else QCoreApplication.translate("Filing", "Pasted image")
