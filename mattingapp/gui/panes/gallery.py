"""Everything that a pane can show, by the name of its source, each picture made once."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QImage

from mattingapp.gui.language import stage_title
from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.picture.layers import Layer, Masked, Plain, checker
from mattingapp.gui.picture.pictures import Picture
from mattingapp.gui.picture.screen import alpha_picture, photo_picture, screen_pixels
from mattingapp.gui.picture.view import Size
from mattingapp.gui.session.session import Session
from mattingapp.imaging.depth import quantise
from mattingapp.project.painting import Rect
from mattingapp.project.touch_up import touched_alpha, touched_matte

PHOTO, COMPOSITE, TRUTH = "photo", "composite", "truth"
_VEIL = QColor(255, 0, 0, 150)
_GREY = [0xFF000000 | level << 16 | level << 8 | level for level in range(256)]


class Gallery(QObject):
    """Pictures of the photo, of every stage's alpha, of the ground truth and of the composite.

    A source is the name of a stage, `PHOTO`, `COMPOSITE` or `TRUTH`. While a stage runs, its previews stand for it.

    Parameters
    ----------
    session : Session
    display : Display

    Signals
    -------
    changed(str source)
        The source looks other than before.
    all_changed()
        Every source may.
    touched(str source, Rect)
        The alpha in use was touched up there, in the middle of a stroke.
    """

    changed = Signal(str)
    all_changed = Signal()
    touched = Signal(str, object)

    def __init__(self, session: Session, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._display = display
        self._alphas: dict[str, tuple[np.ndarray, bool, Picture]] = {}  # with what each was made from
        self._touch_state = 0  # that the last news was of
        self._final: np.ndarray | None = None  # the alpha in use, touched up
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
        session.touched.connect(self._on_touched)
        session.stepped.connect(self._on_stepped)
        session.matte_changed.connect(self._forget_final)
        for signal in (session.matte_changed, display.changed):
            signal.connect(self.all_changed)

    # What there is

    def sources(self) -> tuple[str, ...]:
        """Return what can be shown now, the photo first."""
        if self._session.opened is None:
            return ()
        document = self._session.document
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
        """Return the alpha of a source, float32 (H, W), or None for what is none or not there.

        The alpha in use has the touch-ups; the others are as computed.
        """
        computed = self._computed(source)
        if computed is None or not self._in_use(source) or not self._session.document.touch_up:
            return computed
        if self._final is None:
            self._final = touched_alpha(computed, self._session.document.touch_up.tiles)
        return self._final

    def _in_use(self, source: str) -> bool:
        matte = self._session.document.matte
        return matte is not None and matte.stage == source and source not in self._previews

    def _computed(self, source: str) -> np.ndarray | None:
        if self._session.opened is None:
            return None
        document = self._session.document
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
            return (self._session.picture,) if self._session.opened else ()
        if source == COMPOSITE:
            return (self._composite,) if self._composite else ()
        computed = self._computed(source)
        return () if computed is None else self._alpha_layers(self._alpha_picture(source, computed))

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
            return self._session.picture, Masked(Plain(size, _VEIL), mask)
        grounds: dict[ViewMode, Callable[[], Layer]] = {
            ViewMode.BLACK: lambda: Plain(size, QColor("black")),
            ViewMode.WHITE: lambda: Plain(size, QColor("white")),
            ViewMode.CHECKER: lambda: checker(size),
            ViewMode.COMPOSITE: lambda: self._backdrop(size),
        }
        return grounds[mode](), Masked(self._foreground(), mask)

    def _alpha_picture(self, source: str, computed: np.ndarray) -> Picture:
        in_use = self._in_use(source)
        made = self._alphas.get(source)
        if made is None or made[0] is not computed or made[1] is not in_use:
            tiles = self._session.document.touch_up.tiles if in_use else {}
            made = computed, in_use, alpha_picture(touched_alpha(computed, tiles))
            self._alphas[source] = made
        return made[2]

    def _foreground(self) -> Layer:
        """Return the estimated colours of the matte; they do for the other alphas too. Before them, the photo."""
        matte = self._session.document.matte
        if matte is None:
            return self._session.picture

        def make() -> Picture:
            document = self._session.document
            tiles, photo = document.touch_up.tiles, document.photo.pixels
            colours = touched_matte(matte.alpha, matte.foreground, photo, tiles)[1]
            return photo_picture(quantise(colours, 8), document.photo.icc)

        return self._once("foreground", matte.foreground, make)

    def _backdrop(self, size: Size) -> Layer:
        """Return what the composite lies on; before there is a composite, the checker."""
        document = self._session.document
        ground, icc = self._ground, document.photo.icc
        if ground is None or document.backdrop.transparent:
            return checker(size)
        if ground.ndim == 1:
            blue, green, red, _ = screen_pixels(ground.reshape(1, 1, 3), icc)[0, 0].tolist()
            return Plain(size, QColor(red, green, blue))
        return self._once("ground", ground, lambda: photo_picture(ground, icc))

    def _once(self, name: str, made_from: object, make: Callable[[], Picture]) -> Picture:
        made = self._made.get(name)
        if made is None or made[0] is not made_from:
            made = self._made[name] = made_from, make()
        return made[1]

    # News

    @Slot()
    def _reset(self) -> None:
        self._alphas.clear()
        self._made.clear()
        self._previews.clear()
        self._composite = self._ground = self._final = None
        self._touch_state = 0
        self.all_changed.emit()

    @Slot(str, object)
    def _on_preview(self, stage: str, alpha: np.ndarray) -> None:
        self._previews[stage] = alpha
        self.changed.emit(stage)

    @Slot(str)
    def _on_result(self, stage: str) -> None:
        self._previews.pop(stage, None)
        self._final = None
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
        self._composite = photo_picture(pixels, self._session.document.photo.icc)
        self.changed.emit(COMPOSITE)

    @Slot(object)
    def _on_touched(self, rect: Rect) -> None:
        """Bring the pictures up to date where the touch-up changed."""
        document = self._session.document
        matte = document.matte
        self._final = None
        if not rect or matte is None:
            return
        shown, foreground = self._alphas.get(matte.stage), self._made.get("foreground")
        tiles, photo = document.touch_up.tiles, document.photo.pixels
        if shown is not None and shown[1]:
            computed, _, picture = shown
            alpha = touched_alpha(computed, tiles, rect)
            picture.pixels[rect.slices] = quantise(alpha, 8)
            picture.refresh(rect)
        if foreground is not None and foreground[0] is matte.foreground:
            colours = touched_matte(matte.alpha, matte.foreground, photo, tiles, rect)[1]
            foreground[1].pixels[rect.slices] = screen_pixels(quantise(colours, 8), document.photo.icc)
            foreground[1].refresh(rect)
        self.touched.emit(matte.stage, rect)

    @Slot()
    def _on_stepped(self) -> None:
        """Tell those that look at whole alphas, once the stroke has ended."""
        document = self._session.document
        if document.matte is not None and document.touch_state != self._touch_state:
            self._touch_state = document.touch_state
            self.changed.emit(document.matte.stage)

    @Slot()
    def _forget_final(self) -> None:
        self._final = None

    @Slot()
    def _on_truth(self) -> None:
        self.changed.emit(TRUTH)
