"""A long session on a large photo, in the real window: `python -m tests.benchmarks.soak --minutes 60`.

Strokes, live runs, zoom, undo and view modes at 24 megapixels, as a hand would do them, with pauses in between. Printed
every few minutes and in the end: how much memory has grown since the window was warm (aim below 100 MB), and how late a
5 ms timer of the window is (95th percentile, aim below 30 ms). Memory is looked at while nothing runs.
"""

import argparse
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
import psutil
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mattingapp.gui.commands.dialogs import Answer, Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.matting.memory import keep_memory_steady
from mattingapp.resources import resource
from tests.gui import hand

_SIDES = 3, 2  # of the photo
_TICK = 5  # ms
_WARM = 0.15  # of the time, until memory is looked at
_REPORTS = 12
_HOLDS = 120.0  # seconds that a first run may take
_PAUSES = 50, 200, 1000  # ms between what the hand does
_SWITCH_INTERVAL = 0.0005  # seconds, as in the program


class _Dialogs(Dialogs):
    def bug(self, parent, traceback):
        raise AssertionError(traceback)

    def unsaved(self, parent, name):
        return Answer.DISCARD


class Hand:
    """Works on the photo, with what is drawn at random."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self._window = window
        self._draw = random.Random(seed)
        self.done = 0

    def act(self) -> None:
        """Do one thing."""
        kinds = {self._stroke: 10, self._undo: 4, self._zoom: 4, self._look: 2, self._touch: 1, self._pan: 2}
        (kind,) = self._draw.choices(list(kinds), list(kinds.values()))
        kind()
        self.done += 1

    def _point(self) -> tuple[float, float]:
        """Return an image position in sight."""
        canvas = self._window.canvas
        x, y = self._draw.randrange(canvas.width()), self._draw.randrange(canvas.height())
        place = canvas.mapping().to_image(x, y)
        height, width = self._window.session.document.photo.shape
        return min(max(place.x, 0), width - 1), min(max(place.y, 0), height - 1)

    def _stroke(self) -> None:
        QTest.keyClick(self._window.canvas, self._draw.choice("B123"))
        start, *points = (self._point() for _ in range(self._draw.randint(2, 5)))
        hand.drag(self._window, start, *(_between(start, point) for point in points))

    def _touch(self) -> None:
        if self._window.actions_["tool.touch"].isEnabled():
            QTest.keyClick(self._window.canvas, "J")
            start = self._point()
            hand.drag(self._window, start, _between(start, self._point()))

    def _undo(self) -> None:
        for _ in range(self._draw.randint(1, 3)):
            self._window.actions_[self._draw.choice(("edit.undo", "edit.undo", "edit.redo"))].trigger()

    def _zoom(self) -> None:
        self._window.actions_[self._draw.choice(("view.fit", "view.actual", "view.in", "view.out"))].trigger()

    def _pan(self) -> None:
        key = self._draw.choice((Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down))
        QTest.keyClick(self._window.canvas, key)

    def _look(self) -> None:
        QTest.keyClick(self._window.canvas, self._draw.choice("AMKWTCF0"))


def main() -> None:
    """Work for a while and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--megapixels", type=float, default=24.0)
    parser.add_argument("--method", default="closed-form")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    qInstallMessageHandler(
        lambda kind, context, text: None
    )  # the platform without a screen says what it lacks
    keep_memory_steady()  # as the program does
    app = QApplication([])
    app.setStyle("Fusion")
    sys.setswitchinterval(_SWITCH_INTERVAL)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(str(Path(folder, "s.ini")), QSettings.Format.IniFormat))
        window = MainWindow(settings, _Dialogs(settings), recovery=Path(folder, "recovery"))
        window.resize(1600, 1000)
        window.show()
        window.open_files(*_photo(options.megapixels, Path(folder)))
        _wait_until(lambda: not window.filing.opening)
        window.options.method.setCurrentIndex(window.options.method.findData(options.method))
        window.actions_["run.run"].trigger()
        _wait_until(lambda: not window.session.running)
        window.actions_["run.auto"].trigger()
        _soak(window, Hand(window, options.seed), 60 * options.minutes)
        window.close()


def _soak(window: MainWindow, person: Hand, seconds: float) -> None:
    ticks: list[float] = []
    timer = QTimer(window)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(_TICK)
    began, warm, gaps = time.monotonic(), None, np.zeros(0)
    runs: list[int] = []
    window.session.run_started.connect(lambda: runs.append(1))
    for report in range(1, _REPORTS + 1):
        while time.monotonic() - began < seconds * report / _REPORTS:
            person.act()
            _pause(random.choice(_PAUSES))
        gaps = np.append(gaps, 1000 * np.diff(ticks).astype(np.float32))
        _wait_until(lambda: not window.session.running)
        ticks.clear()
        gc.collect()
        memory = psutil.Process().memory_info().rss / 2**20
        if warm is None and report / _REPORTS >= _WARM:
            warm = memory
        late = np.percentile(gaps, 95)
        growth = "" if warm is None else f", {memory - warm:+.0f} since it was warm (aim 100)"
        minutes = (time.monotonic() - began) / 60
        print(
            f"{minutes:5.1f} min, {person.done} acts, {len(runs)} runs: {memory:.0f} MB{growth};"
            f" 5 ms timer: 95 % {late:.1f} (aim 30), 99.9 % {np.percentile(gaps, 99.9):.0f}, worst {gaps.max():.0f}",
            flush=True,
        )
    timer.stop()


def _between(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Return a place on the way, so that strokes stay as long as a hand draws them."""
    return start[0] + (end[0] - start[0]) / 4, start[1] + (end[1] - start[1]) / 4


def _photo(megapixels: float, folder: Path) -> tuple[Path, Path]:
    rows = round((1e6 * megapixels * _SIDES[1] / _SIDES[0]) ** 0.5)
    shape = round(rows * _SIDES[0] / _SIDES[1]), rows
    paths = folder / "photo.jpg", folder / "trimap.png"
    for path, name, way in zip(
        paths, ("hair", "hair_trimap"), (cv2.INTER_CUBIC, cv2.INTER_NEAREST), strict=True
    ):
        image = cv2.imread(str(resource("samples", f"{name}.png")))
        cv2.imwrite(str(path), cv2.resize(image, shape, interpolation=way))
    return paths


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _wait_until(condition) -> None:
    deadline = time.monotonic() + _HOLDS
    while not condition() and time.monotonic() < deadline:
        _pause(20)


if __name__ == "__main__":
    main()
