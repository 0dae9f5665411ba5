"""Every change a person makes to the open document, and news of it for the widgets."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from mattingapp.gui.language import localized
from mattingapp.gui.session.backdrop_titles import step_name
from mattingapp.gui.session.reading import Opened
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import BandSource, Label
from mattingapp.project.backdrop import Backdrop
from mattingapp.project.document import Document
from mattingapp.project.history import Layer
from mattingapp.project.painting import whole
from mattingapp.project.touch_up import Brush


class DocumentEditor(QObject):
    """Gestures on the trimap, on the alpha and on the backdrop, each one step of the history.

    Attributes
    ----------
    opened : Opened or None
        The open document and its photo for the screen.
    problem : str or None
        Why the trimap cannot be run.
    previewing : bool
        The trimap shown is not decided on yet.

    Signals
    -------
    trimap_painted(Rect)
        Pixels changed there, perhaps in the middle of a gesture.
    trimap_settled()
        A step on the trimap was made, undone, redone or saved.
    stepped()
        Undo, redo, or whether there is anything to save are another matter now.
    preview_changed()
        `previewing` is another.
    touched(Rect)
        The touch-up of the alpha changed there, perhaps in the middle of a stroke.
    touch_settled()
        A step on the touch-up was made, undone or redone.
    backdrop_changed()
    """

    trimap_painted = Signal(object)
    trimap_settled = Signal()
    touched = Signal(object)
    stepped = Signal()
    preview_changed = Signal()
    touch_settled = Signal()
    backdrop_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: Opened | None = None
        self.previewing = False

    @property
    def document(self) -> Document:
        """The open document. Who can be asked before there is one looks at `opened` first."""
        assert self.opened is not None, "no document is open"
        return self.opened.document

    @property
    def problem(self) -> str | None:
        """Why the trimap cannot be run, or None; without a document as well."""
        return self.opened.document.problem if self.opened else None

    def paint(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        size: int,
        label: Label,
        protect: bool = False,
    ) -> None:
        """Paint one segment of the gesture under way."""
        self.trimap_painted.emit(self.document.paint(start, end, size, label, protect))

    def fill(self, point: tuple[float, float], label: Label, protect: bool = False) -> None:
        """Fill one region as part of the gesture under way."""
        self.trimap_painted.emit(self.document.fill(point, label, protect))

    def fill_colour(
        self,
        point: tuple[float, float],
        label: Label,
        tolerance: int,
        contiguous: bool,
        protect: bool = False,
    ) -> None:
        """Fill what is coloured like the photo at a point, as part of the gesture under way."""
        self.trimap_painted.emit(self.document.fill_colour(point, label, tolerance, contiguous, protect))

    def fill_outline(
        self, outline: Sequence[tuple[float, float]], label: Label, protect: bool = False
    ) -> None:
        """Fill what an outline goes around, as part of the gesture under way."""
        self.trimap_painted.emit(self.document.fill_outline(outline, label, protect))

    def end_gesture(self, name: str) -> None:
        """Make the gesture under way one step of the history."""
        if self.document.end_gesture(name):
            self.settle()

    def abort_gesture(self) -> None:
        """Take the gesture under way back."""
        self.trimap_painted.emit(self.document.abort_gesture())

    def undo(self) -> None:
        """Take the last step back."""
        self.go_to(self.document.history.position - 1)

    def redo(self) -> None:
        """Do the last undone step again."""
        self.go_to(self.document.history.position + 1)

    @Slot(int)
    def go_to(self, position: int) -> None:
        """Undo or redo until `position` steps of the history are done."""
        changed = self.document.go_to(position)
        if changed[Layer.TOUCH_UP]:
            self.touched.emit(changed[Layer.TOUCH_UP])
            self.touch_settled.emit()
        if changed[Layer.TRIMAP]:
            self.trimap_painted.emit(changed[Layer.TRIMAP])
            self.settle()
        if changed[Layer.BACKDROP]:
            self.backdrop_changed.emit()
        self.stepped.emit()

    def clear_trimap(self) -> None:
        """Make everything unknown."""
        unknown = np.full_like(self.document.trimap, Label.UNKNOWN)
        self.document.replace_trimap(unknown, QCoreApplication.translate("Session", "Clear to unknown"))
        self.replaced()

    # A trimap that is not decided on yet

    def begin_preview(self) -> None:
        """From now on nothing but previews changes the trimap, until one is kept or dropped."""
        self.previewing = True
        self.preview_changed.emit()

    def preview_band(self, source: BandSource, inner: int, outer: int) -> str | None:
        """Show the trimap with an unknown band; return one sentence where there is none, and show the last one."""
        try:
            self.preview_trimap(source.trimap(inner, outer))
        except InputError as error:
            return localized(error.message)
        return None

    def preview_trimap(self, trimap: np.ndarray) -> None:
        """Show another trimap."""
        self.trimap_painted.emit(self.document.put_trimap(trimap))

    def keep_preview(self, name: str) -> None:
        """Make what is shown one step of the history."""
        self.previewing = False
        self.end_gesture(name)
        self.preview_changed.emit()

    def drop_preview(self) -> None:
        """Show the trimap as it was."""
        self.previewing = False
        self.abort_gesture()
        self.preview_changed.emit()

    # The touch-up

    def touch(self, start: tuple[float, float], end: tuple[float, float], brush: Brush) -> None:
        """Touch the alpha up along one segment of the stroke under way."""
        self.touched.emit(self.document.touch(start, end, brush))

    def end_touch(self, name: str) -> None:
        """Make the touch-up stroke under way one step of the history."""
        if self.document.end_touch(name):
            self.touch_settled.emit()
            self.stepped.emit()

    def abort_touch(self) -> None:
        """Take the touch-up stroke under way back."""
        self.touched.emit(self.document.touch_up.abort())

    def clear_touch_up(self) -> None:
        """Take all touch-ups away."""
        self.touched.emit(
            self.document.clear_touch_up(QCoreApplication.translate("Session", "Clear touch-up"))
        )
        self.touch_settled.emit()
        self.stepped.emit()

    # The backdrop

    @Slot(object, object)
    def set_backdrop(self, backdrop: Backdrop, gesture: object = None) -> None:
        """Lay the matte on another backdrop; `gesture` as for `Document.set_backdrop`."""
        name = step_name(self.document.backdrop, backdrop)
        stepped = self.document.set_backdrop(backdrop, name, gesture)
        self.backdrop_changed.emit()
        if stepped:
            self.stepped.emit()

    def settle(self) -> None:
        """Tell that the trimap is another, and what is missing in it."""
        self.trimap_settled.emit()
        self.stepped.emit()

    def replaced(self) -> None:
        """Tell that the whole trimap is another."""
        self.trimap_painted.emit(whole(self.document.trimap))
        self.settle()
