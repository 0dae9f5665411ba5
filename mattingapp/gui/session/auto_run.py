"""Runs after each stroke: as soon as the hand rests, the latest trimap wins."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from mattingapp.gui.session.session import Session

_PAUSE = 40  # ms without another step; a run under way gives way at once, so there is little to wait for


class AutoRun(QObject):
    """Starts a run when the trimap has changed, while it is switched on.

    Parameters
    ----------
    session : Session
    busy : callable () -> bool
        Whether a stroke is under way; its end asks again.
    parent : QObject
    """

    def __init__(self, session: Session, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._busy = busy
        self._enabled = False
        self._seen = 0  # the state of the trimap that has been run, or was opened
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._run)
        session.document_changed.connect(self._on_document)
        session.trimap_settled.connect(self._on_settled)
        session.run_started.connect(self._on_started)

    def set_enabled(self, enabled: bool) -> None:
        """Run after each stroke from now on, or only when told."""
        self._enabled = enabled
        if enabled:
            self.request()
        else:
            self._pause.stop()

    @Slot()
    def request(self) -> None:
        """Run once the hand rests, if switched on: something changed that a run depends on."""
        if self._enabled and self._session.opened is not None:
            self._pause.start()

    @Slot()
    def _on_document(self) -> None:
        self._pause.stop()
        self._seen = self._session.document.trimap_state

    @Slot()
    def _on_settled(self) -> None:
        if self._session.document.trimap_state != self._seen:
            self.request()

    @Slot()
    def _on_started(self) -> None:
        self._pause.stop()
        self._seen = self._session.document.trimap_state

    @Slot()
    def _run(self) -> None:
        if self._session.problem is None and not self._busy():
            self._session.run()
