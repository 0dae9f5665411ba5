"""The main window: makes the parts and puts them together."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui.actions.actions import Actions
from mattingapp.gui.actions.shortcuts import Shortcuts
from mattingapp.gui.actions.table import MENUS, table
from mattingapp.gui.canvas.band_panel import BandPanel
from mattingapp.gui.canvas.canvas import Canvas
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.commands.editing import Editing
from mattingapp.gui.commands.exporting import Exporting
from mattingapp.gui.commands.filing import Filing, document_name
from mattingapp.gui.commands.recovery import Recovery
from mattingapp.gui.commands.running import Running
from mattingapp.gui.commands.viewing import Viewing
from mattingapp.gui.commands.windowing import Windowing
from mattingapp.gui.docks.docks import Docks
from mattingapp.gui.docks.history_panel import HistoryPanel
from mattingapp.gui.docks.parameters_panel import ParametersPanel
from mattingapp.gui.frame.guide import GuideBar
from mattingapp.gui.frame.notice_bar import NoticeBar
from mattingapp.gui.frame.pages import LoadingPage, Pages
from mattingapp.gui.frame.recent_menu import RecentMenu
from mattingapp.gui.frame.start_page import StartPage
from mattingapp.gui.frame.status import StatusBar
from mattingapp.gui.frame.tool_bars import OptionsBar, ToolStrip
from mattingapp.gui.language import LANGUAGES, SYSTEM
from mattingapp.gui.picture.view import View
from mattingapp.gui.session.layout import SHARES, Layout
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.overlays import Overlays
from mattingapp.gui.session.session import Pipeline, Session
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.situation import Lookout, Situation
from mattingapp.gui.session.toolbox import Toolbox
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.gui.session.worker import wait_for_wanted
from mattingapp.gui.widgets.plain import title_text
from mattingapp.imaging.message import joined
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.stages import Stage, plugin_problems, registry

_FIRST_SIZE = (1280, 800)
_LONGEST_CLOSE = 0.5  # seconds that the window stays for an export, say; the program stays longer


class MainWindow(QMainWindow):
    """Canvas at the left, results at the right, tools and actions around them.

    Parameters
    ----------
    settings : Settings
    dialogs : Dialogs, optional
        Tests pass one that answers by itself.
    pipeline, stages : as for `Session`
    recovery : Path, optional
        The folder of recovery files; None for keeping none.
    """

    def __init__(
        self,
        settings: Settings,
        dialogs: Dialogs | None = None,
        pipeline: Pipeline = run_pipeline,
        stages: Mapping[str, Stage] | None = None,
        recovery: Path | None = None,
    ) -> None:
        super().__init__()
        offered = registry() if stages is None else stages
        self._settings = settings
        self._dialogs = dialogs or Dialogs(settings)
        self._docks_restored = False
        self.actions_ = Actions(table(offered), self)
        self._make_session(pipeline, offered)
        self._make_middle()
        self._make_frame()
        self._make_commands(recovery)
        self._fill_menus()
        self._lay_out()
        self._connect()
        self._restore()

    def _make_session(self, pipeline: Pipeline, stages: Mapping[str, Stage]) -> None:
        settings = self._settings
        self.session = Session(settings.run, pipeline, stages, self)
        self.maker = TrimapMaker(self.session, self)
        self.view = View(self)
        self.toolbox = Toolbox(settings.sizes, settings.tools, self)
        self.overlays = Overlays(settings.palette, settings.strength, self)

    def _make_middle(self) -> None:
        """Make what shows the document, and the docks around it."""
        self._pages = Pages()
        self.canvas = Canvas(self.view, self.session, self.toolbox, self.overlays, self.maker)
        self.docks = Docks(self._pages, self.actions_)
        self.parameters = ParametersPanel(lambda title: self._dialogs.open_model(self, title))
        self.docks.add("history", self.tr("History"), HistoryPanel(self.session))
        self.docks.add("parameters", self.tr("Parameters"), self.parameters)
        self.viewing = Viewing(
            self.session, self.view, self.canvas, self.actions_, self.docks, self._dialogs, self
        )
        self.grid, self.results = self.viewing.grid, self.viewing.results
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.canvas)
        self._splitter.addWidget(self.grid)
        self._splitter.setChildrenCollapsible(False)
        self.start_page = StartPage(self.actions_["file.open"], self.actions_["help.guide"])
        self.loading = LoadingPage(self.actions_["run.cancel"])
        self._pages.fill(self.start_page, self._splitter, self.loading)
        self.band = BandPanel(self.session, self.maker, self._dialogs.open_image, self._pages, self.canvas)
        self.notices = NoticeBar(self._pages, self.canvas)

    def _make_frame(self) -> None:
        """Make what stands around the document."""
        self.options = OptionsBar(self.toolbox, self.session, self.actions_)
        self.tools = ToolStrip(self.actions_)
        self.guide = GuideBar(self.actions_)
        self.recent = RecentMenu(self)
        self.status = StatusBar(self.session, self.view, self.actions_["run.cancel"])

    def _make_commands(self, recovery: Path | None) -> None:
        """Make what the menus do, and let the actions call it."""
        session, dialogs, settings = self.session, self._dialogs, self._settings
        self.exporting = Exporting(session, dialogs, settings, self)
        self.filing = Filing(session, dialogs, settings, self)
        self.running = Running(
            session, self.maker, self.filing, self.canvas, self.results, self.parameters, settings, self
        )
        self.editing = Editing(
            session,
            self.toolbox,
            self.overlays,
            self.maker,
            self.canvas,
            self.viewing.gallery,
            self.actions_,
            self.band,
        )
        self.windowing = Windowing(session, self.toolbox, self.filing, self.guide, dialogs, settings, self)
        self.recovery = None
        if recovery is not None:
            self.recovery = Recovery(session, self.filing, self.view, self.viewing.display, recovery, self)
        shortcuts = Shortcuts(self.actions_, dialogs, settings, self)
        self.actions_.connect(
            (
                session,
                self.maker,
                self.view,
                self.toolbox,
                self.overlays,
                self.canvas,
                self.band,
                self.results,
                self.viewing.display,
                self.viewing.compare,
                self.docks,
                self.viewing,
                self.exporting,
                self.filing,
                self.filing.saving,
                self.running,
                self.windowing,
                shortcuts,
            )
        )

    def _fill_menus(self) -> None:
        self.actions_.fill_menus(self.menuBar(), MENUS)
        file_menu = self.actions_.menu("File")
        file_menu.insertMenu(file_menu.actions()[1], self.recent)  # behind Open
        self.tools.set_colours_menu(self.actions_.menu("View/Trimap colours"), self.overlays)
        self.grid.add_backdrop_menu(self.actions_.menu("View/Backdrop"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.tools)
        middle.addWidget(self.docks.host, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.recovery is not None:
            column.addWidget(self.recovery.bar)
        column.addWidget(self.options)
        column.addWidget(self.guide)
        column.addLayout(middle, 1)
        centre = QWidget()
        centre.setLayout(column)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        """Let news reach those that show it."""
        session, filing = self.session, self.filing
        session.document_changed.connect(self._show_document)
        lookout = Lookout(session, self.maker, lambda: filing.opening, self)
        for act in (self._follow, self.actions_.update, self.guide.follow, self.options.follow):
            lookout.changed.connect(act)
        session.noticed.connect(self._show_notice)
        self.viewing.laid_out.connect(self._lay_out_middle)
        for crashed in (session.crashed, self.maker.crashed):
            crashed.connect(self._show_bug)
        for show_opening in (self._pages.show_opening, lookout.look):
            filing.opening_changed.connect(show_opening)
        for bar in (self.tools, self.options):
            self._pages.loading_shown.connect(bar.setDisabled)
            bar.hide()
        self.overlays.changed.connect(self._show_labels)
        self.start_page.sample_chosen.connect(filing.open_sample)
        for lately in (self.start_page.recent_chosen, self.recent.chosen):
            lately.connect(filing.open_files)
        self.recent.cleared.connect(filing.forget)
        for show in (self.recent.show_files, self.start_page.show_recent):
            filing.recent_changed.connect(show)
            show(self._settings.recent)
        filing.saving.saved.connect(self._show_title)
        lookout.look()
        if self.recovery is not None and self.recovery.problem:
            self._show_notice(self.recovery.problem)

    def _restore(self) -> None:
        """Be as the person left it."""
        settings = self._settings
        spoken = settings.language if settings.language in LANGUAGES else SYSTEM
        for action_id in (f"theme.{settings.theme}", f"language.{spoken}"):
            self.actions_[action_id].setChecked(True)
        self.actions_["run.auto"].setChecked(settings.auto_run)
        self.actions_[f"layout.{settings.layout}"].setChecked(True)
        self.viewing.lay_out(settings.layout)
        self._show_labels()
        self.setWindowTitle("mattingapp")
        self.resize(QSize(*_FIRST_SIZE).boundedTo(self.screen().availableSize()))
        self.restoreGeometry(settings.geometry)
        self._splitter.restoreState(settings.splitter)
        problems = [*plugin_problems(), *filter(None, [settings.problem])]
        if problems:
            self._show_notice(Notice(joined(problems), Tone.WARNING))

    # What the program asks of the window

    def open_files(self, photo: Path, trimap: Path | None = None) -> None:
        """Open a photo, and its trimap if given, unless the person wants to keep what is open."""
        self.filing.open_files(photo, trimap)

    def open_sample(self, name: str) -> None:
        """Open a bundled sample photo with its trimap."""
        self.filing.open_sample(name)

    # News

    @Slot(object)
    def _lay_out_middle(self, layout: Layout) -> None:
        self._settings.layout = layout
        share = SHARES[layout].canvas
        self._splitter.setSizes([1000 * share, 1000 * (100 - share)])

    @Slot(object)
    def _follow(self, situation: Situation) -> None:
        self.setWindowModified(situation.modified)

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(f"{title_text(document_name(self.session.document))}[*] — mattingapp")

    @Slot()
    def _show_document(self) -> None:
        self._pages.show_document()
        self.tools.show()
        self.options.show()
        if not self._docks_restored:  # the start page has none
            self._docks_restored = True
            self.docks.restore(self._settings.docks)
        self.notices.hide()
        self._show_title()
        self.canvas.setFocus()

    @Slot()
    def _show_labels(self) -> None:
        self.actions_.show_labels(self.overlays)

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        self.notices.tell(notice, self.actions_[notice.action] if notice.action else None)

    @Slot(str)
    def _show_bug(self, traceback: str) -> None:
        self._dialogs.bug(self, traceback)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        done = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        if done and isinstance(QApplication.focusWidget(), QAbstractSpinBox | QLineEdit):
            self.canvas.setFocus()  # a number is chosen; 1, 2, 3 and R are for the tools again
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.start_page.welcome(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.start_page.welcome(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.start_page.welcome(False)
        event.acceptProposedAction()
        self.filing.drop([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.filing.may_leave(self.close):
            event.ignore()
            return
        self._remember()
        self.maker.close()
        self.filing.close()
        if self.recovery is not None:
            self.recovery.close()
        self.session.close()
        wait_for_wanted(_LONGEST_CLOSE)
        event.accept()

    def _remember(self) -> None:
        settings = self._settings
        settings.geometry = self.saveGeometry()
        settings.splitter = self._splitter.saveState()
        settings.sizes = self.toolbox.sizes
        settings.tools = self.toolbox.options
        settings.palette = self.overlays.palette
        settings.strength = self.overlays.strength
        if self.session.opened is not None:
            settings.run = self.session.settings
            settings.docks = self.docks.places()
