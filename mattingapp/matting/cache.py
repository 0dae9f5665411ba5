"""What is kept from one run to the next."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mattingapp.matting.request import StageResult


class StageCache:
    """Results by content, the least recently used dropped first, and what stages keep for the next stroke.

    Parameters
    ----------
    max_bytes : int
        Memory the kept arrays may take together.
    max_runs : int
        What so many runs did not ask for is dropped, so that strokes on a small photo do not fill the memory.
    """

    def __init__(self, max_bytes: int = 1 << 30, max_runs: int = 10) -> None:
        self._results: OrderedDict[str, StageResult] = OrderedDict()
        self._asked: dict[str, int] = {}  # the run that asked for a result last
        self._run = 0
        self._max_bytes, self._max_runs = max_bytes, max_runs
        self._remembered = _Remembered("")
        self._lock = threading.Lock()  # a stage that runs short of memory clears it from its own thread

    def remembered(self, photo: str, key: str) -> dict[str, Any]:
        """Return what the stage with `key` left for its next run on the photo with that digest."""
        with self._lock:
            return self._of(photo).stages.setdefault(key, {})

    def begin_run(self, photo: str) -> Mapping[str, np.ndarray]:
        """Return the alphas of the last run on the photo with that digest: of its first stage and of its last."""
        with self._lock:
            self._run += 1
            for key in [key for key, run in self._asked.items() if run <= self._run - self._max_runs]:
                self._drop(key)
            return self._of(photo).last_run

    def remember_run(self, photo: str, alphas: Mapping[str, np.ndarray]) -> None:
        """Keep what `begin_run` returns the next time."""
        with self._lock:
            self._of(photo).last_run = alphas

    def _of(self, photo: str) -> "_Remembered":
        if photo != self._remembered.photo:
            self._remembered = _Remembered(photo)
        return self._remembered

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._results.clear()
            self._asked.clear()
            self._remembered = _Remembered("")

    def get(self, key: str) -> StageResult | None:
        """Return the result kept under `key`, or None."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                self._asked[key] = self._run
            return self._results.get(key)

    def put(self, key: str, result: StageResult) -> None:
        """Keep `result`, dropping old ones where memory asks for it."""
        with self._lock:
            self._results[key], self._asked[key] = result, self._run
            while len(self._results) > 1 and self._nbytes() > self._max_bytes:
                self._drop(next(iter(self._results)))

    def _nbytes(self) -> int:
        return sum(result.nbytes for result in self._results.values())

    def _drop(self, key: str) -> None:
        del self._results[key], self._asked[key]


@dataclass
class _Remembered:
    """What runs on one photo left for the next, which will be after a stroke."""

    photo: str  # its digest
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_run: Mapping[str, np.ndarray] = field(default_factory=dict)
