"""The main window: puts the parts together and answers the actions."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mattingapp.gui import theme
from mattingapp.gui.actions.actions import Actions, Situation
from mattingapp.gui.actions.shortcuts import groups
from mattingapp.gui.actions.table import MENUS, TABLE
from mattingapp.gui.canvas.band_panel import BandPanel
from mattingapp.gui.canvas.canvas import Canvas
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.commands.editing import Editing
from mattingapp.gui.commands.exporting import Exporting
from mattingapp.gui.commands.filing import Filing, document_name
from mattingapp.gui.commands.recovery import Recovery
from mattingapp.gui.commands.viewing import Viewing
from mattingapp.gui.docks.docks import Docks
from mattingapp.gui.docks.history_panel import HistoryPanel
from mattingapp.gui.docks.parameters_panel import ParametersPanel
from mattingapp.gui.frame.guide import SAMPLE, GuideBar
from mattingapp.gui.frame.notice_bar import NoticeBar
from mattingapp.gui.frame.pages import LoadingPage, Pages
from mattingapp.gui.frame.recent_menu import RecentMenu
from mattingapp.gui.frame.start_page import StartPage
from mattingapp.gui.frame.status import StatusBar
from mattingapp.gui.frame.tool_bars import OptionsBar, ToolStrip
from mattingapp.gui.language import LANGUAGES, SYSTEM
from mattingapp.gui.picture.view import View
from mattingapp.gui.session.auto_run import AutoRun
from mattingapp.gui.session.notices import Notice
from mattingapp.gui.session.overlays import Overlays
from mattingapp.gui.session.session import Pipeline, Session
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.toolbox import Toolbox
from mattingapp.gui.session.trimap_maker import TrimapMaker
from mattingapp.gui.session.worker import wait_for_wanted
from mattingapp.gui.theme import Theme
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.stages import Stage

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
        self._settings = settings
        self._docks_restored = False
        self._dialogs = dialogs or Dialogs(settings)
        self.session = Session(settings.run, pipeline, stages, self)
        self.view = View(self)
        self.toolbox = Toolbox(settings.sizes, settings.tools, self)
        self.overlays = Overlays(settings.palette, settings.strength, self)
        self.maker = TrimapMaker(self.session, self)
        self.canvas = Canvas(self.view, self.session, self.toolbox, self.overlays, self.maker)
        self.viewing = Viewing(self.session, self.view, self.canvas, self._dialogs, self)
        self.grid, self.results = self.viewing.grid, self.viewing.results
        self.exporting = Exporting(self.session, self._dialogs, settings, self)
        self.filing = Filing(self.session, self._dialogs, settings, self)
        self._pages = Pages()
        self.band = BandPanel(self.session, self.maker, self._dialogs.open_image, self._pages, self.canvas)
        self.actions_ = Actions(TABLE, self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.canvas)
        self._splitter.addWidget(self.grid)
        self._splitter.setSizes([500, 500])
        self._splitter.setChildrenCollapsible(False)
        self.start_page = StartPage(self.actions_["file.open"], self.actions_["help.guide"])
        self.start_page.sample_chosen.connect(self.filing.open_sample)
        self.start_page.recent_chosen.connect(self.filing.open_files)
        self.guide = GuideBar(self.actions_)
        self.guide.closed.connect(self.guide.hide)
        self.loading = LoadingPage(self.actions_["run.cancel"])
        self._pages.fill(self.start_page, self._splitter, self.loading)
        self.filing.opener.changed.connect(self._pages.show_opening)
        self.filing.opener.changed.connect(self._update)
        self.recovery = None
        if recovery is not None:
            display = self.viewing.display
            self.recovery = Recovery(self.session, self.filing, self.view, display, recovery, self)
        self.notices = NoticeBar(self._pages, self.canvas)
        self.editing = Editing(
            self.session,
            self.toolbox,
            self.overlays,
            self.maker,
            self.canvas,
            self.viewing.gallery,
            self.actions_,
            self.band,
        )

        self.options = OptionsBar(self.toolbox, self.session.stages, settings.run, self.actions_)
        self.options.method_chosen.connect(self._choose_method)
        self.options.device_chosen.connect(self._choose_device)
        self.tools = ToolStrip(self.actions_)
        for bar in (self.tools, self.options):
            self._pages.loading_shown.connect(bar.setDisabled)
            bar.hide()
        self.auto_run = AutoRun(self.session, lambda: self.canvas.painting or self.session.previewing, self)
        self.parameters = ParametersPanel(lambda title: self._dialogs.open_model(self, title))
        self.parameters.changed.connect(self._choose_parameters)
        self.docks = Docks(self._pages, self.actions_)
        self.docks.add("history", self.tr("History"), HistoryPanel(self.session))
        self.docks.add("parameters", self.tr("Parameters"), self.parameters)
        self.viewing.bind(self.actions_, self.docks)
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
        self.status = StatusBar(self.session, self.view, self.actions_["run.cancel"])
        self.setStatusBar(self.status)
        self.actions_.fill_menus(self.menuBar(), MENUS)
        self.actions_.set_keys(settings.shortcuts)
        self.recent = RecentMenu(self)
        self.recent.chosen.connect(self.filing.open_files)
        self.recent.cleared.connect(self.filing.forget)
        for show in (self.recent.show_files, self.start_page.show_recent):
            self.filing.recent_changed.connect(show)
            show(settings.recent)
        self.filing.saving.saved.connect(self._show_title)
        file_actions = self.actions_.menu("File").actions()
        self.actions_.menu("File").insertMenu(file_actions[1], self.recent)  # behind Open
        self.tools.set_colours_menu(self.actions_.menu("View/Trimap colours"), self.overlays)
        self.grid.add_backdrop_menu(self.actions_.menu("View/Backdrop"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(True)

        session = self.session
        session.document_changed.connect(self._show_document)
        session.noticed.connect(self._show_notice)
        for signal in (session.crashed, self.maker.crashed):
            signal.connect(self._show_bug)
        session.devices_known.connect(self.options.set_devices)
        for signal in (
            session.document_changed,
            session.stepped,
            session.preview_changed,
            self.maker.cut_changed,
            session.run_started,
            session.run_ended,
            session.result_arrived,
            session.matte_changed,
            session.backdrop_changed,
            session.truth_changed,
            session.output.reading_changed,
        ):
            signal.connect(self._update)
        self.overlays.changed.connect(self._show_labels)
        self._show_labels()
        QApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)

        self.actions_["run.auto"].setChecked(settings.auto_run)
        self.auto_run.set_enabled(settings.auto_run)
        self.actions_[f"theme.{settings.theme}"].setChecked(True)
        spoken = settings.language if settings.language in LANGUAGES else SYSTEM
        self.actions_[f"language.{spoken}"].setChecked(True)
        self._apply_theme()
        self.resize(*_FIRST_SIZE)
        self.restoreGeometry(settings.geometry)
        self._splitter.restoreState(settings.splitter)
        self.setWindowTitle("mattingapp")
        self._update()
        if self.recovery is not None and self.recovery.problem:
            self._show_notice(self.recovery.problem)

    # File

    def open_files(self, photo: Path, trimap: Path | None = None) -> None:
        """Open a photo, and its trimap if given, unless the person wants to keep what is open."""
        self.filing.open_files(photo, trimap)

    def open_sample(self, name: str) -> None:
        """Open a bundled sample photo with its trimap."""
        self.filing.open_sample(name)

    # View

    def choose_theme(self, chosen: Theme) -> None:
        """Wear other colours."""
        self._settings.theme = chosen
        self._apply_theme()

    def choose_language(self, chosen: str) -> None:
        """Speak another language from the next start on."""
        self._settings.language = chosen
        self._show_notice(Notice(self.tr("The language changes when the program starts again.")))

    # Run

    @Slot(str)
    def _choose_method(self, method: str) -> None:
        if self.session.document is not None:
            self._use_method(method)
            self._update()
            self.auto_run.request()

    def _use_method(self, method: str) -> None:
        self.session.set_method(method)
        self.results.set_method(method)
        self._show_parameters()

    @Slot(str)
    def _choose_device(self, device: str) -> None:
        if self.session.document is not None:
            self.session.set_device(device)

    @Slot(str, object)
    def _choose_parameters(self, stage: str, parameters: object) -> None:
        self.session.set_parameters(stage, parameters)
        planned = self.results.planned
        self.results.set_method(self.session.document.settings.method)
        if self.results.planned != planned:  # another model reads other stages
            QTimer.singleShot(0, self._show_parameters)  # once the editor that said so is done
        self._update()
        self.auto_run.request()

    def _show_parameters(self) -> None:
        settings, stages = self.session.document.settings, self.session.stages
        planned = tuple(stage for stage in stages.values() if stage.name in self.results.planned)
        self.parameters.show_stages(planned, settings.parameters)

    def cancel(self) -> None:
        """End the run and the rough cut, and open nothing after all."""
        self.filing.cancel()
        self.session.output.drop_reads()
        self.session.cancel()
        self.maker.cancel()

    def run_automatically(self, automatically: bool) -> None:
        """Run after each stroke, or only when told."""
        self._settings.auto_run = automatically
        self.auto_run.set_enabled(automatically)

    # Window, Help

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""
        self.docks.toggle(name)

    def show_full_screen(self, full: bool) -> None:
        """Fill the screen, or give it back."""
        self.showFullScreen() if full else self.showNormal()

    def begin_guide(self) -> None:
        """Open a sample without its trimap, and say every step to its matte."""
        self.filing.open_sample(SAMPLE, with_trimap=False, then=self._show_guide)

    def _show_guide(self) -> None:
        self.actions_["tool.cut"].trigger()
        self.guide.show()

    def show_shortcuts(self) -> None:
        """List what each key does."""
        self._dialogs.shortcuts(self, groups(self.actions_))

    def change_shortcuts(self) -> None:
        """Give actions other keys."""
        self._dialogs.edit_shortcuts(self, self.actions_)
        self._settings.shortcuts = self.actions_.chosen_keys()

    def show_about(self) -> None:
        """Tell what program this is."""
        self._dialogs.about(self)

    # News from the session

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(f"{document_name(self.session.document)}[*] — mattingapp")

    @Slot()
    def _show_document(self) -> None:
        document = self.session.document
        self._pages.show_document()
        self.tools.show()
        self.options.show()
        if not self._docks_restored:  # the start page has none
            self._docks_restored = True
            self.docks.restore(self._settings.docks)
        self.notices.hide()
        self._show_title()
        self.options.show_method(document.settings.method)
        self._choose_device(self.options.device.currentData())
        self._use_method(self.options.method.currentData())
        if document.matte is None:
            self.auto_run.request()
        self.canvas.setFocus()

    @Slot()
    def _update(self) -> None:
        document = self.session.document
        if document is not None:
            self.setWindowModified(document.modified)
        situation = self._situation()
        self.actions_.update(situation)
        self.guide.follow(situation)
        self.options.run.set_running(self.session.running)
        self.options.export.setEnabled(document is not None and document.matte is not None)

    def _situation(self) -> Situation:
        document = self.session.document
        opening = self.filing.opener.busy or self.session.output.reading
        if document is None:
            return Situation(opening=opening)
        return Situation(
            photo=True,
            problem=self.session.problem,
            running=self.session.running,
            results=bool(document.results),
            matte=document.matte is not None,
            undo=document.history.undo_name,
            redo=document.history.redo_name,
            opaque_backdrop=not document.backdrop.transparent,
            truth=document.truth is not None,
            touched=bool(document.touch_up),
            cutting=self.maker.cut_progress is not None,
            previewing=self.session.previewing,
            opening=opening,
        )

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        self.notices.tell(notice, self.actions_[notice.action] if notice.action else None)

    @Slot(str)
    def _show_bug(self, traceback: str) -> None:
        self._dialogs.bug(self, traceback)

    # Qt

    def dragEnterEvent(self, event) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.start_page.welcome(True)

    def dragLeaveEvent(self, event) -> None:
        self.start_page.welcome(False)

    def dropEvent(self, event) -> None:
        self.start_page.welcome(False)
        event.acceptProposedAction()
        self.filing.drop([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event) -> None:
        if not self.filing.may_leave(self.close):
            event.ignore()
            return
        self._settings.geometry = self.saveGeometry()
        self._settings.splitter = self._splitter.saveState()
        self._settings.sizes = self.toolbox.sizes
        if self.session.document is not None:
            self._settings.run = self.session.document.settings
            self._settings.docks = self.docks.places()
        self._settings.tools = self.toolbox.options
        self._settings.palette = self.overlays.palette
        self._settings.strength = self.overlays.strength
        self.maker.close()
        self.filing.close()
        if self.recovery is not None:
            self.recovery.close()
        self.session.close()
        wait_for_wanted(_LONGEST_CLOSE)
        event.accept()

    @Slot()
    def _apply_theme(self) -> None:
        theme.tell_system(self._settings.theme)
        QApplication.setPalette(theme.palette(theme.is_dark(self._settings.theme)))

    @Slot()
    def _show_labels(self) -> None:
        self.actions_.show_labels(self.overlays)
