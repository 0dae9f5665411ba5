"""What the panes show: results as they arrive, previews before them, and how far each stage is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Slot

from mattingapp.gui.language import localized, stage_title
from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.panes.gallery import COMPOSITE, Gallery
from mattingapp.gui.panes.grid import FINAL, PaneGrid, caption, explanation, outdated_explanation
from mattingapp.gui.session.backdrop_titles import backdrop_title
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.worker import End, Outcome
from mattingapp.imaging.errors import InputError
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.matting.stages import DEFAULT_METHOD, Stage, sources
from mattingapp.project.document import Solved
from mattingapp.project.painting import Rect


class ResultsPresenter(QObject):
    """Keeps the panes in step with the session.

    Parameters
    ----------
    session : Session
    grid : PaneGrid
    gallery : Gallery
    display : Display
    """

    def __init__(self, session: Session, grid: PaneGrid, gallery: Gallery, display: Display) -> None:
        super().__init__(grid)
        self._session = session
        self._grid = grid
        self._gallery = gallery
        self._display = display
        self._final = DEFAULT_METHOD  # the stage in the pane of the method
        self._progress = 0.0, ""
        self._active: str | None = None  # the pane of the stage that runs
        self.planned: set[str] = set()  # names of the stages of the method chosen
        self._missing = ""  # why the method chosen cannot run
        self._failed: str | None = None  # the pane of the stage that stopped the last run
        self._refusal = ""  # and why it did
        session.document_changed.connect(self._reset)
        session.stepped.connect(self._describe_all)
        session.run_started.connect(self._on_started)
        session.progress.connect(self._on_progress)
        session.result_arrived.connect(self._on_result)
        session.run_ended.connect(self._on_ended)
        session.matte_changed.connect(self._describe_all)
        session.backdrop_changed.connect(self._describe_all)
        session.scores_arrived.connect(self._describe_all)
        session.truth_changed.connect(self._describe_all)
        gallery.changed.connect(self._show_source)
        gallery.all_changed.connect(self._show_all)
        gallery.touched.connect(self._on_touched)
        grid.chosen.connect(self.choose)
        self._reset()

    def stage_of(self, key: str) -> str:
        """Return the name of the stage in a pane."""
        return self._final if key == FINAL else key

    def _pane_showing(self, stage: str) -> str | None:
        """Return the pane that a stage is shown in; None while that pane shows another method."""
        key = self._grid.pane_of(stage)
        return key if self.stage_of(key) == stage else None

    @Slot(str)
    def choose(self, key: str) -> None:
        """Take the result in a pane for the matte."""
        self._session.choose_matte(self.stage_of(key))

    def set_method(self, method: str) -> None:
        """Give the pane of the method to `method`, unless it has a pane of its own."""
        parameters = self._session.document.settings.parameters
        self._grid.add_sources(sources(self._session.stages, parameters))
        try:
            self.planned, self._missing = needed(method, self._session.stages, parameters), ""
        except InputError as error:
            self.planned, self._missing = {method}, localized(error.message)
        if self._grid.pane_of(method) == FINAL and method != self._final:
            self._final = method
            self._show(FINAL)
        self._describe_all()

    @Slot()
    def _reset(self) -> None:
        self._active = self._failed = None
        self._refusal = ""
        self._describe_all()

    @Slot()
    def _on_started(self) -> None:
        self._active = self._failed = None
        self._refusal = ""
        self._describe_all()

    @Slot(str, float, object)
    def _on_progress(self, stage: str, fraction: float, text: str) -> None:
        active = COMPOSITE if stage == FOREGROUND.name else self._pane_showing(stage)
        before, self._active = self._active, active
        self._progress = fraction, localized(text)
        for key in {before, active}:
            if key is not None:
                self._describe(key)

    @Slot(str)
    def _on_result(self, stage: str) -> None:
        key = self._pane_showing(stage)
        self._active = None
        if key is not None:
            self._describe(key)

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        if outcome.end is End.REFUSED:
            self._refusal = localized(outcome.text)
        elif outcome.end is End.CRASHED:
            self._refusal = self.tr("This stage stopped with an error.")
        failed, self._active = (
            self._active or self._grid.pane_of(self._session.document.settings.method),
            None,
        )
        self._failed = failed if self._refusal else None
        self._describe_all()

    @Slot(str)
    def _show_source(self, source: str) -> None:
        key = COMPOSITE if source == COMPOSITE else self._pane_showing(source)
        if key is not None:
            self._show(key)
            self._say_adjusted()

    @Slot(str, object)
    def _on_touched(self, source: str, rect: Rect) -> None:
        key = self._pane_showing(source)
        if key is not None:
            self._grid[key].image.update_part(rect)

    @Slot()
    def _show_all(self) -> None:
        for key in self._grid.panes:
            self._show(key)
        self._say_adjusted()

    def _show(self, key: str) -> None:
        source = COMPOSITE if key == COMPOSITE else self.stage_of(key)
        layers = self._gallery.layers(source)
        self._grid[key].image.show_pictures(layers)
        if not layers:
            self._show_hint(key)

    def _say_adjusted(self) -> None:
        display = self._display
        shown = display.adjusted and display.mode is ViewMode.ALPHA and not display.photo_only
        parts = (
            (display.gain, self.tr("gain {value}").format(value=f"{display.gain:.2g}")),
            (display.gamma, self.tr("gamma {value}").format(value=f"{display.gamma:.2g}")),
        )
        text = " · ".join(part for value, part in parts if value != 1.0)
        self._grid.say_adjusted(self.tr("viewer: {parts}").format(parts=text) if shown else "")

    @Slot()
    def _describe_all(self) -> None:
        matte = self._session.document.matte if self._session.opened else None
        self._grid.set_chosen(self._pane_showing(matte.stage) if matte else None)
        self._grid.offer({key for key in self._grid.panes if self._has_something(key)})
        for key in self._grid.panes:
            self._describe(key)

    def _describe(self, key: str) -> None:
        pane = self._grid[key]
        solved = self._solved(key)
        if key == COMPOSITE:
            pane.set_title(self.tr("Composite"))
            pane.set_caption(*self._composite_caption())
        else:
            pane.set_title(stage_title(self._session.stages[self.stage_of(key)].title))
            pane.set_caption(*self._alpha_caption(solved) if solved else ("", ""))
        pane.choice.setEnabled(solved is not None)
        pane.set_progress(None)
        if key == self._active:
            fraction, text = self._progress
            pane.set_caption(f"{100 * fraction:.0f} %", text)
            pane.set_progress(fraction)
        elif key == self._failed:
            pane.set_caption(self.tr("failed"), self._refusal)
        if not pane.image.has_picture:
            self._show_hint(key)

    def _has_something(self, key: str) -> bool:
        """Tell whether a pane shows something, or will when the method chosen has run."""
        wanted = key == COMPOSITE or self.stage_of(key) in self.planned
        return wanted or self._solved(key) is not None

    def _solved(self, key: str) -> Solved | None:
        opened = self._session.opened
        return opened.document.results.get(self.stage_of(key)) if opened else None

    def _alpha_caption(self, solved: Solved) -> tuple[str, str]:
        outdated = self._session.document.outdated(solved.state)
        scores = self._session.scores.get(solved.result.stage)
        text = caption(solved.result, outdated, scores)
        matte = self._session.document.matte
        if matte is not None and matte.stage == solved.result.stage and self._session.document.touch_up:
            text = f"{text} · {self.tr('touched up')}"
        return text, explanation(solved.result, outdated, scores)

    def _composite_caption(self) -> tuple[str, str]:
        opened = self._session.opened
        matte = opened.document.matte if opened else None
        if matte is None:
            return "", ""
        document = self._session.document
        backdrop = document.backdrop
        on = self.tr("on {backdrop}").format(backdrop=backdrop_title(backdrop))
        text = self.tr("transparent") if backdrop.transparent else on
        tip = f"{stage_title(matte.title)}, {text}."
        if document.outdated(matte.state):
            return self.tr("outdated") + f" · {text}", f"{tip} {outdated_explanation()}"
        return text, tip

    def _show_hint(self, key: str) -> None:
        missing = self._missing and self.stage_of(key) in self.planned
        self._grid[key].image.show_pictures(
            (), self._hint(key), "warning" if missing or key == self._failed else ""
        )

    def _hint(self, key: str) -> str:
        if key == self._failed:
            return self._refusal
        wanted = self.stage_of(key) in self.planned
        if wanted and self._missing:
            return self._missing
        if self._session.running:
            if key == self._active:
                return self.tr("Working…")
            return self.tr("Waiting…") if wanted or key == COMPOSITE else ""
        if key == COMPOSITE:
            return self.tr("The foreground on a new backdrop")
        if not wanted:
            return self.tr("Not part of the method chosen")
        return self.tr("Run shows the {title} alpha here").format(title=self._grid[key].title)


def needed(method: str, stages: Mapping[str, Stage], settings: Mapping[str, Any]) -> set[str]:
    """Return `method` and the names of all stages it reads; InputError where a model is missing."""
    found: set[str] = set()
    left = [method]
    while left:  # a damaged model may name the method that reads it
        name = left.pop()
        if name not in found:
            found.add(name)
            stage = replace(stages[name], settings=settings.get(name, stages[name].settings))
            left += stage.needed()
    return found
