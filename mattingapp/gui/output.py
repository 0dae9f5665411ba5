"""Composites and exports, made in a thread of their own: neither waits for a long run, nor holds the window up."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from mattingapp.gui.notices import Notice, Tone
from mattingapp.gui.worker import BackgroundThread, End, Outcome, Task
from mattingapp.imaging.matte import quantise, write_alpha, write_cutout, write_image
from mattingapp.project.document import Backdrop, Document, Matte


class Output(QObject):
    """Makes the composite for the screen, and writes files.

    Signals
    -------
    composite_arrived(ndarray)
        The latest composite asked for, (H, W, 3) uint8.
    noticed(Notice)
        A file was written, or could not be.
    crashed(str traceback)
    """

    composite_arrived = Signal(object)
    noticed = Signal(object)
    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest: Task | None = None
        self._exports: dict[Task, str] = {}  # with what to say once they are written
        self._thread = BackgroundThread("output", self)
        self._thread.result.connect(self._on_composite)
        self._thread.ended.connect(self._on_ended)

    def composite(self, matte: Matte, backdrop: Backdrop) -> None:
        """Make a composite; one that was asked for before is dropped."""
        self.drop_composite()
        self._latest = self._thread.submit(lambda reporter: reporter.result(quantise(matte.on(backdrop), 8)))

    def drop_composite(self) -> None:
        """Take back the composite asked for."""
        if self._latest is not None:
            self._latest.cancel.set()
        self._latest = None

    def export_alpha(self, document: Document, path: Path, bits: int) -> None:
        """Write the alpha of the document's matte as grey PNG."""
        matte = document.matte
        self._export(document, path, lambda: write_alpha(path, matte.alpha, bits))

    def export_cutout(self, document: Document, path: Path, bits: int) -> None:
        """Write the estimated foreground with its alpha as straight RGBA PNG."""
        matte, icc = document.matte, document.photo.icc
        self._export(document, path, lambda: write_cutout(path, matte.foreground, matte.alpha, bits, icc))

    def export_composite(self, document: Document, path: Path) -> None:
        """Write what the composite pane shows."""
        matte, backdrop, icc = document.matte, document.backdrop, document.photo.icc
        self._export(document, path, lambda: write_image(path, matte.on(backdrop), icc))

    def close(self) -> None:
        """Finish the exports, and end the thread."""
        self.drop_composite()
        self._thread.close()

    def _export(self, document: Document, path: Path, write: Callable[[], None]) -> None:
        text = f"Saved {path.name} in {path.parent}."
        if document.outdated(document.matte.state):
            text += " It was made before your last changes to the trimap."
        self._exports[self._thread.submit(lambda reporter: write())] = text

    @Slot(object, object)
    def _on_composite(self, task: Task, pixels: np.ndarray) -> None:
        if task is self._latest:
            self.composite_arrived.emit(pixels)

    @Slot(object, object)
    def _on_ended(self, task: Task, outcome: Outcome) -> None:
        saved = self._exports.pop(task, "")
        if outcome.end is End.CRASHED:
            self.crashed.emit(outcome.text)
        elif outcome.end is End.REFUSED:
            self.noticed.emit(Notice(outcome.text, Tone.WARNING))
        elif saved:
            self.noticed.emit(Notice(saved))
