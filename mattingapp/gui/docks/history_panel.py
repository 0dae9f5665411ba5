"""The list of all steps: a click goes back, or forward again."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from mattingapp.gui.session.session import Session


class HistoryPanel(QListWidget):
    """The steps of the open document, the oldest first; those that were undone are grey.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setAccessibleName(self.tr("History"))
        self.setToolTip(self.tr("Click a step to go back to it, or forward again"))
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        session.document_changed.connect(self._show)
        session.stepped.connect(self._show)
        session.preview_changed.connect(self._show)
        self.currentRowChanged.connect(self._go)

    @Slot()
    def _show(self) -> None:
        history = self._session.document.history
        self.setEnabled(not self._session.previewing)
        self.blockSignals(True)
        self.clear()
        grey = self.palette().placeholderText()
        for row, name in enumerate((self.tr("Opened"), *history.names)):
            item = QListWidgetItem(name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if row > history.position:
                item.setForeground(grey)
            self.addItem(item)
        self.setCurrentRow(history.position)
        self.scrollToItem(self.currentItem())
        self.blockSignals(False)

    @Slot(int)
    def _go(self, row: int) -> None:
        self._session.go_to(row)
