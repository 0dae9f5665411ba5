"""What the window shows before a photo is open."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from mattingapp.resources import resource

SAMPLES = {"hair": "Hair", "plush": "Fur", "basket": "Wicker"}
_THUMBNAIL = QSize(176, 132)


class StartPage(QWidget):
    """An invitation: open a photo, drop one, or try a sample.

    Signals
    -------
    sample_chosen(str)
        Its name in resources/samples.
    """

    sample_chosen = Signal(str)

    def __init__(self, open_photo: QAction) -> None:
        super().__init__()
        title = QLabel("Cut out hair, fur and lace")
        font = title.font()
        font.setPointSizeF(1.9 * font.pointSizeF())
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        steps = QLabel(
            "Open a photo, mark some foreground and some background, leave the edge unknown, and run."
        )
        button = QPushButton("Open a photo…")
        button.clicked.connect(open_photo.trigger)
        button.setMinimumSize(170, 40)
        hint = QLabel("or drop one here")
        samples = QLabel("Samples")
        for label in (hint, samples, steps):
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)

        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addStretch(1)
        self.cards: dict[str, QToolButton] = {}
        for name, text in SAMPLES.items():
            self.cards[name] = card = _card(name, text)
            card.clicked.connect(lambda checked, name=name: self.sample_chosen.emit(name))
            cards.addWidget(card)
        cards.addStretch(1)

        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for widget in (title, steps):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(28)
        column.addWidget(samples, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(cards)
        column.addStretch(3)


def _card(name: str, text: str) -> QToolButton:
    card = QToolButton()
    card.setAutoRaise(True)
    card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    card.setIconSize(_THUMBNAIL)
    photo = QPixmap(str(resource("samples", f"{name}.png")))
    card.setIcon(QIcon(photo.scaled(2 * _THUMBNAIL, mode=Qt.TransformationMode.SmoothTransformation)))
    card.setText(text)
    card.setToolTip(f"Open the sample photo “{text}” with its trimap")
    card.setAccessibleName(card.toolTip())
    return card
