"""The document: one photo, its trimap with every change undoable, the results made from them, and the backdrop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from mattingapp.imaging.composite import composite
from mattingapp.imaging.files import Stamp
from mattingapp.imaging.message import Message
from mattingapp.imaging.photo import Photo
from mattingapp.imaging.sizes import check_size
from mattingapp.imaging.trimap import Label, trimap_problem
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.matting.stages import DEFAULT_METHOD
from mattingapp.project.backdrop import Backdrop, BackdropChange
from mattingapp.project.history import Change, History, Layer, Past, Patch, Runs, TrimapChange
from mattingapp.project.painting import (
    NOTHING,
    Rect,
    fill_colour,
    fill_outline,
    fill_region,
    paint_segment,
    whole,
)
from mattingapp.project.touch_up import Brush, Tiles, TouchUp, TouchUpChange, touched_alpha, touched_matte

_COUNTABLE = 1 << 23  # pixels; OpenCV counts in float32


@dataclass(frozen=True)
class RunSettings:
    """How the next run computes.

    Attributes
    ----------
    method, device : str
    parameters : mapping from stage name to that stage's settings
        Stages that are not named use their defaults.
    """

    method: str = DEFAULT_METHOD
    device: str = "auto"
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Solved:
    """A stage's result, the request it answers, and the `Document.trimap_state` in it."""

    result: StageResult
    request: MattingRequest
    state: int


