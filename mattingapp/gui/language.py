"""The language of the window.

Texts of the window come from Qt's translators. Sentences of the rooms without Qt arrive as template and values, and are
put together here in the language chosen.
"""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from mattingapp.imaging.message import Message
from mattingapp.resources import resource

SYSTEM, ENGLISH = "system", "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words


def language_to_speak(chosen: str) -> str:
    """Return the language for a choice: one of `LANGUAGES`; where the system's is not among them, English."""
    if chosen == SYSTEM:
        chosen = QLocale.system().name().partition("_")[0]
    return chosen if chosen in LANGUAGES else ENGLISH


def install(app: QCoreApplication, chosen: str) -> list[QTranslator]:
    """Let the program speak a language; widgets made before keep theirs.

    Returns
    -------
    list of QTranslator
        Those installed: Qt's own texts, and ours.
    """
    language = language_to_speak(chosen)
    if language == ENGLISH:
        return []
    installed = []
    for name, folder in (
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"mattingapp_{language}", str(resource("translations"))),
    ):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            installed.append(translator)
    return installed


def localized(text: str) -> str:
    """Return a sentence of the rooms without Qt in the person's language; another text is left as it is."""
    if not isinstance(text, Message):
        return text
    values = {
        name: localized(value) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return QCoreApplication.translate("Core", text.template).format(**values)


def stage_title(title: str) -> str:
    """Return the title of a stage in the person's language."""
    return QCoreApplication.translate("Stages", title)
