"""Composites: straight alpha over a colour or an image."""

import numpy as np
import pytest

from mattingapp.imaging.composite import (
    blurred_background,
    composite,
    fit_backdrop,
    gradient,
    parse_colour,
)
from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import read_photo
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


def test_a_backdrop_can_be_moved_and_scaled():
    image = np.zeros((40, 40, 3), np.uint8)
    image[18:22, 18:22] = 255
    moved = fit_backdrop(image, (40, 40), shift=(0.25, -0.25))
    assert moved[8:12, 28:32].min() == 1
    assert moved.sum() == 4 * 4 * 3
    twice = fit_backdrop(image, (40, 40), scale=2.0)
    assert twice[17:23, 17:23].min() > 0.99
    assert twice[20, 4] == pytest.approx(0)
    half = fit_backdrop(image, (40, 40), scale=0.5)
    assert half[19:21, 19:21].min() == 1


def test_a_backdrop_goes_on_mirrored_where_it_ends():
    image = np.tile(np.arange(8, dtype=np.uint8)[None, :, None] * 30, (8, 1, 3))
    moved = fit_backdrop(image, (8, 8), shift=(0.5, 0))
    np.testing.assert_allclose(moved[0, :, 0] * 255, [90, 60, 30, 0, 0, 30, 60, 90], atol=1e-3)
    assert np.isfinite(fit_backdrop(image, (8, 8), 0.1, (5.0, -7.0))).all()


def test_a_gradient_goes_from_one_colour_to_the_other():
    black, white = np.zeros(3, np.float32), np.ones(3, np.float32)
    across = gradient((4, 100), black, white, 0)
    assert across[0, 0, 0] == pytest.approx(0, abs=0.01)
    assert across[0, -1, 0] == pytest.approx(1, abs=0.01)
    assert np.all(np.diff(across[0, :, 0]) > 0)
    assert np.array_equal(across[0], across[3])
    down = gradient((100, 4), black, white, 90)
    np.testing.assert_allclose(down[:, 0], across[0], atol=1e-6)
    assert gradient((30, 40), black, white, 45)[0, 0, 0] == pytest.approx(0, abs=0.03)


def test_the_foreground_does_not_bleed_into_its_blurred_background():
    photo = np.zeros((120, 160, 3), np.float32)
    photo[..., 2] = 1  # blue, with a red subject
    alpha = np.zeros((120, 160), np.float32)
    alpha[30:90, 50:110] = 1
    photo[alpha == 1] = (1, 0, 0)
    blurred = blurred_background(photo, alpha, 0.05)
    assert blurred[..., 0].max() < 0.02
    assert blurred[..., 2].min() > 0.98
    assert blurred_background(photo, np.ones_like(alpha), 0.05).shape == photo.shape


def test_a_blurred_background_is_out_of_focus(sample_photo, sample_alpha):
    blurred = blurred_background(sample_photo.pixels, sample_alpha, 0.03)
    sharp = to_float(sample_photo.pixels)
    background = sample_alpha[:, :200] == 0
    steps = [np.abs(np.diff(image[:, :201], axis=1))[background].mean() for image in (sharp, blurred)]
    assert steps[1] < steps[0] / 2
    outside = sample_alpha == 0
    np.testing.assert_allclose(blurred[outside].mean(0), sharp[outside].mean(0), atol=0.03)
