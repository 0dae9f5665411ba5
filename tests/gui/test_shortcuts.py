"""Keys: the sheet that lists them, giving them away, remembering them; and the photos opened lately."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QLineEdit

from mattingapp.gui.actions.shortcuts import CheatSheet, ShortcutsEditor, groups
from mattingapp.gui.commands.dialogs import Answer
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.display import ViewMode
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.trimap import Label
from mattingapp.resources import resource


@pytest.fixture
def editor(loaded: MainWindow):
    """The dialog that changes keys."""
    made = ShortcutsEditor(loaded, loaded.actions_)
    yield made
    made.deleteLater()


def press(editor: ShortcutsEditor, key: str) -> None:
    """Enter a key as the person would."""
    editor.edit.setKeySequence(QKeySequence(key))


def test_a_key_can_be_given_to_another_action(loaded: MainWindow, editor: ShortcutsEditor) -> None:
    editor.choose("mode.white")
    press(editor, "Ctrl+9")
    assert editor.conflict.text() == ""
    editor.assign.click()
    assert loaded.actions_["mode.white"].toolTip().endswith("(Ctrl+9)")
    QTest.keyClick(loaded.canvas, Qt.Key.Key_W)
    assert loaded.viewing.display.mode is ViewMode.ALPHA
    QTest.keyClick(loaded.canvas, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert loaded.viewing.display.mode is ViewMode.WHITE


def test_a_conflict_is_said_before_a_key_is_taken(loaded: MainWindow, editor: ShortcutsEditor) -> None:
    editor.choose("mode.white")
    press(editor, "Ctrl+R")
    assert editor.conflict.text() == "Ctrl+R belongs to “Run”. Assign takes it from there."
    assert editor.assign.text() == "Take it"
    editor.assign.click()
    assert loaded.actions_["run.run"].shortcuts() == []
    assert loaded.actions_["mode.white"].shortcut() == QKeySequence("Ctrl+R")
    editor.choose("run.run")
    editor.reset.click()
    assert loaded.actions_["run.run"].shortcut() == QKeySequence("Ctrl+R")
    assert loaded.actions_["mode.white"].shortcuts() == []
    editor._reset_all()
    assert loaded.actions_["mode.white"].shortcut() == QKeySequence("W")
    assert loaded.actions_.chosen_keys() == {}


def test_actions_are_found_by_name_and_by_key(editor: ShortcutsEditor) -> None:
    editor.search.setText("ctrl+shift+z")
    shown = [item.text(0) for item in editor._items.values() if not item.isHidden()]
    assert shown == ["Edit: Redo"]


def test_keys_are_remembered(qtbot, window: MainWindow, settings, dialogs, pipeline, tmp_path) -> None:
    dialogs.keys = [("mode.white", "Ctrl+9"), ("mode.black", "W")]
    window.actions_["help.change"].trigger()
    again = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    second = MainWindow(again, dialogs, pipeline, pipeline.stages)
    assert second.actions_["mode.white"].shortcuts() == [QKeySequence("Ctrl+9")]
    assert second.actions_["mode.black"].shortcuts() == [QKeySequence("W")]
    second.close()
    second.deleteLater()


def test_keys_taken_away_stay_away(settings: Settings, tmp_path) -> None:
    settings.shortcuts = {"run.run": [], "tool.larger": ["+", "]"]}
    again = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert again.shortcuts == {"run.run": [], "tool.larger": ["+", "]"]}


def test_the_cheat_sheet_lists_every_key_by_menu(loaded: MainWindow) -> None:
    found = groups(loaded.actions_)
    assert list(found) == ["File", "Edit", "Trimap", "View", "Run", "Window", "Help", "Mouse and pen"]
    assert ("Ctrl+R", "Run") in found["Run"]
    sheet = CheatSheet(loaded, found)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    for rows in found.values():
        for keys, text in rows:
            assert {keys, text} <= texts
    sheet.deleteLater()


def test_photos_opened_lately_are_listed(loaded: MainWindow, settings: Settings, dialogs) -> None:
    assert settings.recent == []  # a sample is always at hand
    for name in ("hair", "plush"):
        loaded.open_files(resource("samples", f"{name}.png"))
    names = [action.text() for action in loaded.recent.actions()]
    assert names[:2] == ["&1  plush.png", "&2  hair.png"]
    loaded.recent.actions()[1].trigger()
    loaded.wait()
    assert loaded.session.document.photo.path.name == "hair.png"
    assert settings.recent == [resource("samples", "hair.png"), resource("samples", "plush.png")]
    assert loaded.recent.menuAction() in loaded.actions_.menu("File").actions()


def test_a_photo_that_is_gone_leaves_the_list_and_is_told(window: MainWindow, settings, tmp_path) -> None:
    settings.recent = [tmp_path / "gone.jpg"]
    window.recent.show_files(settings.recent)
    window.recent.actions()[0].trigger()
    window.wait()
    assert "gone.jpg" in window.notices.text
    assert settings.recent == []
    assert not window.recent.isEnabled()


def test_the_list_can_be_cleared_and_stays_short(loaded: MainWindow, settings: Settings) -> None:
    settings.recent = [Path(f"/photos/{number}.jpg") for number in range(30)]
    assert len(settings.recent) == 10
    loaded.recent.cleared.emit()
    assert settings.recent == []


def test_unsaved_changes_hold_a_recent_photo_back(loaded: MainWindow, dialogs) -> None:
    for name in ("hair", "plush"):
        loaded.open_files(resource("samples", f"{name}.png"))
    loaded.session.fill((5, 5), Label.FOREGROUND)
    loaded.session.end_gesture("Fill")
    dialogs.answers.append(Answer.CANCEL)
    loaded.recent.actions()[1].trigger()
    loaded.wait()
    assert loaded.session.document.photo.path.name == "plush.png"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_number_that_is_chosen_gives_the_keys_back_to_the_tools(loaded: MainWindow, key: Qt.Key) -> None:
    loaded.docks.show("parameters")
    loaded.activateWindow()
    boxes = [box for box in loaded.findChildren(QAbstractSpinBox) if box.isVisible()]
    numbers = [edit for form in loaded.parameters.forms.values() for edit in form.findChildren(QLineEdit)]
    for field in (*boxes[:1], *numbers[:1]):
        field.setFocus()
        QTest.keyClick(field, key)
        assert QApplication.focusWidget() is loaded.canvas
