"""What the View menu does: panes, view modes, comparisons, the photo while a key is held, and the backdrop."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.canvas.canvas import Canvas
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.docks.backdrop_panel import SCALES, BackdropPanel
from mattingapp.gui.docks.docks import Docks
from mattingapp.gui.docks.responses_panel import ResponsesPanel
from mattingapp.gui.docks.viewer_panel import ViewerPanel
from mattingapp.gui.panes.compare import CompareMode, ComparePane
from mattingapp.gui.panes.display import Display, ViewMode
from mattingapp.gui.panes.gallery import COMPOSITE, TRUTH, Gallery
from mattingapp.gui.panes.grid import FINAL, PaneGrid
from mattingapp.gui.panes.presenter import ResultsPresenter
from mattingapp.gui.picture.view import View
from mattingapp.gui.session.layout import Layout
from mattingapp.gui.session.session import Session
from mattingapp.imaging.composite import parse_colour
from mattingapp.matting.stages import sources
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour
from mattingapp.resources import resource

_PANE_MENU = (*(f"mode.{mode}" for mode in ViewMode), "view.compare", "view.difference", "window.enlarge")
_GRADIENT = "#f4f6fa", "#8fa3bf"


class Viewing(QObject):
    """The panes and all that decides what they show.

    Parameters
    ----------
    session : Session
    view : View
    canvas : Canvas
    actions : mapping from id to QAction
    docks : Docks
        Get the panels.
    dialogs : Dialogs
    window : QWidget
        Parent of dialogs.

    Signals
    -------
    laid_out(Layout)
        The panes share their room in another way, and canvas and panes are to do so.
    """

    laid_out = Signal(object)

    def __init__(
        self,
        session: Session,
        view: View,
        canvas: Canvas,
        actions: Mapping[str, QAction],
        docks: Docks,
        dialogs: Dialogs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._canvas = canvas
        self._dialogs = dialogs
        self._window = window
        self._program = cast(QApplication, QApplication.instance())
        self._actions = actions
        self._docks = docks
        self.display = Display(self)
        self.gallery = Gallery(session, self.display, self)
        self.compare = ComparePane(view, self.gallery)
        self.grid = PaneGrid(view, self.compare, sources(session.stages))
        self.results = ResultsPresenter(session, self.grid, self.gallery, self.display)
        self.viewer = ViewerPanel(session, self.display, self.gallery)
        self.backdrop = BackdropPanel(
            session, lambda: dialogs.colour(window, self.tr("Backdrop")), self.image_backdrop
        )
        self.backdrop.adjusted.connect(session.set_backdrop)
        self.responses = ResponsesPanel(session, view)
        composite = self.grid[COMPOSITE].image
        composite.alt_dragged.connect(self._move_backdrop)
        composite.alt_turned.connect(self._scale_backdrop)
        self.compare.chip.clicked.connect(self.display.reset)
        self.grid.plain_wanted.connect(self.display.reset)

        docks.add("viewer", self.tr("Viewer"), self.viewer)
        docks.add("backdrop", self.tr("Backdrop"), self.backdrop)
        docks.add("responses", self.tr("Network responses"), self.responses)
        canvas.enlarge.connect(actions["window.enlarge"].trigger)
        self.grid.single_changed.connect(actions["window.enlarge"].setChecked)
        self.grid.compare_changed.connect(actions["view.compare"].setChecked)
        self.grid.set_context_menu([actions[name] for name in _PANE_MENU])
        self.compare.closed.connect(actions["view.compare"].trigger)
        self.display.changed.connect(self._show_display)
        actions["view.overlay"].setChecked(True)
        self._show_display()

    # Panes

    def lay_out(self, layout: Layout) -> None:
        """Make the canvas large, or the composite, or all panes alike."""
        self.grid.lay_out(layout)
        self.laid_out.emit(layout)

    def enlarge(self, enlarge: bool) -> None:
        """Show the pane of the matte alone, or all panes."""
        self.grid.show_single((self.grid.chosen_pane or FINAL) if enlarge else None)

    def wipe(self, shown: bool) -> None:
        """Show two pictures with a wipe between them, or the panes again."""
        if shown:
            self.compare.compare(CompareMode.WIPE)
        self.grid.show_compare(shown)

    def difference(self) -> None:
        """Show where the alpha of the last stage differs from that of the first."""
        self.compare.compare(CompareMode.DIFFERENCE)
        self.grid.show_compare(True)

    def error(self) -> None:
        """Show where the alpha of the method chosen differs from the ground truth."""
        method = self._session.document.settings.method
        self.compare.compare(CompareMode.DIFFERENCE, method, TRUTH)
        self.grid.show_compare(True)

    def load_truth(self) -> None:
        """Ask for the true alpha of the photo."""
        if path := self._dialogs.open_image(self._window, self.tr("Load the ground truth")):
            self._session.load_truth(path)

    def hold_photo(self) -> None:
        """Show nothing but the photo until the key is let go."""
        self._canvas.show_overlay(False)
        self.display.show_photo(True)
        self._program.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the photo is held: wait for the key to be let go, or after the menu for a press of the mouse."""
        released = event.type() == QEvent.Type.KeyRelease and not cast(QKeyEvent, event).isAutoRepeat()
        if released or event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.ApplicationDeactivate):
            self._program.removeEventFilter(self)
            self.display.show_photo(False)
            self._canvas.show_overlay(self._actions["view.overlay"].isChecked())
        return False

    @Slot()
    def _show_display(self) -> None:
        self._actions[f"mode.{self.display.mode}"].setChecked(True)

    # Backdrop

    def colour_backdrop(self) -> None:
        """Ask for a colour and lay the composite on it."""
        if text := self._dialogs.colour(self._window, self.tr("Backdrop")):
            self._session.set_backdrop(PlainColour(parse_colour(text)))

    def image_backdrop(self) -> None:
        """Ask for an image and lay the composite on it."""
        if path := self._dialogs.open_image(self._window, self.tr("Backdrop")):
            self._session.set_backdrop_image(path, path.name)

    def sample_backdrop(self, name: str) -> None:
        """Lay the composite on a bundled image."""
        titles = {"meadow": self.tr("a meadow"), "city": self.tr("a city"), "studio": self.tr("a studio")}
        self._session.set_backdrop_image(resource("samples", f"backdrop_{name}.jpg"), titles[name])

    def gradient_backdrop(self) -> None:
        """Lay the composite on a gradient, and offer to adjust it."""
        self._session.set_backdrop(Gradient(parse_colour(_GRADIENT[0]), parse_colour(_GRADIENT[1])))
        self._docks.show("backdrop")

    def blur_backdrop(self) -> None:
        """Lay the composite on the photo's own background, out of focus."""
        self._session.set_backdrop(BlurredPhoto())

    def clear_backdrop(self) -> None:
        """Lay the composite on nothing."""
        self._session.set_backdrop(Backdrop())

    @Slot(float, float, int)
    def _move_backdrop(self, dx: float, dy: float, drag: int) -> None:
        """Move the backdrop's image by image pixels."""
        backdrop = self._session.document.backdrop
        if isinstance(backdrop, PlacedImage):
            height, width = self._session.document.photo.shape
            x, y = backdrop.shift
            moved = replace(backdrop, shift=(x + dx / width, y + dy / height))
            self._session.set_backdrop(moved, ("drag", drag))

    @Slot(float)
    def _scale_backdrop(self, factor: float) -> None:
        """Scale the backdrop's image around the middle of the photo."""
        backdrop = self._session.document.backdrop
        if isinstance(backdrop, PlacedImage):
            scale = min(max(backdrop.scale * factor, SCALES[0]), SCALES[1])
            ratio = scale / backdrop.scale
            x, y = backdrop.shift
            scaled = replace(backdrop, scale=scale, shift=(x * ratio, y * ratio))
            self._session.set_backdrop(scaled, "wheel")
