"""Composites: straight alpha over a colour or an image."""

import numpy as np
import pytest

from mattingapp.imaging.composite import composite, fit_backdrop, parse_colour
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import read_photo, to_float
from mattingapp.resources import resource


def test_colours_are_read_in_both_notations():
    np.testing.assert_allclose(parse_colour("#ff8000"), [1, 128 / 255, 0], atol=1e-7)
    np.testing.assert_array_equal(parse_colour("#F80"), parse_colour("#ff8800"))
    assert parse_colour("#abc").dtype == np.float32


@pytest.mark.parametrize(
    "text", ["", "#", "#12", "#12345", "red", "3060a0", "#gg0000", "#1234567", "#ffffff\n"]
)
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(InputError, match="#rrggbb"):
        parse_colour(text)


def test_alpha_mixes_foreground_and_colour():
    foreground = np.full((1, 3, 3), (0.8, 0.4, 0.0))
    mixed = composite(foreground, np.array([[0, 0.25, 1]]), parse_colour("#0000ff"))
    np.testing.assert_allclose(mixed, [[[0, 0, 1], [0.2, 0.1, 0.75], [0.8, 0.4, 0]]], atol=1e-6)
    assert mixed.dtype == np.float32


def test_sample_over_a_backdrop_is_the_backdrop_outside_and_the_photo_inside(sample_photo, sample_alpha):
    backdrop = fit_backdrop(read_photo(resource("samples", "backdrop_meadow.jpg")).pixels, sample_photo.shape)
    mixed = composite(sample_photo.pixels, sample_alpha, backdrop)
    np.testing.assert_array_equal(mixed[sample_alpha == 0], backdrop[sample_alpha == 0])
    np.testing.assert_array_equal(mixed[sample_alpha == 1], to_float(sample_photo.pixels)[sample_alpha == 1])
    assert mixed.min() >= 0 and mixed.max() <= 1


def test_white_over_white_stays_within_one():
    rng = np.random.default_rng(0)
    mixed = composite(np.ones((50, 50, 3)), rng.random((50, 50), np.float32), np.ones(3))
    assert mixed.max() <= 1


def test_sizes_that_differ_are_refused():
    foreground, alpha = np.zeros((4, 5, 3)), np.zeros((4, 5))
    with pytest.raises(InputError, match="alpha"):
        composite(foreground, alpha.T, np.zeros(3))
    for backdrop in (np.zeros((5, 4, 3)), np.zeros((4, 5)), np.zeros(4)):
        with pytest.raises(InputError, match="backdrop"):
            composite(foreground, alpha, backdrop)


@pytest.mark.parametrize("shape", [(60, 80), (80, 60), (7, 200), (200, 7), (1, 1), (300, 301)])
@pytest.mark.parametrize("source", [(90, 120), (30, 20), (1, 50), (1, 1)])
def test_backdrop_fits_any_shape(shape, source):
    image = np.random.default_rng(0).integers(0, 256, (*source, 3), np.uint8)
    fitted = fit_backdrop(image, shape)
    assert fitted.shape == (*shape, 3)
    assert fitted.dtype == np.float32


def test_backdrop_is_cut_around_its_centre():
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 10:20] = 200
    np.testing.assert_allclose(fit_backdrop(image, (10, 10)), 200 / 255, atol=1e-6)
    np.testing.assert_allclose(fit_backdrop(image.swapaxes(0, 1), (5, 5)), 200 / 255, atol=1e-6)


def test_shrinking_averages_areas():
    lines = np.zeros((64, 64))
    lines[::8] = 1
    np.testing.assert_allclose(fit_backdrop(lines, (8, 8)), 1 / 8, atol=1e-6)


def test_a_backdrop_of_the_same_size_is_unchanged(sample_photo):
    np.testing.assert_array_equal(
        fit_backdrop(sample_photo.pixels, sample_photo.shape), to_float(sample_photo.pixels)
    )
