"""How fast the window reacts at 24 megapixels: `python tests/benchmarks/window.py`.

Prints the median and the worst of each, in milliseconds, beside what is aimed at.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.compare import CompareMode
from mattingapp.gui.panes.display import ViewMode
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.trimap import Label
from mattingapp.matting.request import MattingRequest, StageResult
from mattingapp.project.document import Matte, Solved
from mattingapp.project.touch_up import Brush, Touch
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

    def opened(*files: Path) -> None:
        window.open_files(*files)
        _wait(app, window)

    report("open a 24 MP JPEG, to first paint", 1500, lambda: opened(photo), 3)
    opened(photo, trimap)
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
    window.view.fit()
    app.processEvents()
    angles = np.linspace(0, 2 * np.pi, 2000)
    outline = [(3000 + 2000 * np.cos(angle), 2000 + 1500 * np.sin(angle)) for angle in angles]
    report("fill a lasso of 9 megapixels", 200, lambda: session.fill_outline(outline, Label.UNKNOWN), 3)
    report("fill by colour", 300, lambda: session.fill_colour((100, 100), Label.BACKGROUND, 32, True), 3)
    session.abort_gesture()
    _measure_touch_up(window, report)
    _measure_viewing(window, report)
    _measure_band(app, window, report)
    report("zoom step", 50, lambda: window.view.zoom(0.8))
    window.view.fit()
    report("clear the whole trimap", 200, session.clear_trimap, 1)
    report("undo of that", 200, session.undo, 1)


def _measure_touch_up(window: MainWindow, report: Callable[..., None]) -> None:
    """Measure dabs on an alpha that some stage is said to have made."""
    session, rng = window.session, np.random.default_rng(1)
    document = session.document
    alpha = document.trimap / np.float32(255)
    result = StageResult("knn", "KNN", alpha, 1.0, "cpu")
    request = MattingRequest(document.photo.pixels, document.trimap, ("knn",))
    document.results["knn"] = Solved(result, request, document.trimap_state)
    colours = np.full((*alpha.shape, 3), 0.5, np.float32)  # zeros would be no memory before their first use
    document.matte = Matte("knn", "KNN", alpha, colours, document.trimap_state)
    session.result_arrived.emit("knn")
    session.matte_changed.emit()
    window.actions_["tool.touch"].setEnabled(True)
    window.actions_["tool.touch"].trigger()
    for radius in (20, 100, 500):
        brush = Brush(Touch.ADD, 2 * radius)

        def dab(brush: Brush = brush) -> None:
            x, y = (int(side * rng.uniform(0.4, 0.6)) for side in reversed(_PHOTO))
            session.touch((x, y), (x + 3, y), brush)

        report(f"touch-up dab of radius {radius}, fit", 16, dab)
        session.abort_touch()
    window.actions_["tool.brush"].trigger()


def _measure_viewing(window: MainWindow, report: Callable[..., None]) -> None:
    """Measure view modes and comparisons of the alpha that `_measure_touch_up` left."""
    viewing, rng = window.viewing, np.random.default_rng(2)
    viewing.grid.show_single("knn")
    for mode in ViewMode:
        report(f"change to the view mode {mode}", 200, lambda mode=mode: viewing.display.set_mode(mode), 1)
        report(f"full repaint of a large pane, {mode}", 33, viewing.grid["knn"].image.update)
    viewing.display.set_mode(ViewMode.ALPHA)
    report("another gain of the viewer", 33, lambda: viewing.display.set_gain(rng.uniform(1, 9)))
    viewing.display.reset()
    viewing.wipe(True)
    report("move of the wipe", 33, lambda: viewing.compare.image.set_split(rng.random()))
    viewing.compare.compare(CompareMode.DIFFERENCE, "knn", "knn")
    report(
        "another gain of the difference", 300, lambda: viewing.compare.gain.setValue(rng.integers(1, 64)), 6
    )
    viewing.wipe(False)


def _measure_band(app: QApplication, window: MainWindow, report: Callable[..., None]) -> None:
    """Measure how the preview of an unknown band follows its sliders."""
    window.band.begin()
    while not window.band.apply.isEnabled():
        app.processEvents()
    widths = itertools.cycle((20, 40, 60))
    report("another width of the unknown band", 200, lambda: window.band.inner.set_value(next(widths)), 6)
    window.band.reject()


def _measure_jitter(app: QApplication, window: MainWindow) -> None:
    """Print how late a 5 ms timer of the window is while closed-form and KNN run on a sample photo."""
    window.session.document.mark_saved()
    window.open_sample("hair")
    _wait(app, window)
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


def _wait(app: QApplication, window: MainWindow) -> None:
    """Wait until a file is open."""
    while window.filing.opening:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _enlarged(name: str, interpolation: int, path: Path) -> Path:
    image = cv2.imread(str(resource("samples", f"{name}.png")))
    cv2.imwrite(str(path), cv2.resize(image, _PHOTO[::-1], interpolation=interpolation))
    return path


if __name__ == "__main__":
    main()
