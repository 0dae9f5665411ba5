"""The window in other languages: every text is translated, and German is spoken everywhere."""

import importlib.util
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QComboBox, QLabel

from mattingapp.gui import language
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.toolbox import Tool
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message, joined
from mattingapp.imaging.photo import read_photo
from mattingapp.matting.stages import registry
from mattingapp.resources import resource
from tests.gui.conftest import Window
from tests.gui.test_window import mnemonics_used_twice

LANGUAGES = sorted(language.LANGUAGES.keys() - {language.ENGLISH})
SCRIPT = Path(__file__).parents[2] / "packaging" / "translations.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The command that collects the texts."""
    spec = importlib.util.spec_from_file_location("translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(ts: Path) -> list[tuple[str, str, str]]:
    """Return context, source and translation of every entry; "" for one that is not finished."""
    found = []
    for context in ElementTree.parse(ts).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            text = "" if translation.get("type") == "unfinished" else translation.text
            found.append((context.find("name").text, message.find("source").text, text))
    return found


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_text_of_the_program_is_translated(script: ModuleType, name: str, tmp_path: Path) -> None:
    if shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("needs Qt's lupdate")
    ts = tmp_path / f"mattingapp_{name}.ts"
    shutil.copy(resource("translations", ts.name), ts)
    script.update(ts)
    missing = [(context, source) for context, source, text in messages(ts) if not text]
    assert missing == [], "run packaging/translations.py and translate these"


@pytest.mark.parametrize("name", LANGUAGES)
def test_translations_keep_the_values_to_put_in(name: str) -> None:
    for _, source, text in messages(resource("translations", f"mattingapp_{name}.ts")):
        assert placeholders(source) == placeholders(text), source


@pytest.mark.parametrize("name", LANGUAGES)
def test_what_is_shipped_is_what_was_translated(name: str) -> None:
    translator = QTranslator()
    assert translator.load(f"mattingapp_{name}", str(resource("translations")))
    for context, source, text in messages(resource("translations", f"mattingapp_{name}.ts")):
        assert translator.translate(context, source) == text


@pytest.fixture
def german(qapp: QApplication, window: MainWindow, settings, dialogs, pipeline):
    """A window that speaks German."""
    translators = language.install(qapp, "de")
    made = Window(settings, dialogs, pipeline, pipeline.stages)
    made.resize(1024, 700)
    made.show()
    yield made
    made.session.document.mark_saved()
    made.close()
    made.deleteLater()
    for translator in translators:
        qapp.removeTranslator(translator)


def test_the_window_speaks_german(run, german: MainWindow) -> None:
    assert german.actions_.menu("File").title() == "&Datei"
    german.open_sample("hair")
    run(german)
    assert german.options.run.text() == "Rechnen"
    assert german.status.text.startswith("Fertig in")
    assert german.actions_["run.run"].toolTip().startswith("Das Alpha schätzen")
    german.session.clear_trimap()
    assert german.canvas.advice.startswith("Die Trimap hat keinen Vordergrund")
    assert german.actions_["edit.undo"].text() == "&Rückgängig: Alles unbekannt"


def test_no_two_entries_of_a_menu_share_a_letter(run, german: MainWindow) -> None:
    german.open_sample("hair")
    run(german)
    assert mnemonics_used_twice(german.menuBar()) == []


def test_nothing_stays_english(run, german: MainWindow) -> None:
    german.open_sample("hair")
    run(german)
    for spec, action in german.actions_.rows():
        if spec.id.startswith("dock."):
            action.trigger()
    english = {
        source
        for _, source, text in messages(resource("translations", "mattingapp_de.ts"))
        if source.casefold() != text.casefold()
    }
    shown = [action.text() for _, action in german.actions_.rows()]
    for widget in (*german.findChildren(QLabel), *german.findChildren(QAbstractButton)):
        shown += [widget.text(), widget.toolTip(), widget.accessibleName()]
    for combo in german.findChildren(QComboBox):
        shown += [combo.itemText(index) for index in range(combo.count())]
    german_words = {text for _, _, text in messages(resource("translations", "mattingapp_de.ts"))}
    assert english.intersection(shown) - german_words == set()


def test_german_fits_a_small_window(run, german: MainWindow) -> None:
    german.open_sample("hair")
    run(german)
    german.toolbox.set_options(by_colour=True)
    for tool in Tool:
        german.toolbox.take(tool)
        QApplication.processEvents()
        assert german.minimumSizeHint().width() <= 1024, tool


def test_every_dock_fits_a_small_window_too(run, german: MainWindow) -> None:
    german.open_sample("hair")
    run(german)
    for spec, action in german.actions_.rows():
        if not spec.id.startswith("dock."):
            continue
        action.trigger()
        german.parameters.show_stages(tuple(registry().values()), {})  # those of the program, not of the test
        QApplication.processEvents()
        assert (german.width(), german.height()) == (1024, 700), spec.id
        panel = german.docks[spec.argument].widget()
        assert panel.mapTo(german, panel.rect().bottomRight()).x() < 1024, spec.id
        if isinstance(panel, QAbstractScrollArea):
            assert panel.horizontalScrollBar().maximum() == 0, spec.id
        action.trigger()


def test_errors_of_the_other_rooms_are_told_in_german(qapp, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_photo(tmp_path / "gone.png")
    assert language.localized(caught.value.message) == str(caught.value)
    translators = language.install(qapp, "de")
    told = language.localized(caught.value.message)
    nested = language.localized(
        Message(
            "The trimap has no {name}: mark some pixels that surely belong to it.", name=Message("foreground")
        )
    )
    both = language.localized(joined([Message("foreground"), Message("foreground")]))
    for translator in translators:
        qapp.removeTranslator(translator)
    assert both == "Vordergrund Vordergrund"
    assert told == f"Es gibt keine Datei '{tmp_path / 'gone.png'}'; den Namen prüfen."
    assert nested.startswith("Die Trimap hat keinen Vordergrund")
    assert language.localized("A sentence that nobody knows.") == "A sentence that nobody knows."


def test_the_choice_is_remembered_and_told(window: MainWindow, settings: Settings) -> None:
    assert settings.language == language.SYSTEM
    window.actions_["language.de"].trigger()
    assert settings.language == "de"
    assert window.notices.text == "The language changes when the program starts again."
    assert window.actions_["language.de"].isChecked()


def test_a_language_that_is_not_there_is_english(qapp) -> None:
    assert language.language_to_speak("tlh") == "en"
    assert language.install(qapp, "tlh") == []
    assert QCoreApplication.translate("Actions", "&File") == "&File"
