"""One sentence at the top of the picture area, with an answer to it where there is one. Never a dialog."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from mattingapp.gui.language import localized
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.widgets.controls import flat_button, paint_card
from mattingapp.gui.widgets.icons import IconMark, icon
from mattingapp.gui.widgets.plain import PlainLabel

_MARGIN = 12
_INFO_STAYS = 8000  # ms; warnings stay until they are closed or replaced
_MAX_WIDTH = 760
_SLACK = 8  # so that a line that fits is not wrapped


class NoticeBar(QFrame):
    """Floats over a widget, so that nothing moves when it comes and goes.

    Parameters
    ----------
    parent : QWidget
    ground : QWidget
        A widget somewhere in `parent`: the bar keeps to the top of it while that is visible, else of `parent`.
    """

    def __init__(self, parent: QWidget, ground: QWidget) -> None:
        super().__init__(parent)
        self._over, self._ground = parent, ground
        self._icon = IconMark()
        self._label = PlainLabel()
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.answer = QToolButton()
        self.answer.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.answer.hide()
        self.close_button = flat_button(self.tr("Close"), "close")
        self.close_button.setAccessibleName(self.tr("Close the notice"))
        self.close_button.clicked.connect(self.hide)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        for widget in (self._icon, self._label, self.answer, self.close_button):
            row.addWidget(widget, 1 if widget is self._label else 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INFO_STAYS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        ground.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, or ""."""
        return self._label.text() if self.isVisibleTo(self._over) else ""

    def tell(self, notice: Notice, answer: QAction | None = None) -> None:
        """Show a notice, with a button for `answer`."""
        self._icon.show_icon(icon(notice.tone))
        self._label.setText(localized(notice.text))
        self.answer.setVisible(answer is not None)
        if answer is not None:
            self.answer.setDefaultAction(answer)
        self.show()
        self._place()
        self.raise_()
        if notice.tone is Tone.INFO:
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self)

    def _place(self) -> None:
        parent = self._over
        ground = parent.rect()
        if self._ground.isVisible():
            ground = QRect(self._ground.mapTo(parent, QPoint(0, 0)), self._ground.size())
        text = self._label.fontMetrics().horizontalAdvance(self._label.text())
        beside = self.sizeHint().width() - self._label.sizeHint().width()
        width = min(text + beside + _SLACK, ground.width() - 2 * _MARGIN, _MAX_WIDTH)
        height = max(self._row.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(ground.center().x() - width // 2, ground.top() + _MARGIN, width, height)
