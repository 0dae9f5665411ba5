"""Bring the translations in step with the sources: `python packaging/translations.py`.

Collects every text of the window into resources/translations/*.ts (to be translated there, by hand or with Qt
Linguist), and compiles them to .qm. Texts that stand in tables, or in rooms that have no Qt, are collected here.
"""

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mattingapp.gui.actions.table import MENUS, table  # noqa: E402
from mattingapp.gui.docks.parameters_panel import texts_of  # noqa: E402
from mattingapp.gui.language import ENGLISH, LANGUAGES  # noqa: E402
from mattingapp.matting.foreground import STAGE as FOREGROUND  # noqa: E402
from mattingapp.matting.stages import registry  # noqa: E402

FOLDER = ROOT / "resources" / "translations"
_TOOLS = Path(sys.executable).parent  # PySide6 puts Qt's there
_ROOMS = ("imaging", "matting", "project", "gui")
_SENTENCES = (
    "Message",
    "InputError",
    "report",
)  # what takes a template, which is the last argument without a name


def texts() -> list[tuple[str, str]]:
    """Return context and text of all that is not marked in the sources, each once."""
    found = [("Actions", title) for title in MENUS]
    for spec in table({}):
        found += [("Actions", text) for text in (*spec.menu.split("/")[1:], spec.text, spec.tip) if text]
    for stage in (*registry().values(), FOREGROUND):
        found.append(("Stages", stage.title))
        found += [("Parameters", text) for text in texts_of(stage.settings)]
    found += [("Core", text) for text in sentences()]
    return list(dict.fromkeys(found))


def sentences() -> list[str]:
    """Return the templates of what the rooms without Qt may say to the person, in order of appearance."""
    found: dict[str, None] = {}
    for room in _ROOMS:
        for path in sorted((ROOT / "mattingapp" / room).rglob("*.py")):
            for template in templates(path.read_text("utf-8")):
                if isinstance(template, ast.Constant) and re.search(
                    r"[a-z]", re.sub(r"{.*?}", "", template.value)
                ):
                    found[template.value] = None
    return list(found)


def templates(source: str) -> Iterator[ast.expr]:
    """Yield what stands in the place of a template in the calls that take one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _SENTENCES:
                yield node.args[-1]


def update(ts: Path) -> None:
    """Bring one file of translations in step with the sources; new texts in it are unfinished."""
    sources = sorted((ROOT / "mattingapp" / "gui").rglob("*.py"))
    language = ts.stem.rpartition("_")[2]
    with tempfile.TemporaryDirectory() as folder:
        collected = Path(folder, "collected.py")
        lines = [f"QCoreApplication.translate({context!r}, {text!r})" for context, text in texts()]
        collected.write_text("\n".join(lines) + "\n", "utf-8")
        options = [
            "-no-obsolete",
            "-locations",
            "none",
            "-source-language",
            "en",
            "-target-language",
            language,
        ]
        files = [str(path) for path in (*sources, collected)]
        subprocess.run([_TOOLS / "pyside6-lupdate", *files, *options, "-ts", str(ts)], check=True)


def main() -> None:
    """Update and compile every language."""
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES.keys() - {ENGLISH}:
        ts = FOLDER / f"mattingapp_{language}.ts"
        update(ts)
        subprocess.run([_TOOLS / "pyside6-lrelease", str(ts), "-qm", str(ts.with_suffix(".qm"))], check=True)


if __name__ == "__main__":
    main()
