"""What the window remembers from one time to the next."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

from mattingapp.gui.language import SYSTEM
from mattingapp.gui.session.overlays import DEFAULT_STRENGTH, MAX_STRENGTH, MIN_STRENGTH, Palette
from mattingapp.gui.session.toolbox import MAX_SIZE, MIN_SIZE, ToolOptions, clamped, within_ranges
from mattingapp.gui.theme import Theme
from mattingapp.imaging.trimap import Label
from mattingapp.project.document import RunSettings
from mattingapp.project.touch_up import Touch

T = TypeVar("T")

_MAX_RECENT = 10
_DEFAULT_SIZES = {Label.FOREGROUND: 30, Label.BACKGROUND: 60, Label.UNKNOWN: 40}


class Settings:
    """Typed access to a QSettings.

    Parameters
    ----------
    store : QSettings
        Tests pass one of their own.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def _value(self, name: str, default: T) -> T:
        """Return a value of the type of `default`; that itself where the file holds none, or something else."""
        kind = type(default)
        try:
            value = self._store.value(name, default, None if kind is QByteArray else kind)
        except (TypeError, ValueError, OverflowError):
            return default
        return value if isinstance(value, kind) else default

    @property
    def run(self) -> RunSettings:
        """Method and device of the last run."""
        default = RunSettings()
        return RunSettings(
            self._value("run/method", default.method),
            self._value("run/device", default.device),
        )

    @run.setter
    def run(self, value: RunSettings) -> None:
        self._store.setValue("run/method", value.method)
        self._store.setValue("run/device", value.device)

    @property
    def sizes(self) -> dict[Label, int]:
        """Brush diameters by label."""
        return {
            label: clamped(self._value(f"brush/{label.name.lower()}", size), (MIN_SIZE, MAX_SIZE))
            for label, size in _DEFAULT_SIZES.items()
        }

    @sizes.setter
    def sizes(self, value: dict[Label, int]) -> None:
        for label, size in value.items():
            self._store.setValue(f"brush/{label.name.lower()}", size)

    @property
    def tools(self) -> ToolOptions:
        """The options of the tools."""
        default = ToolOptions()
        found = {
            name: self._value(f"tool/{name}", value)
            for name, value in asdict(default).items()
            if not isinstance(value, Touch)  # the brush adds at first
        }
        return replace(default, **within_ranges(found))

    @tools.setter
    def tools(self, value: ToolOptions) -> None:
        for name, option in asdict(value).items():
            self._store.setValue(f"tool/{name}", option)

    @property
    def palette(self) -> Palette:
        """The colours of the trimap."""
        name = self._value("trimap/palette", Palette.SAFE.value)
        return Palette(name) if name in set(Palette) else Palette.SAFE

    @palette.setter
    def palette(self, value: Palette) -> None:
        self._store.setValue("trimap/palette", value.value)

    @property
    def strength(self) -> int:
        """How strong the trimap lies over the photo, in percent."""
        strength = self._value("trimap/strength", DEFAULT_STRENGTH)
        return clamped(strength, (MIN_STRENGTH, MAX_STRENGTH))

    @strength.setter
    def strength(self, value: int) -> None:
        self._store.setValue("trimap/strength", value)

    @property
    def folder(self) -> Path:
        """Where the last file was opened or saved."""
        folder = Path(self._value("folder", "") or Path.home())
        return folder if folder.is_dir() else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

    def export_format(self, kind: str) -> int:
        """Which of the formats offered for a kind of export was chosen last; 0 at first."""
        return max(self._value(f"export/{kind}", 0), 0)

    def set_export_format(self, kind: str, number: int) -> None:
        """Remember which of the formats offered was chosen."""
        self._store.setValue(f"export/{kind}", number)

    @property
    def theme(self) -> Theme:
        """The theme chosen."""
        name = self._value("theme", Theme.SYSTEM.value)
        return Theme(name) if name in set(Theme) else Theme.SYSTEM

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._store.setValue("theme", value.value)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, empty at first."""
        return self._value("geometry", QByteArray())

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    @property
    def language(self) -> str:
        """The language chosen, as in `gui.language`."""
        return self._value("language", SYSTEM)

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def recent(self) -> list[Path]:
        """The photos opened lately, the latest first."""
        return [Path(name) for name in self._strings("recent")]

    @recent.setter
    def recent(self, value: list[Path]) -> None:
        self._store.setValue("recent", [str(path) for path in value[:_MAX_RECENT]])

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
            self._store.setValue(f"shortcuts/{name}", keys)

    def _strings(self, name: str) -> list[str]:
        value = self._store.value(name)  # an INI file gives a list of one as a string, of none as None
        return [value] if isinstance(value, str) else value if isinstance(value, list) else []

    @property
    def docks(self) -> QByteArray:
        """Which docks are shown, and where; empty at first."""
        return self._value("docks", QByteArray())

    @docks.setter
    def docks(self, value: QByteArray) -> None:
        self._store.setValue("docks", value)

    @property
    def auto_run(self) -> bool:
        """Whether to run after each stroke."""
        return self._value("run/auto", False)

    @auto_run.setter
    def auto_run(self, value: bool) -> None:
        self._store.setValue("run/auto", value)

    @property
    def splitter(self) -> QByteArray:
        """How canvas and panes share the window, empty at first."""
        return self._value("splitter", QByteArray())

    @splitter.setter
    def splitter(self, value: QByteArray) -> None:
        self._store.setValue("splitter", value)
