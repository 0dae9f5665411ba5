import importlib.resources

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.matting import ConvergenceWarning, estimate_alpha, estimate_foreground, matte
from mattingapp.matting.closed_form import ClosedFormSettings
from tests.matting.scenes import soft_disc


@pytest.fixture
def scene():
    """A small photo (32, 32, 3) uint8, its trimap and its true alpha."""
    photo, trimap, alpha = soft_disc(32)
    return np.round(255 * photo).astype(np.uint8), trimap, alpha


def test_images_of_every_type_and_trimaps_of_both_conventions_agree(scene):
    image, trimap, _ = scene
    reference = estimate_alpha(image, trimap, "knn", device="cpu")
    for same in (
        image / 255.0,
        (image / 255.0).astype(np.float32),
        image.astype(np.uint16) * 257,
        (image.astype(np.uint16) * 257).astype(">u2"),
        (image / 255.0).tolist(),
    ):
        # Rounding may choose another of two neighbours that are equally near.
        np.testing.assert_allclose(estimate_alpha(same, trimap, "knn", device="cpu"), reference, atol=5e-3)
    floats = np.choose(trimap // 127, (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(estimate_alpha(image, floats, "knn", device="cpu"), reference)
    nearly = np.choose(trimap // 127, (0.09, 0.3, 0.91))
    np.testing.assert_array_equal(estimate_alpha(image, nearly, "knn", device="cpu"), reference)


def test_its_errors_are_value_errors():
    with pytest.raises(ValueError, match="foreground"):
        estimate_alpha(np.zeros((8, 8, 3)), np.zeros((8, 8)))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda trimap: trimap.astype(float), r"in \[0, 1\] and be finite, but this one goes from 0 to 255"),
        (lambda trimap: np.where(trimap == 128, np.nan, trimap / 255), "finite"),
        (lambda trimap: trimap / 255 - 0.2, "from -0.2"),
        (lambda trimap: np.repeat(trimap[..., None], 3, 2), r"not \(32, 32, 3\); give one channel"),
        (lambda trimap: np.repeat(trimap[..., None], 3, 2) / 255, r"not \(32, 32, 3\); give one channel"),
        (lambda trimap: trimap[..., None], r"not \(32, 32, 1\)"),
        (lambda trimap: trimap[:-1] / 255, "32 × 31"),
        (lambda trimap: trimap.astype(np.int32) - 1, "0 to 255"),
        (lambda trimap: None, "array of type object"),
        (lambda trimap: [[0, 1], [1]], "no array"),
    ],
)
def test_a_trimap_that_is_none_is_told_in_one_sentence(scene, spoil, told):
    image, trimap, _ = scene
    with pytest.raises(InputError, match=told):
        estimate_alpha(image, spoil(trimap), "closed-form", device="cpu")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda image: image.astype(float), r"lie in \[0, 1\]"),
        (lambda image: np.where(image > image.mean(), np.nan, image / 255), "finite"),
        (lambda image: image.astype(np.int64), "int64"),
        (lambda image: image[..., :2], r"not \(32, 32, 2\)"),
        (lambda image: image[None], r"\(1, 32, 32, 3\)"),
        (lambda image: image * 1j, "real numbers"),
        (lambda image: "photo.png", "real numbers"),
    ],
)
def test_an_image_that_is_none_is_told_in_one_sentence(scene, spoil, told):
    image, trimap, alpha = scene
    with pytest.raises(InputError, match=told):
        estimate_alpha(spoil(image), trimap, "closed-form", device="cpu")
    with pytest.raises(InputError, match=told):
        estimate_foreground(spoil(image), alpha, device="cpu")


def test_an_alpha_of_levels_is_the_alpha_of_fractions(scene):
    image, _, alpha = scene
    levels = np.round(255 * alpha).astype(np.uint8)
    colours = estimate_foreground(image, levels / 255, device="cpu")
    assert np.abs(colours - image / 255).max() > 0.1
    np.testing.assert_allclose(estimate_foreground(image, levels, device="cpu"), colours, atol=1e-6)
    sixteen = levels.astype(np.uint16) * 257
    np.testing.assert_allclose(estimate_foreground(image, sixteen, device="cpu"), colours, atol=1e-6)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda alpha: np.where(alpha == 1, np.nan, alpha), "finite"),
        (lambda alpha: alpha * 255, r"\[0, 1\]"),
        (lambda alpha: alpha[:-1], r"must have the shape \(32, 32\), not \(31, 32\)"),
        (lambda alpha: alpha[..., None], r"not \(32, 32, 1\)"),
        (lambda alpha: alpha.astype(int), "int64"),
    ],
)
def test_an_alpha_that_is_none_is_told_in_one_sentence(scene, spoil, told):
    image, _, alpha = scene
    with pytest.raises(InputError, match=told):
        estimate_foreground(image, spoil(alpha), device="cpu")


def test_a_matte_tells_how_it_came_about(scene):
    image, trimap, _ = scene
    result = matte(image, trimap, "mean", foreground=True, device="cpu")
    np.testing.assert_array_equal(result.alpha, estimate_alpha(image, trimap, "mean", device="cpu"))
    assert result.foreground.shape == image.shape
    assert [stage.stage for stage in result.stages] == ["closed-form", "knn", "mean", "foreground"]
    assert result.converged
    assert result.notes == ()
    assert result.seconds == sum(stage.seconds for stage in result.stages) > 0
    assert repr(result).startswith("<MatteResult 32 × 32, converged: closed-form 0.")
    assert repr(result.stages[0]).startswith(
        "StageResult(stage='closed-form', title='Closed-form', seconds=0."
    )
    assert matte(image, trimap, "mean", device="cpu").foreground is None


def test_what_has_not_converged_warns_and_the_result_says_so(scene):
    image, trimap, _ = scene
    image = np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)
    settings = {"closed-form": ClosedFormSettings(max_iterations=1)}
    with pytest.warns(ConvergenceWarning, match="Closed-form has not converged") as told:
        alpha = estimate_alpha(image, trimap, "closed-form", device="cpu", settings=settings)
    assert told[0].filename == __file__
    result = matte(image, trimap, "closed-form", device="cpu", settings=settings)
    assert not result.converged
    assert "not converged" in repr(result)
    np.testing.assert_array_equal(result.alpha, alpha)
    assert result.notes


def test_the_inputs_stay_as_they_are(scene):
    image, trimap, alpha = scene
    arrays = image / 255, trimap / 255, alpha
    before = [array.copy() for array in arrays]
    matte(arrays[0], arrays[1], "closed-form", foreground=True, device="cpu")
    estimate_foreground(arrays[0], alpha, device="cpu")
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_type_checkers_read_the_types():
    assert importlib.resources.files("mattingapp").joinpath("py.typed").is_file()
