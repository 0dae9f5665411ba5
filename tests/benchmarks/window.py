"""How fast the window reacts at 24 megapixels: `python tests/benchmarks/window.py`.

Prints the median and the worst of each, in milliseconds, beside what is aimed at.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.settings import Settings
from mattingapp.imaging.trimap import Label
from mattingapp.resources import resource

_PHOTO = (4000, 6000)  # rows, columns: 24 megapixels
_REPEATS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", nargs=2, type=int, default=(1600, 1000), help="of the window")
    size = parser.parse_args().size
    app = QApplication([])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(QSettings(str(Path(folder, "s.ini")), QSettings.Format.IniFormat)))
        window.resize(*size)
        window.show()
        photo = _enlarged("hair", cv2.INTER_LINEAR, Path(folder, "photo.jpg"))
        trimap = _enlarged("hair_trimap", cv2.INTER_NEAREST, Path(folder, "trimap.png"))
        _measure_window(app, window, photo, trimap)
        _measure_jitter(app, window)
        window.session.document.mark_saved()
        window.close()


def _measure_window(app: QApplication, window: MainWindow, photo: Path, trimap: Path) -> None:
    def painted(act: Callable[[], object]) -> float:
        began = time.perf_counter()
        act()
        app.processEvents()
        return 1000 * (time.perf_counter() - began)

    def report(name: str, aim: float, act: Callable[[], object], repeats: int = _REPEATS) -> None:
        times = [painted(act) for _ in range(repeats)]
        print(f"{name:44} {statistics.median(times):8.1f} {max(times):8.1f}   aim {aim:.0f}", flush=True)

    print(f"{'':44} {'median':>8} {'worst':>8}   ms", flush=True)
    report("open a 24 MP JPEG, to first paint", 1500, lambda: window.open_files(photo), 3)
    window.open_files(photo, trimap)
    app.processEvents()
    session, canvas = window.session, window.canvas
    rng = np.random.default_rng(0)
    for zoom, scale in (("fit", None), ("100 %", 1.0), ("400 %", 4.0)):
        window.view.fit() if scale is None else window.view.zoom_to(scale)
        app.processEvents()
        report(f"full repaint, {zoom}", 33, canvas.update)
        for radius in (20, 100, 500):

            def dab(radius: int = radius) -> None:
                x, y = (int(side * rng.uniform(0.4, 0.6)) for side in reversed(_PHOTO))
                session.paint((x, y), (x, y), 2 * radius, Label(int(rng.choice(list(Label)))))

            report(f"dab of radius {radius}, {zoom}", 16, dab)
            report(f"end of that stroke, {zoom}", 50, lambda: session.end_gesture("Stroke"), 1)
            report(f"undo of it, {zoom}", 30, session.undo, 1)
    report("zoom step", 50, lambda: window.view.zoom(0.8))
    window.view.fit()
    report("clear the whole trimap", 200, session.clear_trimap, 1)
    report("undo of that", 200, session.undo, 1)


def _measure_jitter(app: QApplication, window: MainWindow) -> None:
    """Print how late a 5 ms timer of the window is while closed-form and KNN run on a sample photo."""
    window.session.document.mark_saved()
    window.open_sample("hair")
    window.options.method.setCurrentIndex(window.options.method.findData("mean"))
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)
    window.session.run()
    while window.session.running:
        app.processEvents()
        time.sleep(0.0005)
    timer.stop()
    gaps = 1000 * np.diff(ticks)
    median, late = np.percentile(gaps, (50, 95))
    print(f"5 ms timer during a run: median {median:.1f}, 95 % {late:.1f} (aim 30), worst {gaps.max():.1f}")


def _enlarged(name: str, interpolation: int, path: Path) -> Path:
    image = cv2.imread(str(resource("samples", f"{name}.png")))
    cv2.imwrite(str(path), cv2.resize(image, _PHOTO[::-1], interpolation=interpolation))
    return path


if __name__ == "__main__":
    main()
