"""The panels that can stand at any side of the window, or float, and remember where."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from mattingapp.gui.actions import Actions

_WIDTH = 280  # logical pixels, at first


class Docks(QObject):
    """The docks of a window, each shown and hidden by the action "dock.<name>". All are hidden at first.

    Parameters
    ----------
    window : QMainWindow
    actions : Actions
    """

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._docks: dict[str, QDockWidget] = {}
        window.setDockNestingEnabled(True)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def add(self, name: str, title: str, panel: QWidget) -> None:
        """Give a panel a dock; its place is remembered by its name."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(panel)
        dock.setAccessibleName(title)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        before = list(self._docks.values())
        if before:
            self._window.tabifyDockWidget(before[-1], dock)
        self._window.resizeDocks([dock], [_WIDTH], Qt.Orientation.Horizontal)
        dock.hide()
        self._docks[name] = dock
        action = self._actions[f"dock.{name}"]
        dock.toggleViewAction().toggled.connect(action.setChecked)  # tells closing and restoring too

    def show(self, name: str) -> None:
        """Show a dock in front of those it shares a place with."""
        self._docks[name].show()
        self._docks[name].raise_()

    def toggle(self, name: str) -> None:
        """Show a dock, in front of those it shares a place with, or hide it."""
        if self._docks[name].isHidden():
            self.show(name)
        else:
            self._docks[name].hide()
