"""The program with a window."""

import logging
import os
import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

import torch  # noqa: F401 - before Qt: on Windows its libraries do not load after Qt's
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from mattingapp.gui import language
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.worker import threads_left, wait_for_wanted
from mattingapp.resources import resource

log = logging.getLogger(__name__)

_LAST_WRITES = 60.0  # seconds that exports may take after the window has closed
_SWITCH_INTERVAL = 0.0005  # seconds; a tenth of Python's, so that a busy worker holds the window up less


def run_app(photo: Path | None = None, trimap: Path | None = None) -> int:
    """Show the window, with a photo and its trimap or a project open if given; return the exit status in the end."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("mattingapp")
    app.setOrganizationName("mattingapp")
    app.setDesktopFileName("mattingapp")
    app.setWindowIcon(QIcon(str(resource("icons", "mattingapp.svg"))))
    app.setStyle("Fusion")
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl+C in the terminal; Qt's loop would not let Python see it
    sys.setswitchinterval(_SWITCH_INTERVAL)
    store = QSettings()
    settings = Settings(store)
    language.install(app, settings.language)
    dialogs = Dialogs(settings)
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    window = MainWindow(settings, dialogs, recovery=Path(data, "recovery"))

    def show_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("Unexpected error", exc_info=(kind, error, trace))
        dialogs.bug(window, "".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = show_bug
    window.show()
    window.session.warm_up()
    if photo is not None:
        window.open_files(photo, trimap)
    status = app.exec()
    wait_for_wanted(_LAST_WRITES)
    if threads_left():  # in a call that nothing ends: Python and the libraries would be taken down under them
        store.sync()
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status
