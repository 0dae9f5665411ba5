"""Names of files are shown as they are: nothing in them is markup, the mark of a key, or a place to fill in."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, Qt, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget

from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.resources import resource
from tests.gui.conftest import Window

NAME = "a<b>&b {x}[*].png"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo with a name that looks like much else."""
    return Path(shutil.copy(resource("samples", "hair.png"), tmp_path / NAME))


def tip_shown(tip: str) -> str:
    """Return what a tooltip shows."""
    if not Qt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def key_less(text: str) -> str:
    """Return what a button shows."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def telling(window: MainWindow) -> list[QWidget | QAction]:
    """Return all that speaks of the file, each checked to show its name as it is."""
    found: list[QWidget | QAction] = []
    for part in (*window.findChildren(QWidget), *window.findChildren(QAction)):
        texts = []
        if "a<" in part.toolTip() or "a&lt;" in part.toolTip():
            texts.append(tip_shown(part.toolTip()))
        if isinstance(part, QLabel) and "a<" in part.text():
            assert part.textFormat() is Qt.TextFormat.PlainText
            texts.append(part.text())
        if isinstance(part, (QAbstractButton, QAction)) and "a<" in part.text():
            texts.append(key_less(part.text()))
        for text in texts:
            assert NAME in text
        found += [part] * bool(texts)
    return found


def test_names_of_files_are_shown_as_they_are(qtbot, window: Window, photo: Path, run) -> None:
    window.open_files(photo)
    assert "[*][*]" in window.windowTitle()
    assert len(telling(window)) > 1  # the menu and the start page, at least
    window.open_files(photo, resource("samples", "hair_trimap.png"))
    run(window)
    with qtbot.waitSignal(window.session.composite_arrived):
        window.session.set_backdrop_image(photo, photo.name)
    window.docks.show("backdrop")
    assert NAME in tip_shown(window.grid[COMPOSITE].caption_tip)
    telling(window)
    window.session.load_truth(photo)
    window.wait()
    telling(window)
    photo.write_bytes(b"no picture")
    window.open_files(photo)
    assert NAME in window.notices.text
    assert any(isinstance(part, QLabel) for part in telling(window))


def test_the_page_that_waits_for_a_file_says_its_name(qtbot, window: Window) -> None:
    window.filing.opening_changed.emit(NAME)
    qtbot.waitUntil(window.loading.isVisible)
    assert window.loading in [part.parentWidget() for part in telling(window) if isinstance(part, QLabel)]
    window.filing.opening_changed.emit("")


def test_the_question_about_changes_says_the_name(window: Window, settings) -> None:
    shown = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        shown.append((box.text(), box.textFormat()))
        box.reject()

    QTimer.singleShot(0, look)
    Dialogs(settings).unsaved(window, NAME)
    ((text, text_format),) = shown
    assert NAME in text
    assert text_format is Qt.TextFormat.PlainText


def test_no_label_that_waits_for_its_text_takes_it_for_markup(loaded: MainWindow) -> None:
    for name in ("parameters", "viewer", "backdrop", "history", "responses"):
        loaded.docks.show(name)
    for label in loaded.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or label.text()
