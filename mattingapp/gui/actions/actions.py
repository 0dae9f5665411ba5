"""From rows of the action table to menus and QActions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from mattingapp.gui.language import localized
from mattingapp.gui.session.overlays import Overlays, label_name
from mattingapp.gui.widgets.icons import icon, swatch_icon
from mattingapp.imaging.trimap import Label

_WHILE_PREVIEWING = ("View", "Window", "Help")  # the menus that leave the trimap alone


@dataclass(frozen=True)
class Situation:
    """All that decides which actions can be used.

    Attributes
    ----------
    photo : bool
        A photo is open.
    problem : str or None
        Why the trimap cannot be run.
    running : bool
        A run is under way.
    results : bool
        There is an alpha to choose.
    matte : bool
        There is something to export.
    undo, redo : str or None
        Names of the steps that would be undone and redone.
    opaque_backdrop : bool
        The backdrop is not transparent.
    touched : bool
        The alpha has touch-ups.
    cutting : bool
        A rough cut is under way.
    previewing : bool
        The trimap shown is not decided on yet.
    truth : bool
        There is a ground truth.
    opening : bool
        A file is being read.
    """

    photo: bool = False
    problem: str | None = None
    running: bool = False
    results: bool = False
    matte: bool = False
    undo: str | None = None
    redo: str | None = None
    opaque_backdrop: bool = False
    touched: bool = False
    cutting: bool = False
    previewing: bool = False
    truth: bool = False
    opening: bool = False


def always(situation: Situation) -> bool:
    """For actions that can be used at any time."""
    return True


def with_photo(situation: Situation) -> bool:
    """For actions that need an open photo."""
    return situation.photo


@dataclass(frozen=True)
class ActionSpec:
    """One row of the table.

    Attributes
    ----------
    id : str
    menu : str
        "File", or "View/Theme" for a menu in a menu.
    text : str
        With its mnemonic; three dots where a dialog follows.
    handler : str
        A method of the window or of one of its parts ("session.undo"); called with `argument` if there is one, with the
        check state if checkable.
    keys : tuple of str
        The first is shown.
    tip : str
        Tooltip; the text where empty. Shortcuts are added.
    icon : str or Label
        File in resources/icons without its suffix, or a label for its swatch.
    argument : object
    checkable : bool
    group : str
        Of the checkable actions of one group, one is checked.
    enabled : callable (Situation) -> bool
    section : bool
        A line goes before it in the menu.
    repeats : bool
        A key held down triggers it again and again.
    """

    id: str
    menu: str
    text: str
    handler: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    icon: str | Label = ""
    argument: object = None
    checkable: bool = False
    group: str = ""
    enabled: Callable[[Situation], bool] = with_photo
    section: bool = False
    repeats: bool = True


class Actions:
    """The QActions made from a table, by id.

    Parameters
    ----------
    table : iterable of ActionSpec
    window : QWidget
        Owns the actions and has the methods that the table names, itself or in its parts.
    """

    def __init__(self, table: Iterable[ActionSpec], window: QWidget) -> None:
        self._specs = {spec.id: spec for spec in table}
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {spec.id: self._make(spec, window) for spec in self._specs.values()}
        self.set_keys({})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def __iter__(self) -> Iterator[tuple[ActionSpec, QAction]]:
        return ((spec, self._actions[spec.id]) for spec in self._specs.values())

    def title(self, action_id: str) -> str:
        """Return what an action is called, without mnemonic and dots."""
        return _plain(_translated(self._specs[action_id].text)).rstrip("…")

    def full_title(self, action_id: str) -> str:
        """Return its title, led by that of the menu in a menu that it stands in: "Tool: Brush"."""
        path = _plain(self._specs[action_id].menu)
        title = self.title(action_id)
        return f"{_plain(self._menus[path].title())}: {title}" if "/" in path else title

    def menu_title(self, name: str) -> str:
        """Return what a menu is called, from its plain name in the table."""
        return _plain(self._menus[name].title())

    def fill_menus(self, bar: QMenuBar, titles: Iterable[str]) -> None:
        """Add the menus `titles` and all actions to a menu bar."""
        menus = {_plain(title): bar.addMenu(_translated(title)) for title in titles}
        for spec, action in self:
            menu = menus.get(_plain(spec.menu))
            if menu is None:
                parent, title = spec.menu.split("/")
                menu = menus[_plain(spec.menu)] = menus[_plain(parent)].addMenu(_translated(title))
            if spec.section:
                menu.addSeparator()
            menu.addAction(action)
        self._menus = menus

    def menu(self, path: str) -> QMenu:
        """Return the menu at `path`, as in the table without mnemonics: "View/Backdrop"."""
        return self._menus[path]

    def update(self, situation: Situation) -> None:
        """Enable what can be used in `situation`, and say what undo and redo would do."""
        for spec, action in self:
            undecided = situation.previewing and _plain(spec.menu).split("/")[0] not in _WHILE_PREVIEWING
            action.setEnabled(spec.enabled(situation) and not undecided)
        for action_id, step in (("edit.undo", situation.undo), ("edit.redo", situation.redo)):
            text = _translated(self._specs[action_id].text)
            named = QCoreApplication.translate("Actions", "{action} {step}").format(action=text, step=step)
            self[action_id].setText(named if step else text)
        self["run.run"].setToolTip(localized(situation.problem or "") or self._tooltip("run.run"))

    # Keys

    def owner(self, key: QKeySequence) -> str | None:
        """Return the id of the action that has `key`, or None."""
        return next((spec.id for spec, action in self if key in action.shortcuts()), None)

    def assign(self, action_id: str, key: QKeySequence) -> None:
        """Make `key` the only one of an action; another that had it loses it."""
        self._give(action_id, [key])

    def reset_keys(self, action_id: str) -> None:
        """Give an action its default keys again, also where another has taken them."""
        self._give(action_id, self._defaults(action_id))

    def set_keys(self, chosen: Mapping[str, Sequence[str]]) -> None:
        """Give the actions named in `chosen` these keys, and all others their defaults; unknown names are ignored."""
        for spec, action in self:
            keys = chosen.get(spec.id)
            action.setShortcuts(self._defaults(spec.id) if keys is None else list(map(QKeySequence, keys)))
            action.setToolTip(self._tooltip(spec.id))

    def chosen_keys(self) -> dict[str, list[str]]:
        """Return the keys of the actions that do not have their defaults."""
        return {
            spec.id: [key.toString() for key in action.shortcuts()]
            for spec, action in self
            if action.shortcuts() != self._defaults(spec.id)
        }

    def _give(self, action_id: str, keys: Sequence[QKeySequence]) -> None:
        for spec, action in self:
            left = [key for key in action.shortcuts() if key not in keys]
            if spec.id == action_id:
                action.setShortcuts(keys)
            elif left != action.shortcuts():
                action.setShortcuts(left)
            action.setToolTip(self._tooltip(spec.id))

    def _defaults(self, action_id: str) -> list[QKeySequence]:
        return [QKeySequence(key) for key in self._specs[action_id].keys]

    def _tooltip(self, action_id: str) -> str:
        tip = self._specs[action_id].tip
        text = _translated(tip) if tip else self.title(action_id)
        shortcuts = self[action_id].shortcuts()
        return f"{text} ({native_keys(shortcuts)})" if shortcuts else text

    def show_labels(self, overlays: Overlays) -> None:
        """Give the actions of labels swatches as their labels are over the photo."""
        for spec, action in self:
            if isinstance(spec.icon, Label):
                action.setIcon(swatch_icon(overlays.swatch(spec.icon), label_name(spec.icon)[0]))

    def _make(self, spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(_translated(spec.text), window)
        action.setObjectName(spec.id)
        action.setIconVisibleInMenu(False)
        if spec.icon and not isinstance(spec.icon, Label):
            action.setIcon(icon(spec.icon))
        action.setCheckable(spec.checkable)
        action.setAutoRepeat(spec.repeats)
        if spec.group:
            group = self._groups.setdefault(spec.group, QActionGroup(window))
            group.addAction(action)
        handler = attrgetter(spec.handler)(window)
        if spec.argument is not None:
            action.triggered.connect(lambda checked: handler(spec.argument))
        elif spec.checkable and not spec.group:
            action.triggered.connect(handler)
        else:
            action.triggered.connect(lambda checked: handler())
        window.addAction(action)  # so that the keys work while the menu bar is hidden
        return action


def native_keys(keys: Iterable[QKeySequence]) -> str:
    """Return keys as this system writes them: "Ctrl+Shift+Z or Ctrl+Y"."""
    between = QCoreApplication.translate("Actions", " or ")
    return between.join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _plain(title: str) -> str:
    return title.replace("&", "")


def _translated(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
