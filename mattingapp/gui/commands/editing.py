"""What the tools need around the canvas: check marks, the alpha to touch up, and refusals."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from mattingapp.gui.canvas.band_panel import BandPanel
from mattingapp.gui.canvas.canvas import Canvas
from mattingapp.gui.panes.gallery import Gallery
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.overlays import Overlays
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.toolbox import Tool, Toolbox
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.project.painting import Rect


class Editing(QObject):
    """Keeps tools, canvas and actions in step.

    Parameters
    ----------
    session : Session
    toolbox : Toolbox
    overlays : Overlays
    maker : TrimapMaker
    canvas : Canvas
    gallery : Gallery
    actions : mapping from id to QAction
    band : BandPanel
    """

    def __init__(
        self,
        session: Session,
        toolbox: Toolbox,
        overlays: Overlays,
        maker: TrimapMaker,
        canvas: Canvas,
        gallery: Gallery,
        actions: Mapping[str, QAction],
        band: BandPanel,
    ) -> None:
        super().__init__(canvas)
        self._session = session
        self._toolbox = toolbox
        self._overlays = overlays
        self._canvas = canvas
        self._gallery = gallery
        self._actions = actions
        self._band = band
        self._tool: Tool | None = None  # that the canvas shows something for
        toolbox.changed.connect(self._show_tool)
        overlays.changed.connect(self._show_palette)
        for signal in (session.matte_changed, session.preview_changed, gallery.all_changed):
            signal.connect(self._show_alpha)
        gallery.changed.connect(self._on_changed)
        gallery.touched.connect(self._on_touched)
        session.document_changed.connect(self._on_document)
        maker.refused.connect(self._on_refused)
        band.kept.connect(self._on_kept)
        self._show_tool()
        self._show_palette()

    @Slot()
    def _show_tool(self) -> None:
        toolbox = self._toolbox
        self._actions[f"tool.{toolbox.tool}"].setChecked(True)
        self._actions[f"tool.{toolbox.label.name.lower()}"].setChecked(True)
        self._actions["tool.pressure"].setChecked(toolbox.options.pressure)
        self._actions["tool.protect"].setChecked(toolbox.options.protect)
        if toolbox.tool is not self._tool:
            self._tool = toolbox.tool
            self._show_alpha()

    @Slot()
    def _show_palette(self) -> None:
        self._actions[f"palette.{self._overlays.palette}"].setChecked(True)

    @Slot()
    def _show_alpha(self) -> None:
        """Show the alpha on the canvas while that is what is painted on."""
        stage = self._stage_touched()
        self._canvas.show_alpha(None if stage is None else self._gallery.layers(stage))

    def _stage_touched(self) -> str | None:
        """Return the stage whose alpha is painted on with the tool in hand, if any."""
        if self._toolbox.tool is not Tool.TOUCH or self._session.opened is None:
            return None
        if self._session.previewing:
            return None  # the trimap is to be seen
        matte = self._session.document.matte
        return None if matte is None else matte.stage

    @Slot(str)
    def _on_changed(self, source: str) -> None:
        if source == self._stage_touched():
            self._show_alpha()

    @Slot(str, object)
    def _on_touched(self, source: str, rect: Rect) -> None:
        if source == self._stage_touched():
            self._canvas.update_part(rect)

    @Slot()
    def _on_document(self) -> None:
        if self._toolbox.tool is Tool.TOUCH:  # there is no alpha yet
            self._toolbox.take(Tool.BRUSH)

    @Slot()
    def _on_kept(self) -> None:
        if self._toolbox.tool is Tool.CUT:  # what is left to do is done with the brush
            self._toolbox.take(Tool.BRUSH)

    @Slot(object)
    def _on_refused(self, text: str) -> None:
        if not self._band.isVisible():
            self._session.noticed.emit(Notice(text, Tone.WARNING))
