"""The middle of the window: what is there before a document, the document, and what waits for a large file."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from mattingapp.gui.widgets.plain import PlainLabel

_BAR = QSize(280, 14)  # thick enough for its stripes to be seen moving
_SOON = 150  # ms; a file that is open by then needs no word about it


class LoadingPage(QWidget):
    """Says what is being opened, and lets the person do without.

    Parameters
    ----------
    cancel : QAction
    """

    def __init__(self, cancel: QAction) -> None:
        super().__init__()
        self._label = PlainLabel()
        font = self._label.font()
        font.setPointSizeF(1.3 * font.pointSizeF())
        self._label.setFont(font)
        bar = QProgressBar()
        bar.setRange(0, 0)  # how far a decoder is, it does not tell
        bar.setTextVisible(False)
        bar.setFixedSize(_BAR)
        bar.setAccessibleName(self.tr("Opening"))
        self.stop = QPushButton(self.tr("Cancel"))
        self.stop.setToolTip(cancel.toolTip())
        self.stop.clicked.connect(cancel.trigger)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        for widget in (self._label, bar, self.stop):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def tell(self, name: str) -> None:
        """Say what is being opened."""
        self._label.setText(self.tr("Opening {file}…").format(file=name))


class Pages(QStackedWidget):
    """One of the three at a time.

    Signals
    -------
    loading_shown(bool)
        The page that waits for a file came or went.
    """

    loading_shown = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_SOON)
        self._waiting.timeout.connect(self._show_loading)

    def fill(self, start: QWidget, document: QWidget, loading: LoadingPage) -> None:
        """Take the pages."""
        self._page, self._document, self._loading = start, document, loading
        for page in (start, document, loading):
            self.addWidget(page)

    def show_document(self) -> None:
        """Show the document from now on."""
        self._page = self._document
        self._show_page()

    @Slot(str)
    def show_opening(self, name: str) -> None:
        """Say soon that this file is being opened; for "", show what was there again."""
        if name:
            self._loading.tell(name)
            self._waiting.start()
        else:
            self._waiting.stop()
            self._show_page()

    @Slot()
    def _show_loading(self) -> None:
        self.setCurrentWidget(self._loading)
        self.loading_shown.emit(True)

    def _show_page(self) -> None:
        self.setCurrentWidget(self._page)
        self.loading_shown.emit(False)
