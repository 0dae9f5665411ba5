"""The panels that can stand at any side of the pictures, or float, and remember where."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QWidget

from mattingapp.gui.widgets.controls import bold_label, flat_button

_WIDTH, _NARROWEST = 260, 180  # logical pixels; the first as long as there is room
_TITLE, _ICON = 30, 16  # logical pixels; as high as the title of a pane


class Docks(QObject):
    """The docks around a widget, each shown and hidden by the action "dock.<name>". All are hidden at first.

    Parameters
    ----------
    centre : QWidget
    actions : mapping from id to QAction

    Attributes
    ----------
    host : QMainWindow
        Holds both, as a part of the window: the bar of options above keeps the whole width.
    """

    def __init__(self, centre: QWidget, actions: Mapping[str, QAction]) -> None:
        self.host = QMainWindow()
        super().__init__(self.host)
        self.host.setCentralWidget(centre)
        self.host.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._actions = actions
        self._docks: dict[str, QDockWidget] = {}
        self._shown: set[str] = set()
        self.host.setDockNestingEnabled(True)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def add(self, name: str, title: str, panel: QWidget) -> None:
        """Give a panel a dock; its place is remembered by its name."""
        dock = QDockWidget(title, self.host)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(panel)
        dock.setAccessibleName(title)
        dock.setTitleBarWidget(_TitleBar(dock))
        self.host.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        before = list(self._docks.values())
        if before:
            self.host.tabifyDockWidget(before[-1], dock)
        panel.setMinimumWidth(max(panel.minimumSizeHint().width(), _NARROWEST))
        dock.hide()
        self._docks[name] = dock
        action = self._actions[f"dock.{name}"]
        dock.toggleViewAction().toggled.connect(action.setChecked)  # tells closing and restoring too

    def places(self) -> QByteArray:
        """Return which docks are shown, and where."""
        return self.host.saveState()

    def restore(self, places: QByteArray) -> None:
        """Put the docks where they were."""
        self.host.restoreState(places)

    def show(self, name: str) -> None:
        """Show a dock in front of those it shares a place with."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        if name not in self._shown:  # from then on it is as wide as the person made it
            self._shown.add(name)
            width = max(dock.width(), _WIDTH)
            self.host.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

    def toggle(self, name: str) -> None:
        """Show a dock, in front of those it shares a place with, or hide it."""
        if self._docks[name].isHidden():
            self.show(name)
        else:
            self._docks[name].hide()


class _TitleBar(QWidget):
    """Title and buttons of a dock; those of the style are hard to see in the dark. A drag moves the dock."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__()
        title = bold_label(dock.windowTitle())
        away = self.tr("Take {title} out of the window, or back").format(title=title.text())
        float_button = flat_button(away, "float", _ICON)
        float_button.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        close_button = flat_button(self.tr("Close {title}").format(title=title.text()), "close", _ICON)
        close_button.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(title, 1)
        row.addWidget(float_button)
        row.addWidget(close_button)
        self.setFixedHeight(_TITLE)
