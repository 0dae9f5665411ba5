"""The list of shortcuts, and the dialog that changes them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.actions.actions import Actions, native_keys
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.widgets.controls import bold_label, quiet_label
from mattingapp.gui.widgets.plain import PlainLabel

Groups = Mapping[str, Sequence[tuple[str, str]]]
_COLUMNS = 3


def mouse_help() -> tuple[str, list[tuple[str, str]]]:
    """Return what the mouse and keys that are no actions do: the title of the group, and its rows."""
    translate = QCoreApplication.translate
    return translate("Shortcuts", "Mouse and pen"), [
        (translate("Shortcuts", "Right button"), translate("Shortcuts", "Paint background")),
        (translate("Shortcuts", "Shift+click"), translate("Shortcuts", "Straight line from the last stroke")),
        (translate("Shortcuts", "Alt+drag"), translate("Shortcuts", "Size of the brush; move the backdrop")),
        (translate("Shortcuts", "Shift+wheel"), translate("Shortcuts", "Size of the brush")),
        (translate("Shortcuts", "Enter, Backspace"), translate("Shortcuts", "Close a polygon, take a corner back")),
        (translate("Shortcuts", "Eraser of a pen"), translate("Shortcuts", "Paint unknown; restore the alpha")),
        (translate("Shortcuts", "Wheel"), translate("Shortcuts", "Zoom at the pointer")),
        (translate("Shortcuts", "Space+drag"), translate("Shortcuts", "Pan, also in the middle of a stroke")),
        (translate("Shortcuts", "Middle button"), translate("Shortcuts", "Pan")),
        (translate("Shortcuts", "Arrow keys"), translate("Shortcuts", "Pan; move the line of a wipe")),
        (translate("Shortcuts", "Tab, double click"), translate("Shortcuts", "One pane large, or all again")),
        (translate("Shortcuts", "Shift+Tab"), translate("Shortcuts", "From the picture to the controls")),
        (translate("Shortcuts", "Esc"), translate("Shortcuts", "Take back the stroke under way")),
    ]  # fmt: skip


def groups(actions: Actions) -> dict[str, list[tuple[str, str]]]:
    """Return what each key does, by menu: rows of keys and text."""
    found: dict[str, list[tuple[str, str]]] = {}
    for spec, action in actions.rows():
        if action.shortcuts():
            menu = actions.menu_title(spec.menu.split("/")[0])
            found.setdefault(menu, []).append((native_keys(action.shortcuts()), actions.full_title(spec.id)))
    title, rows = mouse_help()
    return {**found, title: rows}


class Shortcuts:
    """What the Help menu does about keys.

    Parameters
    ----------
    actions : Actions
    dialogs : Dialogs
    settings : Settings
        Remember the keys.
    window : QWidget
        Parent of dialogs.
    """

    def __init__(self, actions: Actions, dialogs: Dialogs, settings: Settings, window: QWidget) -> None:
        self._actions = actions
        self._dialogs = dialogs
        self._settings = settings
        self._window = window
        actions.set_keys(settings.shortcuts)

    def show(self) -> None:
        """List what each key does."""
        self._dialogs.run(CheatSheet(self._window, groups(self._actions)))

    def change(self) -> None:
        """Give actions other keys."""
        self._dialogs.run(ShortcutsEditor(self._window, self._actions))
        self._settings.shortcuts = self._actions.chosen_keys()


class CheatSheet(QDialog):
    """Every shortcut on one page.

    Parameters
    ----------
    parent : QWidget
    groups : mapping from a title to rows of keys and text
    """

    def __init__(self, parent: QWidget, groups: Groups) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(28)
        for titles in _balanced({title: len(rows) for title, rows in groups.items()}, _COLUMNS):
            column = QVBoxLayout()
            column.setSpacing(14)
            for title in titles:
                column.addLayout(_group(title, groups[title]))
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea()
        area.setWidget(page)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(buttons)
        room = self.screen().availableGeometry()
        wanted = page.sizeHint()
        self.resize(
            min(wanted.width() + 60, room.width() - 40), min(wanted.height() + 80, room.height() - 60)
        )


def _balanced(sizes: Mapping[str, int], columns: int) -> list[list[str]]:
    """Deal titles to columns in order, each column about as long as the others."""
    share = sum(size + 2 for size in sizes.values()) / columns
    dealt: list[list[str]] = [[] for _ in range(columns)]
    total = 0.0
    for title, size in sizes.items():
        dealt[min(int((total + (size + 2) / 2) / share), columns - 1)].append(title)
        total += size + 2
    return [titles for titles in dealt if titles]


def _group(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(3)
    grid.addWidget(bold_label(title), 0, 0, 1, 2)
    for row, (keys, text) in enumerate(rows, 1):
        grid.addWidget(quiet_label(keys, wrapped=False), row, 0)
        grid.addWidget(QLabel(text), row, 1)
    grid.setColumnStretch(1, 1)
    return grid


class ShortcutsEditor(QDialog):
    """Gives actions other keys; every change holds at once.

    Parameters
    ----------
    parent : QWidget
    actions : Actions
    """

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change shortcuts"))
        self._actions = actions
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search an action"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setRootIsDecorated(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.currentItemChanged.connect(self._choose)
        self._items: dict[str, QTreeWidgetItem] = {}
        for spec, _ in actions.rows():
            menu = actions.menu_title(spec.menu.split("/")[0])
            item = QTreeWidgetItem([f"{menu}: {actions.full_title(spec.id)}", ""])
            item.setData(0, Qt.ItemDataRole.UserRole, spec.id)
            self._items[spec.id] = item
            self.tree.addTopLevelItem(item)
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New key"))
        self.edit.keySequenceChanged.connect(self._check)
        self.assign = QPushButton(self.tr("Assign"))
        self.assign.setAutoDefault(False)
        self.assign.clicked.connect(self._assign)
        self.reset = QPushButton(self.tr("Default"))
        self.reset.setAutoDefault(False)
        self.reset.setToolTip(self.tr("Give this action its default keys again"))
        self.reset.clicked.connect(self._reset)
        self.conflict = PlainLabel()
        self.conflict.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.assign)
        row.addWidget(self.reset)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        all_defaults = buttons.addButton(self.tr("All defaults"), QDialogButtonBox.ButtonRole.ResetRole)
        all_defaults.setAutoDefault(False)
        all_defaults.clicked.connect(self._reset_all)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addWidget(self.conflict)
        column.addWidget(buttons)
        self.resize(560, 560)
        self._show_keys()
        self.tree.setCurrentItem(next(iter(self._items.values())))

    def choose(self, action_id: str) -> None:
        """Take an action in hand."""
        self.tree.setCurrentItem(self._items[action_id])

    @property
    def _chosen(self) -> str:
        item = self.tree.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item else ""

    def _filter(self, text: str) -> None:
        for item in self._items.values():
            item.setHidden(text.casefold() not in f"{item.text(0)} {item.text(1)}".casefold())

    def _choose(self) -> None:
        self.edit.clear()
        self._check()

    def _check(self) -> None:
        """Say which action has the key already."""
        key = self.edit.keySequence()
        self.assign.setEnabled(not key.isEmpty())
        owner = self._actions.owner(key)
        if owner is None or owner == self._chosen:
            self.conflict.setText("")
            self.assign.setText(self.tr("Assign"))
        else:
            text = self.tr("{key} belongs to “{action}”. Assign takes it from there.")
            self.conflict.setText(text.format(key=native_keys([key]), action=self._actions.full_title(owner)))
            self.assign.setText(self.tr("Take it"))

    def _assign(self) -> None:
        self._actions.assign(self._chosen, self.edit.keySequence())
        self.edit.clear()
        self._show_keys()

    def _reset(self) -> None:
        self._actions.reset_keys(self._chosen)
        self._show_keys()

    def _reset_all(self) -> None:
        self._actions.set_keys({})
        self._show_keys()

    def _show_keys(self) -> None:
        for action_id, item in self._items.items():
            item.setText(1, native_keys(self._actions[action_id].shortcuts()))
        self._check()
