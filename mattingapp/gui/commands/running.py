"""What the Run menu and the parameters do, and what follows from another plan for the next run."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from mattingapp.gui.canvas.canvas import Canvas
from mattingapp.gui.commands.filing import Filing
from mattingapp.gui.docks.parameters_panel import ParametersPanel
from mattingapp.gui.panes.presenter import ResultsPresenter
from mattingapp.gui.session.auto_run import AutoRun
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.trimap_maker import TrimapMaker


class Running(QObject):
    """Keeps panes and parameters in step with the method, runs when the hand rests, and ends what is under way.

    Parameters
    ----------
    session : Session
    maker : TrimapMaker
    filing : Filing
    canvas : Canvas
        A stroke under way there puts an automatic run off.
    results : ResultsPresenter
    parameters : ParametersPanel
    settings : Settings
        Remember whether to run automatically.
    parent : QObject
    """

    def __init__(
        self,
        session: Session,
        maker: TrimapMaker,
        filing: Filing,
        canvas: Canvas,
        results: ResultsPresenter,
        parameters: ParametersPanel,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._maker = maker
        self._filing = filing
        self._results = results
        self._parameters = parameters
        self._settings = settings
        self._seen: tuple[str, Any] = ("", {})  # method and parameters that panes and docks are shown for
        self._auto_run = AutoRun(session, lambda: canvas.painting or session.previewing, self)
        self._auto_run.set_enabled(settings.auto_run)
        parameters.changed.connect(self._choose_parameters)
        session.document_changed.connect(self._on_document)
        session.plan_changed.connect(self._on_plan)

    def cancel(self) -> None:
        """End the run and the search for the subject, and open nothing after all."""
        self._filing.cancel()
        self._session.output.drop_reads()
        self._session.cancel()
        self._maker.cancel()

    def run_automatically(self, automatically: bool) -> None:
        """Run after each stroke, or only when told."""
        self._settings.auto_run = automatically
        self._auto_run.set_enabled(automatically)

    @Slot(str, object)
    def _choose_parameters(self, stage: str, parameters: Any) -> None:
        self._session.set_parameters(stage, parameters)

    @Slot()
    def _on_document(self) -> None:
        settings = self._session.settings
        self._seen = settings.method, settings.parameters
        self._results.set_method(settings.method)
        self._show_parameters()
        if self._session.document.matte is None:
            self._auto_run.request()

    @Slot()
    def _on_plan(self) -> None:
        settings, before, planned = self._session.settings, self._seen, self._results.planned
        self._seen = settings.method, settings.parameters
        if self._session.opened is None or self._seen == before:  # another device computes the same
            return
        self._results.set_method(settings.method)
        if settings.method != before[0]:
            self._show_parameters()
        elif self._results.planned != planned:  # another model reads other stages
            QTimer.singleShot(0, self._show_parameters)  # once the editor that said so is done
        self._auto_run.request()

    @Slot()
    def _show_parameters(self) -> None:
        planned = tuple(
            stage for stage in self._session.stages.values() if stage.name in self._results.planned
        )
        self._parameters.show_stages(planned, self._session.settings.parameters)
