"""Work that was left behind by a program that ended badly: offered in one line, until the person has decided."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from mattingapp.gui import theme
from mattingapp.gui.commands.filing import Filing
from mattingapp.gui.language import localized
from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.picture.view import View
from mattingapp.gui.session.keeper import Keeper
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.session import Session
from mattingapp.gui.widgets.controls import flat_button
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.project.recovery import LeftBehind, RecoveryFolder
from mattingapp.project.replay import Replayed


class RecoveryBar(QFrame):
    """Says what was left behind.

    Signals
    -------
    restore(), discard(), later()
        What the person wants done with it.
    """

    restore = Signal()
    discard = Signal()
    later = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self._label = PlainLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.restore_button = QPushButton(self.tr("Restore"))
        self.restore_button.clicked.connect(self.restore)
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.clicked.connect(self.discard)
        self.later_button = flat_button(self.tr("Ask again at the next start"), "close")
        self.later_button.clicked.connect(self.later)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self._label, 1)
        for widget in (self.restore_button, self.discard_button, self.later_button):
            row.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._label.text()

    def tell(self, left: LeftBehind) -> None:
        """Offer this."""
        moment = QDateTime.fromSecsSinceEpoch(int(left.time.timestamp()))
        time = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        text = self.tr("Your work on “{photo}” of {time} was not saved when the program ended.")
        self._label.setText(text.format(photo=left.photo or self.tr("a pasted image"), time=time))
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, 0, 4, self.height(), theme.ATTENTION)


class Recovery(QObject):
    """Keeps the work in hand safe, and offers what was left behind, one after the other.

    Parameters
    ----------
    session : Session
    filing : Filing
    view : View
    display : Display
    folder : Path
        Of all journals.
    window : QWidget
    """

    def __init__(
        self,
        session: Session,
        filing: Filing,
        view: View,
        display: Display,
        folder: Path,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._filing = filing
        self._view = view
        self._display = display
        self._folder = RecoveryFolder(folder)
        self._left = self._folder.left_behind()
        self.keeper = Keeper(session, self._folder, lambda: {**view.state, "mode": display.mode.value}, self)
        for signal in (view.changed, display.changed):
            signal.connect(self.keeper.wait)
        self.bar = RecoveryBar()
        self.bar.restore.connect(self._restore)
        self.bar.discard.connect(self._discard)
        self.bar.later.connect(self.bar.hide)
        filing.restored.connect(self._on_restored)
        self._offer()

    @property
    def problem(self) -> Notice | None:
        """What is wrong with the folder."""
        problems = self._folder.problems
        return Notice(localized(problems[0]), Tone.WARNING) if problems else None

    def close(self) -> None:
        """End the work of this program: nothing of it is left behind."""
        self.keeper.close()
        self._folder.close()

    def _offer(self) -> None:
        if self._left:
            self.bar.tell(self._left[0])
        else:
            self.bar.hide()

    @Slot()
    def _restore(self) -> None:
        self._filing.restore(self._left[0].path)

    @Slot()
    def _discard(self) -> None:
        self._folder.discard(self._left.pop(0).path)
        self._offer()

    @Slot(object, object)
    def _on_restored(self, path: Path, replayed: Replayed) -> None:
        view = replayed.view
        self.keeper.adopt(path, replayed)
        self._view.restore(view)
        if view.get("mode") in list(ViewMode):
            self._display.set_mode(ViewMode(view["mode"]))
        self._left = [left for left in self._left if left.path != path]
        self._offer()
