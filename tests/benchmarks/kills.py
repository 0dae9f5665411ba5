"""What is left of the work when the program is killed: `python tests/benchmarks/kills.py --kills 1000 --seed 0`.

A program with its window offscreen paints, touches up, undoes, changes the backdrop, zooms, runs, saves its project and
exports, one thing after another, and is killed at a random moment: while it works, or while it starts and restores what
the last one left. It says each gesture that is finished, and when all are in the journal. What is left has to be a
state that the work was in, its undo history as well: "kept" where nothing is missing that was finished `GRACE` seconds
before the kill; "late" where that is missing but was not said to be in the journal, as on a machine too busy to write
in that time; else "lost". The next program goes on from there. The runs are made by a stand-in that answers at once, so
that results are written all the time.

Printed are the kills, what became of them, and what is left over at the end beside the work itself.
"""

import argparse
import hashlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import torch  # noqa: F401 - before Qt, as in the program
from PIL import Image
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from mattingapp.gui.commands.dialogs import Answer, Overwrite
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label
from mattingapp.project.backdrop import BlurredPhoto, PlainColour
from mattingapp.project.document import Document
from mattingapp.project.load import read_project
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.replay import read_journal
from mattingapp.project.touch_up import Brush, Touch
from tests.gui.conftest import STAGES, FakePipeline, ScriptedDialogs

GRACE = 0.05  # seconds
SHAPE = 180, 240
_LONGEST = 0.8  # seconds of work before a kill
_START = 1.2  # seconds in which a start may be killed
_STARTS = 0.15  # of the kills
_PAUSES = (0, 0, 0, 5, 20, 60)  # ms between two things done


class State(NamedTuple):
    """What tells one state of the work from others: its content, and its undo history."""

    content: str
    history: str

    @classmethod
    def of(cls, document: Document) -> "State":
        """Return that of a document."""
        content = hashlib.blake2b(document.trimap.tobytes(), digest_size=8)
        for key, tile in sorted(document.touch_up.settled_tiles.items()):
            content.update(f"{key}".encode() + tile.tobytes())
        content.update(repr(type(document.backdrop)).encode())
        history = document.history
        steps = f"{history.names}{history.position}".encode()
        return cls(content.hexdigest(), hashlib.blake2b(steps, digest_size=8).hexdigest())


class Places(NamedTuple):
    """Where everything lies."""

    folder: Path

    @property
    def photo(self) -> Path:
        """The photo that is worked on."""
        return self.folder / "photo.png"

    @property
    def project(self) -> Path:
        """The project it is saved to."""
        return self.folder / "saved" / "photo.matting"

    @property
    def alpha(self) -> Path:
        """The alpha that is exported."""
        return self.folder / "exported" / "alpha.png"

    @property
    def settings(self) -> Path:
        """The program's."""
        return self.folder / "settings.ini"

    @property
    def errors(self) -> Path:
        """What the programs say on standard error."""
        return self.folder / "errors.txt"

    @property
    def recovery(self) -> Path:
        """The folder of journals."""
        return self.folder / "recovery"


