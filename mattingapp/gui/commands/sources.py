"""What the open document was made from, which no output is written over."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from mattingapp.imaging.files import same_file
from mattingapp.project.document import Document

translate = QCoreApplication.translate


def source_problem(document: Document, output: Path, but: Path | None = None) -> str | None:
    """Return one sentence where a file, under whatever name, is one that the document was made from.

    Parameters
    ----------
    document : Document
    output : Path
    but : Path, optional
        The one that may be written over.
    """
    sources = {
        translate("Sources", "{file} is the open photo: choose another name."): document.photo.path,
        translate("Sources", "{file} is the open trimap: choose another name."): document.trimap_path,
        translate("Sources", "{file} is the ground truth: choose another name."): document.truth_path,
        translate("Sources", "{file} is the open project: choose another name."): document.project_path,
        translate("Sources", "{file} is the backdrop: choose another name."): getattr(
            document.backdrop, "path", None
        ),
    }
    for text, source in sources.items():
        if source is not None and source != but and same_file(source, output):
            return text.format(file=output.name)
    return None
