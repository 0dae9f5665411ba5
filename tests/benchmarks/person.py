"""A person without a plan: every move is drawn at random, and acts on the real window as a hand would."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMimeData,
    QPoint,
    QPointF,
    QSettings,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QImage, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QWidget,
)

from mattingapp.gui import language
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.resources import resource
from tests.gui import hand

_CASES = Path(__file__).parents[2].parent / "shared" / "cases"  # beside the repository, where there are any
_IMAGES = (".png", ".jpg", ".tif")
_SAMPLES = "hair", "plush", "basket"
_TINY = (1, 1), (2, 2), (3, 5), (48, 64), (200, 7)  # rows, columns
_BIG = (2000, 3000)
_SIZES = (1280, 800), (1024, 700), (700, 500), (2560, 1440), (200, 200)
_RUN = 3.0  # seconds that a person waits for a run
_ANSWER = 15  # ms until a dialog is answered
_PATIENCE = 40  # answers after which a dialog is closed

Pair = tuple[Path, Path | None]


class Files:
    """Photos and trimaps, good, bad, tiny and big, in a folder; `pairs` go together, `others` are anything."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        samples = [
            (resource("samples", f"{n}.png"), resource("samples", f"{n}_trimap.png")) for n in _SAMPLES
        ]
        photo, trimap = (cv2.imread(str(path)) for path in samples[0])
        made = [self._pair(f"tiny {h} x {w}", photo, trimap, (h, w)) for h, w in _TINY]
        marked = self._pair("a<b>&b {x} [*] 100%", photo, trimap, (120, 160))
        self.big = self._pair("big", photo, trimap, _BIG)
        self.pairs: list[Pair] = [*samples, *samples, *made, marked]
        self.others = [path for pair in self.pairs for path in pair] + self._bad()
        if _CASES.is_dir():
            self.others += sorted(path for path in _CASES.iterdir() if path.suffix in _IMAGES)
        self.models = [*sorted(resource("models").glob("*.safetensors")), self.others[0]]

    def _pair(self, name: str, photo: np.ndarray, trimap: np.ndarray, shape: tuple[int, int]) -> Pair:
        paths = self.folder / f"{name}.png", self.folder / f"{name} trimap.png"
        for path, image, way in zip(paths, (photo, trimap), (cv2.INTER_AREA, cv2.INTER_NEAREST), strict=True):
            cv2.imwrite(str(path), cv2.resize(image, shape[::-1], interpolation=way))
        return paths

    def _bad(self) -> list[Path]:
        whole = resource("samples", "plush.png").read_bytes()
        contents = {"empty.png": b"", "text.png": b"no picture", "cut.png": whole[: len(whole) // 3]}
        contents |= {"no project.matting": b"PK\x03\x04nothing", "a photo.matting": whole}
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)
        transparent = cv2.cvtColor(cv2.imread(str(resource("samples", "plush.png"))), cv2.COLOR_BGR2BGRA)
        transparent[:, :, 3] = cv2.imread(str(resource("samples", "plush_alpha.png")), cv2.IMREAD_GRAYSCALE)
        cv2.imwrite(str(self.folder / "transparent.png"), transparent)
        pipe = self.folder / "pipe.png"
        os.mkfifo(pipe)
        here = [self.folder / name for name in (*contents, "transparent.png", "missing.png")]
        return [*here, pipe, self.folder, self.folder / ("n" * 300 + ".png")]


class ScriptedDialogs(Dialogs):
    """Chooses files and colours at random; all other dialogs come up, and are answered by the person."""

    def __init__(
        self, settings: Settings, draw: random.Random, files: Files, fault: Callable[[str], None]
    ) -> None:
        super().__init__(settings)
        self._draw, self._files, self._fault = draw, files, fault
        self.saved: list[Path] = []

    def open_document(self, parent, title):
        return self._draw.choice([None, *self._files.others, *self.saved])

    def open_image(self, parent, title):
        opened = parent.session.opened if isinstance(parent, MainWindow) else None
        mine = [opened.document.photo.path, opened.document.trimap_path] if opened else []
        return self._draw.choice([*filter(None, mine), self.open_document(parent, title)])  # some of its size

    def open_model(self, parent, title):
        return self._draw.choice([None, *self._files.models])

    def save_image(self, parent, title, name, formats, first=""):
        if self._draw.random() < 0.1:
            return None
        kind = self._draw.choice(list(formats))
        stem = self._draw.choice((Path(name).stem, "same", "a<b>&b {x}", "no folder/file"))
        self.saved.append(self._files.folder / f"{stem}.{formats[kind]}")
        self.saved = self.saved[-20:]
        return self.saved[-1], kind

    def colour(self, parent, title):
        return self._draw.choice((None, f"#{self._draw.randrange(1 << 24):06x}"))

    def bug(self, parent, traceback):
        self._fault(traceback)


class Person:
    """Acts at random.

    Parameters
    ----------
    seed : int
    folder : Path
        For files and settings.
    app : QApplication
    note, fault : callable (str)
        Take what is done, and what went wrong.
    """

    def __init__(
        self,
        seed: int,
        folder: Path,
        app: QApplication,
        note: Callable[[str], None],
        fault: Callable[[str], None],
    ) -> None:
        self._draw = random.Random(seed)
        self._app, self._note, self._fault = app, note, fault
        self._files = Files(folder / "files")
        self._recovery = folder / "recovery"
        self._settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
        self._dialogs = ScriptedDialogs(self._settings, self._draw, self._files, fault)
        self._translators: list = []
        self._triggered: Counter[str] = Counter()
        self._answers = random.Random(seed)  # of its own: how often it is asked depends on time
        self._asked: tuple[QWidget | None, int] = None, 0
        QTimer.singleShot(_ANSWER, app, self._answer)
        self._leaving = False  # whatever is asked, the window is to close
        self._window: MainWindow | None = None
        self._moves = {
            self._action: 30,
            self._stroke: 20,
            self._polygon: 4,
            self._pen: 3,
            self._control: 14,
            self._key: 6,
            self._wheel: 6,
            self._pane: 6,
            self._open: 5,
            self._drop: 3,
            self._run: 2,
            self._menu: 4,
            self._clip: 3,
            self._resize: 3,
            self._wait: 2,
            self._close_by_hand: 0.3,
            self._open_big: 0.2,
        }

    # Life

    def act(self, number: int) -> tuple[str, float]:
        """Make a move; return its name and how long the window was busy with it."""
        if self._window is None or not self._window.isVisible():
            self.reopen()
        (move,) = self._draw.choices(list(self._moves), list(self._moves.values()))
        self._log = [move.__name__.strip("_")]
        self._number = number
        began = time.perf_counter()
        move()
        self._app.processEvents()
        seconds = time.perf_counter() - began
        if self._draw.random() < 0.2:
            self._pause(self._draw.choice((5, 20, 60)))
        return move.__name__.strip("_"), seconds

    def _say(self, text: str) -> None:
        self._note(f"{self._number if hasattr(self, '_number') else 0} {text}")

    def reopen(self) -> None:
        """Close the window if it is open, and start again, in the language chosen."""
        if self._window is not None:
            self.close()
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators = language.install(self._app, self._settings.language)
        self._window = MainWindow(self._settings, self._dialogs, recovery=self._recovery)
        self._window.show()
        self._window.activateWindow()
        self._app.processEvents()

    def close(self) -> float:
        """Close the window whatever is unsaved; return the seconds it took."""
        self._say("close")
        if self._window is None:
            return 0.0
        self._leaving = True
        began = time.perf_counter()
        while self._window.isVisible():
            self._window.close()
            self._pause(10)
        seconds = time.perf_counter() - began
        self._leaving = False
        self._window.deleteLater()
        self._window = None
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._app.processEvents()
        return seconds

    def never_triggered(self) -> set[str]:
        """Return the actions of the table that were never triggered while they could be used."""
        self.reopen()
        missing = set(self._window.actions_) - set(self._triggered)
        self.close()
        return missing

    def _pause(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _answer(self) -> None:
        """Answer what has come up: a dialog by one of its buttons, a menu by one of its items."""
        QTimer.singleShot(
            _ANSWER, self._app, self._answer
        )  # before anything else: what it does may ask again
        draw = self._answers
        if popup := QApplication.activePopupWidget():
            keys = [Qt.Key.Key_Down] * draw.randrange(6)
            keys.append(draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Escape)))
            for key in keys:
                if popup.isVisible():
                    QTest.keyClick(popup, key)
            if popup.isVisible() and isinstance(popup, QMenu):
                popup.close()
            return
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        same, times = self._asked
        self._asked = dialog, times + 1 if same is dialog else 0
        buttons = [
            button
            for button in dialog.findChildren(QAbstractButton)
            if button.isVisible() and button.isEnabled()
        ]
        if isinstance(dialog, QDialog) and (self._asked[1] > _PATIENCE or not buttons):
            dialog.reject()
            return
        if self._leaving:
            discard = [b for b in buttons if b.text().strip("&") in ("Discard", "Verwerfen")]
            buttons = discard or buttons
        if fields := dialog.findChildren(QLineEdit):
            QTest.keyClicks(draw.choice(fields), draw.choice("abz/5"))
        QTest.mouseClick(draw.choice(buttons), Qt.MouseButton.LeftButton)

    # Moves

    def _action(self) -> None:
        """Trigger an action, rather one that was seldom triggered, by its menu or its key."""
        actions = [(spec.id, action) for spec, action in self._window.actions_.rows()]
        usable = [(name, action) for name, action in actions if action.isEnabled()]
        if self._draw.random() < 0.5:
            least = min(self._triggered[name] for name, _ in usable)
            usable = [(name, action) for name, action in usable if self._triggered[name] <= least]
        name, action = self._draw.choice(usable if self._draw.random() < 0.9 else actions)
        if name == "file.quit" and self._triggered[name] and self._draw.random() < 0.9:
            return  # it is closed often enough
        keys = action.shortcuts()
        by_key = bool(keys) and self._draw.random() < 0.4
        self._say(f"action {name}{' by key' if by_key else ''}")
        if by_key:
            QTest.keySequence(self._target(), self._draw.choice(keys))
        elif action.isEnabled():
            action.trigger()
            self._triggered[name] += 1

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _point(self) -> tuple[float, float]:
        """Return an image position, sometimes outside."""
        document = self._window.session.document
        height, width = document.photo.shape if document else (600, 800)
        reach = self._draw.choice((0.0, 0.0, 0.3))
        return (
            self._draw.uniform(-reach * width, (1 + reach) * width),
            self._draw.uniform(-reach * height, (1 + reach) * height),
        )

    def _tool(self) -> None:
        key = self._draw.choice("BLGRJ123EX[]")
        QTest.keyClick(self._window.canvas, key)

    def _stroke(self) -> None:
        """Drag on the canvas with whatever is in hand."""
        canvas, draw = self._window.canvas, self._draw
        if not canvas.isVisible():
            return
        if draw.random() < 0.4:
            self._tool()
        keys = draw.choice(
            (hand.NO_KEYS,) * 6 + (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)
        )
        button = draw.choice((hand.LEFT,) * 4 + (hand.RIGHT, hand.MIDDLE))
        points = [self._point() for _ in range(draw.randint(1, 6))]
        self._say(f"stroke {self._window.toolbox.tool} {button.name} {keys.name} {points}")
        QTest.mousePress(canvas, button, keys, hand.at(self._window, *points[0]))
        for before, point in pairwise(points):
            hand.move(self._window, tuple((a + b) / 2 for a, b in zip(before, point, strict=True)), button)
            hand.move(self._window, point, button)
            if draw.random() < 0.1:
                QTest.keyClick(
                    canvas, draw.choice((Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_1, Qt.Key.Key_B))
                )
            if draw.random() < 0.1:
                self._pause(5)
        if draw.random() < 0.95:  # else the release goes elsewhere
            QTest.mouseRelease(canvas, button, keys, hand.at(self._window, *points[-1]))

    def _polygon(self) -> None:
        canvas, draw = self._window.canvas, self._draw
        if not canvas.isVisible():
            return
        QTest.keyClick(canvas, "L", Qt.KeyboardModifier.ShiftModifier)
        points = [self._point() for _ in range(draw.randint(1, 6))]
        self._say(f"polygon {points}")
        for point in points:
            hand.click(self._window, point)
            if draw.random() < 0.2:
                QTest.keyClick(canvas, Qt.Key.Key_Backspace)
        end = draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, None, "double"))
        if end == "double":
            QTest.mouseDClick(canvas, hand.LEFT, hand.NO_KEYS, hand.at(self._window, *points[-1]))
        elif end is not None:
            QTest.keyClick(canvas, end)

    def _pen(self) -> None:
        if not self._window.canvas.isVisible():
            return
        points = [(*self._point(), self._draw.random()) for _ in range(self._draw.randint(2, 5))]
        self._say(f"pen {points}")
        hand.pen(self._window, *points)

    def _control(self) -> None:
        """Use a control that can be seen."""
        kinds = QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit, QListWidget
        controls = [
            widget
            for kind in kinds
            for widget in self._window.findChildren(kind)
            if widget.isVisible() and widget.isEnabled()
        ]
        if not controls:
            return
        control, draw = self._draw.choice(controls), self._draw
        self._say(f"control {type(control).__name__} “{control.accessibleName() or control.objectName()}”")
        if isinstance(control, QAbstractButton):
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        elif isinstance(control, QComboBox):
            if draw.random() < 0.3:
                QTest.mouseClick(control, Qt.MouseButton.LeftButton)  # its list is answered as a menu is
            for _ in range(draw.randint(1, 4)):
                QTest.keyClick(control, draw.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End)))
        elif isinstance(control, QListWidget):
            if control.count():
                control.setCurrentRow(draw.randrange(control.count()))
        elif isinstance(control, QAbstractSlider):
            QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=self._place_in(control))
            QTest.keyClick(control, draw.choice((Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_End)))
        else:
            control.setFocus()
            if draw.random() < 0.5:
                control.selectAll()
            QTest.keyClicks(
                control, draw.choice(("0", "7", "123456789", "-3", "1e-7", "e", "", "12 px", ".", "nan"))
            )
            if control.isVisible():
                QTest.keyClick(
                    control,
                    draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Tab)),
                )

    def _place_in(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._draw.randrange(max(widget.width(), 1)), self._draw.randrange(max(widget.height(), 1))
        )

    def _key(self) -> None:
        """Press any key, wherever the focus is."""
        draw = self._draw
        keys = [Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape]
        keys += [
            Qt.Key.Key_Delete,
            Qt.Key.Key_Backslash,
            Qt.Key.Key_F,
            Qt.Key.Key_V,
            Qt.Key.Key_D,
            Qt.Key.Key_Left,
        ]
        key = draw.choice(keys)
        modifier = draw.choice(
            (hand.NO_KEYS,) * 3 + (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
        )
        self._say(f"key {key.name} {modifier.name}")
        QTest.keyClick(self._target(), key, modifier)

    def _views(self) -> list[QWidget]:
        window = self._window
        views = [window.canvas, window.viewing.compare.image]
        views += [pane.image for pane in window.grid.panes.values()]
        return [view for view in views if view.isVisible()]

    def _wheel(self) -> None:
        views, draw = self._views(), self._draw
        if not views:
            return
        view = draw.choice(views)
        place = self._place_in(view)
        turn = draw.choice((-1200, -120, -7, 0, 7, 120, 1200))
        modifier = draw.choice(
            (
                hand.NO_KEYS,
                Qt.KeyboardModifier.ShiftModifier,
                Qt.KeyboardModifier.ControlModifier,
                Qt.KeyboardModifier.AltModifier,
            )
        )
        by_finger = draw.random() < 0.3
        self._say(f"wheel {turn} {modifier.name}{' by finger' if by_finger else ''}")
        event = QWheelEvent(
            QPointF(place),
            QPointF(view.mapToGlobal(place)),
            QPoint(turn // 2, turn) if by_finger else QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.ScrollUpdate if by_finger else Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)

    def _pane(self) -> None:
        """Click, drag or ask for the menu in a view."""
        views, draw = self._views(), self._draw
        if not views:
            return
        view, start = draw.choice(views), QPoint()
        start, end = self._place_in(view), self._place_in(view)
        kind = draw.choice(("click", "double", "drag", "alt drag", "menu", "hover", "leave"))
        self._say(f"pane {kind} {view.accessibleName()} {start.toTuple()} {end.toTuple()}")
        button = draw.choice((hand.LEFT, hand.MIDDLE, hand.RIGHT))
        if kind == "click":
            QTest.mouseClick(view, button, hand.NO_KEYS, start)
        elif kind == "double":
            QTest.mouseDClick(view, button, hand.NO_KEYS, start)
        elif kind == "menu":
            event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, start, view.mapToGlobal(start))
            QApplication.sendEvent(view, event)
        elif kind == "leave":
            QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        else:
            held = Qt.MouseButton.NoButton if kind == "hover" else button
            keys = Qt.KeyboardModifier.AltModifier if kind == "alt drag" else hand.NO_KEYS
            if kind != "hover":
                QTest.mousePress(view, button, keys, start)
            moved = QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(end),
                QPointF(view.mapToGlobal(end)),
                Qt.MouseButton.NoButton,
                held,
                keys,
            )
            QApplication.sendEvent(view, moved)
            if kind != "hover":
                QTest.mouseRelease(view, button, keys, end)

    def _open(self) -> None:
        photo, trimap = self._draw.choice(self._files.pairs)
        if self._draw.random() < 0.4:
            photo = self._draw.choice(self._files.others)
        if self._draw.random() < 0.3:
            trimap = self._draw.choice([None, *self._files.others])
        self._say(f"open {photo.name[:40]} {trimap and trimap.name[:40]}")
        self._window.open_files(photo, trimap)
        if self._draw.random() < 0.7:
            self._wait_until(lambda: not self._window.filing.opening, 3.0)

    def _open_big(self) -> None:
        self._say("open big")
        self._window.open_files(*self._files.big)
        self._wait_until(lambda: not self._window.filing.opening, 5.0)

    def _drop(self) -> None:
        n = self._draw.choice((1, 1, 1, 2, 3))
        paths = self._draw.sample(self._files.others, n)
        if n == 2 and self._draw.random() < 0.5:
            paths = [path for path in self._draw.choice(self._files.pairs) if path]
        self._say(f"drop {[path.name[:40] for path in paths]}")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        drop = QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, hand.NO_KEYS
        )
        QApplication.sendEvent(self._window, drop)

    def _run(self) -> None:
        """Run a method, and wait, or cancel after a while."""
        window = self._window
        method = window.options.method
        if not window.actions_["run.run"].isEnabled() or not method.count():
            return
        method.setCurrentIndex(self._draw.randrange(method.count()))
        self._say(f"run {method.currentData()}")
        window.actions_["run.run"].trigger()
        if self._draw.random() < 0.3:
            self._pause(self._draw.choice((0, 50, 300)))
            self._say("cancel")
            window.actions_["run.cancel"].trigger()
        else:
            self._wait_until(lambda: not window.session.running, _RUN)

    def _wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            self._pause(10)

    def _menu(self) -> None:
        """Open a menu and go through it by keys."""
        menus = self._window.menuBar().findChildren(QMenu)
        menu = self._draw.choice(menus)
        self._say(f"menu {menu.title()}")
        menu.popup(self._window.mapToGlobal(QPoint(5, 5)))
        self._pause(2 * _ANSWER)
        if menu.isVisible():
            menu.close()

    def _clip(self) -> None:
        """Put something on the clipboard, and perhaps paste it."""
        data, draw = QMimeData(), self._draw
        kind = draw.choice(("text", "files", "image", "png", "damaged", "nothing"))
        self._say(f"clip {kind}")
        if kind == "text":
            data.setText("a <b>text</b>")
        elif kind == "files":
            data.setUrls([QUrl.fromLocalFile(str(draw.choice(self._files.others)))])
        elif kind == "image":
            data.setImageData(QImage(40, 30, QImage.Format.Format_RGB32))
        elif kind == "png":
            data.setData("image/png", resource("samples", "plush.png").read_bytes())
        elif kind == "damaged":
            data.setData("image/png", b"\x89PNG and no more")
        QApplication.clipboard().setMimeData(data)
        if draw.random() < 0.7:
            QTest.keySequence(self._window, QKeySequence("Ctrl+V"))

    def _resize(self) -> None:
        size = self._draw.choice(_SIZES)
        self._say(f"resize {size}")
        self._window.showNormal()
        self._window.resize(*size)

    def _wait(self) -> None:
        milliseconds = self._draw.choice((20, 100, 400))
        self._say(f"wait {milliseconds}")
        self._pause(milliseconds)

    def _close_by_hand(self) -> None:
        self._say("close button")
        self._window.close()
