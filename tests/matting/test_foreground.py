import numpy as np
import pytest

from mattingapp.imaging.composite import composite
from mattingapp.imaging.depth import to_float
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.matting import estimate_foreground
from mattingapp.matting.solvers import choose
from mattingapp.resources import resource
from tests.matting.backends import TENSORS


def test_colours_of_a_soft_edge_are_freed_of_the_background():
    x = np.linspace(0, 1, 120)[None, :].repeat(90, 0)
    alpha = np.clip((x - 0.3) / 0.3, 0, 1)
    foreground = np.broadcast_to([0.9, 0.2, 0.1], (90, 120, 3))
    photo = composite(foreground, alpha, np.array([0.1, 0.3, 0.9]))
    estimated = estimate_foreground(photo, alpha)
    counts = alpha > 0.05
    assert np.abs(estimated - foreground)[counts].max() < 0.06
    assert np.abs(photo - foreground)[counts].max() > 0.6


def test_where_the_photo_is_opaque_its_colours_stay():
    random = np.random.default_rng(0)
    photo = random.random((40, 50, 3))
    alpha = np.zeros((40, 50))
    alpha[10:30, 10:40] = 1
    np.testing.assert_allclose(estimate_foreground(photo, alpha)[alpha == 1], photo[alpha == 1], atol=1e-6)


@pytest.mark.parametrize("name", ["hair", "basket", "plush"])
def test_a_composite_does_not_bleed_the_old_background(name):
    photo = to_float(read_photo(resource("samples", f"{name}.png")).pixels)
    alpha = read_alpha(resource("samples", f"{name}_alpha.png"))
    foreground = estimate_foreground(photo, alpha)
    # Back over nothing but itself: alpha times colour must explain the photo's own light, never more than it.
    explained = alpha[..., None] * foreground
    assert np.maximum(explained - photo, 0)[alpha > 0].mean() < 0.01
    soft = (alpha > 0.05) & (alpha < 0.6)
    # On a backdrop of the mean opaque colour, soft pixels drawn with estimated colours lie closer to the opaque ones.
    opaque = photo[alpha > 0.99].mean(0)
    bled = np.abs(photo[soft] - opaque).mean()
    clean = np.abs(foreground[soft] - opaque).mean()
    assert clean < bled


def test_lemur_colours_agree_with_a_peer(data_dir):
    folder = data_dir / "lemur"
    photo = read_photo(folder / "lemur.png").pixels
    alpha = read_alpha(folder / "lemur_alpha.png")
    peer = to_float(read_photo(folder / "lemur_foreground.png").pixels)
    visible = alpha > 0.1
    difference = np.abs(estimate_foreground(photo, alpha) - peer)[visible]
    assert difference.mean() < 0.02


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_alpha_of_one_value_gives_finite_colours(value):
    photo = np.random.default_rng(0).random((13, 7, 3))
    colours = estimate_foreground(photo, np.full((13, 7), value))
    assert np.isfinite(colours).all()
    assert colours.shape == photo.shape


def test_one_pixel():
    assert estimate_foreground(np.full((1, 1, 3), 0.5), np.ones((1, 1))) == pytest.approx(0.5, abs=1e-3)


def test_tensors_find_the_same_colours(monkeypatch):
    random = np.random.default_rng(0)
    photo, alpha = random.random((50, 70, 3)), random.random((50, 70))
    here = estimate_foreground(photo, alpha, device="cpu")
    monkeypatch.setattr(choose, "CpuBackend", lambda: TENSORS)
    np.testing.assert_allclose(estimate_foreground(photo, alpha, device="cpu"), here, atol=1e-4)
