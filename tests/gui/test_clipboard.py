"""Copying the cut-out and the alpha, and opening what is on the clipboard."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage

from mattingapp.gui.commands.clipboard import photo_on, picture_data
from mattingapp.gui.commands.dialogs import Answer
from mattingapp.gui.main_window import MainWindow
from mattingapp.imaging.depth import quantise
from mattingapp.imaging.encode import encode
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label
from mattingapp.resources import resource


@pytest.fixture(autouse=True)
def empty_clipboard(qapp) -> Iterator[None]:
    """Leave nothing on the clipboard: the offscreen platform lets go of it only after Python has ended, and crashes."""
    yield
    QGuiApplication.clipboard().clear()


def put(pixels: np.ndarray) -> None:
    """Copy a picture as another program would."""
    QGuiApplication.clipboard().setMimeData(picture_data(pixels, encode(".png", pixels)))


def square(opaque: bool = False) -> np.ndarray:
    """A red square, on nothing unless `opaque`."""
    pixels = np.zeros((80, 90, 4), np.uint8)
    pixels[20:60, 20:60] = 200, 0, 10, 255
    if opaque:
        pixels[..., 3] = 255
    return pixels


def copy(qtbot, window: MainWindow, action: str) -> QMimeData:
    """Copy, and return what is on the clipboard then."""
    with qtbot.waitSignal(window.session.noticed):
        window.actions_[action].trigger()
    return QGuiApplication.clipboard().mimeData()


def test_the_cut_out_is_copied_with_its_transparency_as_png_and_as_image(qtbot, done: MainWindow) -> None:
    data = copy(qtbot, done, "edit.copy")
    assert "cut-out is on the clipboard" in done.notices.text
    matte = done.session.document.final_matte()()
    photo = photo_on(data)()
    assert np.array_equal(np.rint(255 * photo.alpha), quantise(matte.alpha, 8))
    seen = photo.alpha > 0
    assert np.array_equal(photo.pixels[seen], quantise(matte.foreground, 8)[seen])
    assert not photo.pixels[~seen].any()
    image = QImage(data.imageData())
    assert image.hasAlphaChannel()
    assert image.pixelColor(5, 5).alpha() == photo.alpha[5, 5] == 0
    y, x = np.argwhere(photo.alpha == 1)[0].tolist()
    assert image.pixelColor(x, y) == QColor(*photo.pixels[y, x].tolist())


def test_the_alpha_is_copied_as_grey(qtbot, done: MainWindow) -> None:
    data = copy(qtbot, done, "edit.copy-alpha")
    photo = photo_on(data)()
    assert photo.alpha is None
    assert np.array_equal(photo.pixels[..., 0], quantise(done.session.document.final_alpha(), 8))


def test_a_copy_that_is_older_than_the_trimap_says_so(qtbot, done: MainWindow) -> None:
    done.session.paint((30, 30), (60, 30), 9, Label.FOREGROUND)
    done.session.end_gesture("Stroke")
    copy(qtbot, done, "edit.copy")
    assert "before your last changes" in done.notices.text


def test_nothing_can_be_copied_before_a_run(loaded: MainWindow) -> None:
    assert not loaded.actions_["edit.copy"].isEnabled()
    assert not loaded.actions_["edit.copy-alpha"].isEnabled()


def test_a_copied_cut_out_is_no_saved_work(qtbot, done: MainWindow) -> None:
    done.session.paint((30, 30), (60, 30), 9, Label.FOREGROUND)
    done.session.end_gesture("Stroke")
    copy(qtbot, done, "edit.copy")
    assert done.session.document.modified


def test_a_picture_is_pasted_as_a_photo_without_a_file(window: MainWindow) -> None:
    put(square(opaque=True))
    window.actions_["edit.paste"].trigger()
    window.wait()
    photo = window.session.document.photo
    assert np.array_equal(photo.pixels, square()[..., :3])
    assert (photo.path, photo.alpha) == (None, None)
    assert window.windowTitle() == "Pasted image[*] — mattingapp"
    assert (window.session.document.trimap == Label.UNKNOWN).all()


def test_a_pasted_picture_with_transparency_brings_its_trimap(window: MainWindow) -> None:
    put(square())
    window.actions_["edit.paste"].trigger()
    window.wait()
    trimap = window.session.document.trimap
    assert (trimap[40, 40], trimap[5, 5], trimap[20, 40]) == (
        Label.FOREGROUND,
        Label.BACKGROUND,
        Label.UNKNOWN,
    )
    assert window.notices.text.startswith("The picture has transparency")


def test_png_bytes_are_read_before_an_image_that_lost_its_transparency(window: MainWindow) -> None:
    data = picture_data(square(), encode(".png", square()))
    data.setImageData(QImage(90, 80, QImage.Format.Format_RGB32))
    assert photo_on(data)().alpha is not None


def test_an_image_without_png_bytes_does_too(window: MainWindow) -> None:
    data = QMimeData()
    image = QImage(7, 5, QImage.Format.Format_ARGB32)  # rows that are no multiple of four bytes elsewhere
    image.fill(QColor(10, 20, 30, 40))
    data.setImageData(image)
    photo = photo_on(data)()
    assert photo.pixels.shape == (5, 7, 3)
    assert photo.pixels[2, 3].tolist() == [10, 20, 30]
    assert photo.alpha[2, 3] == pytest.approx(40 / 255)


def test_a_damaged_picture_is_told(window: MainWindow) -> None:
    data = QMimeData()
    data.setData("image/png", QByteArray(encode(".png", square())[:60]))
    with pytest.raises(InputError, match="clipboard"):
        photo_on(data)()
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_["edit.paste"].trigger()
    window.wait()
    assert "clipboard" in window.notices.text
    assert window.session.opened is None


def test_text_is_no_picture(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("hair")
    window.actions_["edit.paste"].trigger()
    window.wait()
    assert window.notices.text == "There is no picture on the clipboard: copy one first."


def test_an_empty_clipboard_is_told(window: MainWindow, monkeypatch) -> None:
    monkeypatch.setattr(type(QGuiApplication.clipboard()), "mimeData", lambda clipboard: None)
    window.actions_["edit.paste"].trigger()
    assert window.notices.text == "There is no picture on the clipboard: copy one first."


def test_a_copied_file_is_opened(qtbot, window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(resource("samples", "hair.png")))])
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_["edit.paste"].trigger()
    window.wait()
    qtbot.waitUntil(lambda: window.session.opened is not None)
    assert window.session.document.photo.path == resource("samples", "hair.png")


def test_a_paste_does_not_lose_work_without_asking(loaded: MainWindow, dialogs) -> None:
    loaded.session.paint((30, 30), (60, 30), 9, Label.FOREGROUND)
    loaded.session.end_gesture("Stroke")
    put(square())
    dialogs.answers.append(Answer.CANCEL)
    loaded.actions_["edit.paste"].trigger()
    loaded.wait()
    assert loaded.session.document.photo.path is not None


def test_what_is_made_of_a_pasted_photo_is_named_after_it(
    run, qtbot, window: MainWindow, dialogs, tmp_path: Path
) -> None:
    put(square())
    window.actions_["edit.paste"].trigger()
    window.wait()
    run(window)
    dialogs.saves.append((tmp_path / "cut.png", "PNG, 8 bit"))
    with qtbot.waitSignal(window.session.noticed):
        window.actions_["file.cutout"].trigger()
    assert dialogs.asked[-1] == "Export the cut-out of Network | pasted_cutout.png"
    assert read_photo(tmp_path / "cut.png").shape == (80, 90)
