"""The window itself: actions, themes, settings, accessibility."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QMessageBox,
    QSlider,
    QTabBar,
)

from mattingapp.gui.actions.table import table
from mattingapp.gui.commands.dialogs import Answer, Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.theme import Theme, palette
from mattingapp.imaging.trimap import Label
from tests.gui.conftest import STAGES, Window


def test_no_two_actions_share_an_id_or_a_key() -> None:
    every = table(STAGES)
    assert not [key for key, n in Counter(spec.id for spec in every).items() if n > 1]
    keys = Counter(QKeySequence(key).toString() for spec in every for key in spec.keys)
    assert not [key for key, n in keys.items() if n > 1]
    assert all(not QKeySequence(key).isEmpty() for spec in every for key in spec.keys)


def test_every_action_is_in_a_menu(window: MainWindow) -> None:
    def walk(menu):
        for action in menu.actions():
            if action.menu():
                yield from walk(action.menu())
            else:
                yield action.objectName()

    reached = {name for top in window.menuBar().actions() for name in walk(top.menu())}
    assert {spec.id for spec in table(STAGES)} <= reached


def mnemonics_used_twice(menu: QMenu | QMenuBar) -> list[str]:
    """Return the titles of a menu, and of those in it, that share a letter with another."""
    letters = Counter()
    shared = []
    titled = [action for action in menu.actions() if "&" in action.text()]
    for action in titled:
        letter = action.text().partition("&")[2][:1].casefold()
        letters[letter] += 1
        if letters[letter] > 1:
            shared.append(action.text())
        if action.menu():
            shared += mnemonics_used_twice(action.menu())
    return shared


def test_no_two_entries_of_a_menu_share_a_letter(done: MainWindow) -> None:
    assert mnemonics_used_twice(done.menuBar()) == []


def test_before_a_photo_is_open_only_what_makes_sense_is_enabled(window: MainWindow) -> None:
    enabled = {spec.id for spec, action in window.actions_.rows() if action.isEnabled()}
    assert enabled == {
        "file.open", "file.quit", "edit.paste", "theme.system", "theme.light", "theme.dark", "window.full",
        "help.keys", "help.change", "help.guide", "help.about", "language.system", "language.en", "language.de",
    }  # fmt: skip


def test_tooltips_name_the_shortcut(window: MainWindow) -> None:
    assert window.actions_["tool.foreground"].toolTip().endswith("(1)")
    assert "Ctrl+Shift+Z or Ctrl+Y" in window.actions_["edit.redo"].toolTip()


def test_the_list_of_shortcuts_is_complete(window: MainWindow, dialogs) -> None:
    window.actions_["help.keys"].trigger()
    for expected in ("Ctrl+R Run", "1 Label: Foreground", "Right button", "Space+drag"):
        assert expected in dialogs.asked[-1]


def test_every_control_has_a_name(done: MainWindow) -> None:
    for spec, action in done.actions_.rows():
        if spec.id.startswith(("dock.", "view.difference")):
            action.trigger()
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider, QLineEdit):
        for control in done.findChildren(kind):
            of_qt = control.objectName().startswith("qt_") or isinstance(control.parent(), QTabBar)
            if not control.isHidden() and not of_qt:
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text or control.toolTip(), control


@pytest.mark.parametrize("chosen", [Theme.LIGHT, Theme.DARK])
def test_the_theme_can_be_chosen_and_is_remembered(
    window: MainWindow, settings: Settings, chosen: Theme
) -> None:
    window.actions_[f"theme.{chosen}"].trigger()
    expected = palette(chosen is Theme.DARK).window().color()
    assert QApplication.palette().window().color() == expected
    QApplication.processEvents()
    assert window.grab().toImage().pixelColor(window.width() // 2, window.height() - 60) == expected
    assert settings.theme is chosen
    window.actions_["theme.light"].trigger()


def test_what_is_remembered_comes_back(qtbot, settings: Settings, dialogs, pipeline, tmp_path) -> None:
    first = Window(settings, dialogs, pipeline, pipeline.stages)
    first.open_sample("hair")
    first.toolbox.set_size(77)
    first.options.method.setCurrentIndex(first.options.method.findData("mean"))
    first.close()
    again = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    second = Window(again, dialogs, pipeline, pipeline.stages)
    assert second.toolbox.sizes[Label.FOREGROUND] == 77
    assert second.options.method.currentData() == "mean"
    second.close()


def test_settings_that_make_no_sense_are_ignored(tmp_path) -> None:
    store = QSettings(str(tmp_path / "broken.ini"), QSettings.Format.IniFormat)
    store.setValue("theme", "purple")
    store.setValue("folder", str(tmp_path / "gone"))
    store.setValue("brush/foreground", 1_000_000)
    settings = Settings(store)
    assert settings.theme is Theme.SYSTEM
    assert settings.folder.is_dir()
    assert settings.sizes[Label.FOREGROUND] <= 2000


def test_the_question_about_unsaved_changes_defaults_to_cancel(
    window: MainWindow, settings: Settings, monkeypatch
) -> None:
    def press_enter(box: QMessageBox) -> None:
        box.defaultButton().click()

    monkeypatch.setattr(QMessageBox, "exec", press_enter)
    assert Dialogs(settings).unsaved(window, "hair.png") is Answer.CANCEL


def test_a_notice_leaves_by_its_button_and_an_answer_can_be_given(
    window: MainWindow, dialogs, tmp_path
) -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[20:50, 20:50, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "cut.png")
    window.open_files(tmp_path / "cut.png")
    assert window.notices.isVisible()
    window.notices.answer.click()
    assert window.band.isVisible()
    window.band.reject()
    window.notices.close_button.click()
    assert not window.notices.isVisible()


@pytest.mark.parametrize(
    "content",
    [np.random.default_rng(0).bytes(3000), b"hello\nworld\n", b'{"theme": 1}'],
    ids=["bytes", "text", "json"],
)
def test_a_file_that_holds_no_settings_is_told_in_one_sentence(qtbot, tmp_path, dialogs, pipeline, content):
    file = tmp_path / "garbage.ini"
    file.write_bytes(content)
    settings = Settings(QSettings(str(file), QSettings.Format.IniFormat))
    window = Window(settings, dialogs, pipeline, STAGES)
    qtbot.addWidget(window)
    window.show()
    assert window.notices.text == (
        f"The settings in '{file}' cannot be read, so the window begins with new ones."
    )
    window.close()
    again = Settings(QSettings(str(file), QSettings.Format.IniFormat))
    assert again.problem is None  # since it was written anew
