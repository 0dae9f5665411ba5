"""Icons that follow the palette by themselves."""

import gc

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from mattingapp.gui import theme
from mattingapp.gui.widgets.icons import icon, swatch_icon


def inks(drawn: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, side: int = 40) -> set[str]:
    """Return the colours of the pixels that are covered all over."""
    image = drawn.pixmap(side, mode).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.fixture(autouse=True)
def palettes(qapp: QApplication):
    before = qapp.palette()
    yield
    qapp.setPalette(before)


@pytest.mark.parametrize("dark", [False, True])
def test_an_icon_made_once_wears_the_colours_of_the_palette_that_holds_when_it_is_painted(
    qapp: QApplication, dark: bool
) -> None:
    drawn = icon("close"), icon("close", QPalette.ColorRole.Highlight)
    qapp.setPalette(theme.palette(dark))
    colours = qapp.palette()
    assert inks(drawn[0]) == {colours.buttonText().color().name()}
    assert inks(drawn[1]) == {colours.highlight().color().name()}
    disabled = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert inks(drawn[0], QIcon.Mode.Disabled) == {disabled.name()}


def test_a_swatch_keeps_its_colour_where_it_is_disabled(qapp: QApplication) -> None:
    swatch = swatch_icon(QColor("#2684ff"), "F")
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        assert "#2684ff" in inks(swatch, mode)


def test_icons_live_as_long_as_qt_has_them(qapp: QApplication) -> None:
    kept = []
    for _ in range(200):
        shared = icon("close")
        changed = QIcon(shared)
        changed.addPixmap(QPixmap(4, 4))  # Qt clones the engine, for the other keeps the first
        kept.append(changed)
        del shared
    gc.collect()
    assert all(inks(one) for one in kept[::50])


@pytest.mark.parametrize("made", [lambda: icon("close"), lambda: swatch_icon(QColor("white"), "F")])
def test_an_icon_squeezed_to_nothing_stays_quiet(qapp: QApplication, made) -> None:
    """Qt's warnings fail a test: an area of no size has nothing to paint on."""
    drawn, paper = made(), QPixmap(4, 4)
    painter = QPainter(paper)
    drawn.paint(painter, QRect(0, 0, 0, 4))
    painter.end()
    assert drawn.pixmap(QSize(0, 0)).isNull()
