"""What part of the photo is looked at: one zoom and pan that the canvas and every pane share.

Image positions are in image pixels, device positions in physical pixels of one viewport. The canvas leads: `scale` is
its own. A pane shows the same place with its scale reduced in proportion to its size, so that "fit" fits everywhere.
"""

import math
from collections.abc import Mapping as Fields
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QRectF, Signal

MIN_SCALE, MAX_SCALE = 0.01, 64.0
ZOOM_STEP = 1.25
_FIT_SHARE = 0.96  # of the viewport; the rest is a margin


class Point(NamedTuple):
    """A position, x to the right and y down."""

    x: float
    y: float


class Size(NamedTuple):
    """Width and height."""

    width: int
    height: int


@dataclass(frozen=True)
class Mapping:
    """From image to device positions: `scale` × position + (`dx`, `dy`)."""

    scale: float
    dx: float
    dy: float

    def to_device(self, x: float, y: float) -> Point:
        """Return where an image position lies in the viewport."""
        return Point(x * self.scale + self.dx, y * self.scale + self.dy)

    def to_image(self, x: float, y: float) -> Point:
        """Return the image position under a viewport position."""
        return Point((x - self.dx) / self.scale, (y - self.dy) / self.scale)

    def rect_to_device(self, rect: QRectF) -> QRectF:
        """Return the viewport rectangle of an image rectangle."""
        x, y = self.to_device(rect.x(), rect.y())
        return QRectF(x, y, rect.width() * self.scale, rect.height() * self.scale)

    def rect_to_image(self, rect: QRectF) -> QRectF:
        """Return the image rectangle under a viewport rectangle."""
        x, y = self.to_image(rect.x(), rect.y())
        return QRectF(x, y, rect.width() / self.scale, rect.height() / self.scale)


def fit_scale(image: Size, viewport: Size) -> float:
    """Return the scale at which the whole image is seen."""
    return _FIT_SHARE * min(viewport.width / image.width, viewport.height / image.height)


class View(QObject):
    """The shared zoom and pan, and the shared cursor.

    Signals
    -------
    changed()
        Every viewport has to be painted again.
    cursor_moved()
        `cursor` is another image position, or None.
    """

    changed = Signal()
    cursor_moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.image = Size(1, 1)
        self.canvas = Size(1, 1)
        self.scale = 1.0
        self.centre = Point(0.5, 0.5)
        self.fitting = True
        self.cursor: Point | None = None

    def set_image(self, image: Size) -> None:
        """Look at another image, all of it."""
        self.image = image
        self.cursor = None
        self.fit()

    def set_canvas(self, canvas: Size) -> None:
        """Tell the canvas's size in physical pixels; keeps the whole image in it if it is so now."""
        self.canvas = Size(max(canvas.width, 1), max(canvas.height, 1))
        if self.fitting:
            self.fit()
        else:
            self.changed.emit()

    def fit(self) -> None:
        """Show the whole image."""
        self.fitting = True
        self.scale = fit_scale(self.image, self.canvas)
        self.centre = Point(self.image.width / 2, self.image.height / 2)
        self.changed.emit()

    @property
    def state(self) -> dict[str, Any]:
        """What of the photo is seen, for `restore`."""
        return {"scale": None if self.fitting else self.scale, "x": self.centre.x, "y": self.centre.y}

    def restore(self, state: Fields[str, Any]) -> None:
        """Show what was seen; all of the photo where `state` is none."""
        values: list[Any] = [state.get(name) for name in ("scale", "x", "y")]
        if all(type(value) in (int, float) and math.isfinite(value) for value in values):
            scale, x, y = values
            self.zoom_to(scale)
            self._centre_on(x, y)

    def mapping(self, viewport: Size) -> Mapping:
        """Return how a viewport of this size shows the image. Offsets are whole, so pixels meet device pixels."""
        scale = self.scale * fit_scale(self.image, viewport) / fit_scale(self.image, self.canvas)
        return Mapping(
            scale,
            round(viewport.width / 2 - self.centre.x * scale),
            round(viewport.height / 2 - self.centre.y * scale),
        )

    def zoom(self, factor: float, viewport: Size | None = None, fixed: Point | None = None) -> None:
        """Zoom by `factor`, keeping the image where it is under the device position `fixed` of `viewport`."""
        self._zoom_to(self.scale * factor, viewport or self.canvas, fixed)

    def zoom_to(self, scale: float) -> None:
        """Give the canvas `scale` physical pixels an image pixel."""
        self._zoom_to(scale, self.canvas, None)

    def _zoom_to(self, scale: float, viewport: Size, fixed: Point | None) -> None:
        fixed = fixed or Point(viewport.width / 2, viewport.height / 2)
        before = self.mapping(viewport)
        anchor = before.to_image(*fixed)
        scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        after = before.scale * scale / self.scale
        self.scale = scale
        self.fitting = False
        self._centre_on(
            anchor.x - (fixed.x - viewport.width / 2) / after,
            anchor.y - (fixed.y - viewport.height / 2) / after,
        )

    def actual_size(self) -> None:
        """Give each pixel of the image one of the screen."""
        self.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Zoom in by one step."""
        self.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Zoom out by one step."""
        self.zoom(1 / ZOOM_STEP)

    def pan(self, dx: float, dy: float, viewport: Size) -> None:
        """Move the image by (`dx`, `dy`) physical pixels of `viewport`."""
        scale = self.mapping(viewport).scale
        self.fitting = False
        self._centre_on(self.centre.x - dx / scale, self.centre.y - dy / scale)

    def set_cursor(self, cursor: Point | None) -> None:
        """Move the shared cursor to an image position, or away."""
        if cursor != self.cursor:
            self.cursor = cursor
            self.cursor_moved.emit()

    def _centre_on(self, x: float, y: float) -> None:
        self.centre = Point(min(max(x, 0.0), self.image.width), min(max(y, 0.0), self.image.height))
        self.changed.emit()
