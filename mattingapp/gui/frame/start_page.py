"""What the window shows before a photo is open."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from mattingapp.gui.widgets.plain import button_text, tip_text
from mattingapp.resources import resource

_THUMBNAIL = QSize(176, 132)
_RECENT = 4


class StartPage(QWidget):
    """An invitation: open a photo, drop one, try a sample, or be shown the way.

    Parameters
    ----------
    open_photo, guide : QAction

    Signals
    -------
    sample_chosen(str)
        Its name in resources/samples.
    recent_chosen(Path)
    """

    sample_chosen = Signal(str)
    recent_chosen = Signal(object)

    def __init__(self, open_photo: QAction, guide: QAction) -> None:
        super().__init__()
        self._dropping = False
        title = QLabel(self.tr("Cut out hair, fur and lace"))
        font = title.font()
        font.setPointSizeF(1.9 * font.pointSizeF())
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        steps = QLabel(
            self.tr(
                "Open a photo, mark some foreground and some background, leave the edge unknown, and run."
            )
        )
        opening = QPushButton(self.tr("Open a photo…"))
        opening.clicked.connect(open_photo.trigger)
        guided = QPushButton(self.tr("Show me how, in one minute"))
        guided.setToolTip(guide.toolTip())
        guided.clicked.connect(guide.trigger)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (opening, guided):
            button.setMinimumSize(170, 40)
            buttons.addWidget(button)
        buttons.addStretch(1)
        hint = QLabel(self.tr("or drop a photo here"))
        samples = QLabel(self.tr("Samples"))
        self._recent_title = QLabel(self.tr("Lately"))
        for label in (hint, samples, steps, self._recent_title):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)

        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addStretch(1)
        self.cards: dict[str, QToolButton] = {}
        for name, text in (
            ("hair", self.tr("Hair")),
            ("plush", self.tr("Fur")),
            ("basket", self.tr("Wicker")),
        ):
            self.cards[name] = card = _card(name, text)
            card.setToolTip(self.tr("Open the sample photo “{name}” with its trimap").format(name=text))
            card.setAccessibleName(card.toolTip())
            card.clicked.connect(lambda checked, name=name: self.sample_chosen.emit(name))
            cards.addWidget(card)
        cards.addStretch(1)
        self._recent = QHBoxLayout()
        self._recent.setSpacing(8)
        self.recent_buttons: list[QToolButton] = []

        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for widget in (title, steps):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        column.addLayout(buttons)
        column.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(24)
        column.addWidget(samples, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(cards)
        column.addSpacing(14)
        column.addWidget(self._recent_title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._recent)
        column.addStretch(3)

    def welcome(self, dropping: bool) -> None:
        """Show that what is dragged over the window can be dropped, or that it has left."""
        self._dropping = dropping
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dropping:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().highlight().color(), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(14, 14, -14, -14), 10, 10)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Offer the photos opened lately."""
        while item := self._recent.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self.recent_buttons = []
        self._recent.addStretch(1)
        for path in paths[:_RECENT]:
            button = QToolButton()
            button.setAutoRaise(True)
            name = button.fontMetrics().elidedText(path.name, Qt.TextElideMode.ElideMiddle, 180)
            button.setText(button_text(name))
            button.setToolTip(tip_text(str(path)))
            button.setAccessibleName(path.name)
            button.clicked.connect(lambda checked, path=path: self.recent_chosen.emit(path))
            self._recent.addWidget(button)
            self.recent_buttons.append(button)
        self._recent.addStretch(1)
        self._recent_title.setVisible(bool(paths))


def _card(name: str, text: str) -> QToolButton:
    card = QToolButton()
    card.setAutoRaise(True)
    card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    card.setIconSize(_THUMBNAIL)
    photo = QPixmap(str(resource("samples", f"{name}.png")))
    card.setIcon(QIcon(photo.scaled(_THUMBNAIL * 2, mode=Qt.TransformationMode.SmoothTransformation)))
    card.setText(text)
    return card
