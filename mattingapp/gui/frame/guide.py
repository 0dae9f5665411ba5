"""The guided first matte: one line that says the next step, and follows what the person does."""

from collections.abc import Mapping
from enum import Enum, auto

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from mattingapp.gui.session.situation import Situation
from mattingapp.gui.widgets.controls import bold_label, flat_button
from mattingapp.gui.widgets.plain import PlainLabel

SAMPLE = "plush"


class Step(Enum):
    """What comes next on the way to a matte, in order."""

    CUT = auto()
    BAND = auto()
    RUN = auto()
    BACKDROP = auto()
    EXPORT = auto()


def next_step(situation: Situation) -> Step:
    """Return what to do next; nothing but the present state decides, so undoing something goes back."""
    if situation.previewing:
        return Step.BAND
    if situation.problem is not None:
        return Step.CUT
    if not situation.matte:
        return Step.RUN
    return Step.EXPORT if situation.opaque_backdrop else Step.BACKDROP


_ANSWERS = {
    Step.CUT: "tool.cut",
    Step.RUN: "run.run",
    Step.BACKDROP: "backdrop.meadow",
    Step.EXPORT: "file.cutout",
}


class GuideBar(QFrame):
    """Says the next step until it is closed.

    Parameters
    ----------
    actions : mapping from id to QAction

    Signals
    -------
    closed()
    """

    closed = Signal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._actions = actions
        self._step: Step | None = None
        self.setAutoFillBackground(True)
        self._place = bold_label()
        self._place.setForegroundRole(QPalette.ColorRole.Link)
        self._label = PlainLabel()
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.answer = QPushButton()
        self.answer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.answer.clicked.connect(self._do)
        self.close_button = flat_button(self.tr("End the guide"), "close")
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 10, 6)
        row.setSpacing(12)
        row.addWidget(self._place)
        row.addWidget(self._label, 1)
        row.addWidget(self.answer)
        row.addWidget(self.close_button)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._label.text()

    @Slot(object)
    def follow(self, situation: Situation) -> None:
        """Say what comes next in a situation."""
        self._step = step = next_step(situation)
        self._place.setText(self.tr("Step {n} of {all}").format(n=step.value, all=len(Step)))
        self._label.setText(self._sentence(step, situation))
        action_id = _ANSWERS.get(step)
        self.answer.setVisible(action_id is not None and not situation.running and not situation.cutting)
        if action_id is not None:
            self.answer.setText(self._button(step))
            self.answer.setToolTip(self._actions[action_id].toolTip())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, 0, 4, self.height(), self.palette().highlight())

    def _do(self) -> None:
        if self._step is not None:
            self._actions[_ANSWERS[self._step]].trigger()

    def _sentence(self, step: Step, situation: Situation) -> str:
        if situation.cutting:
            return self.tr("Looking for the subject by its colours…")
        if situation.running:
            return self.tr("The alphas appear in the panes while they are computed.")
        return {
            Step.CUT: self.tr(
                "Drag a rectangle around the subject: it is found, and a grey band along its edge."
            ),
            Step.BAND: self.tr(
                "Widen the grey band until all soft hair lies in it, then make the trimap: alpha is estimated there."
            ),
            Step.RUN: self.tr("Now run: every pixel of the grey band gets its share of the subject."),
            Step.BACKDROP: self.tr("That is the matte. See it in front of something else."),
            Step.EXPORT: self.tr(
                "Export the cut-out. Where it is not good yet, paint with 1, 2 or 3 and run again."
            ),
        }[step]

    def _button(self, step: Step) -> str:
        return {
            Step.CUT: self.tr("Take the tool"),
            Step.RUN: self.tr("Run"),
            Step.BACKDROP: self.tr("Put it on a meadow"),
            Step.EXPORT: self.tr("Export…"),
        }[step]