class Worker:
    """The program that is killed: works at random, and says what is finished."""

    def __init__(self, places: Places, seed: int, pipe: int) -> None:
        self._places, self._pipe = places, pipe
        self._rng = np.random.default_rng(seed)
        self._app = QApplication(["kills"])
        self._app.setStyle("Fusion")
        settings = Settings(QSettings(str(places.settings), QSettings.Format.IniFormat))
        self._dialogs = ScriptedDialogs(settings)
        self._dialogs.changed = lambda parent, name: Overwrite.REPLACE  # killed before it knew it had saved
        self.window = MainWindow(settings, self._dialogs, FakePipeline(), STAGES, places.recovery)
        self.window.session.crashed.connect(self._crash)
        self.window.recovery.keeper.kept.connect(lambda: self._say("kept"))
        self.window.session.document_changed.connect(lambda: QTimer.singleShot(0, self._begin))
        sys.excepthook = lambda *error: self._crash(repr(error))

    def run(self) -> None:
        """Open what there is, and work until the end."""
        self.window.show()
        recovery = self.window.recovery
        if not recovery.bar.isHidden():
            recovery.bar.restore_button.click()
        else:
            project = self._places.project
            self.window.open_files(project if project.exists() else self._places.photo)
        self._app.exec()

    def end_well(self) -> None:
        """Open what there is, work for a while, export, save, and close the window."""
        self.window.session.document_changed.connect(lambda: QTimer.singleShot(2000, self._finish))
        self.run()

    def _finish(self) -> None:
        self._work = lambda: None
        self._export()
        self._dialogs.saves = [(self._places.project, "Project")]
        self.window.filing.saving.save_as(self._leave)

    def _leave(self) -> None:
        self._dialogs.answers = [Answer.DISCARD]  # a run may have ended meanwhile
        self.window.close()
        os._exit(0)

    def _begin(self) -> None:
        self._say("ready")
        self._work()

    def _work(self) -> None:
        weights = np.array([40, 15, 12, 6, 6, 5, 8, 8])
        things = (
            self._paint,
            self._touch,
            self._travel,
            self._backdrop,
            self._zoom,
            self._run,
            self._save,
            self._export,
        )
        thing = things[self._rng.choice(len(things), p=weights / weights.sum())]
        os.write(self._pipe, b"begin\n")
        thing()
        self._say("done")
        QTimer.singleShot(int(self._rng.choice(_PAUSES)), self._work)

    def _paint(self) -> None:
        session, label = self.window.session, Label(self._rng.choice(list(Label)))
        for _ in range(3):
            start, end = self._points()
            session.paint(start, end, int(self._rng.integers(1, 30)), label)
        session.end_gesture(f"Stroke {self._rng.integers(1000)}")

    def _touch(self) -> None:
        start, end = self._points()
        self.window.session.touch(start, end, Brush(self._rng.choice(list(Touch)), 25))
        self.window.session.end_touch("Touch up")

    def _travel(self) -> None:
        self.window.session.go_to(
            int(self._rng.integers(len(self.window.session.document.history.names) + 1))
        )

    def _backdrop(self) -> None:
        colour = PlainColour(self._rng.uniform(0, 1, 3).astype(np.float32))
        self.window.session.set_backdrop(BlurredPhoto() if self._rng.random() < 0.5 else colour)

    def _zoom(self) -> None:
        self.window.view.zoom_to(float(self._rng.uniform(0.5, 4)))

    def _run(self) -> None:
        if self.window.session.problem is None:
            self.window.session.run()

    def _save(self) -> None:
        self._dialogs.saves = [(self._places.project, "Project")]
        self.window.filing.saving.save()

    def _export(self) -> None:
        if self.window.session.document.matte is not None:
            self._dialogs.saves = [(self._places.alpha, "PNG, 8 bit")]
            self.window.exporting.alpha()

    def _points(self) -> tuple[tuple[float, float], tuple[float, float]]:
        (xa, xb), (ya, yb) = self._rng.uniform(0, SHAPE[1], 2), self._rng.uniform(0, SHAPE[0], 2)
        return (xa, ya), (xb, yb)

    def _say(self, word: str) -> None:
        state = State.of(self.window.session.document)
        os.write(self._pipe, f"{word} {time.monotonic()} {state.content} {state.history}\n".encode())

    def _crash(self, text: str) -> None:
        os.write(self._pipe, b"crash " + text.replace("\n", "|").encode() + b"\n")


class Trial:
    """One life of the program: begun, killed, and what it said."""

    def __init__(self, places: Places, seed: int) -> None:
        self.said: list[list[str]] = []
        self._pid, self._pipe = forked(places, seed, Worker.run)

    def wait_until_ready(self) -> None:
        """Read until it works."""
        for line in self._pipe:
            self.said.append(line.split())
            if self.said[-1][0] != "begin":
                return

    def kill(self) -> float:
        """Kill it, hear the rest of what it said, and return when that was."""
        now = time.monotonic()
        os.kill(self._pid, signal.SIGKILL)
        self.said += [line.split() for line in self._pipe]
        self._pipe.close()
        os.waitpid(self._pid, 0)
        return now


