"""What the person can do now: one value, made from the session and the jobs that work for it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.session.session import Session
from mattingapp.gui.session.trimap_maker import TrimapMaker


@dataclass(frozen=True)
class Situation:
    """All that decides which actions can be used.

    Attributes
    ----------
    photo : bool
        A photo is open.
    modified : bool
        There is work that no file has.
    problem : str or None
        Why the trimap cannot be run.
    running : bool
        A run is under way.
    results : bool
        There is an alpha to choose.
    matte : bool
        There is something to export.
    undo, redo : str or None
        Names of the steps that would be undone and redone.
    opaque_backdrop : bool
        The backdrop is not transparent.
    touched : bool
        The alpha has touch-ups.
    cutting : bool
        The subject is being found.
    previewing : bool
        The trimap shown is not decided on yet.
    truth : bool
        There is a ground truth.
    opening : bool
        A file is being read.
    """

    photo: bool = False
    modified: bool = False
    problem: str | None = None
    running: bool = False
    results: bool = False
    matte: bool = False
    undo: str | None = None
    redo: str | None = None
    opaque_backdrop: bool = False
    touched: bool = False
    cutting: bool = False
    previewing: bool = False
    truth: bool = False
    opening: bool = False


class Lookout(QObject):
    """Tells whenever the situation may be another.

    Parameters
    ----------
    session : Session
    maker : TrimapMaker
    opening : callable () -> bool
        Whether a file is being opened; who asks for that calls `look` where it changes.
    parent : QObject

    Signals
    -------
    changed(Situation)
    """

    changed = Signal(object)

    def __init__(
        self, session: Session, maker: TrimapMaker, opening: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._maker = maker
        self._is_opening = opening
        for signal in (
            session.document_changed,
            session.plan_changed,
            session.stepped,
            session.preview_changed,
            session.run_started,
            session.run_ended,
            session.result_arrived,
            session.matte_changed,
            session.backdrop_changed,
            session.truth_changed,
            maker.cut_changed,
            session.output.reading_changed,
        ):
            signal.connect(self.look)

    @property
    def situation(self) -> Situation:
        """How things are now."""
        session = self._session
        if session.opened is None:
            return Situation(opening=self._opening)
        document = session.document
        return Situation(
            photo=True,
            modified=document.modified,
            problem=session.problem,
            running=session.running,
            results=bool(document.results),
            matte=document.matte is not None,
            undo=document.history.undo_name,
            redo=document.history.redo_name,
            opaque_backdrop=not document.backdrop.transparent,
            touched=bool(document.touch_up),
            cutting=self._maker.cut_progress is not None,
            previewing=session.previewing,
            truth=document.truth is not None,
            opening=self._opening,
        )

    @property
    def _opening(self) -> bool:
        return self._is_opening() or self._session.output.reading

    @Slot()
    def look(self) -> None:
        """Tell how things are."""
        self.changed.emit(self.situation)
