"""Every dialog, behind one object, so that tests can answer in its place."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mattingapp import __version__
from mattingapp.bug_report import write_report
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.formats import PHOTO_SUFFIXES
from mattingapp.project.archive import SUFFIX

translate = QCoreApplication.translate

_READABLE = " ".join(f"*{suffix}" for suffix in PHOTO_SUFFIXES)
_PROJECTS = f"*{SUFFIX}"


class Answer(Enum):
    """To changes that would be lost."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


class Overwrite(Enum):
    """To a file that another program has changed."""

    REPLACE = auto()
    RENAME = auto()
    CANCEL = auto()


class Dialogs:
    """Asks the person.

    Parameters
    ----------
    settings : Settings
        Remembers the folder.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._telling_bug = False

    def open_document(self, parent: QWidget, title: str) -> Path | None:
        """Ask for a photo or a project."""
        both, images, projects, files = (
            translate("Dialogs", "Photos and projects"),
            translate("Dialogs", "Images"),
            translate("Dialogs", "Projects"),
            translate("Dialogs", "All files"),
        )
        kinds = f"{both} ({_READABLE} {_PROJECTS})", f"{images} ({_READABLE})", f"{projects} ({_PROJECTS})"
        return self._open(parent, title, *kinds, f"{files} (*)")

    def open_image(self, parent: QWidget, title: str) -> Path | None:
        """Ask for an image file."""
        images, files = translate("Dialogs", "Images"), translate("Dialogs", "All files")
        return self._open(parent, title, f"{images} ({_READABLE})", f"{files} (*)")

    def open_model(self, parent: QWidget, title: str) -> Path | None:
        """Ask for a model file."""
        return self._open(parent, title, translate("Dialogs", "Model files") + " (*.safetensors)")

    def _open(self, parent: QWidget, title: str, *filters: str) -> Path | None:
        folder = str(self._settings.folder)
        name, _ = QFileDialog.getOpenFileName(parent, title, folder, ";;".join(filters))
        return self._remember(Path(name)) if name else None

    def save_image(
        self, parent: QWidget, title: str, name: str, formats: dict[str, str], first: str = ""
    ) -> tuple[Path, str] | None:
        """Ask where to write an image.

        Parameters
        ----------
        parent : QWidget
        title : str
        name : str
            Suggested file name.
        formats : dict from what is shown to the suffix
            As {"PNG, 8 bit": "png"}.
        first : str
            The one to begin with, if not the first of them.

        Returns
        -------
        path, format : the file, and the key of `formats` chosen; or None
        """
        filters = {f"{text} (*.{suffix})": text for text, suffix in formats.items()}
        dialog = QFileDialog(parent, title, str(self._settings.folder), ";;".join(filters))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        first = first or next(iter(formats))
        dialog.selectNameFilter(f"{first} (*.{formats[first]})")
        dialog.setDefaultSuffix(formats[first])

        def follow(chosen: str) -> None:
            dialog.setDefaultSuffix(formats[filters[chosen]])
            dialog.selectFile(Path(dialog.selectedFiles()[0]).stem)  # the suffix is the dialog's to add

        dialog.filterSelected.connect(follow)
        dialog.selectFile(name)
        if not dialog.exec():
            return None
        return self._remember(Path(dialog.selectedFiles()[0])), filters[dialog.selectedNameFilter()]

    def colour(self, parent: QWidget, title: str) -> str | None:
        """Ask for a colour, as "#rrggbb"."""
        colour = QColorDialog.getColor(QColor("#3a7d44"), parent, title)
        return colour.name() if colour.isValid() else None

    def unsaved(self, parent: QWidget, name: str) -> Answer:
        """Ask what to do with work on `name` that is not saved."""
        text = translate("Dialogs", "Save the changes to “{name}”?").format(name=name)
        box = QMessageBox(
            QMessageBox.Icon.Warning, translate("Dialogs", "Unsaved changes"), text, parent=parent
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(translate("Dialogs", "They are lost unless you save them."))
        save = box.addButton(translate("Dialogs", "Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(translate("Dialogs", "Discard"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(translate("Dialogs", "Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        answers: dict[QAbstractButton, Answer] = {save: Answer.SAVE, discard: Answer.DISCARD}
        return answers.get(box.clickedButton(), Answer.CANCEL)

    def changed(self, parent: QWidget, name: str) -> Overwrite:
        """Ask what to do where the file to be saved to has changed since it was opened or saved here."""
        text = translate("Dialogs", "“{name}” has changed since you opened or saved it here.").format(
            name=name
        )
        box = QMessageBox(
            QMessageBox.Icon.Warning, translate("Dialogs", "The file has changed"), text, parent=parent
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(
            translate(
                "Dialogs", "Another window or program has saved to it; replacing it loses what that saved."
            )
        )
        rename = box.addButton(translate("Dialogs", "Save as…"), QMessageBox.ButtonRole.AcceptRole)
        replace = box.addButton(translate("Dialogs", "Replace"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(translate("Dialogs", "Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(rename)
        box.setEscapeButton(cancel)
        box.exec()
        answers: dict[QAbstractButton, Overwrite] = {
            rename: Overwrite.RENAME,
            replace: Overwrite.REPLACE,
        }
        return answers.get(box.clickedButton(), Overwrite.CANCEL)

    def bug(self, parent: QWidget | None, traceback: str) -> None:
        """Tell of a bug, with the traceback to copy, and write a report; further ones meanwhile are only written."""
        report = write_report(traceback)
        if not self._telling_bug:
            self._telling_bug = True
            _BugDialog(parent, traceback, report).exec()
            self._telling_bug = False

    def run(self, dialog: QDialog) -> None:
        """Show a dialog until the person closes it."""
        dialog.exec()
        dialog.deleteLater()

    def about(self, parent: QWidget) -> None:
        """Tell what program this is."""
        QMessageBox.about(
            parent,
            translate("Dialogs", "About mattingapp"),
            "<h3>mattingapp {}</h3><p>{}</p>".format(
                __version__,
                translate(
                    "Dialogs",
                    "Natural image matting: closed-form, KNN, and the deep network that fuses them.",
                ),
            ),
        )

    def _remember(self, path: Path) -> Path:
        self._settings.folder = path.parent
        return path


class _BugDialog(QDialog):
    def __init__(self, parent: QWidget | None, traceback: str, report: Path | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("An error in mattingapp"))
        text = QLabel(
            self.tr(
                "Something went wrong that should not have. Your photo and trimap are still open: save the project."
                " The text below tells the developers where it happened."
            )
        )
        text.setWordWrap(True)
        place = QLabel(self.tr("A report lies in {path}").format(path=report) if report else "")
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place.setWordWrap(True)
        details = QPlainTextEdit(traceback)
        details.setReadOnly(True)
        details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(traceback))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (text, details, place, buttons):
            column.addWidget(widget)
        self.resize(680, 380)
