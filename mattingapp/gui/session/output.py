"""Composites, exports, and images beside the photo, in a thread of their own, where they wait for no long run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.worker import BackgroundThread, Latest, News, Reporter, Task
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.encode import encode
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
        self._thread = BackgroundThread("output", self)
        self._files = BackgroundThread("reading", self, _PATIENCE)  # a file may lie where nothing answers
        for thread in (self._thread, self._files):
            thread.crashed.connect(self.crashed)
        self._files.changed.connect(self.reading_changed)
        self._composite, self._copy, self._responses = (Latest(self._thread) for _ in range(3))
        self._scores: dict[str, Latest] = {}  # by stage
        self._reads: list[Task] = []

    def composite(self, make: Callable[[], Matte], backdrop: Backdrop, photo: np.ndarray) -> None:
        """Make a composite of a matte that is still to be made; one that was asked for before is dropped."""

        def work(reporter: Reporter) -> tuple[np.ndarray, ...]:
            return tuple(quantise(pixels, 8) for pixels in make().on(backdrop, photo))

        def show(made: tuple[np.ndarray, np.ndarray]) -> None:
            composite, ground = made
            self.ground_arrived.emit(ground)
            self.composite_arrived.emit(composite)

        self._composite.start(work, News(done=show, refused=self._refuse))

    def drop_composite(self) -> None:
        """Take back the composite asked for."""
        self._composite.drop()

    def score(self, stage: str, solved: Solved, truth: np.ndarray) -> None:
        """Measure how far a result is from the truth; a measurement of the same stage under way is dropped."""
        result, trimap = solved.result, solved.request.trimap
        self._scores.setdefault(stage, Latest(self._thread)).start(
            lambda reporter: score(result.alpha, truth, trimap),
            News(done=lambda scores: self.scored.emit(stage, solved, scores), refused=self._refuse),
        )

    def drop_scores(self) -> None:
        """Take back what is being measured."""
        for latest in self._scores.values():
            latest.drop()

    def respond(
        self,
        photo: np.ndarray,
        trimap: np.ndarray,
        alphas: Mapping[str, np.ndarray],
        pixel: tuple[int, int],
        model: Path,
    ) -> None:
        """Ask the network's layers about a pixel; see `matting.responses`. What was asked before is dropped."""
        self._responses.start(
            lambda reporter: response_maps(photo, trimap, alphas, pixel, model=model),
            News(done=lambda layers: self.responded.emit(pixel, layers), refused=self._refuse),
        )

    def read(self, read: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """Have `read` called in another thread, then `take` with its result in this one."""
        task = self._files.submit(lambda reporter: read(), News(done=take, refused=self._refuse))
        self._reads = [*(other for other in self._reads if not other.over), task]
        self.reading_changed.emit()

    def drop_reads(self) -> None:
        """Take back what is being read."""
        for task in self._reads:
            self._files.drop(task)
        self._reads.clear()
        self.reading_changed.emit()

    @property
    def reading(self) -> bool:
        """Whether something is being read."""
        return any(not task.over for task in self._reads)

    def export_alpha(self, document: Document, path: Path, bits: int) -> None:
        """Write the final alpha of the document as a grey image."""
        metadata = document.photo.metadata
        self._export(document, path, lambda matte: write_alpha(path, matte.alpha, bits, metadata))

    def export_cutout(self, document: Document, path: Path, bits: int, premultiplied: bool) -> None:
        """Write the foreground colours with the final alpha as RGBA, straight or premultiplied."""
        icc, metadata = document.photo.icc, document.photo.metadata

        def write(matte: Matte) -> None:
            write_cutout(path, matte.foreground, matte.alpha, bits, icc, premultiplied, metadata)

        self._export(document, path, write)

    def export_composite(self, document: Document, path: Path) -> None:
        """Write what the composite pane shows."""
        photo = document.photo
        backdrop = document.backdrop.under(photo.icc)
        self._export(
            document,
            path,
            lambda matte: write_image(
                path, matte.on(backdrop, photo.pixels)[0], photo.icc, metadata=photo.metadata
            ),
        )

    def copy_alpha(self, document: Document) -> None:
        """Make the final alpha ready for the clipboard; what was asked for before is dropped."""
        text = self.tr("The alpha is on the clipboard.")
        self._fill(document, text, lambda matte: (quantise(matte.alpha, 8), None))

    def copy_cutout(self, document: Document) -> None:
        """Make the cut-out ready for the clipboard; what was asked for before is dropped."""
        text, icc = self.tr("The cut-out is on the clipboard."), document.photo.icc
        self._fill(document, text, lambda matte: (cutout_pixels(matte.foreground, matte.alpha), icc))

    def _fill(
        self, document: Document, text: str, pixels: Callable[[Matte], tuple[np.ndarray, bytes | None]]
    ) -> None:
        make, text = document.final_matte(), self._with_age(document, text)

        def work(reporter: Reporter) -> tuple[np.ndarray, bytes, bytes | None]:
            made, icc = pixels(make())
            return made, encode(".png", made, icc), icc

        def hand_over(made: tuple[np.ndarray, bytes, bytes | None]) -> None:
            self.copied.emit(*made)
            self.noticed.emit(Notice(text))

        self._copy.start(work, News(done=hand_over, refused=self._refuse))

    def close(self) -> None:
        """Finish the exports, and end the threads."""
        self.drop_composite()
        self.drop_scores()
        self.drop_reads()
        self._thread.close()
        self._files.close()

    def _export(self, document: Document, path: Path, write: Callable[[Matte], None]) -> None:
        make, touch_state = document.final_matte(), document.touch_state
        text = self._with_age(document, saved_text(path))

        def finish(nothing: None) -> None:
            document.mark_exported(touch_state)
            self.exported.emit()
            self.noticed.emit(Notice(text))

        self._thread.submit(lambda reporter: write(make()), News(done=finish, refused=self._refuse))

    def _refuse(self, sentence: str) -> None:
        self.noticed.emit(Notice(sentence, Tone.WARNING))

    def _with_age(self, document: Document, text: str) -> str:
        """Return a sentence about the matte, and where that is older than the trimap, one that says so."""
        if document.matte is None or not document.outdated(document.matte.state):
            return text
        return f"{text} " + self.tr("It was made before your last changes to the trimap.")


def saved_text(path: Path) -> str:
    """Return the sentence that a file was written."""
    text = QCoreApplication.translate("Output", "Saved {file} in {folder}.")
    return text.format(file=path.name, folder=path.parent)
