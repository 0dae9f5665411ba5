"""Take pictures of the window in every state: `python tests/benchmarks/screenshots.py FOLDER`.

Each state is taken at three sizes, light and dark. The README's picture is done-light-1280x800.png.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.commands.dialogs import Answer, Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.display import ViewMode
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.theme import Theme
from mattingapp.imaging.trimap import Label
from mattingapp.matting.dcnn import DcnnSettings
from mattingapp.matting.stages import DEFAULT_METHOD
from mattingapp.project.recovery import LeftBehind
from mattingapp.project.touch_up import Touch
from mattingapp.resources import resource

_SIZES = ((1280, 800), (1024, 700), (2560, 1440))
_DOCKS = ("parameters", "viewer", "backdrop", "history", "responses")
_THEMES = (Theme.LIGHT, Theme.DARK)


class _Dialogs(Dialogs):
    """Answers by itself: nobody is there to close a dialog."""

    def bug(self, parent: QWidget | None, traceback: str) -> None:
        print(traceback)

    def unsaved(self, parent: QWidget, name: str) -> Answer:
        return Answer.DISCARD


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", default="plush")
    parser.add_argument("--method", default=DEFAULT_METHOD)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setStyle("Fusion")

    def take(state: str) -> None:
        for theme in _THEMES:
            window.windowing.choose_theme(theme)
            for width, height in _SIZES:
                window.resize(width, height)
                app.processEvents()
                app.processEvents()  # the first one lays out, the second paints
                window.grab().save(str(options.folder / f"{state}-{theme}-{width}x{height}.png"))

    def wait_until(condition: Callable[[], bool]) -> None:
        while not condition():
            pause = QEventLoop()  # sleeps, where processEvents would spin and slow the run it waits for
            QTimer.singleShot(20, pause.quit)
            pause.exec()

    def open_photo(act: Callable[[], object]) -> None:
        act()
        wait_until(lambda: not window.filing.opening)

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(str(Path(folder, "s.ini")), QSettings.Format.IniFormat))
        window = MainWindow(settings, _Dialogs(settings), recovery=Path(folder, "recovery"))
        window.show()
        take("start")
        window.recovery.bar.tell(LeftBehind(Path(), f"{options.sample}.png", datetime(2026, 11, 22, 21, 40)))
        take("recovery")
        window.recovery.bar.hide()
        window.filing.opening_changed.emit(f"{options.sample}.png")
        wait_until(window.loading.isVisible)
        take("loading")
        window.filing.opening_changed.emit("")
        open_photo(lambda: window.open_files(resource("samples", f"{options.sample}.png")))
        take("opened")
        session = window.session
        session.paint((430, 200), (480, 480), 60, Label.FOREGROUND)
        session.paint((60, 90), (110, 420), 60, Label.BACKGROUND)
        session.end_gesture("Stroke")
        take("painted")
        window.actions_["tool.cut"].trigger()
        window.actions_["trimap.cut"].trigger()
        take("cutting")
        wait_until(window.band.apply.isEnabled)
        take("band")
        window.band.reject()
        window.actions_["tool.brush"].trigger()
        open_photo(lambda: window.open_sample(options.sample))
        window.options.method.setCurrentIndex(window.options.method.findData(options.method))
        take("loaded")
        previews: list[str] = []
        session.preview_arrived.connect(lambda stage, alpha: previews.append(stage))
        session.run()
        wait_until(lambda: "knn" in previews or not session.running)
        take("running")
        wait_until(lambda: not session.running)
        if session.document.matte is None:
            parser.error(f"The run failed: {window.notices.text}")
        shown: list[bool] = []  # of every composite that comes, whether it is on an image
        session.composite_arrived.connect(lambda _: shown.append(not session.document.backdrop.transparent))
        window.viewing.sample_backdrop("city")
        wait_until(lambda: any(shown))
        take("done")
        for mode in (ViewMode.OVERLAY, ViewMode.COMPOSITE):
            window.viewing.display.set_mode(mode)
            take(f"mode-{mode}")
        window.viewing.display.set_mode(ViewMode.ALPHA)
        session.load_truth(resource("samples", f"{options.sample}_alpha.png"))
        wait_until(lambda: len(session.scores) == len(session.document.results))
        window.viewing.wipe(True)
        take("wipe")
        window.viewing.error()
        take("error-map")
        window.viewing.wipe(False)
        window.viewing.display.set_gain(4.0)
        for dock in _DOCKS:
            window.docks.show(dock)
            take(f"dock-{dock}")
            window.docks[dock].hide()
        window.viewing.display.reset()
        shown.clear()
        window.actions_["tool.touch"].trigger()
        session.touch((430, 200), (480, 300), window.toolbox.touch_brush(Touch.REMOVE, 60))
        session.end_touch("Stroke")
        wait_until(lambda: bool(shown))
        take("touched")
        session.undo()
        window.actions_["tool.brush"].trigger()
        window.view.zoom_to(2.0)
        take("zoomed")
        session.paint((430, 200), (480, 480), 60, Label.UNKNOWN)
        session.end_gesture("Stroke")
        window.view.fit()
        open_photo(lambda: window.open_files(Path("missing.png")))
        take("outdated")
        open_photo(lambda: window.open_sample(options.sample))
        session.set_parameters("dcnn", DcnnSettings(Path("missing.safetensors")))
        take("failed")
        session.set_parameters("dcnn", None)
        open_photo(window.windowing.begin_guide)
        take("guide")
        window.close()


if __name__ == "__main__":
    main()
