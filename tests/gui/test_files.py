"""Opening, dropping, importing, saving and exporting."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QColorSpace, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox

from mattingapp.gui.commands.dialogs import Dialogs
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label, read_trimap
from mattingapp.resources import resource

HAIR, HAIR_TRIMAP = resource("samples", "hair.png"), resource("samples", "hair_trimap.png")


def drop(window: MainWindow, *paths: Path) -> None:
    """Drag files over the window and drop them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), *how))
    window.wait()


def scribble(window: MainWindow) -> None:
    """Change the trimap by one stroke."""
    window.session.paint((30, 30), (60, 30), 9, Label.FOREGROUND)
    window.session.end_gesture("Foreground stroke")


def write(path: Path, pixels: np.ndarray) -> Path:
    """Write an image and return its path."""
    Image.fromarray(pixels).save(path)
    return path


def test_the_start_page_offers_samples(window: MainWindow) -> None:
    assert window.start_page.isVisible()
    assert not window.canvas.isVisible()
    window.start_page.cards["plush"].click()
    window.wait()
    assert window.session.document.photo.path.name == "plush.png"
    assert window.canvas.isVisible()
    assert window.actions_["run.run"].isEnabled()


def test_a_photo_is_opened_through_the_dialog(window: MainWindow, dialogs) -> None:
    dialogs.opens.append(HAIR)
    window.actions_["file.open"].trigger()
    window.wait()
    assert window.windowTitle() == "hair.png[*] — mattingapp"
    window.actions_["file.open"].trigger()  # the dialog is cancelled
    assert window.session.document.photo.path == HAIR


def test_a_photo_that_cannot_be_read_is_told_in_the_window(window: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "notes.txt"
    bad.write_text("no image")
    window.open_files(bad)
    assert "notes.txt" in window.notices.text
    assert window.session.opened is None


def test_a_bad_trimap_still_opens_the_photo(window: MainWindow, tmp_path: Path) -> None:
    window.open_files(HAIR, write(tmp_path / "small.png", np.zeros((5, 5), np.uint8)))
    assert "5 × 5" in window.notices.text
    assert (window.session.document.trimap == Label.UNKNOWN).all()


def test_a_photo_with_transparency_brings_its_trimap(window: MainWindow, tmp_path: Path) -> None:
    pixels = np.zeros((80, 90, 4), np.uint8)
    pixels[20:60, 20:60, 3] = 255
    window.open_files(write(tmp_path / "cut.png", pixels))
    trimap = window.session.document.trimap
    assert trimap[40, 40] == Label.FOREGROUND
    assert trimap[5, 5] == Label.BACKGROUND
    assert trimap[20, 40] == Label.UNKNOWN
    assert "transparency" in window.notices.text
    assert not window.session.document.modified


def test_a_dropped_photo_is_opened(window: MainWindow) -> None:
    drop(window, HAIR)
    assert window.session.document.photo.path == HAIR


def test_a_dropped_trimap_of_the_same_size_becomes_the_trimap(window: MainWindow) -> None:
    drop(window, HAIR)
    drop(window, HAIR_TRIMAP)
    assert window.session.document.photo.path == HAIR
    assert (window.session.document.trimap == Label.FOREGROUND).any()
    assert "hair_trimap.png is the trimap now" in window.notices.text
    assert window.session.document.history.undo_name == "Import trimap"
    assert not window.session.document.modified


def test_a_photo_and_its_trimap_dropped_together_are_told_apart(window: MainWindow) -> None:
    drop(window, HAIR_TRIMAP, HAIR)
    assert window.session.document.photo.path == HAIR
    assert window.session.document.trimap_path == HAIR_TRIMAP


def test_two_photos_dropped_together_are_refused(window: MainWindow) -> None:
    drop(window, HAIR, resource("samples", "plush.png"))
    assert "Both files look like photos" in window.notices.text
    assert window.session.opened is None


def test_snapped_pixels_are_told(window: MainWindow, dialogs, tmp_path: Path) -> None:
    window.open_files(HAIR)
    trimap = cv2.imread(str(HAIR_TRIMAP), 0)
    trimap[0, :7] = 60
    dialogs.opens.append(write(tmp_path / "rough.png", trimap))
    window.actions_["trimap.import"].trigger()
    window.wait()
    assert window.notices.text.startswith("7 pixels of rough.png")
    assert (window.session.document.trimap[0, :7] == Label.BACKGROUND).all()


def test_an_import_can_be_undone(window: MainWindow, dialogs) -> None:
    window.open_files(HAIR)
    dialogs.opens.append(HAIR_TRIMAP)
    window.actions_["trimap.import"].trigger()
    window.wait()
    assert window.actions_["run.run"].isEnabled()
    window.actions_["edit.undo"].trigger()
    assert (window.session.document.trimap == Label.UNKNOWN).all()
    assert not window.actions_["run.run"].isEnabled()


def test_the_trimap_is_saved_as_it_is(loaded: MainWindow, dialogs, tmp_path: Path) -> None:
    scribble(loaded)
    assert loaded.isWindowModified()
    dialogs.saves.append((tmp_path / "out.png", "PNG"))
    loaded.actions_["trimap.save"].trigger()
    assert np.array_equal(
        cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED), loaded.session.document.trimap
    )
    assert not loaded.isWindowModified()
    assert "out.png" in loaded.notices.text