@dataclass(frozen=True, eq=False)
class Matte:
    """The alpha of one stage and the foreground colours estimated for it.

    Attributes
    ----------
    stage, title : str
        Of the stage that made the alpha.
    alpha : ndarray (H, W), float32 in [0, 1]
    foreground : ndarray (H, W, 3), float32 in [0, 1]
    state : int
        `Document.trimap_state` it was made from.
    """

    stage: str
    title: str
    alpha: np.ndarray
    foreground: np.ndarray
    state: int

    def on(self, backdrop: Backdrop, photo: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lay it on a backdrop: for the window and for the export.

        Returns
        -------
        composite : ndarray (H, W, 3), float32 in [0, 1]
        ground : ndarray (H, W, 3) or (3,), float32 in [0, 1]
            The backdrop under it.
        """
        ground = backdrop.pixels(photo, self.alpha)
        return composite(self.foreground, self.alpha, ground), ground


class DocumentState(NamedTuple):
    """What names the content of a document at one moment; its parts are compared, never read."""

    trimap: int
    touch_up: int
    settings: tuple[str, dict[str, Any]]
    backdrop: Backdrop | None
    made: tuple[object, ...]  # by runs, and read from files

    @property
    def by_hand(self) -> tuple[object, ...]:
        """The part of it that cannot be computed again."""
        return self[:-1]


@dataclass(eq=False)
class Document:
    """One photo and all that is made of it.

    Attributes
    ----------
    photo : Photo
    first_trimap : ndarray (H, W), uint8, or None
        What to start with; None for all unknown. InputError if it is not of the photo's size.
    trimap : ndarray (H, W), uint8, one of 0, 128, 255
        The one live array: it is changed in place and never replaced.
    trimap_path : Path or None
        Where the trimap was last read from or saved to.
    backdrop : Backdrop
    settings : RunSettings
    results : dict from stage name to Solved
    matte : Matte or None
        As computed; `final_matte` has the touch-ups.
    truth : ndarray (H, W), float32 in [0, 1], or None
        The true alpha, where one is known.
    truth_path : Path or None
        Where that was read from.
    project_path : Path or None
        The project file it was opened from or saved to; see `project.save`.
    project_stamp : Stamp or None
        What that file was then.
    first_tiles : Tiles, optional
        The touch-up to start with.
    touch_up : TouchUp
        What was added to the alpha and taken from it by hand; a new run keeps it.
    """

    photo: Photo
    first_trimap: InitVar[np.ndarray | None] = None
    backdrop: Backdrop = field(default_factory=Backdrop)
    settings: RunSettings = field(default_factory=RunSettings)
    trimap_path: Path | None = None
    results: dict[str, Solved] = field(default_factory=dict)
    matte: Matte | None = None
    truth: np.ndarray | None = None
    truth_path: Path | None = None
    project_path: Path | None = None
    project_stamp: Stamp | None = None
    first_tiles: InitVar[Tiles | None] = None

    def __post_init__(self, first_trimap: np.ndarray | None, first_tiles: Tiles | None) -> None:
        self.trimap = np.full(self.photo.shape, Label.UNKNOWN, np.uint8)
        if first_trimap is not None:
            check_size(Message("The trimap"), first_trimap.shape, self.photo.shape)
            self.trimap[...] = first_trimap
        self.touch_up = TouchUp(self.photo.shape)
        self.touch_up.exchange(first_tiles or {})
        self.history = History()
        self._recorded = self.trimap.copy()  # as the history knows it: without the gesture under way
        self._counts = count_labels(self.trimap)  # kept in step, rectangle by rectangle
        self._gesture = NOTHING
        self._saved: dict[Layer, int | None] = {layer: self.history.state(layer) for layer in Layer}
        self._in_project: DocumentState | None = self.state

    @property
    def trimap_state(self) -> int:
        """Names the present content of the trimap; see `History.state`."""
        return self.history.state(Layer.TRIMAP)

    @property
    def touch_state(self) -> int:
        """Names the present content of the touch-up."""
        return self.history.state(Layer.TOUCH_UP)

    @property
    def state(self) -> DocumentState:
        """Names all that a project file keeps; equal to an earlier one where that is the same again."""
        settings = self.settings.method, dict(self.settings.parameters)
        made = dict(self.results), self.matte, self.truth_path
        backdrop = None if self.backdrop.transparent else self.backdrop
        return DocumentState(self.trimap_state, self.touch_state, settings, backdrop, made)

    @property
    def modified(self) -> bool:
        """Whether there is work that no file has.

        With a project file, that is anything it would keep; without one, a trimap that differs from what was opened
        or saved, and a touch-up that differs from what was exported.
        """
        if self.project_path is not None:
            return self.state != self._in_project
        return self.trimap_modified or self.touch_modified

    @property
    def trimap_modified(self) -> bool:
        """Whether the trimap differs from what was opened or saved."""
        return self.trimap_state != self._saved[Layer.TRIMAP]

    @property
    def touch_modified(self) -> bool:
        """Whether the touch-up differs from what was exported."""
        return self.touch_state != self._saved[Layer.TOUCH_UP]

    @property
    def problem(self) -> str | None:
        """One sentence that says why the trimap cannot be run yet, or None."""
        present = np.array(
            [[label for label, count in zip(Label, self._counts, strict=True) if count]], np.uint8
        )
        return trimap_problem(present, present.shape)

    def outdated(self, state: int) -> bool:
        """Tell whether the trimap has changed since a result was made from it in `state`."""
        return state != self.trimap_state

    def mark_saved(self, path: Path | None = None) -> None:
        """Take the trimap as it is for saved, at `path` if given."""
        self._saved[Layer.TRIMAP] = self.trimap_state
        self.trimap_path = path or self.trimap_path

    def mark_in_project(self, path: Path, state: DocumentState, stamp: Stamp | None = None) -> None:
        """Take the document as it was in `state` for saved: the project file at `path` has it, and is as `stamp`."""
        self.project_path, self._in_project, self.project_stamp = path, state, stamp

    def mark_unsaved(self) -> None:
        """Take nothing of it for saved, in whatever file: it was recovered."""
        self._in_project = None
        self._saved = dict.fromkeys(Layer)

    def mark_exported(self, touch_state: int) -> None:
        """Take the touch-up as it was in `touch_state` for saved: a file was written with it."""
        self._saved[Layer.TOUCH_UP] = touch_state

    # Painting: each changes the trimap as part of the gesture under way and returns where; see `painting`. With
    # `protect`, only pixels that were unknown before the gesture take another label.

    def paint(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        diameter: int,
        label: Label,
        protect: bool = False,
    ) -> Rect:
        """Paint one segment of a stroke."""
        return self._painted(paint_segment(self.trimap, start, end, diameter, label), protect)

    def fill(self, point: tuple[float, float], label: Label, protect: bool = False) -> Rect:
        """Fill the region of one label around a point."""
        return self._painted(fill_region(self.trimap, point, label), protect)

    def fill_colour(
        self,
        point: tuple[float, float],
        label: Label,
        tolerance: int,
        contiguous: bool,
        protect: bool = False,
    ) -> Rect:
        """Label what is coloured like the photo at a point."""
        rect = fill_colour(self.trimap, self.photo.pixels, point, label, tolerance, contiguous)
        return self._painted(rect, protect)

    def fill_outline(
        self, outline: Sequence[tuple[float, float]], label: Label, protect: bool = False
    ) -> Rect:
        """Fill what an outline goes around."""
        return self._painted(fill_outline(self.trimap, outline, label), protect)

    def put_trimap(self, trimap: np.ndarray) -> Rect:
        """Put other labels everywhere, protected pixels too.

        Raises
        ------
        InputError
            If it is not of the photo's size.
        """
        check_size(Message("The trimap"), trimap.shape, self.photo.shape)
        self.trimap[...] = trimap
        self._gesture = whole(trimap)
        return self._gesture

    def end_gesture(self, name: str) -> bool:
        """Make one undoable step of all that was painted since the last one; return whether anything changed."""
        rect, self._gesture = self._gesture, NOTHING
        if np.array_equal(self._recorded[rect.slices], self.trimap[rect.slices]):
            return False
        self.history.push(name, TrimapChange(self.trimap, Patch.of(self._recorded, rect)))
        self._record(rect)
        return True

    def abort_gesture(self) -> Rect:
        """Take back what was painted since the last step."""
        rect, self._gesture = self._gesture, NOTHING
        self.trimap[rect.slices] = self._recorded[rect.slices]
        return rect

    def replace_trimap(self, trimap: np.ndarray, name: str) -> bool:
        """Put other labels everywhere, as one undoable step; return whether anything changed."""
        self.put_trimap(trimap)
        return self.end_gesture(name)

    def settled_trimap(self) -> Runs:
        """Return the trimap without what was painted since the last step, packed."""
        return Runs.pack(self._recorded)

    # The touch-up of the alpha

    def touch(self, start: tuple[float, float], end: tuple[float, float], brush: Brush) -> Rect:
        """Touch the alpha up along one segment of the stroke under way; see `touch_up`."""
        return self.touch_up.paint(start, end, brush)

    def end_touch(self, name: str) -> bool:
        """Make one undoable step of the stroke under way; return whether it touched anything."""
        change = self.touch_up.end()
        if change is not None:
            self.history.push(name, change)
        return change is not None

    def clear_touch_up(self, name: str) -> Rect:
        """Take all touch-ups away, as one undoable step; return where they were."""
        rect = self.touch_up.clear()
        self.end_touch(name)
        return rect

    def final_alpha(self, rect: Rect | None = None) -> np.ndarray:
        """Return the matte's alpha under the touch-ups, or the part of it in `rect`."""
        assert self.matte is not None, "there is no alpha before the first run"
        return touched_alpha(self.matte.alpha, self.touch_up.tiles, rect)

    def final_matte(self) -> Callable[[], Matte]:
        """Return a function that makes the matte that is shown and exported: as computed, and touched up.

        It takes as long as a copy of the matte, and may be called in another thread: it keeps what the document
        holds now.
        """
        assert self.matte is not None, "there is no matte before the first run"
        matte, tiles, photo = self.matte, self.touch_up.tiles, self.photo.pixels

        def make() -> Matte:
            alpha, foreground = touched_matte(matte.alpha, matte.foreground, photo, tiles)
            return replace(matte, alpha=alpha, foreground=foreground)

        return make

    # The backdrop

    def set_backdrop(self, backdrop: Backdrop, name: str, gesture: object = None) -> bool:
        """Lay the matte on another backdrop, as one undoable step; return whether that is a new step.

        Changes one after the other that give the same `gesture` (a name or an object, not None) are one step.
        """
        before, self.backdrop = self.backdrop, backdrop
        latest = self.history.latest
        joined = gesture is not None and isinstance(latest, BackdropChange) and latest.gesture == gesture
        if joined or (before.transparent and backdrop.transparent):
            return False
        self.history.push(name, BackdropChange(self, before, gesture))
        return True

    # History

    def go_to(self, position: int) -> Mapping[Layer, Rect]:
        """Undo or redo until `position` steps of the history are done; return what changed, by layer."""
        changed = self.history.go_to(position)
        self._record(changed[Layer.TRIMAP])
        return changed

    def undo(self) -> Mapping[Layer, Rect]:
        """Take the last step back."""
        return self.go_to(self.history.position - 1)

    def redo(self) -> Mapping[Layer, Rect]:
        """Do the last undone step again."""
        return self.go_to(self.history.position + 1)

    def restore_history(self, past: Past) -> None:
        """Take up a history that was kept; the content is that of its present already."""
        self.history.restore(past, self._change)

    def replay(self, name: str, layer: Layer, after: Any) -> None:
        """Do a step that was kept; `after` is the side of its change that is to be in place."""
        change = self._change(layer, after)
        rect = change.swap()
        if layer is Layer.TRIMAP:
            self._record(rect)
        self.history.push(name, change)

    def _change(self, layer: Layer, other: Any) -> Change:
        if layer is Layer.TRIMAP:
            return TrimapChange(self.trimap, other)
        return TouchUpChange(self.touch_up, other) if layer is Layer.TOUCH_UP else BackdropChange(self, other)

    def _painted(self, rect: Rect, protect: bool) -> Rect:
        if protect:
            before = self._recorded[rect.slices]
            np.copyto(self.trimap[rect.slices], before, where=before != Label.UNKNOWN)
        self._gesture |= rect
        return rect

    def _record(self, rect: Rect) -> None:
        before, after = self._recorded[rect.slices], self.trimap[rect.slices]
        self._counts += count_labels(after) - count_labels(before)
        before[...] = after


def count_labels(trimap: np.ndarray) -> np.ndarray:
    """Return how many pixels carry each label, int64 (3,); five times as fast as counting each with numpy."""
    counts = np.zeros(256, np.int64)
    rows = _COUNTABLE // max(trimap.shape[1], 1)
    for top in range(0, trimap.shape[0], rows):
        block = np.ascontiguousarray(trimap[top : top + rows])  # a part of larger rows is counted slowly
        histogram = cv2.calcHist([block], [0], None, [256], [0, 256])
        counts += histogram.reshape(-1).astype(np.int64)  # (256,) or, in OpenCV 4, (256, 1)
    return counts[list(Label)]
