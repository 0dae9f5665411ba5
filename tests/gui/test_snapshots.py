"""What is painted, pixel by pixel, on Linux: canvas and panes against pictures kept in tests/gui/snapshots.

After a wanted change run this file with MATTINGAPP_SNAPSHOTS=write, and look at the pictures. No text is in them, since
fonts differ.
"""

import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.panes.display import ViewMode
from mattingapp.gui.picture.arrays import pixels_of
from mattingapp.gui.picture.difference import Difference
from mattingapp.gui.picture.view import Point
from mattingapp.gui.theme import Theme
from mattingapp.imaging.matte import write_alpha, write_image
from mattingapp.imaging.trimap import Label

FOLDER = Path(__file__).parent / "snapshots"
SIZE = 160, 120
TOLERANCE = 3  # levels; rasterisers round differently
STRAY = 0.002  # of the pixels may differ more, along antialiased lines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems draw a little differently")


@pytest.fixture
def painted(window: MainWindow, run, tmp_path) -> MainWindow:
    """A window with a small drawn photo of hair-thin lines, after a run."""
    window.windowing.choose_theme(Theme.LIGHT)
    y, x = np.mgrid[:90, :120]
    photo = np.stack((2 * x, 255 - 2 * y, 60 + x), axis=2).astype(np.uint8)
    photo[:, 30:60:3] = (20, 10, 10)
    trimap = np.full((90, 120), Label.UNKNOWN, np.uint8)
    trimap[:, :25] = Label.BACKGROUND
    trimap[20:70, 60:100] = Label.FOREGROUND
    write_image(tmp_path / "lines.png", photo)
    write_alpha(tmp_path / "lines_trimap.png", trimap)
    window.open_files(tmp_path / "lines.png", tmp_path / "lines_trimap.png")
    window.notices.hide()
    run(window)
    for widget in (
        window.canvas,
        *(pane.image for pane in window.grid.panes.values()),
        window.viewing.compare.image,
    ):
        widget.setFixedSize(*SIZE)
    QTest.qWait(20)
    window.view.set_cursor(None)
    return window


def check(widget: QWidget, name: str) -> None:
    """Compare what a widget paints with the picture kept under a name, or keep it."""
    QApplication.processEvents()
    seen = pixels_of(widget.grab().toImage())[..., :3]
    path = FOLDER / f"{name}.png"
    if os.environ.get("MATTINGAPP_SNAPSHOTS") == "write":
        cv2.imwrite(str(path), seen[..., ::-1])
    kept = cv2.imread(str(path))[..., ::-1]
    assert seen.shape == kept.shape
    apart = np.abs(seen.astype(int) - kept).max(2) > TOLERANCE
    assert apart.mean() <= STRAY, f"{apart.sum()} pixels of {name} differ"


@pytest.mark.parametrize("scale", [0.5, 1.0, 6.0])
def test_the_canvas_shows_photo_and_trimap(painted: MainWindow, scale: float) -> None:
    painted.view.zoom_to(scale)
    check(painted.canvas, f"canvas-{scale:g}")


def test_the_canvas_without_the_trimap(painted: MainWindow) -> None:
    painted.actions_["view.overlay"].trigger()
    check(painted.canvas, "canvas-photo")


def test_a_stroke_is_painted_where_it_was_made(painted: MainWindow) -> None:
    painted.view.zoom_to(1.0)
    painted.session.paint((30, 30), (90, 80), 15, Label.BACKGROUND)
    painted.session.end_gesture("Stroke")
    check(painted.canvas, "canvas-stroke")


def test_the_shared_cursor_is_drawn_in_the_panes(painted: MainWindow) -> None:
    painted.view.set_cursor(Point(60.5, 45.5))
    check(painted.grid["knn"].image, "pane-cursor")


@pytest.mark.parametrize("mode", list(ViewMode))
def test_every_view_mode(painted: MainWindow, mode: ViewMode) -> None:
    painted.viewing.display.set_mode(mode)
    check(painted.grid["closed-form"].image, f"mode-{mode}")


def test_the_difference(painted: MainWindow) -> None:
    painted.actions_["view.difference"].trigger()
    alphas = (painted.session.document.results[stage].result.alpha for stage in ("knn", "dcnn"))
    image = painted.viewing.compare.image
    image.show_one((Difference(*alphas, 4.0),))  # without the legend, whose font is another on each computer
    check(image, "difference")
