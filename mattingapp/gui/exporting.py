"""What the export actions do: ask for a file, and have it written."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mattingapp.gui.dialogs import Dialogs
from mattingapp.gui.language import stage_title
from mattingapp.gui.session import Session

_DEEP = 16  # bits


class Exporting(QObject):
    """Writes the matte of the session.

    Parameters
    ----------
    session : Session
    dialogs : Dialogs
    window : QWidget
        Parent of dialogs.
    """

    def __init__(self, session: Session, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._dialogs = dialogs
        self._window = window
        self._deep_png = self.tr("PNG, 16 bit")
        self._matte_formats = {self.tr("PNG, 8 bit"): "png", self._deep_png: "png"}
        self._image_formats = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif", "WebP": "webp"}

    def alpha(self) -> bool:
        """Ask for a file and write the alpha; return whether there was an answer."""
        chosen = self._ask(self.tr("Export the alpha of {title}"), "alpha", self._matte_formats)
        if chosen is not None:
            path, kind = chosen
            self._session.output.export_alpha(self._session.document, path, self._bits(kind))
        return chosen is not None

    def cutout(self) -> None:
        """Ask for a file and write the cut-out."""
        if chosen := self._ask(self.tr("Export the cut-out of {title}"), "cutout", self._matte_formats):
            path, kind = chosen
            self._session.output.export_cutout(self._session.document, path, self._bits(kind))

    def composite(self) -> None:
        """Ask for a file and write the composite."""
        if chosen := self._ask(self.tr("Export the composite of {title}"), "composite", self._image_formats):
            self._session.output.export_composite(self._session.document, chosen[0])

    def _ask(self, title: str, what: str, formats: dict[str, str]) -> tuple[Path, str] | None:
        document = self._session.document
        title = title.format(title=stage_title(document.matte.title))
        name = f"{document.photo.path.stem}_{what}.png"
        return self._dialogs.save_image(self._window, title, name, formats)

    def _bits(self, kind: str) -> int:
        return _DEEP if kind == self._deep_png else 8
