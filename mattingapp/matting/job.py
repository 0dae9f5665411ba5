"""One running request as its stages see it: where to report, and whether to go on."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from mattingapp.imaging.message import Message
from mattingapp.matting.helpers import Helpers

T = TypeVar("T")

PREVIEW_INTERVAL = 0.1  # seconds; a preview costs a copy of the alpha and a repaint
PREVIEW_SHARE = 0.2  # of the time, at most, goes into previews: at 24 megapixels one takes half a second
POLL_INTERVAL = 0.03
COMPILING = "compiling, once on this machine; this takes a minute or two"

_library_calls = Helpers("matting-library-call")


class Cancelled(Exception):  # noqa: N818 - an answer to a wish, not an error
    """The person asked for the job to stop."""


@dataclass
class Job:
    """Progress, preview and cancel for one stage of one request.

    Parameters
    ----------
    progress : callable (fraction, text) -> None
        `fraction` is in [0, 1].
    preview : callable (alpha) -> None, or None
        Takes a fresh float32 (H, W) array that the stage never touches again.
    cancel : threading.Event
        Set by any thread; tested by `check`.
    first_use : float
        Seconds that went into what only the first use in a process needs: compiling, and loading what was compiled.
    """

    progress: Callable[[float, str], None] = lambda fraction, text: None
    preview: Callable[[np.ndarray], None] | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    first_use: float = 0.0
    _next_preview: float = 0.0

    def check(self) -> None:
        """Raise `Cancelled` once cancel is set; stages call this at least every 100 ms of work."""
        if self.cancel.is_set():
            raise Cancelled

    def report(self, fraction: float, template: str, /, **values: Any) -> None:
        """Check for cancel, then report progress; what is being done is told as by `Message`."""
        self.check()
        self.progress(min(max(fraction, 0.0), 1.0), Message(template, **values))

    def offer_preview(self, make_alpha: Callable[[], np.ndarray]) -> None:
        """Call `make_alpha` for a preview if somebody looks and the last one is old enough."""
        begin = time.monotonic()
        if self.preview is not None and begin >= self._next_preview:
            self.preview(self.wait_for(make_alpha))
            end = time.monotonic()
            self._next_preview = max(begin + PREVIEW_INTERVAL, end + (end - begin) * (1 / PREVIEW_SHARE - 1))

    def wait_for(self, call: Callable[[], T]) -> T:
        """Run one library call that cannot be interrupted, still answering cancel at once.

        The call runs on another thread; after a cancel it is left to finish there and its result is dropped.
        """
        self.check()
        future = _library_calls.submit(call)
        while True:
            try:
                return future.result(timeout=POLL_INTERVAL)
            except TimeoutError:
                if future.done():  # it was the call's own, or the call ended at this very moment
                    return future.result()
                self.check()
