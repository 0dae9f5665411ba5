"""What the composite lies on: nothing, a colour, a gradient, a placed image, or the photo's own background, blurred."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from mattingapp.imaging.composite import blurred_background, fit_backdrop, gradient
from mattingapp.imaging.profile import colour_in_profile
from mattingapp.project.history import Layer
from mattingapp.project.painting import Rect, whole

_CHECKER_CELLS = 40  # along the shorter side
_CHECKER_GREYS = (0.6, 0.8)


@dataclass(frozen=True, eq=False)
class Backdrop:
    """Nothing: the checker that stands for transparency. The other kinds derive from it."""

    @property
    def transparent(self) -> bool:
        """Whether there is nothing but the checker."""
        return type(self) is Backdrop

    def under(self, icc: bytes | None) -> "Backdrop":
        """Return it with colours as the profile of a photo writes them; they are kept as sRGB has them."""
        return self

    def pixels(self, photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Return it as an image.

        Parameters
        ----------
        photo : ndarray (H, W, 3), uint8 or uint16
        alpha : ndarray (H, W), float32 in [0, 1]

        Returns
        -------
        ndarray (3,) or (H, W, 3), float32 in [0, 1]
        """
        cell = max(min(alpha.shape) // _CHECKER_CELLS, 8)
        rows, columns = (np.arange(size) // cell % 2 for size in alpha.shape)
        greys = np.asarray(_CHECKER_GREYS, np.float32)[rows[:, None] ^ columns]
        return np.repeat(greys[..., None], 3, axis=2)


@dataclass(frozen=True, eq=False)
class PlainColour(Backdrop):
    """One colour: ndarray (3,), float32 in [0, 1]."""

    colour: np.ndarray

    def under(self, icc: bytes | None) -> Backdrop:
        return replace(self, colour=colour_in_profile(self.colour, icc))

    def pixels(self, photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        return self.colour


@dataclass(frozen=True, eq=False)
class Gradient(Backdrop):
    """From one colour to another; see `imaging.composite.gradient`."""

    first: np.ndarray
    second: np.ndarray
    angle: float = 90.0

    def under(self, icc: bytes | None) -> Backdrop:
        first, second = (colour_in_profile(colour, icc) for colour in (self.first, self.second))
        return replace(self, first=first, second=second)

    def pixels(self, photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        return gradient(alpha.shape, self.first, self.second, self.angle)


@dataclass(frozen=True, eq=False)
class PlacedImage(Backdrop):
    """An image, scaled and moved; see `imaging.composite.fit_backdrop`.

    Attributes
    ----------
    image : ndarray (h, w, 3), uint8 or uint16
    name : str
        For the screen: "meadow.jpg".
    scale : float
    shift : tuple (x, y)
    path : Path, optional
        Where it was read from, if it was in this session.
    """

    image: np.ndarray
    name: str
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    path: Path | None = None

    def pixels(self, photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        return fit_backdrop(self.image, alpha.shape, self.scale, self.shift)


@dataclass(frozen=True, eq=False)
class BlurredPhoto(Backdrop):
    """The photo's background out of focus; see `imaging.composite.blurred_background`."""

    share: float = 0.03

    def pixels(self, photo: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        return blurred_background(photo, alpha, self.share)


class _Holder(Protocol):
    backdrop: Backdrop
    trimap: np.ndarray


class BackdropChange:
    """Another backdrop, as a step of the history.

    Parameters
    ----------
    holder : Document
    other : Backdrop
        The one that its present backdrop took the place of.
    gesture : object
        What the person is doing; further changes of the same gesture need no steps of their own.
    """

    layer = Layer.BACKDROP

    def __init__(self, holder: _Holder, other: Backdrop, gesture: object = None) -> None:
        self._holder = holder
        self.other = other
        self.gesture = gesture

    @property
    def nbytes(self) -> int:
        kept, shown = (getattr(backdrop, "image", None) for backdrop in (self.other, self._holder.backdrop))
        return 0 if kept is None or kept is shown else kept.nbytes

    def present(self) -> Backdrop:
        return self._holder.backdrop

    def swap(self) -> Rect:
        self._holder.backdrop, self.other = self.other, self._holder.backdrop
        return whole(self._holder.trimap)
