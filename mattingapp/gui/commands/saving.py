"""Saving projects without waiting: they are written in a thread of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.output import saved_text
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, News, Task
from mattingapp.project.archive import SUFFIX
from mattingapp.project.document import Document, DocumentState
from mattingapp.project.save import Snapshot, write_project

Then = Callable[[], None]


@dataclass(eq=False)
class _Saving:
    document: Document
    path: Path
    state: DocumentState
    then: list[Then]
    task: Task = field(init=False)


class Saving(QObject):
    """Writes the project of the session.

    Parameters
    ----------
    session : Session
    dialogs : Dialogs
    window : QWidget
        Parent of dialogs.

    Signals
    -------
    saved(Path)
    """

    saved = Signal(object)

    def __init__(self, session: Session, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._dialogs = dialogs
        self._window = window
        self._under_way: list[_Saving] = []
        self._thread = BackgroundThread("saving", self)
        self._thread.crashed.connect(session.crashed)

    def save(self, then: Then | None = None) -> None:
        """Write the project where it was, or where the person says; `then` is called once that is done."""
        path = self._session.document.project_path
        if path is None:
            self.save_as(then)
        else:
            self._save(path, then)

    def save_as(self, then: Then | None = None) -> None:
        """Ask for a file and write the project."""
        document = self._session.document
        name = document.project_path.stem if document.project_path else document.photo.stem
        formats = {self.tr("Project"): SUFFIX.removeprefix(".")}
        title = self.tr("Save the project")
        if chosen := self._dialogs.save_image(self._window, title, name + SUFFIX, formats):
            self._save(chosen[0], then)

    def join(self, then: Then) -> bool:
        """Call `then` once the project is written, if it is being written as it is now; return whether it is."""
        document = self._session.document
        for saving in self._under_way:
            if not saving.task.over and saving.document is document and saving.state == document.state:
                saving.then.append(then)
                return True
        return False

    def close(self) -> None:
        """Finish what is being written, and end the thread."""
        self._thread.close()

    def _save(self, path: Path, then: Then | None) -> None:
        document = self._session.document
        snapshot = Snapshot.of(document)
        saving = _Saving(document, path, document.state, [then] if then else [])
        news = News(done=lambda nothing: self._finish(saving), refused=self._refuse)
        saving.task = self._thread.submit(lambda reporter: write_project(path, snapshot), news)
        self._under_way = [other for other in self._under_way if not other.task.over] + [saving]
        self._session.noticed.emit(Notice(self.tr("Saving {file}…").format(file=path.name)))

    def _finish(self, saving: _Saving) -> None:
        saving.document.mark_in_project(saving.path, saving.state)
        self._session.stepped.emit()
        self._session.noticed.emit(Notice(saved_text(saving.path)))
        self.saved.emit(saving.path)
        for then in saving.then:
            then()

    def _refuse(self, sentence: str) -> None:
        self._session.noticed.emit(Notice(sentence, Tone.WARNING))
