"""The doors between the rooms: who may import whom, where Qt and widgets may live, how little `--help` loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mattingapp

PACKAGE = Path(mattingapp.__file__).parent
MAY_IMPORT = {
    "imaging": {"imaging"},
    "matting": {"matting", "imaging"},
    "training": {"training", "matting", "imaging"},
    "project": {"project", "matting", "imaging"},
    "gui": {"gui", "project", "training", "matting", "imaging"},
    "cli": {"cli", "gui", "project", "training", "matting", "imaging"},
}
FLOORS = (  # of the window, from the ground up; a room imports from its own and from those below
    ("theme", "language", "screen"),
    ("widgets",),
    ("picture",),
    ("session",),
    ("canvas", "panes"),
    ("docks", "frame"),
    ("commands",),
    ("actions",),
    ("main_window",),
    ("app",),
)
WITHOUT_WIDGETS = ("mattingapp.gui.session", "mattingapp.gui.picture.view")
OUTSIDE = {
    "__main__": "cli",
    "__init__": "project",
    "resources": "outside every room",
    "bug_report": "outside every room",
    "pymatting": "project",
}  # and what they may import as
WITHOUT_QT = ("imaging", "matting", "training", "project", "cli")
QT = ("PySide6", "shiboken6", "PyQt5", "PyQt6", "qtpy")
HEAVY = ("numpy", "scipy", "torch", "cv2", "PIL", "PySide6", "safetensors")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_name(path: Path) -> str:
    return ".".join(("mattingapp", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )


def imports(source: str) -> Iterator[str]:
    """Yield every module a source names in an import, wherever it stands, those of `import_module` too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module"
        ):
            yield from (text.value for text in ast.walk(node) if isinstance(text, ast.Constant))


def broken_doors(room: str, source: str) -> list[str]:
    """Return the imports in a module of `room` that the design does not allow."""
    allowed = MAY_IMPORT.get(room, set())
    broken = []
    for name in imports(source):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if (top == "mattingapp" and target in MAY_IMPORT and target not in allowed) or (
            top in QT and room != "gui"
        ):
            broken.append(name)
    return broken


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_module_imports_only_through_the_doors(path):
    room = room_of(path)
    if room in OUTSIDE:
        room = OUTSIDE[room]
    else:
        assert room in MAY_IMPORT, f"the design has no room '{room}'"
    assert broken_doors(room, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("imaging", "from mattingapp.matting.job import Job"),
        ("imaging", "from mattingapp import matting"),
        ("matting", "def f():\n    import mattingapp.training.trainer"),
        ("matting", "import_module('mattingapp.gui.main')"),
        ("project", "from mattingapp.cli import main"),
        ("gui", "from mattingapp.cli import main"),
        ("matting", "from PySide6.QtCore import QThread"),
        ("cli", "import PySide6.QtWidgets as widgets"),
    ],
)
def test_a_forbidden_import_is_found(room, source):
    assert len(broken_doors(room, source)) == 1


def devices_named(source: str) -> list[str]:
    """Return what a module imports of how a device computes."""
    inside = ("mattingapp.matting.solvers.cpu", "mattingapp.matting.solvers.gpu")
    return [name for name in imports(source) if f"{name}.".startswith(tuple(f"{room}." for room in inside))]


@pytest.mark.parametrize("path", sorted((PACKAGE / "matting").glob("*.py")), ids=module_name)
def test_a_method_names_no_device(path):
    assert devices_named(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from mattingapp.matting.solvers.cpu import threads",
        "from mattingapp.matting.solvers import gpu",
        "def f():\n    import mattingapp.matting.solvers.gpu.hats",
    ],
)
def test_a_device_that_is_named_is_found(source):
    assert len(devices_named(source)) == 1


def floor_of(name: str) -> int:
    """Return the floor of a module of the window, as "mattingapp.gui.canvas.gestures"."""
    return next(floor for floor, rooms in enumerate(FLOORS) if name.split(".")[2] in rooms)


def ways_back_up(name: str, source: str) -> list[str]:
    """Return what a module of the window imports from rooms that are not below its own."""
    room, floor = name.split(".")[2], floor_of(name)
    inside = [imported for imported in imports(source) if imported.startswith("mattingapp.gui.")]
    return [other for other in inside if other.split(".")[2] != room and floor_of(other) >= floor]


@pytest.mark.parametrize("path", sorted((PACKAGE / "gui").rglob("[!_]*.py")), ids=module_name)
def test_no_room_of_the_window_imports_one_above_or_beside_it(path):
    assert ways_back_up(module_name(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("mattingapp.gui.session.session", "from mattingapp.gui.canvas.canvas import Canvas"),
        ("mattingapp.gui.panes.gallery", "from mattingapp.gui.canvas.canvas import Canvas"),
        ("mattingapp.gui.widgets.chip", "def f():\n    from mattingapp.gui.picture import view"),
        ("mattingapp.gui.language", "import mattingapp.gui.session.session"),
        ("mattingapp.gui.commands.filing", "from mattingapp.gui import main_window"),
    ],
)
def test_a_way_back_up_is_found(name, source):
    assert len(ways_back_up(name, source)) == 1


def modules_without_qt() -> list[str]:
    return [module_name(path) for path in sources() if room_of(path) in WITHOUT_QT]


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_room_but_the_window_loads_where_qt_is_not_installed():
    run_python(
        f"""
import importlib, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {QT!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoQt())
for name in {modules_without_qt()!r}:
    importlib.import_module(name)
"""
    )


def test_the_session_and_the_view_load_where_qt_has_no_widgets():
    pytest.importorskip("PySide6", reason="the window's rooms need Qt")
    names = [name for name in map(module_name, sources()) if name.startswith(WITHOUT_WIDGETS)]
    run_python(
        f"""
import importlib, sys

sys.modules["PySide6.QtWidgets"] = None  # to import it is an error
for name in {names!r}:
    importlib.import_module(name)
"""
    )


def test_help_loads_nothing_heavy():
    loaded = run_python(
        """
import sys
from mattingapp.cli import main
try:
    status = main(["--help"])
except SystemExit as end:
    status = end.code
assert not status
print("loaded:", *{name.partition(".")[0] for name in sys.modules})
"""
    )
    usage, _, names = loaded.rpartition("loaded:")
    assert "usage" in usage.lower()
    assert set(HEAVY).isdisjoint(names.split())
