import numpy as np

from mattingapp.matting.split import by_colour, by_value, parted


def two_sides(low, high):
    """Return an alpha of two noisy levels, left and right, and a photo of two colours."""
    random = np.random.default_rng(0)
    right = np.arange(60) >= 35
    alpha = np.where(right, high, low) + random.uniform(-0.04, 0.04, (40, 60))
    photo = np.where(right[:, None], (200, 120, 60), (60, 100, 160)) + random.integers(-20, 20, (40, 60, 3))
    return alpha.clip(0, 1).astype(np.float32), photo.astype(np.uint8)


def test_values_are_parted_between_their_two_heaps():
    alpha, _ = two_sides(0.1, 0.5)
    assert 0.13 < by_value(alpha) < 0.47


def test_colours_are_parted_where_values_hardly_differ():
    alpha, photo = two_sides(0.05, 0.2)
    assert 0.09 <= by_colour(alpha, photo) <= 0.16


def test_the_level_goes_to_one_half_and_the_ends_stay():
    alpha, photo = two_sides(0.05, 0.3)
    alpha[0, 0], alpha[0, -1] = 0, 1
    moved = parted(alpha, photo)
    assert moved.dtype == np.float32
    assert ((moved > 0.5) == (np.arange(60) >= 35)).all()
    assert (moved[0, 0], moved[0, -1]) == (0, 1)
    assert (np.diff(moved.ravel()[np.argsort(alpha, axis=None)]) >= 0).all()


def test_an_alpha_of_one_value_has_a_level_too():
    photo = np.full((5, 6, 3), 30, np.uint8)
    for value in (0, 0.5, 1):
        assert 0 <= by_colour(np.full((5, 6), value, np.float32), photo) <= 1
        assert np.isfinite(parted(np.full((5, 6), value, np.float32), photo)).all()