def left(places: Places) -> tuple[Document, bool]:
    """Return the work as the next start of the program finds it, and whether its history is to be compared."""
    folder = RecoveryFolder(places.recovery)
    found = folder.left_behind()
    folder.close()
    if len(found) > 1 or folder.problems:
        raise InputError("{count} left behind, {problems}.", count=len(found), problems=folder.problems)
    if found:
        return read_journal(found[0].path, stages=STAGES).document, True
    if places.project.exists():
        return read_project(places.project, stages=STAGES)[0], False
    return Document(read_photo(places.photo)), False


def tried(places: Places, kills: int, seed: int) -> Iterator[str]:
    """Kill so many programs; yield what came of each: "kept", "in flight", "lost", "damaged", or how it crashed."""
    rng = np.random.default_rng(seed)
    known = State.of(Document(read_photo(places.photo)))
    for number in range(kills):
        trial = Trial(places, seed * 100_000 + number)
        if rng.random() < _STARTS:
            time.sleep(rng.uniform(0, _START))
        else:
            trial.wait_until_ready()
            time.sleep(rng.uniform(0, _LONGEST))
        killed = trial.kill()
        states, finished, written = [known], [0.0], 0
        for word, *rest in trial.said:
            if word in ("ready", "done", "kept"):
                finished.append(float(rest[0]))
                states.append(State(rest[1], rest[2]))
                written = len(states) - 1 if word == "kept" else written
            elif word == "crash":
                yield " ".join(("crash:", *rest))
        due = max(i for i, when in enumerate(finished) if when < killed - GRACE)
        try:
            document, whole = left(places)
            if places.project.exists():
                read_project(places.project, stages=STAGES)
            if places.alpha.exists():
                Image.open(places.alpha).load()
        except (InputError, OSError) as error:
            yield f"damaged: {error}"
            continue
        known = State.of(document)
        if not whole:
            states = [state._replace(history=known.history) for state in states]
        if known in states[max(due, written) :]:
            yield "kept"
        elif known in states[written:]:
            last = max(i for i, state in enumerate(states) if state == known)
            yield f"late: finished {1000 * (killed - finished[last + 1]):.0f} ms before"
        else:
            yield "in flight" if trial.said and trial.said[-1][0] == "begin" else "lost"


def forked(places: Places, seed: int, run: Callable[[Worker], None]) -> tuple[int, TextIO]:
    """Start a program, which has all its libraries already; return its number and what it says."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        os.dup2(os.open(places.errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        run(Worker(places, seed, writing))
        os._exit(1)
    os.close(writing)
    return pid, os.fdopen(reading)


def litter(places: Places, seed: int) -> list[str]:
    """Start once more, end it well after it has worked, exported and saved; return what lies around then."""
    pid, pipe = forked(places, seed, Worker.end_well)
    with pipe:
        pipe.read()
    os.waitpid(pid, 0)
    work = {places.photo, places.project, places.alpha, places.errors, places.settings}
    return [str(path) for path in places.folder.rglob("*") if path.is_file() and path not in work]


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        places = Places(Path(name))
        for path in (places.project, places.alpha):
            path.parent.mkdir()
        photo = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3), np.uint8)
        Image.fromarray(photo).save(places.photo)
        came: Counter[str] = Counter()
        for number, what in enumerate(tried(places, options.kills, options.seed), 1):
            came[what.partition(":")[0]] += 1
            if what not in ("kept", "in flight"):
                print(number, what, flush=True)
            elif number % 50 == 0:
                print(number, dict(came), flush=True)
        print("kills:", sum(came.values()), dict(came))
        print("left over:", litter(places, options.seed) or "nothing")
        said = {line for line in places.errors.read_text().splitlines() if "propagateSizeHints" not in line}
        print("standard error:", sorted(said) or "nothing")


if __name__ == "__main__":
    main()
