"""What the export and copy actions do: ask for a file and have it written, or fill the clipboard."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from mattingapp.gui.commands.clipboard import picture_data
from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.commands.sources import source_problem
from mattingapp.gui.language import stage_title
from mattingapp.gui.session.notices import Notice, Tone
from mattingapp.gui.session.session import Session
from mattingapp.gui.session.settings import Settings


class Kind(StrEnum):
    """What is written; the end of the file name that is suggested."""

    ALPHA = "alpha"
    CUTOUT = "cutout"
    PREMULTIPLIED = "cutout_premultiplied"
    COMPOSITE = "composite"


class _Format(NamedTuple):
    text: str
    suffix: str
    bits: int = 8


class Exporting(QObject):
    """Writes the matte of the session.

    Parameters
    ----------
    session : Session
    dialogs : Dialogs
    settings : Settings
        Remember the format chosen last for each kind.
    window : QWidget
        Parent of dialogs.
    """

    def __init__(self, session: Session, dialogs: Dialogs, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._dialogs = dialogs
        self._settings = settings
        self._window = window
        session.output.copied.connect(self._fill_clipboard)
        self._matte_formats = (
            _Format(self.tr("PNG, 8 bit"), "png"),
            _Format(self.tr("PNG, 16 bit"), "png", 16),
            _Format(self.tr("TIFF, 8 bit"), "tif"),
            _Format(self.tr("TIFF, 16 bit"), "tif", 16),
        )
        self._image_formats = (
            _Format("PNG", "png"),
            _Format("JPEG", "jpg"),
            _Format("TIFF", "tif"),
            _Format("WebP", "webp"),
        )

    def alpha(self) -> bool:
        """Ask for a file and write the alpha; return whether there was an answer."""
        chosen = self._ask(Kind.ALPHA, self.tr("Export the alpha of {title}"))
        if chosen is not None:
            path, bits = chosen
            self._session.output.export_alpha(self._session.document, path, bits)
        return chosen is not None

    def cutout(self) -> None:
        """Ask for a file and write the cut-out."""
        self._cutout(Kind.CUTOUT, self.tr("Export the cut-out of {title}"))

    def premultiplied(self) -> None:
        """Ask for a file and write the cut-out, its colours multiplied by alpha."""
        self._cutout(Kind.PREMULTIPLIED, self.tr("Export the premultiplied cut-out of {title}"))

    def composite(self) -> None:
        """Ask for a file and write the composite."""
        if chosen := self._ask(Kind.COMPOSITE, self.tr("Export the composite of {title}")):
            self._session.output.export_composite(self._session.document, chosen[0])

    def copy_cutout(self) -> None:
        """Copy the cut-out with its transparency."""
        self._session.output.copy_cutout(self._session.document)

    def copy_alpha(self) -> None:
        """Copy the alpha as a grey picture."""
        self._session.output.copy_alpha(self._session.document)

    @Slot(object, object, object)
    def _fill_clipboard(self, pixels: np.ndarray, png: bytes, icc: bytes | None) -> None:
        QGuiApplication.clipboard().setMimeData(picture_data(pixels, png, icc))

    def _cutout(self, kind: Kind, title: str) -> None:
        if chosen := self._ask(kind, title):
            path, bits = chosen
            premultiplied = kind is Kind.PREMULTIPLIED
            self._session.output.export_cutout(self._session.document, path, bits, premultiplied)

    def _ask(self, kind: Kind, title: str) -> tuple[Path, int] | None:
        """Return the file chosen and the bits a channel, or None."""
        document = self._session.document
        assert document.matte is not None, "the action is off without one"
        formats = self._image_formats if kind is Kind.COMPOSITE else self._matte_formats
        last = min(self._settings.export_format(kind), len(formats) - 1)
        chosen = self._dialogs.save_image(
            self._window,
            title.format(title=stage_title(document.matte.title)),
            f"{document.photo.stem}_{kind}.{formats[last].suffix}",
            {made.text: made.suffix for made in formats},
            formats[last].text,
        )
        if chosen is None:
            return None
        path, text = chosen
        if problem := source_problem(document, path):
            self._session.noticed.emit(Notice(problem, Tone.WARNING))
            return None
        number = [made.text for made in formats].index(text)
        self._settings.set_export_format(kind, number)
        return path, formats[number].bits
