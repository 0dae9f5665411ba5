"""The network's dock: what each of its layers answers to the patch under the cursor, as in Fig. 5 of the paper."""

import math
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from mattingapp.gui.language import localized, stage_title
from mattingapp.gui.panes.presenter import needed
from mattingapp.gui.picture.arrays import image_of
from mattingapp.gui.picture.view import View
from mattingapp.gui.session.session import Session
from mattingapp.gui.widgets.plain import PlainLabel
from mattingapp.imaging.depth import quantise, to_float
from mattingapp.imaging.errors import InputError
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.matting.networks.responses import PATCH, LayerResponses

_PAUSE = 120  # ms the cursor rests before the network is asked
_TILE = 34  # logical pixels, the side of a map
_GAP = 2


class _Maps(QWidget):
    """Maps side by side, in as many rows as the width asks for; all on one scale from black to white."""

    def __init__(self, maps: np.ndarray, name: str) -> None:
        super().__init__()
        peak = max(float(maps.max()), 1e-6)
        self._images = [image_of(quantise(one / peak, 8)) for one in maps]
        self.setAccessibleName(name)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _columns(self, width: int) -> int:
        return max((width + _GAP) // (_TILE + _GAP), 1)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(len(self._images) / self._columns(width)) * (_TILE + _GAP) - _GAP

    def sizeHint(self) -> QSize:
        return QSize(8 * (_TILE + _GAP) - _GAP, self.heightForWidth(8 * (_TILE + _GAP)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        columns = self._columns(self.width())
        for place, image in enumerate(self._images):
            row, column = divmod(place, columns)
            painter.drawImage(QRectF(column * (_TILE + _GAP), row * (_TILE + _GAP), _TILE, _TILE), image)


class ResponsesPanel(QScrollArea):
    """Follows the cursor while it is visible.

    The layers are those of the paper's network that is the method; beside another method, such as fusion, of one whose
    stages were run with it.

    Parameters
    ----------
    session : Session
    view : View
        Has the cursor.
    """

    def __init__(self, session: Session, view: View) -> None:
        super().__init__()
        self._session = session
        self._view = view
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(6)
        self.heading = PlainLabel()
        self.heading.setWordWrap(True)
        self._column.addWidget(self.heading)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self.titles: list[str] = []
        self._asked: tuple[str, tuple[str, ...]] = ("", ())  # the network, and the stages it reads
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        view.cursor_moved.connect(self._wait)
        session.document_changed.connect(self._reset)
        session.result_arrived.connect(self._wait)
        session.output.responded.connect(self._show)
        self._reset()

    @Slot()
    def _reset(self) -> None:
        self._replace_body([])
        self.heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.heading.setText(
            self.tr("Run the network, then point at the photo: every layer shows what it makes of the place.")
        )

    @Slot()
    def _wait(self) -> None:
        if self.isVisible():
            self._pause.start()

    @Slot()
    def _ask(self) -> None:
        cursor = self._view.cursor
        if self._session.opened is None or cursor is None:
            return
        document = self._session.document
        try:
            network, stages = self._network()
        except InputError as error:
            self._reset()  # no maps of before under the sentence
            self.heading.setText(localized(error.message))
            return
        if not stages:
            return
        pixel = math.floor(cursor.x), math.floor(cursor.y)
        height, width = document.photo.shape
        if not (0 <= pixel[0] < width and 0 <= pixel[1] < height):
            return
        request = document.results[stages[-1]].request
        alphas = {name: document.results[name].result.alpha for name in stages}
        self._asked = network, stages
        self._session.output.respond(request.photo, request.trimap, alphas, pixel, self._model(network))

    def _network(self) -> tuple[str, tuple[str, ...]]:
        """Return the network to ask and the stages it reads, none where they were not all run."""
        document = self._session.document
        method = document.settings.method
        stages, parameters = self._session.stages, document.settings.parameters
        networks = [method] if stages[method].layered else [name for name in stages if stages[name].layered]
        read = {name: needed(name, stages, parameters) - {name} for name in networks}
        for name in sorted(networks, key=lambda name: -len(read[name])):  # that of most stages first
            if read[name] <= document.results.keys():
                return name, tuple(stage for stage in document.results if stage in read[name])
        return "", ()

    def _model(self, network: str) -> Path:
        stage = self._session.stages[network]
        chosen = self._session.document.settings.parameters.get(network, stage.settings)
        return getattr(chosen, "model", DEFAULT_MODEL)

    @Slot(object, object)
    def _show(self, pixel: tuple[int, int], layers: tuple[LayerResponses, ...]) -> None:
        document = self._session.document
        x, y = pixel
        network, stages = self._asked
        if not document.results.keys() >= set(stages):
            return  # another photo was opened meanwhile
        text = self.tr("{network} at pixel {x}, {y}, and the {side} × {side} pixels around it")
        title = stage_title(self._session.stages[network].title)
        self.heading.setForegroundRole(QPalette.ColorRole.WindowText)
        self.heading.setText(text.format(network=title, x=x, y=y, side=PATCH))
        half = PATCH // 2
        rows, columns = slice(max(y - half, 0), y + half + 1), slice(max(x - half, 0), x + half + 1)
        inputs = [to_float(document.photo.pixels[rows, columns]).mean(2)]
        names = [self.tr("photo")]
        for name in stages:
            result = document.results[name].result
            inputs.append(result.alpha[rows, columns])
            names.append(stage_title(result.title))
        parts: list[tuple[str, np.ndarray]] = [(", ".join(names), np.stack(inputs))]
        for layer in layers:
            answer = self.tr("{layer}: filters of {side} × {side}, {active} of {all} maps active").format(
                layer=layer.name,
                side=layer.kernel,
                active=int((layer.maps.max((1, 2)) > 0).sum()),
                all=len(layer.maps),
            )
            parts.append((answer, layer.maps))
        self._replace_body(parts)

    def _replace_body(self, parts: list[tuple[str, np.ndarray]]) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.titles = [title for title, _ in parts]
        for title, maps in parts:
            label = QLabel(title)
            label.setWordWrap(True)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            column.addWidget(label)
            column.addWidget(_Maps(maps, title))
        self._column.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body
