"""Random use of the real window: `python -m tests.benchmarks.random_use --actions 10000 --seeds 1 2 3 4 5`.

A person without a plan opens good and bad files, paints with every tool, runs and cancels, exports, turns wheels,
types into fields, changes theme and language, and closes and reopens the window. Each seed has a process of its own.
Counted as faults: exceptions, bugs told in the window, Qt's warnings, a frozen or dying program, threads and windows
left in the end, and actions of the table that were never triggered while they could be used. After a fault the latest
actions are printed; the same seed does the same again, as far as what the threads answer in between allows.
"""

import argparse
import faulthandler
import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, deque
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
import torch  # noqa: F401 - before Qt, as in the program
from PySide6.QtCore import QCoreApplication, QEvent, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from mattingapp.gui.session.worker import threads_left
from mattingapp.matting.memory import keep_memory_steady
from tests.benchmarks.person import Person

_TOLD = 30  # latest actions printed with a fault
_MOST_FAULTS = 10
_FROZEN = 60  # seconds without an end of an action
_LAST_THREADS = 20.0  # seconds until the last threads have to be gone
_SLOW = 2.0  # seconds in which an action answers; slower ones are listed
_NO_FAULTS = (  # said by Qt's platform without a screen, and by its hand where nobody takes a key
    "This plugin does not support",
    "Keyboard event not accepted",
    "Mouse event not accepted",
)


class Watch:
    """Takes note of faults, each kind once, with the actions before it."""

    def __init__(self, log: Path) -> None:
        self.latest: deque[str] = deque(maxlen=_TOLD)
        self.faults: dict[str, int] = Counter()
        self._log = log.open("w", encoding="utf-8", errors="backslashreplace")
        sys.excepthook = lambda *news: self.fault("".join(traceback.format_exception(*news)))
        threading.excepthook = lambda news: self.fault(
            "".join(traceback.format_exception(news.exc_type, news.exc_value, news.exc_traceback))
        )
        sys.unraisablehook = lambda news: self.fault(f"{news.err_msg}: {news.exc_value!r} in {news.object!r}")
        qInstallMessageHandler(self._on_message)

    def note(self, action: str) -> None:
        """Remember an action, also for whoever looks after the process has died."""
        self.latest.append(action)
        self._log.write(action + "\n")
        self._log.flush()

    def fault(self, text: str) -> None:
        """Tell a fault."""
        kind = text.strip().splitlines()[-1] if "Traceback" in text else text
        self.faults[kind] += 1
        if self.faults[kind] == 1:
            print(f"FAULT {text}\nafter\n  " + "\n  ".join(self.latest), flush=True)

    def _on_message(self, kind: object, context: object, text: str) -> None:
        if not text.startswith(_NO_FAULTS):
            self.fault(f"Qt says: {text}")


def main() -> None:
    """Use the window at random, one process a seed, and print what went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--alone", action="store_true", help="use this process, for one seed")
    options = parser.parse_args()
    if options.alone:
        sys.exit(use(options.seeds[0], options.actions))
    failed = []
    for seed in options.seeds:
        command = [sys.executable, "-m", "tests.benchmarks.random_use", "--alone"]
        command += ["--actions", str(options.actions), "--seeds", str(seed)]
        began = time.monotonic()
        status = subprocess.run(command, check=False).returncode
        print(f"seed {seed}: exit status {status}, {(time.monotonic() - began) / 60:.1f} min", flush=True)
        if status:
            failed.append(seed)
        if status not in (0, 1):  # it could not tell
            print("the latest actions:\n  " + "\n  ".join(_log(seed).read_text().splitlines()[-_TOLD:]))
    print(f"{options.actions} actions with {len(options.seeds)} seeds; failed: {failed or 'none'}")
    sys.exit(bool(failed))


def use(seed: int, n_actions: int) -> int:
    """Use the window at random; return the exit status."""
    faulthandler.enable()
    keep_memory_steady()  # as the program does
    app = QApplication([])
    app.setStyle("Fusion")
    watch = Watch(_log(seed))
    before = set(threading.enumerate())
    memory: list[float] = []
    slowest: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        person = Person(seed, Path(folder), app, watch.note, watch.fault)
        for number in range(n_actions):
            faulthandler.dump_traceback_later(_FROZEN, exit=True)
            if number % max(n_actions // 20, 50) == 0:
                person.reopen()
                memory.append(_megabytes())
            try:
                move, seconds = person.act(number)
            except Exception:  # it would have reached the person
                watch.fault(traceback.format_exc())
                continue
            slowest[move] = max(slowest.get(move, 0.0), seconds)
            if len(watch.faults) >= _MOST_FAULTS:
                print(f"seed {seed}: given up after {number} actions", flush=True)
                break
        closing = person.close()
        memory.append(_megabytes())
        never = person.never_triggered() if n_actions >= 5000 else set()
        if never:
            watch.fault(f"never triggered while they could be: {sorted(never)}")
    QApplication.clipboard().clear()  # else the platform without a screen frees it after Python is gone
    _settle(app)
    deadline = time.monotonic() + _LAST_THREADS
    while threads_left() and time.monotonic() < deadline:
        time.sleep(0.1)
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    left += threads_left()
    windows = [type(widget).__name__ for widget in QApplication.topLevelWidgets()]
    if left or windows:
        watch.fault(f"left behind: threads {left}, windows {windows}")
    qInstallMessageHandler(None)
    faulthandler.cancel_dump_traceback_later()
    warm = memory[len(memory) // 4] if len(memory) > 4 else memory[0]
    print(
        f"seed {seed}: {n_actions} actions, {sum(watch.faults.values())} faults of {len(watch.faults)} kinds"
    )
    print("  MB with nothing open: " + " ".join(f"{size:.0f}" for size in memory))
    print(f"  growth since a quarter of the way {memory[-1] - warm:+.0f} MB; closed in {closing:.2f} s")
    for move, seconds in sorted(slowest.items(), key=lambda item: -item[1]):
        if seconds > _SLOW:
            print(f"  slow: {seconds:.1f} s in {move}")
    return int(bool(watch.faults))


def _log(seed: int) -> Path:
    return Path(tempfile.gettempdir(), f"random-use-{seed}.log")


def _megabytes() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


def _settle(app: QApplication) -> None:
    """Let Qt delete what was told to go."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()


if __name__ == "__main__":
    main()
