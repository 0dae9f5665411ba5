"""The session: the open document, the jobs that work for it, and news of both for the widgets."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.picture.pictures import Picture
from mattingapp.gui.session.document_editor import DocumentEditor
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.output import Output, saved_text
from mattingapp.gui.session.reading import Inherited, Opened, TrimapRead
from mattingapp.gui.session.worker import BackgroundThread, End, Latest, News, Outcome, Reporter, unheard
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.imaging.message import Message, joined
from mattingapp.imaging.metrics import Scores
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.profile import in_profile
from mattingapp.imaging.trimap import (
    Label,
)
from mattingapp.matting.cache import StageCache
from mattingapp.matting.device import available_devices, device_title
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.matting.stages import Stage, registry
from mattingapp.project.backdrop import Backdrop, PlacedImage
from mattingapp.project.document import Document, Matte, RunSettings, Solved

AUTO = "auto"  # the fastest device there is
_TINY = 48  # pixels, the side of a problem that costs nothing
Pipeline = Callable[..., Iterator[StageResult]]


class Session(DocumentEditor):
    """The open document and its jobs. Lives in the GUI thread; every signal is emitted there.

    Parameters
    ----------
    settings : RunSettings
        For the first document; later ones inherit from the one before.
    pipeline : callable
        As `run_pipeline`.
    stages : mapping from name to Stage, optional
        What the pipeline offers; by default the registry.

    Signals, beside those of `DocumentEditor`
    -----------------------------------------
    document_changed()
        Another photo is open.
    result_arrived(str stage)
        `document.results[stage]` is new.
    preview_arrived(str stage, ndarray alpha)
        An alpha that still converges.
    progress(str stage, float fraction, str text)
    run_started(), run_ended(Outcome)
    matte_changed()
        `document.matte` is another.
    composite_arrived(ndarray)
        The matte on the backdrop, (H, W, 3) uint8.
    truth_changed()
        There is a ground truth to compare with, or none any more.
    scores_arrived()
        `scores` has the errors of another result.
    plan_changed()
        `settings` are others: the next run would be another.
    devices_known()
        `devices` has the computing devices of this machine, (name, title), the fastest first.
    noticed(Notice)
        Something to tell without a dialog.
    crashed(str traceback)
        A bug ended a job.
    """

    document_changed = Signal()
    result_arrived = Signal(str)
    preview_arrived = Signal(str, object)
    progress = Signal(str, float, object)
    run_started = Signal()
    run_ended = Signal(object)
    matte_changed = Signal()
    composite_arrived = Signal(object)
    truth_changed = Signal()
    scores_arrived = Signal()
    plan_changed = Signal()
    devices_known = Signal()
    noticed = Signal(object)
    crashed = Signal(str)

    def __init__(
        self,
        settings: RunSettings,
        pipeline: Pipeline = run_pipeline,
        stages: Mapping[str, Stage] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.stages = dict(registry() if stages is None else stages)
        self.scores: dict[str, Scores] = {}  # of the results, by stage, where there is a ground truth
        known = settings.method in self.stages
        self._settings = settings if known else replace(settings, method=next(iter(self.stages)))
        self.devices: tuple[tuple[str, str], ...] = ()
        self._pipeline = pipeline
        self._cache = StageCache()
        self._told: dict[str, tuple[Message, ...]] = {}  # notes of the last results, by stage
        self._wanted_matte = ""
        self.run_began = 0.0

        self.touch_settled.connect(self._composite)
        self.backdrop_changed.connect(self._composite)
        self._matting = BackgroundThread("matting", self)
        self._matting.crashed.connect(self.crashed)
        self._run, self._warming = Latest(self._matting), Latest(self._matting)
        self.output = Output(self)
        self.output.composite_arrived.connect(self.composite_arrived)
        self.output.scored.connect(self._on_scored)
        self.output.exported.connect(self.stepped)
        self.output.noticed.connect(self.noticed)
        self.output.crashed.connect(self.crashed)
        self._matting.submit(
            _name_devices, News(done=self._take_devices)
        )  # the first touch of a GPU takes seconds

    def warm_up(self) -> None:
        """Run a tiny problem in the background: code is compiled and libraries load before the first run.

        A run that comes earlier waits for it.
        """
        photo = np.random.default_rng(0).integers(0, 256, (_TINY, _TINY, 3), np.uint8)
        trimap = np.full((_TINY, _TINY), Label.UNKNOWN, np.uint8)
        trimap[: _TINY // 4], trimap[-_TINY // 4 :] = Label.FOREGROUND, Label.BACKGROUND
        request = MattingRequest(photo, trimap, (self._settings.method,), foreground=True)

        def work(reporter: Reporter) -> None:
            for _ in self._pipeline(request, unheard, unheard, reporter.cancel, StageCache()):
                pass

        self._warming.start(work, News(crashed=unheard))  # a run will tell

    @property
    def picture(self) -> Picture:
        """The photo for the screen; where `opened`."""
        assert self.opened is not None, "no document is open"
        return self.opened.picture

    @property
    def warming(self) -> bool:
        """Whether the solvers are being made ready; a run waits for that."""
        return self._warming.busy

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._run.busy

    @property
    def cancelling(self) -> bool:
        """Whether the run under way has been told to end."""
        return self._run.cancelling

    # Opening

    def inherited(self) -> Inherited:
        """Return what the next document takes over from the one that is open."""
        return Inherited(self.opened.document.backdrop if self.opened else Backdrop(), self.settings)

    def show_document(self, opened: Opened) -> None:
        """Work on another document from now on."""
        self.cancel()
        self.output.drop_composite()
        self.output.drop_scores()
        self.scores.clear()
        self._told.clear()
        before, document = self.settings, opened.document
        known = document.settings.method in self.stages
        method = document.settings.method if known else before.method
        document.settings = replace(document.settings, method=method, device=before.device)
        self.opened = opened
        self.previewing = False
        self.document_changed.emit()
        self.trimap_settled.emit()
        for stage in document.results:
            self._score(stage)
            self.result_arrived.emit(stage)
        if document.truth is not None:
            self.truth_changed.emit()
        if document.matte is not None:
            self.matte_changed.emit()
            self._composite()
        if opened.notice:
            self.noticed.emit(opened.notice)

    def take_trimap(self, read: TrimapRead) -> None:
        """Replace the trimap by one that was read from a file."""
        try:
            self.document.replace_trimap(read.trimap, self.tr("Import trimap"))
        except InputError as error:
            self.noticed.emit(Notice(error.message, Tone.WARNING))
            return
        self.document.mark_saved(read.path)
        self.replaced()
        taken = Notice(self.tr("{file} is the trimap now.").format(file=read.path.name))
        self.noticed.emit(read.notice or taken)

    # Saving

    def save_trimap(self, path: Path) -> bool:
        """Write the trimap as PNG; return whether that could be done."""
        try:
            write_alpha(path, self.document.trimap)
        except InputError as error:
            self.noticed.emit(Notice(error.message, Tone.WARNING))
            return False
        self.document.mark_saved(path)
        self.settle()
        self.noticed.emit(Notice(saved_text(path)))
        return True

    # Running

    @property
    def settings(self) -> RunSettings:
        """How the next run computes."""
        return self.opened.document.settings if self.opened else self._settings

    @property
    def device(self) -> str:
        """The device of the next run: the one chosen, where this machine has it."""
        chosen = self.settings.device
        return chosen if any(chosen == name for name, _ in self.devices) else AUTO

    def set_method(self, method: str) -> None:
        """Choose the method of the next run."""
        self._plan(method=method)

    def set_device(self, device: str) -> None:
        """Choose the device of the next run."""
        self._plan(device=device)

    def run(self) -> None:
        """Run the chosen method on the trimap as it is; a run under way gives way."""
        document = self.document
        request = MattingRequest(
            document.photo.pixels,
            document.trimap.copy(),
            (document.settings.method,),
            settings=document.settings.parameters,
            device=self.device,
            foreground=True,
        )
        self._start(request, document.trimap_state)

    def set_parameters(self, stage: str, parameters: Any) -> None:
        """Give a stage other settings, or its defaults for None."""
        chosen = {**self.settings.parameters, stage: parameters}
        if parameters is None:
            del chosen[stage]
        self._plan(parameters=chosen)

    def _plan(self, **changes: Any) -> None:
        settings = replace(self.settings, **changes)
        if self.opened is None:
            self._settings = settings
        else:
            self.document.settings = settings
        self.plan_changed.emit()

    def cancel(self) -> None:
        """End the run under way; `run_ended` tells when it has."""
        self._run.cancel()

    def choose_matte(self, stage: str) -> None:
        """Take the alpha of `stage` for composite and export; during a run, as soon as that has ended."""
        solved = self.document.results.get(stage)
        if solved is None:
            return
        if self.running:
            self._wanted_matte = stage
            return
        matte = self.document.matte
        if matte is None or (matte.stage, matte.state) != (stage, solved.state):
            self._start(replace(solved.request, methods=(stage,)), solved.state)

    def _start(self, request: MattingRequest, state: int) -> None:
        self._wanted_matte = ""
        self.run_began = time.monotonic()
        pipeline, cache = self._pipeline, self._cache

        def work(reporter: Reporter) -> None:
            for result in pipeline(request, reporter.progress, reporter.preview, reporter.cancel, cache):
                reporter.result(result)

        news = News(
            progress=self.progress.emit,
            preview=self.preview_arrived.emit,
            result=lambda result: self._take_result(result, request, state),
            refused=lambda sentence: self.noticed.emit(Notice(sentence, Tone.WARNING)),
            ended=self._on_ended,
        )
        self._run.start(work, news)
        self.run_started.emit()

    def _take_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        self.devices = devices
        self.devices_known.emit()

    def _take_result(self, result: StageResult, request: MattingRequest, state: int) -> None:
        if result.stage != FOREGROUND.name:
            self.document.results[result.stage] = Solved(result, request, state)
            self._score(result.stage)
            self.result_arrived.emit(result.stage)
            if result.notes and result.notes != self._told.get(result.stage):
                self.noticed.emit(Notice(joined(result.notes)))
            self._told[result.stage] = result.notes
            return
        assert result.foreground is not None, "that is what this stage gives"
        stage = self.stages[request.methods[-1]]
        self.document.matte = Matte(stage.name, stage.title, result.alpha, result.foreground, state)
        self.matte_changed.emit()
        self._composite()

    def _on_ended(self, outcome: Outcome) -> None:
        self.run_ended.emit(outcome)
        if outcome.end is End.DONE and self._wanted_matte:
            self.choose_matte(self._wanted_matte)

    # Ground truth

    def load_truth(self, path: Path) -> None:
        """Take the alpha in a file for the true one, to compare results with."""
        document = self.document
        shape = document.photo.shape
        self.output.read(
            lambda: read_alpha(path, shape), lambda truth: self._take_truth(document, truth, path)
        )

    def _take_truth(self, document: Document, truth: np.ndarray, path: Path) -> None:
        if document is not self.document:
            return
        document.truth, document.truth_path = truth, path
        for stage in document.results:
            self._score(stage)
        self.truth_changed.emit()

    def _score(self, stage: str) -> None:
        self.scores.pop(stage, None)
        if self.document.truth is not None:
            self.output.score(stage, self.document.results[stage], self.document.truth)

    @Slot(str, object, object)
    def _on_scored(self, stage: str, solved: Solved, scores: Scores) -> None:
        if self.document.results.get(stage) is solved:
            self.scores[stage] = scores
            self.scores_arrived.emit()

    # Backdrop

    def set_backdrop_image(self, path: Path, title: str) -> None:
        """Lay the matte on an image from a file."""
        document = self.document

        def take(pixels: np.ndarray) -> None:
            if document is self.document:
                self.set_backdrop(PlacedImage(pixels, title, path=path))

        self.output.read(lambda: in_profile(read_photo(path), document.photo.icc), take)

    def close(self) -> None:
        """Cancel the run, let exports finish, and end the threads."""
        self.cancel()
        self._warming.drop()
        self._matting.close()
        self.output.close()

    @Slot()
    def _composite(self) -> None:
        if self.document.matte is not None:
            document = self.document
            backdrop = document.backdrop.under(document.photo.icc)
            self.output.composite(document.final_matte(), backdrop, document.photo.pixels)


def _name_devices(reporter: Reporter) -> tuple[tuple[str, str], ...]:
    return tuple((name, device_title(name)) for name in available_devices())
