"""The methods' known scores on the 21 alphamatting.com training images, small trimap (a few minutes)."""

import pytest

from mattingapp.matting.knn import KnnSettings, KnnVariant
from mattingapp.training.dataset import example_names
from mattingapp.training.evaluation import evaluate, mean_scores


@pytest.fixture(scope="module")
def folder(data_dir):
    return data_dir / "alphamatting" / "train"


def mean_on_all(folder, method, settings):
    names = example_names(folder)
    assert len(names) == 21
    return mean_scores(evaluate(folder, "trimap1", (method,), names, settings, "cpu"))[method]


def test_closed_form_has_the_published_error(folder):
    assert mean_on_all(folder, "closed-form", {}).mse == pytest.approx(0.0206, rel=0.01)


@pytest.mark.parametrize(
    ("variant", "sad", "mse", "gradient"),
    [(KnnVariant.RGB, 5.216, 0.01911, 4.696), (KnnVariant.HSV, 6.053, 0.02770, 5.712)],
)
def test_knn_has_the_error_of_the_original_program(folder, variant, sad, mse, gradient):
    mean = mean_on_all(folder, "knn", {"knn": KnnSettings(variant)})
    assert mean.sad == pytest.approx(sad, rel=0.03)
    assert mean.mse == pytest.approx(mse, rel=0.03)
    assert mean.gradient == pytest.approx(gradient, rel=0.03)


def test_shared_matting_is_better_than_its_published_relatives(folder):
    mean = mean_on_all(folder, "shared", {})
    # PyMatting's shared matting 4.241, comprehensive sampling 3.997
    assert mean.sad == pytest.approx(3.043, rel=0.01)
    assert mean.mse == pytest.approx(0.00669, rel=0.02)
    assert mean.gradient == pytest.approx(2.361, rel=0.02)
