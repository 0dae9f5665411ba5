"""Saving projects without waiting: they are written in a thread of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mattingapp.gui.commands.dialogs import Dialogs, Overwrite
from mattingapp.gui.commands.sources import source_problem
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.output import saved_text
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import BackgroundThread, News, Reporter, Task
from mattingapp.imaging.files import Stamp, has_changed
from mattingapp.project.archive import SUFFIX
from mattingapp.project.document import Document, DocumentState
from mattingapp.project.save import Snapshot, write_project

Then = Callable[[], object]


@dataclass(eq=False)
class _Saving:
    document: Document
    path: Path
    state: DocumentState
    then: list[Then]
    task: Task = field(init=False)
    changed: bool = False  # by others, so that it was not written


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
        self._written: dict[Path, Stamp | None] = {}  # by this program, for the other thread
        self._thread = BackgroundThread("saving", self)
        self._thread.crashed.connect(session.crashed)

    def save(self, then: Then | None = None) -> None:
        """Write the project where it was, or where the person says; `then` is called once that is done."""
        document = self._session.document
        if document.project_path is None:
            self.save_as(then)
        else:
            self._save(document.project_path, then, document.project_stamp)

    def save_as(self, then: Then | None = None) -> None:
        """Ask for a file and write the project."""
        document = self._session.document
        name = document.project_path.stem if document.project_path else document.photo.stem
        formats = {self.tr("Project"): SUFFIX.removeprefix(".")}
        title = self.tr("Save the project")
        if chosen := self._dialogs.save_image(self._window, title, name + SUFFIX, formats):
            if problem := source_problem(document, chosen[0], but=document.project_path):
                self._session.noticed.emit(Notice(problem, Tone.WARNING))
            else:
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

    def _save(self, path: Path, then: Then | None, before: Stamp | None = None) -> None:
        """Write the project, unless it was once as `before` and is not any more."""
        document = self._session.document
        snapshot = Snapshot.of(document)
        saving = _Saving(document, path, document.state, [then] if then else [])

        def work(reporter: Reporter) -> Stamp | None:
            known = [stamp for stamp in (before, self._written.get(path)) if stamp is not None]
            saving.changed = before is not None and all(has_changed(path, stamp) for stamp in known)
            if saving.changed:
                return None
            self._written[path] = write_project(path, snapshot)
            return self._written[path]

        news = News(done=lambda stamp: self._finish(saving, stamp), refused=self._refuse)
        saving.task = self._thread.submit(work, news)
        self._under_way = [other for other in self._under_way if not other.task.over] + [saving]
        self._session.noticed.emit(Notice(self.tr("Saving {file}…").format(file=path.name)))

    def _finish(self, saving: _Saving, stamp: Stamp | None) -> None:
        if saving.changed:
            self._ask(saving)
            return
        saving.document.mark_in_project(saving.path, saving.state, stamp)
        self._session.stepped.emit()
        self._session.noticed.emit(Notice(saved_text(saving.path)))
        self.saved.emit(saving.path)
        for then in saving.then:
            then()

    def _ask(self, saving: _Saving) -> None:
        """Have the person decide about a project that others have changed."""
        answer = self._dialogs.changed(self._window, saving.path.name)

        def then() -> None:
            for waiting in saving.then:
                waiting()

        if answer is Overwrite.REPLACE:
            self._save(saving.path, then)
        elif answer is Overwrite.RENAME:
            self.save_as(then)

    def _refuse(self, sentence: str) -> None:
        self._session.noticed.emit(Notice(sentence, Tone.WARNING))
