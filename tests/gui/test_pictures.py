"""Images on the screen: smaller levels, partial refresh, sharp pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QColorSpace, QImage, QPainter

from mattingapp.gui.picture.arrays import image_of, image_over, pixels_of
from mattingapp.gui.picture.overlay import Overlay
from mattingapp.gui.picture.pictures import Picture, halve
from mattingapp.gui.picture.screen import alpha_picture, photo_picture
from mattingapp.gui.picture.view import Mapping
from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import Rect

COLOURS = {
    Label.FOREGROUND: QColor(0, 0, 255, 255).rgba(),
    Label.BACKGROUND: QColor(255, 0, 0, 255).rgba(),
    Label.UNKNOWN: QColor(0, 0, 0, 0).rgba(),
}


def drawn(pictures: list[Picture], mapping: Mapping, width: int, height: int, parts=None) -> np.ndarray:
    """Return what `pictures` look like in a viewport: (height, width, 4), BGRA."""
    target = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    target.fill(0)
    painter = QPainter(target)
    for part in parts or [QRectF(0, 0, width, height)]:
        painter.setClipRect(part)
        for picture in pictures:
            picture.draw(painter, part, mapping)
    painter.end()
    return np.frombuffer(target.constBits(), np.uint8).reshape(height, width, 4).copy()


@pytest.mark.parametrize("reduction", [2, 5, 8, 16])
def test_hair_of_one_pixel_does_not_vanish_when_zoomed_out(qapp, reduction: int) -> None:
    alpha = np.zeros((2000, 2000), np.float32)
    hairs = np.arange(37, 2000, 131)
    alpha[:, hairs] = 1
    size = 2000 // reduction
    seen = drawn([alpha_picture(alpha)], Mapping(1 / reduction, 0, 0), size, size)[size // 2, :, 0].astype(
        float
    )
    for hair in hairs:
        at = hair // reduction
        light = seen[max(at - 1, 0) : at + 2].sum()
        assert light == pytest.approx(255 / reduction, rel=0.35), hair


def test_a_brush_mark_of_one_pixel_does_not_vanish_when_zoomed_out(qapp) -> None:
    trimap = np.full((1024, 1024), Label.UNKNOWN, np.uint8)
    trimap[500] = Label.FOREGROUND
    seen = drawn([Overlay(trimap, COLOURS)], Mapping(1 / 8, 0, 0), 128, 128)
    assert seen[60:65, 64, 0].sum() == pytest.approx(255 / 8, abs=3)


def test_pixels_are_sharp_from_100_percent_up(qapp) -> None:
    alpha = np.zeros((20, 20), np.float32)
    alpha[10, 10] = 1
    for scale in (1, 4):
        seen = drawn([alpha_picture(alpha)], Mapping(scale, 0, 0), 20 * scale, 20 * scale)[..., 0]
        expected = np.kron(alpha * 255, np.ones((scale, scale)))
        assert np.array_equal(seen, expected)


@pytest.mark.parametrize("shape", [(513, 700), (300, 301)])
def test_refreshing_a_part_equals_building_anew(qapp, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    labels = np.array([0, 128, 255], np.uint8)
    trimap = rng.choice(labels, shape)
    overlay = Overlay(trimap, COLOURS)
    for rect in (Rect(13, 7, 50, 90), Rect(0, 0, 1, 1), Rect(shape[1] - 3, shape[0] - 5, shape[1], shape[0])):
        trimap[rect.slices] = rng.choice(labels, trimap[rect.slices].shape)
        overlay.refresh(rect)
    anew = Overlay(trimap, COLOURS)
    for scale in (1, 0.5, 0.3, 0.2):
        height, width = (round(side * scale) for side in shape)
        mapping = Mapping(scale, 0, 0)
        assert np.array_equal(drawn([overlay], mapping, width, height), drawn([anew], mapping, width, height))


def test_smaller_levels_of_the_overlay_mix_its_colours_exactly(qapp) -> None:
    rng = np.random.default_rng(1)
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (256, 256))
    seen = drawn([Overlay(trimap, COLOURS)], Mapping(0.5, 0, 0), 128, 128).astype(int)
    blocks = trimap.reshape(128, 2, 128, 2).swapaxes(1, 2).reshape(128, 128, 4)
    foreground = (blocks == Label.FOREGROUND).mean(-1) * 255
    background = (blocks == Label.BACKGROUND).mean(-1) * 255
    assert np.abs(seen[..., 0] - foreground).max() <= 1
    assert np.abs(seen[..., 2] - background).max() <= 1


@pytest.mark.parametrize("scale", [0.13, 0.37, 0.8, 1.0, 3.0])
def test_painting_in_parts_leaves_no_seams(qapp, scale: float) -> None:
    rng = np.random.default_rng(2)
    picture = photo_picture(rng.integers(0, 255, (400, 600, 3), np.uint8))
    mapping = Mapping(scale, -7, 5)
    whole = drawn([picture], mapping, 200, 150)
    parts = [QRectF(x, y, 40, 30) for x in range(0, 200, 40) for y in range(0, 150, 30)]
    assert np.abs(drawn([picture], mapping, 200, 150, parts).astype(int) - whole).max() <= 2


def test_the_screen_gets_the_nearest_8_bits_of_a_16_bit_photo(qapp) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    photo = np.repeat(np.repeat(ramp[None, :, None], 3, axis=2), 4, axis=0)
    assert np.array_equal(photo_picture(photo).pixels[0, :, 0], np.arange(256))


def adobe() -> bytes:
    return QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data()


def test_the_screen_gets_the_colours_that_the_profile_means(qapp) -> None:
    photo = np.tile(np.array((0, 200, 0), np.uint8), (5, 7, 1))
    green, red, alpha = photo_picture(photo, adobe()).pixels[2, 3].tolist()[1:]
    assert (red, alpha) == (0, 255)
    assert abs(green - 202) <= 2  # out of sRGB: its red would be below 0
    grey = np.full((5, 7, 3), 128, np.uint8)
    assert np.abs(photo_picture(grey, adobe()).pixels[..., :3].astype(int) - 128).max() <= 1
    assert np.array_equal(photo, np.tile(np.array((0, 200, 0), np.uint8), (5, 7, 1)))  # its own are untouched


@pytest.mark.qt_log_ignore("fromIccProfile", extend=True)  # Qt warns of the damaged one
@pytest.mark.parametrize(
    "icc", [None, b"no profile", QColorSpace(QColorSpace.NamedColorSpace.SRgb).iccProfile().data()]
)
def test_without_another_profile_the_screen_gets_the_pixels_themselves(qapp, icc) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(photo_picture(photo, icc).pixels[..., 2::-1], photo)


def test_an_odd_edge_counts_twice() -> None:
    assert np.array_equal(halve(np.array([[10, 20, 30]], np.uint8)), [[15, 30]])


@pytest.mark.parametrize("width", [7, 8])  # rows of QImage end at a multiple of four bytes
def test_grey_and_rgba_pixels_survive_the_way_to_an_image_and_back(width: int) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (5, width, 4), np.uint8)
    assert np.array_equal(pixels_of(image_of(rgba)), rgba)
    grey = np.ascontiguousarray(rgba[..., 0])
    seen = pixels_of(image_of(grey))
    assert (seen[..., :3] == grey[..., None]).all()
    assert (seen[..., 3] == 255).all()


def test_an_image_over_an_array_shows_what_is_written_to_it_later() -> None:
    pixels = np.zeros((4, 6), np.uint8)
    image = image_over(pixels, QImage.Format.Format_Grayscale8)
    pixels[2, 3] = 200
    assert image.pixelColor(3, 2).red() == 200
