"""Bring the translations in step with the sources: `python packaging/translations.py`.

Collects every text of the window into resources/translations/*.ts (to be translated there, by hand or with Qt
Linguist), and compiles them to .qm. Texts that stand in tables, or in rooms that have no Qt, are collected here.
"""

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mattingapp.gui.actions.table import MENUS, TABLE  # noqa: E402
from mattingapp.gui.docks.parameters_panel import texts_of  # noqa: E402
from mattingapp.gui.language import ENGLISH, LANGUAGES  # noqa: E402
from mattingapp.matting.foreground import STAGE as FOREGROUND  # noqa: E402
from mattingapp.matting.stages import registry  # noqa: E402

FOLDER = ROOT / "resources" / "translations"
_TOOLS = Path(sys.executable).parent  # PySide6 puts Qt's there
_ROOMS = ("imaging", "matting", "project")
_SPEAKING = ("InputError", "PhotoMissingError")
_REPORTING = "report"  # of a job: a fraction, and what is being done
_SPEAKING_FUNCTIONS = ("trimap_problem", "_flaw", "_one_sided")
_SPEAKING_NAMES = ("note",)
_WORDS = ("foreground", "background", "photos", "trimaps")  # put into sentences


def texts() -> list[tuple[str, str]]:
    """Return context and text of all that is not marked in the sources, each once."""
    found = [("Actions", title) for title in MENUS]
    for spec in TABLE:
        found += [("Actions", text) for text in (*spec.menu.split("/")[1:], spec.text, spec.tip) if text]
    for stage in (*registry().values(), FOREGROUND):
        found.append(("Stages", stage.title))
        found += [("Parameters", text) for text in texts_of(stage.settings)]
    found += [("Core", text) for text in (*sentences(), *_WORDS)]
    return list(dict.fromkeys(found))


def sentences() -> list[str]:
    """Return what the rooms without Qt may say to the person, values as {0}, {1}, in order of appearance."""
    found: dict[str, None] = {}
    paths = [path for room in _ROOMS for path in sorted((ROOT / "mattingapp" / room).rglob("*.py"))]
    for path in (*paths, ROOT / "mattingapp" / "gui" / "session" / "reading.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for spoken in _spoken(node):
                found.update(dict.fromkeys(_templates(spoken)))
    return list(found)


def _spoken(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions in `node` that make sentences."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SPEAKING:
        yield from node.args
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == _REPORTING:
        yield from node.args[1:]
    elif isinstance(node, ast.FunctionDef) and node.name in _SPEAKING_FUNCTIONS:
        yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)
    elif (isinstance(node, ast.keyword) and node.arg in _SPEAKING_NAMES) or (
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in _SPEAKING_NAMES for target in node.targets)
    ):
        yield node.value


def _templates(spoken: ast.expr) -> Iterator[str]:
    """Yield the templates of an expression: a constant, an f-string, or a choice between such."""
    if isinstance(spoken, ast.IfExp):
        yield from _templates(spoken.body)
        yield from _templates(spoken.orelse)
    elif isinstance(spoken, ast.Constant) and isinstance(spoken.value, str) and spoken.value:
        yield spoken.value
    elif isinstance(spoken, ast.JoinedStr):
        template, place = "", 0
        for part in spoken.values:
            if isinstance(part, ast.Constant):
                template += part.value
            else:
                template += f"{{{place}}}"
                place += 1
        if " " in template:
            yield template


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
    (FOLDER / "sentences.txt").write_text("\n".join(sentences()) + "\n", "utf-8")
    for language in LANGUAGES.keys() - {ENGLISH}:
        ts = FOLDER / f"mattingapp_{language}.ts"
        update(ts)
        subprocess.run([_TOOLS / "pyside6-lrelease", str(ts), "-qm", str(ts.with_suffix(".qm"))], check=True)


if __name__ == "__main__":
    main()
