"""What the Window and Help menus do to the window, and the choices of theme and language."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui import theme
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.commands.filing import Filing
from mattingapp.gui.frame.guide import SAMPLE, GuideBar
from mattingapp.gui.session.notices import Notice
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.settings import Settings
from mattingapp.gui.session.toolbox import Tool, Toolbox
from mattingapp.gui.theme import Theme


class Windowing(QObject):
    """Dresses the window, and shows the way.

    Parameters
    ----------
    session : Session
        Tells notices.
    toolbox : Toolbox
    filing : Filing
    guide : GuideBar
    dialogs : Dialogs
    settings : Settings
        Remember theme and language.
    window : QWidget
    """

    def __init__(
        self,
        session: Session,
        toolbox: Toolbox,
        filing: Filing,
        guide: GuideBar,
        dialogs: Dialogs,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._toolbox = toolbox
        self._filing = filing
        self._guide = guide
        self._dialogs = dialogs
        self._settings = settings
        self._window = window
        guide.closed.connect(guide.hide)
        QApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        self._apply_theme()

    def choose_theme(self, chosen: Theme) -> None:
        """Wear other colours."""
        self._settings.theme = chosen
        self._apply_theme()

    def choose_language(self, chosen: str) -> None:
        """Speak another language from the next start on."""
        self._settings.language = chosen
        text = self.tr("The language changes when the program starts again.")
        self._session.noticed.emit(Notice(text))

    def show_full_screen(self, full: bool) -> None:
        """Fill the screen, or give it back."""
        self._window.showFullScreen() if full else self._window.showNormal()

    def begin_guide(self) -> None:
        """Open a sample without its trimap, and say every step to its matte."""
        self._filing.open_sample(SAMPLE, with_trimap=False, then=self._show_guide)

    def show_about(self) -> None:
        """Tell what program this is."""
        self._dialogs.about(self._window)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def _show_guide(self) -> None:
        self._toolbox.take(Tool.CUT)
        self._guide.show()

    @Slot()
    def _apply_theme(self) -> None:
        theme.tell_system(self._settings.theme)
        QApplication.setPalette(theme.palette(theme.is_dark(self._settings.theme)))
