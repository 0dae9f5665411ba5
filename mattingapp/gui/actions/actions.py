"""From rows of the action table to menus and QActions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from mattingapp.gui.actions.spec import ActionSpec
from mattingapp.gui.language import localized
from mattingapp.gui.session.overlays import Overlays, label_name
from mattingapp.gui.session.situation import Situation
from mattingapp.gui.widgets.icons import icon, swatch_icon
from mattingapp.imaging.message import Message
from mattingapp.imaging.trimap import Label

_WHILE_PREVIEWING = ("View", "Window", "Help")  # the menus that leave the trimap alone


class Actions(Mapping[str, QAction]):
    """The QActions made from a table, by id. They do nothing before `connect`.

    Parameters
    ----------
    table : iterable of ActionSpec
    window : QWidget
        Owns the actions.
    """

    def __init__(self, table: Iterable[ActionSpec], window: QWidget) -> None:
        self._specs = {spec.id: spec for spec in table}
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {spec.id: self._make(spec, window) for spec in self._specs.values()}
        self.set_keys({})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def rows(self) -> Iterator[tuple[ActionSpec, QAction]]:
        """Return each row of the table with its action, in order."""
        return ((spec, self._actions[spec.id]) for spec in self._specs.values())

    def connect(self, parts: Iterable[object]) -> None:
        """Let every action call its handler, on that of these parts whose method it is."""
        parts = tuple(parts)
        for spec, action in self.rows():
            action.triggered.connect(_call(spec, _bound(spec.handler, parts)))

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
        for spec, action in self.rows():
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
        for spec, action in self.rows():
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
        return next((spec.id for spec, action in self.rows() if key in action.shortcuts()), None)

    def assign(self, action_id: str, key: QKeySequence) -> None:
        """Make `key` the only one of an action; another that had it loses it."""
        self._give(action_id, [key])

    def reset_keys(self, action_id: str) -> None:
        """Give an action its default keys again, also where another has taken them."""
        self._give(action_id, self._defaults(action_id))

    def set_keys(self, chosen: Mapping[str, Sequence[str]]) -> None:
        """Give the actions named in `chosen` these keys, and all others their defaults; unknown names are ignored."""
        for spec, action in self.rows():
            keys = chosen.get(spec.id)
            action.setShortcuts(self._defaults(spec.id) if keys is None else list(map(QKeySequence, keys)))
            action.setToolTip(self._tooltip(spec.id))

    def chosen_keys(self) -> dict[str, list[str]]:
        """Return the keys of the actions that do not have their defaults."""
        return {
            spec.id: [key.toString() for key in action.shortcuts()]
            for spec, action in self.rows()
            if action.shortcuts() != self._defaults(spec.id)
        }

    def _give(self, action_id: str, keys: Sequence[QKeySequence]) -> None:
        for spec, action in self.rows():
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
        for spec, action in self.rows():
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
        window.addAction(action)  # so that the keys work while the menu bar is hidden
        return action


def _bound(method: Callable[..., object], parts: Sequence[object]) -> Callable[..., object]:
    """Return a method as that of the part which has it."""
    name = method.__name__
    (part,) = (part for part in parts if getattr(type(part), name, None) is method)
    bound: Callable[..., object] = getattr(part, name)
    return bound


def _call(spec: ActionSpec, handler: Callable[..., object]) -> Callable[[bool], object]:
    """Return what a trigger calls with the check state."""
    if spec.argument is not None:
        return lambda checked: handler(spec.argument)
    if spec.checkable and not spec.group:
        return handler
    return lambda checked: handler()


def native_keys(keys: Iterable[QKeySequence]) -> str:
    """Return keys as this system writes them: "Ctrl+Shift+Z or Ctrl+Y"."""
    between = QCoreApplication.translate("Actions", " or ")
    return between.join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _plain(title: str) -> str:
    return title.replace("&", "")


def _translated(text: str) -> str:
    if isinstance(text, Message):
        return localized(text)
    return QCoreApplication.translate("Actions", text)
