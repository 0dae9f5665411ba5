"""The document: one photo, its trimap with every change undoable, the results made from them, and the backdrop."""

from dataclasses import InitVar, dataclass, field
from pathlib import Path

import numpy as np

from mattingapp.imaging.composite import composite, fit_backdrop
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo
from mattingapp.imaging.trimap import Label, trimap_problem
from mattingapp.matting.pipeline import MattingRequest, StageResult
from mattingapp.project.history import History
from mattingapp.project.painting import NOTHING, Rect, fill_region, paint_segment, whole

_CHECKER_CELLS = 40  # along the shorter side
_CHECKER_GREYS = (0.6, 0.8)


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What the composite lies on: an image, else a colour, else the checker that stands for transparency.

    Attributes
    ----------
    image : ndarray (h, w, 3), uint8 or uint16, or None
    colour : ndarray (3,), float32 in [0, 1], or None
    title : str
        For the screen: "#3060a0", "meadow.jpg".
    """

    image: np.ndarray | None = None
    colour: np.ndarray | None = None
    title: str = "transparent"

    @property
    def transparent(self) -> bool:
        """Whether there is nothing but the checker."""
        return self.image is None and self.colour is None

    def pixels(self, shape: tuple[int, int]) -> np.ndarray:
        """Return it for a photo of `shape` (H, W): float32 (3,) or (H, W, 3)."""
        if self.image is not None:
            return fit_backdrop(self.image, shape)
        if self.colour is not None:
            return self.colour
        cell = max(min(shape) // _CHECKER_CELLS, 8)
        rows, columns = (np.arange(size) // cell % 2 for size in shape)
        greys = np.asarray(_CHECKER_GREYS, np.float32)[rows[:, None] ^ columns]
        return np.repeat(greys[..., None], 3, axis=2)


@dataclass(frozen=True)
class RunSettings:
    """How the next run computes: the method and the device."""

    method: str = "dcnn"
    device: str = "auto"


@dataclass(frozen=True, eq=False)
class Solved:
    """A stage's result, the request it answers, and the `History.state` of the trimap in it."""

    result: StageResult
    request: MattingRequest
    state: int


@dataclass(frozen=True, eq=False)
class Matte:
    """What is exported: the alpha of one stage and the foreground colours estimated for it.

    Attributes
    ----------
    stage, title : str
        Of the stage that made the alpha.
    alpha : ndarray (H, W), float32 in [0, 1]
    foreground : ndarray (H, W, 3), float32 in [0, 1]
    state : int
        `History.state` of the trimap it was made from.
    """

    stage: str
    title: str
    alpha: np.ndarray
    foreground: np.ndarray
    state: int

    def on(self, backdrop: Backdrop) -> np.ndarray:
        """Return the composite, (H, W, 3), float32 in [0, 1]: what the window shows and what the export writes."""
        return composite(self.foreground, self.alpha, backdrop.pixels(self.alpha.shape))


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
    """

    photo: Photo
    first_trimap: InitVar[np.ndarray | None] = None
    backdrop: Backdrop = field(default_factory=Backdrop)
    settings: RunSettings = field(default_factory=RunSettings)
    trimap_path: Path | None = None
    results: dict[str, Solved] = field(default_factory=dict)
    matte: Matte | None = None

    def __post_init__(self, first_trimap: np.ndarray | None) -> None:
        self.trimap = np.full(self.photo.shape, Label.UNKNOWN, np.uint8)
        if first_trimap is not None:
            self._check_size(first_trimap)
            self.trimap[...] = first_trimap
        self.history = History()
        self._recorded = (
            self.trimap.copy()
        )  # the trimap as the history knows it: without the gesture under way
        self._counts = _count_labels(
            self.trimap
        )  # kept in step, since counting anew takes 50 ms at 24 megapixels
        self._gesture = NOTHING
        self._saved_state = self.history.state

    @property
    def modified(self) -> bool:
        """Whether the trimap differs from what was opened or saved."""
        return self.history.state != self._saved_state

    @property
    def problem(self) -> str | None:
        """One sentence that says why the trimap cannot be run yet, or None."""
        present = np.array(
            [[label for label, count in zip(Label, self._counts, strict=True) if count]], np.uint8
        )
        return trimap_problem(present, present.shape)

    def outdated(self, state: int) -> bool:
        """Tell whether the trimap has changed since a result was made from it in `state`."""
        return state != self.history.state

    def mark_saved(self, path: Path | None = None) -> None:
        """Take the trimap as it is for saved, at `path` if given."""
        self._saved_state = self.history.state
        self.trimap_path = path or self.trimap_path

    def paint(
        self, start: tuple[float, float], end: tuple[float, float], diameter: int, label: Label
    ) -> Rect:
        """Paint one segment of the gesture under way; see `painting.paint_segment`."""
        rect = paint_segment(self.trimap, start, end, diameter, label)
        self._gesture |= rect
        return rect

    def fill(self, point: tuple[float, float], label: Label) -> Rect:
        """Fill one region as part of the gesture under way; see `painting.fill_region`."""
        rect = fill_region(self.trimap, point, label)
        self._gesture |= rect
        return rect

    def end_gesture(self, name: str) -> bool:
        """Make one undoable step of all that was painted since the last one; return whether anything changed."""
        rect, self._gesture = self._gesture, NOTHING
        before = self._recorded[rect.slices]
        if np.array_equal(before, self.trimap[rect.slices]):
            return False
        self.history.push(name, rect, before)
        self._record(rect)
        return True

    def abort_gesture(self) -> Rect:
        """Take back what was painted since the last step."""
        rect, self._gesture = self._gesture, NOTHING
        self.trimap[rect.slices] = self._recorded[rect.slices]
        return rect

    def replace_trimap(self, trimap: np.ndarray, name: str) -> bool:
        """Put other labels everywhere, as one undoable step; return whether anything changed.

        Raises
        ------
        InputError
            If it is not of the photo's size.
        """
        self._check_size(trimap)
        self.trimap[...] = trimap
        self._gesture = whole(trimap)
        return self.end_gesture(name)

    def undo(self) -> Rect:
        """Take the last step back."""
        return self._record(self.history.undo(self.trimap))

    def redo(self) -> Rect:
        """Do the last undone step again."""
        return self._record(self.history.redo(self.trimap))

    def _check_size(self, trimap: np.ndarray) -> None:
        if trimap.shape != self.photo.shape:
            (height, width), (rows, columns) = self.photo.shape, trimap.shape
            raise InputError(
                f"The trimap is {columns} × {rows} pixels but the photo is {width} × {height}:"
                " use one of the same size."
            )

    def _record(self, rect: Rect) -> Rect:
        before, after = self._recorded[rect.slices], self.trimap[rect.slices]
        self._counts += _count_labels(after) - _count_labels(before)
        before[...] = after
        return rect


def _count_labels(trimap: np.ndarray) -> np.ndarray:
    return np.array([np.count_nonzero(trimap == label) for label in Label])
