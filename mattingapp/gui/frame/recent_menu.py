"""The menu of photos opened lately."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from mattingapp.gui.widgets.plain import button_text, tip_text


class RecentMenu(QMenu):
    """Lists files, the latest first.

    Signals
    -------
    chosen(Path)
    cleared()
        The person wants none of them remembered.
    """

    chosen = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self.setToolTipsVisible(True)

    def show_files(self, paths: Sequence[Path]) -> None:
        """List these files."""
        self.clear()
        for place, path in enumerate(paths, 1):
            name = button_text(path.name)
            action = self.addAction(f"&{place}  {name}" if place < 10 else name)
            action.setToolTip(tip_text(str(path)))
            action.triggered.connect(lambda checked, path=path: self.chosen.emit(path))
        if paths:
            self.addSeparator()
            self.addAction(self.tr("&Clear this list")).triggered.connect(lambda checked: self.cleared.emit())
        self.setEnabled(bool(paths))