@pytest.mark.parametrize(
    ("kind", "bits", "dtype"),
    [("PNG, 8 bit", 8, np.uint8), ("PNG, 16 bit", 16, np.uint16), ("TIFF, 16 bit", 16, np.uint16)],
)
def test_the_alpha_is_exported(
    qtbot, done: MainWindow, dialogs, tmp_path: Path, kind: str, bits: int, dtype: type
) -> None:
    path = tmp_path / ("alpha.tif" if "TIFF" in kind else "alpha.png")
    dialogs.saves.append((path, kind))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.alpha"].trigger()
    assert dialogs.asked[-1] == "Export the alpha of Network | hair_alpha.png"
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).dtype == dtype
    alpha = done.session.document.results["dcnn"].result.alpha
    assert np.abs(read_alpha(path) - alpha).max() <= 0.5 / (2**bits - 1) + 1e-6
    assert f"Saved {path.name} in {tmp_path}" in done.notices.text


def test_the_alpha_of_the_pane_chosen_is_exported(qtbot, done: MainWindow, dialogs, tmp_path: Path) -> None:
    with qtbot.waitSignal(done.session.matte_changed):
        done.results.choose("closed-form")
    dialogs.saves.append((tmp_path / "cf.png", "PNG, 16 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.alpha"].trigger()
    assert "Closed-form" in dialogs.asked[-1]
    alpha = done.session.document.results["closed-form"].result.alpha
    assert np.allclose(read_alpha(tmp_path / "cf.png"), alpha, atol=1e-4)


def lay_on_blue(qtbot, window: MainWindow, dialogs) -> list[np.ndarray]:
    """Choose a blue backdrop, and return the list that takes the composites as they arrive, the first already in it."""
    shown: list[np.ndarray] = []
    window.session.composite_arrived.connect(shown.append)
    dialogs.colours.append("#3060a0")
    with qtbot.waitSignal(window.session.composite_arrived):
        window.actions_["backdrop.colour"].trigger()
    return shown


def test_the_cut_out_recomposites_to_what_the_window_shows(
    qtbot, done: MainWindow, dialogs, tmp_path: Path
) -> None:
    shown = lay_on_blue(qtbot, done, dialogs)
    dialogs.saves.append((tmp_path / "cut.png", "PNG, 8 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.cutout"].trigger()
    cut = np.asarray(Image.open(tmp_path / "cut.png")).astype(float)
    assert cut.shape == (600, 800, 4)
    alpha = cut[..., 3:] / 255
    composite = alpha * cut[..., :3] + (1 - alpha) * np.array([0x30, 0x60, 0xA0])
    assert np.abs(composite - shown[-1]).max() <= 2  # colours and alpha were rounded to 8 bits


def test_the_premultiplied_cut_out_is_named_so_and_laid_over_by_adding(
    qtbot, done: MainWindow, dialogs, tmp_path: Path
) -> None:
    shown = lay_on_blue(qtbot, done, dialogs)
    dialogs.saves.append((tmp_path / "cut.png", "PNG, 8 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.premultiplied"].trigger()
    assert dialogs.asked[-1] == (
        "Export the premultiplied cut-out of Network | hair_cutout_premultiplied.png"
    )
    cut = np.asarray(Image.open(tmp_path / "cut.png")).astype(float)
    composite = cut[..., :3] + (1 - cut[..., 3:] / 255) * np.array([0x30, 0x60, 0xA0])
    assert np.abs(composite - shown[-1]).max() <= 2


def test_the_format_chosen_last_is_offered_first_for_each_kind(
    qtbot, done: MainWindow, dialogs, tmp_path: Path
) -> None:
    dialogs.saves.append((tmp_path / "cut.tif", "TIFF, 16 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.cutout"].trigger()
    done.actions_["file.cutout"].trigger()
    assert (dialogs.first_format, dialogs.asked[-1]) == (
        "TIFF, 16 bit",
        "Export the cut-out of Network | hair_cutout.tif",
    )
    done.actions_["file.alpha"].trigger()
    assert dialogs.first_format == "PNG, 8 bit"


def test_the_composite_written_is_the_composite_shown(
    qtbot, done: MainWindow, dialogs, tmp_path: Path
) -> None:
    assert not done.actions_["file.composite"].isEnabled()  # there is nothing behind a transparent backdrop
    shown = []
    done.session.composite_arrived.connect(shown.append)
    with qtbot.waitSignal(done.session.composite_arrived):
        done.actions_["backdrop.meadow"].trigger()
    assert done.grid[COMPOSITE].caption == "on a meadow"
    dialogs.saves.append((tmp_path / "out.png", "PNG"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.composite"].trigger()
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), shown[-1])


def test_an_export_that_cannot_be_written_is_told(qtbot, done: MainWindow, dialogs, tmp_path: Path) -> None:
    dialogs.saves.append((tmp_path / "nowhere" / "alpha.png", "PNG, 8 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.alpha"].trigger()
    assert "There is no folder" in done.notices.text


def test_an_outdated_export_says_so(qtbot, done: MainWindow, dialogs, tmp_path: Path) -> None:
    scribble(done)
    dialogs.saves.append((tmp_path / "alpha.png", "PNG, 8 bit"))
    with qtbot.waitSignal(done.session.noticed):
        done.actions_["file.alpha"].trigger()
    assert "before your last changes" in done.notices.text


def test_nothing_can_be_exported_before_a_run(loaded: MainWindow) -> None:
    for action_id in ("file.alpha", "file.cutout", "file.premultiplied", "file.composite"):
        assert not loaded.actions_[action_id].isEnabled()
    assert not loaded.options.export.isEnabled()


def test_an_export_under_way_is_finished_when_the_window_closes(
    qtbot, done: MainWindow, dialogs, tmp_path: Path
) -> None:
    dialogs.saves.append((tmp_path / "alpha.png", "PNG, 16 bit"))
    done.actions_["file.alpha"].trigger()
    assert done.close()
    assert read_alpha(tmp_path / "alpha.png").shape == (600, 800)


def test_an_opened_trimap_alone_is_no_change(loaded: MainWindow, dialogs) -> None:
    loaded.open_sample("plush")
    assert dialogs.asked == []


def test_a_16_bit_photo_is_shown_and_run_in_full_depth(
    run, qtbot, window: MainWindow, pipeline, tmp_path: Path
) -> None:
    pixels = np.full((40, 50, 3), 40000, np.uint16)
    cv2.imwrite(str(tmp_path / "deep.png"), pixels)
    window.open_files(tmp_path / "deep.png")
    device = window.canvas.mapping().to_device(25, 20)
    shown = window.canvas.grab().toImage().pixelColor(round(device.x), round(device.y))
    assert abs(shown.red() - round(40000 / 257)) < 25  # under the faint veil of unknown
    window.session.paint((5, 5), (5, 9), 4, Label.FOREGROUND)
    window.session.paint((45, 5), (45, 9), 4, Label.BACKGROUND)
    window.session.end_gesture("Stroke")
    run(window)
    assert pipeline.requests[-1].photo.dtype == np.uint16


def test_another_format_in_the_save_dialog_gives_the_name_its_suffix(qtbot, settings, tmp_path: Path) -> None:
    settings.folder = tmp_path

    def choose_tiff() -> None:
        dialog = QApplication.activeModalWidget()
        kinds = dialog.findChild(QComboBox, "fileTypeCombo")
        kinds.setCurrentIndex(1)
        kinds.activated.emit(1)
        dialog.accept()

    QTimer.singleShot(0, choose_tiff)
    formats = {"PNG, 8 bit": "png", "TIFF, 8 bit": "tif"}
    chosen = Dialogs(settings).save_image(None, "Export", "hair_alpha.png", formats)
    assert chosen == (tmp_path / "hair_alpha.tif", "TIFF, 8 bit")


def test_a_wide_profile_is_for_the_screen_and_goes_into_the_export(
    run, qtbot, window: MainWindow, dialogs, tmp_path: Path
) -> None:
    adobe = QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data()
    Image.new("RGB", (60, 50), (0, 200, 0)).save(tmp_path / "wide.png", icc_profile=adobe)
    window.open_files(tmp_path / "wide.png")
    qtbot.waitUntil(lambda: window.session.opened is not None)
    assert window.session.picture.pixels[5, 5].tolist()[1:] != [200, 0, 255]
    assert window.session.document.photo.pixels[5, 5].tolist() == [0, 200, 0]
    window.session.paint((5, 5), (5, 9), 4, Label.FOREGROUND)
    window.session.paint((45, 5), (45, 9), 4, Label.BACKGROUND)
    window.session.end_gesture("Stroke")
    run(window)
    dialogs.saves.append((tmp_path / "cut.tif", "TIFF, 8 bit"))
    with qtbot.waitSignal(window.session.noticed):
        window.actions_["file.cutout"].trigger()
    cut = read_photo(tmp_path / "cut.tif")
    assert cut.icc == adobe
    assert cut.pixels[7, 5].tolist() == [0, 200, 0]


@pytest.mark.parametrize("name", ["trimap-127.png", "trimap.jpg"])
def test_a_dropped_trimap_of_other_values_becomes_the_trimap(
    window: MainWindow, tmp_path: Path, name
) -> None:
    trimap = np.array([0, 127, 255], np.uint8)[cv2.imread(str(HAIR_TRIMAP), 0) // 127]
    drop(window, HAIR)
    drop(window, write(tmp_path / name, trimap))
    assert window.session.document.photo.path == HAIR
    assert np.mean(window.session.document.trimap != read_trimap(HAIR_TRIMAP)[0]) < 0.001


def test_a_dropped_trimap_of_another_size_is_refused_and_the_photo_stays(
    window: MainWindow, tmp_path: Path
) -> None:
    drop(window, HAIR)
    drop(window, write(tmp_path / "short.png", cv2.imread(str(HAIR_TRIMAP), 0)[:, :-1]))
    assert "799 × 600" in window.notices.text
    assert window.session.document.photo.path == HAIR
