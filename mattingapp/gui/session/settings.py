"""What the window remembers from one time to the next."""

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from mattingapp.gui.language import SYSTEM
from mattingapp.gui.session.layout import Layout
from mattingapp.gui.session.overlays import DEFAULT_STRENGTH, MAX_STRENGTH, MIN_STRENGTH, Palette
from mattingapp.gui.session.toolbox import MAX_SIZE, MIN_SIZE, ToolOptions, clamped, within_ranges
from mattingapp.gui.theme import Theme
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label
from mattingapp.project.document import RunSettings
from mattingapp.project.touch_up import Touch

_MAX_RECENT = 10
_DEFAULT_SIZES = {Label.FOREGROUND: 30, Label.BACKGROUND: 60, Label.UNKNOWN: 40}
_KEY = re.compile(r"[\w ./-]+", re.ASCII)  # as the ones below
T = TypeVar("T")


def _as_it_is(value: T) -> T:
    return value


class Remembered(Generic[T]):
    """A value of the settings, of the type of its default.

    Parameters
    ----------
    key : str
    default : bool, int, str, StrEnum, Path or QByteArray
        Also where what is stored is no such value.
    mend : callable (value) -> value
        Makes a value that may be used of any that may be stored.
    """

    def __init__(self, key: str, default: T, mend: Callable[[T], T] = _as_it_is) -> None:
        self._key = key
        self._default = default
        self._mend = mend

    def __get__(self, settings: "Settings", owner: type) -> T:
        return self._mend(settings.value(self._key, self._default))

    def __set__(self, settings: "Settings", value: T) -> None:
        settings.set_value(self._key, value)


class Settings:
    """Typed access to a QSettings.

    Parameters
    ----------
    store : QSettings
        Tests pass one of their own.

    Attributes
    ----------
    palette : Palette
        The colours of the trimap.
    strength : int
        How strong the trimap lies over the photo, in percent.
    folder : Path
        Where the last file was opened or saved.
    theme : Theme
    language : str
        As in `gui.language`.
    auto_run : bool
        Whether to run after each stroke.
    layout : Layout
    problem : Message or None
        What to say where the settings cannot be read.
    geometry, splitter, docks : QByteArray
        Place and size of the window, how canvas and panes share it, which docks are shown and where; empty at first.
    """

    palette = Remembered("trimap/palette", Palette.SAFE)
    strength = Remembered(
        "trimap/strength", DEFAULT_STRENGTH, lambda value: clamped(value, (MIN_STRENGTH, MAX_STRENGTH))
    )
    folder = Remembered(
        "folder", Path(), lambda value: value if value != Path() and value.is_dir() else Path.home()
    )
    theme = Remembered("theme", Theme.SYSTEM)
    language = Remembered("language", SYSTEM)
    auto_run = Remembered("run/auto", False)
    layout = Remembered("layout", Layout.DELIVER)
    geometry = Remembered("geometry", QByteArray())
    splitter = Remembered("splitter", QByteArray())
    docks = Remembered("docks", QByteArray())

    def __init__(self, store: QSettings) -> None:
        self._store = store
        self.problem = self._problem()

    def _problem(self) -> Message | None:
        """Empty a file that is none of settings, which `QSettings` takes without a word, and say so."""
        file, keys = Path(self._store.fileName()), self._store.allKeys()
        if not file.is_file() or not file.stat().st_size or (keys and all(map(_KEY.fullmatch, keys))):
            return None
        self._store.clear()
        return Message(
            "The settings in '{file}' cannot be read, so the window begins with new ones.", file=file
        )

    def value(self, key: str, default: T) -> T:
        """Return what is stored under a key as a value of the type of `default`, or that."""
        kind: Any = type(default)
        as_text = isinstance(default, (StrEnum, Path))
        plain = str if as_text else kind
        try:
            stored: Any = (
                self._store.value(key, default)  # PySide takes no QByteArray for a type
                if kind is QByteArray
                else self._store.value(key, "" if as_text else default, plain)
            )
            value = kind(stored) if as_text else stored
        except (TypeError, ValueError, OverflowError):  # another version wrote it, or a hand
            return default
        return value if isinstance(value, kind) else default

    def set_value(self, key: str, value: object) -> None:
        """Store a value."""
        self._store.setValue(key, str(value) if isinstance(value, (StrEnum, Path)) else value)

    @property
    def run(self) -> RunSettings:
        """Method and device of the last run."""
        default = RunSettings()
        return RunSettings(self.value("run/method", default.method), self.value("run/device", default.device))

    @run.setter
    def run(self, value: RunSettings) -> None:
        self.set_value("run/method", value.method)
        self.set_value("run/device", value.device)

    @property
    def sizes(self) -> dict[Label, int]:
        """Brush diameters by label."""
        return {
            label: clamped(self.value(f"brush/{label.name.lower()}", size), (MIN_SIZE, MAX_SIZE))
            for label, size in _DEFAULT_SIZES.items()
        }

    @sizes.setter
    def sizes(self, value: dict[Label, int]) -> None:
        for label, size in value.items():
            self.set_value(f"brush/{label.name.lower()}", size)

    @property
    def tools(self) -> ToolOptions:
        """The options of the tools."""
        default = ToolOptions()
        found = {
            name: self.value(f"tool/{name}", value)
            for name, value in asdict(default).items()
            if not isinstance(value, Touch)  # the brush adds at first
        }
        return replace(default, **within_ranges(found))

    @tools.setter
    def tools(self, value: ToolOptions) -> None:
        for name, option in asdict(value).items():
            self.set_value(f"tool/{name}", option)

    def export_format(self, kind: str) -> int:
        """Which of the formats offered for a kind of export was chosen last; 0 at first."""
        return max(self.value(f"export/{kind}", 0), 0)

    def set_export_format(self, kind: str, number: int) -> None:
        """Remember which of the formats offered was chosen."""
        self.set_value(f"export/{kind}", number)

    @property
    def recent(self) -> list[Path]:
        """The photos opened lately, the latest first."""
        return [Path(name) for name in self._strings("recent")]

    @recent.setter
    def recent(self, value: list[Path]) -> None:
        self.set_value("recent", [str(path) for path in value[:_MAX_RECENT]])

    @property
    def shortcuts(self) -> dict[str, list[str]]:
        """The keys of the actions that do not have their defaults, by id."""
        self._store.beginGroup("shortcuts")
        names = self._store.childKeys()
        self._store.endGroup()
        return {name: self._strings(f"shortcuts/{name}") for name in names}

    @shortcuts.setter
    def shortcuts(self, value: dict[str, list[str]]) -> None:
        self._store.remove("shortcuts")
        for name, keys in value.items():
            self.set_value(f"shortcuts/{name}", keys)

    def _strings(self, name: str) -> list[str]:
        value = self._store.value(name)  # an INI file gives a list of one as a string, of none as None
        return [value] if isinstance(value, str) else value if isinstance(value, list) else []
