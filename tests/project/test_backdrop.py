"""The kinds of backdrop, as images."""

from pathlib import Path

import numpy as np
import pytest

from mattingapp.imaging.composite import blurred_background, fit_backdrop, gradient
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.profile import in_profile
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour

RED, BLUE = np.array((1, 0, 0), np.float32), np.array((0, 0, 1), np.float32)


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)


@pytest.fixture
def alpha() -> np.ndarray:
    return np.random.default_rng(1).random((40, 50), np.float32)


def test_a_transparent_backdrop_is_a_grey_checker(photo, alpha) -> None:
    pixels = Backdrop().pixels(photo, alpha)
    assert Backdrop().transparent
    assert pixels.shape == (40, 50, 3)
    assert len(np.unique(pixels)) == 2
    assert pixels[0, 0, 0] != pixels[0, 8, 0] != pixels[8, 8, 0]


def test_every_other_kind_is_opaque_and_as_the_imaging_room_makes_it(photo, alpha) -> None:
    image = photo[::2, ::3]
    for backdrop, expected in (
        (PlainColour(RED), RED),
        (Gradient(RED, BLUE, 30), gradient((40, 50), RED, BLUE, 30)),
        (PlacedImage(image, "noise", 1.5, (0.2, 0.1)), fit_backdrop(image, (40, 50), 1.5, (0.2, 0.1))),
        (BlurredPhoto(0.1), blurred_background(photo, alpha, 0.1)),
    ):
        assert not backdrop.transparent
        assert np.array_equal(backdrop.pixels(photo, alpha), expected)


def test_colours_look_the_same_under_the_profile_of_a_photo(photo, alpha) -> None:
    icc = read_photo(Path(__file__).parents[1] / "cases" / "32-prophoto-solid-backdrop.png").icc
    blue = np.array((48, 96, 160), np.float32) / 255
    for backdrop in (PlainColour(blue), Gradient(blue, blue)):
        written = np.broadcast_to(backdrop.under(icc).pixels(photo, alpha), photo.shape)
        seen = in_profile(Photo(np.rint(255 * written).astype(np.uint8), icc=icc), None)
        assert np.abs(seen - np.rint(255 * blue)).max() <= 2
    for backdrop in (Backdrop(), BlurredPhoto()):
        assert backdrop.under(icc) is backdrop
