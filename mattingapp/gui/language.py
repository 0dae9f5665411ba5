"""The language of the window.

Texts of the window come from Qt's translators. Sentences of the rooms without Qt are written in English there: they are
recognised by the templates in resources/translations/sentences.txt, and said in the language chosen.
"""

import re
from functools import cache

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

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


def localized(sentence: str) -> str:
    """Return a sentence of the rooms without Qt in the person's language; as it is where there is no translation."""
    for template, pattern in _templates():
        if match := pattern.fullmatch(sentence):
            words = (QCoreApplication.translate("Core", word) for word in match.groups())
            return QCoreApplication.translate("Core", template).format(*words)
    return sentence


def stage_title(title: str) -> str:
    """Return the title of a stage in the person's language."""
    return QCoreApplication.translate("Stages", title)


@cache
def _templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each template with the pattern of the sentences made from it, the most definite first."""
    templates = resource("translations", "sentences.txt").read_text("utf-8").splitlines()
    templates.sort(key=len, reverse=True)
    return tuple((template, _pattern(template)) for template in templates)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{\d+\}", template)
    return re.compile("(.+?)".join(map(re.escape, parts)), re.DOTALL)
