"""What is asked of the pipeline, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mattingapp.imaging.message import Message
from mattingapp.matting.stages import DEFAULT_METHOD

Progress = Callable[[str, float, str], None]
Preview = Callable[[str, np.ndarray], None]


@dataclass(frozen=True, eq=False)
class MattingRequest:
    """One wish: these methods on this photo and trimap.

    Attributes
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    trimap : ndarray (H, W), uint8, one of 0 (background), 128 (unknown), 255 (foreground)
    methods : tuple of str
        Stage names; what they need is run as well. The last one is the matte of the request.
    settings : mapping from stage name to that stage's settings
        Stages that are not named use their defaults.
    device : str
        "auto" (CUDA, then MPS, then CPU), "cuda", "cuda:1", "mps" or "cpu".
    foreground : bool
        Also estimate foreground colours for the last method's alpha.
    full_size : bool
        Compute every stage on the photo itself, however large it is; see `pyramid`.
    """

    photo: np.ndarray = field(repr=False)
    trimap: np.ndarray = field(repr=False)
    methods: tuple[str, ...] = (DEFAULT_METHOD,)
    settings: Mapping[str, Any] = field(default_factory=dict)
    device: str = "auto"
    foreground: bool = False
    full_size: bool = False


@dataclass(frozen=True, eq=False)
class StageResult:
    """What one stage made.

    Attributes
    ----------
    stage, title : str
        Its name, and its name for the screen.
    alpha : ndarray (H, W), float32 in [0, 1], straight
    seconds : float
        Time it took when it was computed; on a small photo other stages may have run at the same time.
    device : str
        "cpu", "cuda:0" or "mps".
    converged : bool
        False where `alpha` is a solver's best iterate.
    notes : tuple of Message
        Sentences for the person.
    foreground : ndarray (H, W, 3), float32 in [0, 1], or None
        Foreground colours, from the "foreground" stage.
    cached : bool
        True where it was taken from an earlier run on the same content.
    """

    stage: str
    title: str
    alpha: np.ndarray = field(repr=False)
    seconds: float
    device: str
    converged: bool = True
    notes: tuple[Message, ...] = ()
    foreground: np.ndarray | None = field(default=None, repr=False)
    cached: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return self.alpha.nbytes + (self.foreground.nbytes if self.foreground is not None else 0)
