"""Whether memory stays flat: `python tests/benchmarks/memory.py`.

Every method is run 200 times on 400 × 300 pixels in one process, with another trimap each time, as an editing person
makes it; then 300 strokes are painted into a photo in the real window, each followed live. Printed is by how much the
resident memory has grown since the tenth, in megabytes, beside what is aimed at.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import gc
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QEventLoop, QSettings
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label
from mattingapp.matting.cache import StageCache
from mattingapp.matting.memory import keep_memory_steady
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import registry
from mattingapp.resources import resource

SIZE = (400, 300)
SETTLED = 10  # runs, after which everything there is has been loaded and filled
AIM = 20.0  # megabytes


class Growth:
    """Resident memory after each of many runs."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._seen: list[float] = []

    def note(self) -> None:
        """Look at it after one more run."""
        if len(self._seen) % SETTLED == 0:
            gc.collect()
        self._seen.append(self._process.memory_info().rss / 1e6)

    def report(self, name: str) -> None:
        """Print what came after the tenth run."""
        first, last, most = self._seen[SETTLED], self._seen[-1], max(self._seen[SETTLED:])
        print(
            f"{name:24} {len(self._seen):4} times: {first:6.0f} MB after {SETTLED}, {last - first:+6.1f} at the end, "
            f"{most - first:+6.1f} at most (aim {AIM:.0f}); {threading.active_count()} threads",
            flush=True,
        )


def runs(method: str, times: int) -> None:
    """Run one method again and again."""
    photo = cv2.resize(read_photo(resource("samples", "hair.png")).pixels, SIZE, interpolation=cv2.INTER_AREA)
    trimap = cv2.imread(str(resource("samples", "hair_trimap.png")), cv2.IMREAD_GRAYSCALE)
    trimap = cv2.resize(trimap, SIZE, interpolation=cv2.INTER_NEAREST)
    random, cache, growth = np.random.default_rng(0), StageCache(), Growth()
    for _ in range(times):
        painted = trimap.copy()
        y, x = (int(random.integers(side)) for side in trimap.shape)
        cv2.circle(painted, (x, y), 9, int(random.choice(list(Label))), -1)
        request = MattingRequest(photo, painted, (method,), device="cpu", foreground=True)
        for _ in run_pipeline(request, preview=lambda stage, alpha: None, cache=cache):
            pass
        growth.note()
    growth.report(method)


def strokes(times: int) -> None:
    """Paint strokes in the window, and wait for the alpha after each."""
    app = QApplication([])
    growth = Growth()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(str(Path(folder, "s.ini")), QSettings.Format.IniFormat))
        settings.auto_run = True
        window = MainWindow(settings)
        window.show()
        window.open_sample("hair")
        session = window.session

        def wait_until_idle() -> None:
            calm = time.monotonic()
            while time.monotonic() < calm + 0.2:
                app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
                if session.running or session.output.reading or window.filing.opening:
                    calm = time.monotonic()
                time.sleep(0.002)

        wait_until_idle()
        random = np.random.default_rng(0)
        height, width = session.document.trimap.shape
        for _ in range(times):
            x, y = random.uniform(0.2, 0.8, 2) * (width, height)
            end = (x + 8, y + 4)
            session.paint((x, y), end, 12, Label(int(random.choice(list(Label)))))
            session.end_gesture("Stroke")
            wait_until_idle()
            growth.note()
        growth.report("strokes in the window")
        session.document.mark_saved()
        window.close()


def main() -> None:
    """Run each in a process of its own, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="*", default=list(registry()))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--strokes", type=int, default=300)
    parser.add_argument("--here", action="store_true", help="one of them, in this process")
    options = parser.parse_args()
    if options.here:
        keep_memory_steady()  # as the program does
        for method in options.methods:
            runs(method, options.runs)
        if options.strokes:
            strokes(options.strokes)
        return
    parts = [["--strokes", "0", "--methods", method] for method in options.methods]
    parts += [["--methods", "--strokes", str(options.strokes)]] if options.strokes else []
    for part in parts:
        subprocess.run([sys.executable, __file__, "--here", "--runs", str(options.runs), *part], check=True)


if __name__ == "__main__":
    main()
