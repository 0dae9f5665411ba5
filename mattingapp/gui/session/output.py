"""Composites, exports, and images beside the photo, in a thread of their own, where they wait for no long run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.worker import BackgroundThread, End, Outcome, Reporter, Task
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.encode import encode_png
from mattingapp.imaging.matte import cutout_pixels, write_alpha, write_cutout, write_image
from mattingapp.imaging.metrics import score
from mattingapp.matting.networks.responses import response_maps
from mattingapp.project.backdrop import Backdrop
from mattingapp.project.document import Document, Matte, Solved

_PATIENCE = 0.2  # seconds


class Output(QObject):
    """Makes the composite for the screen, and writes files.

    Signals
    -------
    composite_arrived(ndarray)
        The latest composite asked for, (H, W, 3) uint8.
    ground_arrived(ndarray)
        The backdrop under it, (H, W, 3) or (3,) uint8; just before the composite.
    scored(str stage, Solved, Scores)
        How far a result is from the ground truth.
    responded(tuple pixel, tuple of LayerResponses)
        What the network's layers answer to the patch around a pixel.
    copied(ndarray pixels, bytes png, bytes or None icc)
        What was asked for the clipboard: (H, W) grey or (H, W, 4) straight RGBA, uint8, the same as PNG, and its
        colour profile.
    reading_changed()
        Something is being read, or nothing any more.
    exported()
        The document was written to a file.
    noticed(Notice)
        A file was written, or could not be written or read; a picture is on the clipboard.
    crashed(str traceback)
    """

    composite_arrived = Signal(object)
    ground_arrived = Signal(object)
    scored = Signal(str, object, object)
    responded = Signal(object, object)
    copied = Signal(object, object, object)
    reading_changed = Signal()
    exported = Signal()
    noticed = Signal(object)
    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest: Task | None = None
        self._exports: dict[Task, Callable[[], None]] = {}  # what to do once written
        self._takes: dict[Task, Callable[[Any], None]] = {}  # what to do with what is being read
        self._copying: tuple[Task, str] | None = None  # the latest, and what to say once it is done
        self._scorings: dict[str, tuple[Task, Solved]] = {}  # the latest of each stage
        self._responses: tuple[Task, tuple[int, int]] | None = None  # the latest, and about which pixel
        self._thread = BackgroundThread("output", self)
        self._thread.result.connect(self._on_result)
        self._thread.ended.connect(self._on_ended)
        self._reading = BackgroundThread("reading", self, _PATIENCE)  # a file may lie where nothing answers
        self._reading.result.connect(self._on_read)
        self._reading.ended.connect(self._on_read_ended)

    def composite(self, make: Callable[[], Matte], backdrop: Backdrop, photo: np.ndarray) -> None:
        """Make a composite of a matte that is still to be made; one that was asked for before is dropped."""
        self.drop_composite()

        def work(reporter: Reporter) -> None:
            reporter.result([quantise(pixels, 8) for pixels in make().on(backdrop, photo)])

        self._latest = self._thread.submit(work)

    def drop_composite(self) -> None:
        """Take back the composite asked for."""
        if self._latest is not None:
            self._latest.cancel.set()
        self._latest = None

    def score(self, stage: str, solved: Solved, truth: np.ndarray) -> None:
        """Measure how far a result is from the truth; a measurement of the same stage under way is dropped."""
        self.drop_scores(stage)
        result, trimap = solved.result, solved.request.trimap
        task = self._thread.submit(lambda reporter: reporter.result(score(result.alpha, truth, trimap)))
        self._scorings[stage] = task, solved

    def drop_scores(self, *stages: str) -> None:
        """Take back what is being measured, of these stages or of all."""
        for stage in stages or tuple(self._scorings):
            task, _ = self._scorings.pop(stage, (None, None))
            if task is not None:
                task.cancel.set()

    def respond(
        self,
        photo: np.ndarray,
        trimap: np.ndarray,
        alphas: Mapping[str, np.ndarray],
        pixel: tuple[int, int],
        model: Path,
    ) -> None:
        """Ask the network's layers about a pixel; see `matting.responses`. What was asked before is dropped."""
        if self._responses is not None:
            self._responses[0].cancel.set()

        def work(reporter: Reporter) -> None:
            reporter.result(response_maps(photo, trimap, alphas, pixel, model=model))

        self._responses = self._thread.submit(work), pixel

    def read(self, read: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """Have `read` called in the other thread, then `take` with its result in this one."""
        self._takes[self._reading.submit(lambda reporter: reporter.result(read()))] = take
        self.reading_changed.emit()

    def drop_reads(self) -> None:
        """Take back what is being read."""
        for task in self._takes:
            self._reading.cancel(task)
        self._takes.clear()
        self.reading_changed.emit()

    @property
    def reading(self) -> bool:
        """Whether something is being read."""
        return bool(self._takes)

    def export_alpha(self, document: Document, path: Path, bits: int) -> None:
        """Write the final alpha of the document as a grey image."""
        self._export(document, path, lambda matte: write_alpha(path, matte.alpha, bits))

    def export_cutout(self, document: Document, path: Path, bits: int, premultiplied: bool) -> None:
        """Write the foreground colours with the final alpha as RGBA, straight or premultiplied."""
        icc = document.photo.icc

        def write(matte: Matte) -> None:
            write_cutout(path, matte.foreground, matte.alpha, bits, icc, premultiplied)

        self._export(document, path, write)

    def export_composite(self, document: Document, path: Path) -> None:
        """Write what the composite pane shows."""
        backdrop, photo = document.backdrop, document.photo
        self._export(
            document, path, lambda matte: write_image(path, matte.on(backdrop, photo.pixels)[0], photo.icc)
        )

    def copy_alpha(self, document: Document) -> None:
        """Make the final alpha ready for the clipboard; what was asked for before is dropped."""
        text = self.tr("The alpha is on the clipboard.")
        self._copy(document, text, lambda matte: (quantise(matte.alpha, 8), None))

    def copy_cutout(self, document: Document) -> None:
        """Make the cut-out ready for the clipboard; what was asked for before is dropped."""
        text, icc = self.tr("The cut-out is on the clipboard."), document.photo.icc
        self._copy(document, text, lambda matte: (cutout_pixels(matte.foreground, matte.alpha), icc))

    def _copy(
        self, document: Document, text: str, pixels: Callable[[Matte], tuple[np.ndarray, bytes | None]]
    ) -> None:
        if self._copying is not None:
            self._copying[0].cancel.set()
        make = document.final_matte()

        def work(reporter: Reporter) -> None:
            made, icc = pixels(make())
            reporter.result((made, encode_png(made, icc), icc))

        self._copying = self._thread.submit(work), self._with_age(document, text)

    def close(self) -> None:
        """Finish the exports, and end the thread."""
        self.drop_composite()
        self.drop_scores()
        self.drop_reads()
        self._thread.close()
        self._reading.close()

    def _export(self, document: Document, path: Path, write: Callable[[Matte], None]) -> None:
        make, touch_state = document.final_matte(), document.touch_state
        text = self._with_age(document, saved_text(path))

        def finish() -> None:
            document.mark_exported(touch_state)
            self.exported.emit()
            self.noticed.emit(Notice(text))

        self._exports[self._thread.submit(lambda reporter: write(make()))] = finish

    def _with_age(self, document: Document, text: str) -> str:
        """Return a sentence about the matte, and where that is older than the trimap, one that says so."""
        if not document.outdated(document.matte.state):
            return text
        return f"{text} " + self.tr("It was made before your last changes to the trimap.")

    @Slot(object, object)
    def _on_result(self, task: Task, result: object) -> None:
        if task is self._latest:
            composite, ground = result
            self.ground_arrived.emit(ground)
            self.composite_arrived.emit(composite)
        if self._copying is not None and task is self._copying[0]:
            self.copied.emit(*result)
            self.noticed.emit(Notice(self._copying[1]))
        if self._responses is not None and task is self._responses[0]:
            self.responded.emit(self._responses[1], result)
        for stage, (scoring, solved) in self._scorings.items():
            if task is scoring:
                self.scored.emit(stage, solved, result)

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        finish = self._exports.pop(task, None)
        if outcome.end is End.CRASHED:
            self.crashed.emit(outcome.text)
        elif outcome.end is End.REFUSED:
            self.noticed.emit(Notice(outcome.text, Tone.WARNING))
        elif finish is not None:
            finish()

    @Slot(object, object)
    def _on_read(self, task: Task, read: object) -> None:
        if take := self._takes.pop(task, None):
            take(read)

    @Slot(object, object)
    def _on_read_ended(self, task: Task, outcome: Outcome) -> None:
        wanted = self._takes.pop(task, None) is not None
        if outcome.end is End.CRASHED:
            self.crashed.emit(outcome.text)
        elif outcome.end is End.REFUSED and wanted:
            self.noticed.emit(Notice(outcome.text, Tone.WARNING))
        self.reading_changed.emit()


def saved_text(path: Path) -> str:
    """Return the sentence that a file was written."""
    text = QCoreApplication.translate("Output", "Saved {file} in {folder}.")
    return text.format(file=path.name, folder=path.parent)
