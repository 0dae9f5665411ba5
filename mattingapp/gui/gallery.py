"""Everything that a pane can show, by the name of its source, each picture made once."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QColor, QImage

from mattingapp.gui.canvas import Canvas
from mattingapp.gui.display import Display, ViewMode
from mattingapp.gui.layers import Layer, Masked, Plain, checker
from mattingapp.gui.pictures import Picture, alpha_picture, photo_picture
from mattingapp.gui.session import Session
from mattingapp.gui.view import Size
from mattingapp.imaging.matte import quantise

PHOTO, COMPOSITE, TRUTH = "photo", "composite", "truth"
_VEIL = QColor(255, 0, 0, 150)
_GREY = [0xFF000000 | level << 16 | level << 8 | level for level in range(256)]


class Gallery(QObject):
    """Pictures of the photo, of every stage's alpha, of the ground truth and of the composite.

    A source is the name of a stage, `PHOTO`, `COMPOSITE` or `TRUTH`. While a stage runs, its previews stand for it.

    Parameters
    ----------
    session : Session
    canvas : Canvas
        Has the picture of the photo.
    display : Display

    Signals
    -------
    changed(str source)
        The source looks other than before.
    all_changed()
        Every source may.
    """

    changed = Signal(str)
    all_changed = Signal()

    def __init__(self, session: Session, canvas: Canvas, display: Display) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._display = display
        self._alphas: dict[str, tuple[np.ndarray, Picture]] = {}  # with what each was made from
        self._made: dict[str, tuple[object, Picture]] = {}
        self._previews: dict[str, np.ndarray] = {}
        self._composite: Picture | None = None
        self._ground: np.ndarray | None = None  # the backdrop under it
        session.document_changed.connect(self._reset)
        session.preview_arrived.connect(self._on_preview)
        session.result_arrived.connect(self._on_result)
        session.run_ended.connect(self._on_ended)
        session.output.ground_arrived.connect(self._on_ground)
        session.composite_arrived.connect(self._on_composite)
        session.truth_changed.connect(self._on_truth)
        for signal in (session.matte_changed, display.changed):
            signal.connect(self.all_changed)

    # What there is

    def sources(self) -> tuple[str, ...]:
        """Return what can be shown now, the photo first."""
        document = self._session.document
        if document is None:
            return ()
        found = [PHOTO, *document.results]
        if document.truth is not None:
            found.append(TRUTH)
        if self._composite is not None:
            found.append(COMPOSITE)
        return tuple(found)

    def title(self, source: str) -> str:
        """Return what a source is called on screen."""
        titles = {
            PHOTO: self.tr("Photo"),
            COMPOSITE: self.tr("Composite"),
            TRUTH: self.tr("Ground truth"),
        }
        return titles.get(source) or stage_title(self._session.stages[source].title)

    def previewing(self, source: str) -> bool:
        """Tell whether a source stands for an alpha that still converges."""
        return source in self._previews

    def alpha(self, source: str) -> np.ndarray | None:
        """Return the alpha of a source, float32 (H, W), or None for what is none or not there."""
        document = self._session.document
        if document is None:
            return None
        if source == TRUTH:
            return document.truth
        if source in self._previews:
            return self._previews[source]
        solved = document.results.get(source)
        return solved.result.alpha if solved else None

    # How it looks

    def layers(self, source: str) -> tuple[Layer, ...]:
        """Return what to draw for a source, as the display wants it; empty where there is nothing yet."""
        if source == PHOTO or self._display.photo_only:
            return (self._canvas.photo,) if self._canvas.photo else ()
        if source == COMPOSITE:
            return (self._composite,) if self._composite else ()
        alpha = self.alpha(source)
        return () if alpha is None else self._alpha_layers(self._alpha_picture(source, alpha))

    def _alpha_layers(self, picture: Picture) -> tuple[Layer, ...]:
        mode = self._display.mode
        if mode is ViewMode.ALPHA:
            if not self._display.adjusted:
                return (picture,)
            table = [_GREY[level] for level in self._display.curve()]
            return (picture.viewed(QImage.Format.Format_Indexed8, table),)
        height, width = picture.pixels.shape
        size = Size(width, height)
        mask = picture.viewed(QImage.Format.Format_Alpha8)
        if mode is ViewMode.OVERLAY:
            return self._canvas.photo, Masked(Plain(size, _VEIL), mask)
        grounds: dict[ViewMode, Callable[[], Layer]] = {
            ViewMode.BLACK: lambda: Plain(size, QColor("black")),
            ViewMode.WHITE: lambda: Plain(size, QColor("white")),
            ViewMode.CHECKER: lambda: checker(size),
            ViewMode.COMPOSITE: lambda: self._backdrop(size),
        }
        return grounds[mode](), Masked(self._foreground(), mask)

    def _alpha_picture(self, source: str, alpha: np.ndarray) -> Picture:
        made_from, picture = self._alphas.get(source, (None, None))
        if made_from is not alpha:
            picture = alpha_picture(alpha)
            self._alphas[source] = alpha, picture
        return picture

    def _foreground(self) -> Layer:
        """Return the estimated colours of the matte; they do for the other alphas too. Before them, the photo."""
        matte = self._session.document.matte
        if matte is None:
            return self._canvas.photo
        return self._once(
            "foreground", matte.foreground, lambda: photo_picture(quantise(matte.foreground, 8))
        )

    def _backdrop(self, size: Size) -> Layer:
        """Return what the composite lies on; before there is a composite, the checker."""
        if self._ground is None or self._session.document.backdrop.transparent:
            return checker(size)
        if self._ground.ndim == 1:
            return Plain(size, QColor(*self._ground.tolist()))
        return self._once("ground", self._ground, lambda: photo_picture(self._ground))

    def _once(self, name: str, made_from: object, make: Callable[[], Picture]) -> Picture:
        before, picture = self._made.get(name, (None, None))
        if before is not made_from:
            picture = make()
            self._made[name] = made_from, picture
        return picture

    # News

    @Slot()
    def _reset(self) -> None:
        self._alphas.clear()
        self._made.clear()
        self._previews.clear()
        self._composite = self._ground = None
        self.all_changed.emit()

    @Slot(str, object)
    def _on_preview(self, stage: str, alpha: np.ndarray) -> None:
        self._previews[stage] = alpha
        self.changed.emit(stage)

    @Slot(str)
    def _on_result(self, stage: str) -> None:
        self._previews.pop(stage, None)
        self.changed.emit(stage)

    @Slot(object)
    def _on_ended(self, outcome: object) -> None:
        unfinished = tuple(self._previews)
        self._previews.clear()
        for stage in unfinished:  # back to the results of the run before
            self.changed.emit(stage)

    @Slot(object)
    def _on_ground(self, pixels: np.ndarray) -> None:
        self._ground = pixels
        if self._display.mode is ViewMode.COMPOSITE:
            self.all_changed.emit()

    @Slot(object)
    def _on_composite(self, pixels: np.ndarray) -> None:
        self._composite = photo_picture(pixels)
        self.changed.emit(COMPOSITE)

    @Slot()
    def _on_truth(self) -> None:
        self.changed.emit(TRUTH)


def stage_title(title: str) -> str:
    """Return the title of a stage in the person's language."""
    return QCoreApplication.translate("Stages", title)
