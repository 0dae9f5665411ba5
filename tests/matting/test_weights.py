"""The bundled weights: what their cards claim, and what they do on pictures that they were not trained on."""

import functools
import itertools

import numpy as np
import pytest

from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.metrics import score
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting.networks.model import load_model
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.resources import resource

MEASURES = ("sad", "mse", "gradient")
NETWORKS = ("dcnn", "dcnn3", "fusion")
BARS = {
    "dcnn": "mean of inputs",
    "dcnn3": "median of inputs",
    "fusion": "median of inputs",
}  # untrained, of two stages and of three


@functools.cache
def sample_scores():
    """Return the mean scores of every stage over the bundled samples."""
    per_method: dict[str, list[tuple[float, ...]]] = {}
    for name in ("hair", "plush", "basket"):
        photo = read_photo(resource("samples", f"{name}.png")).pixels
        trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
        truth = read_alpha(resource("samples", f"{name}_alpha.png"))
        for result in run_pipeline(MattingRequest(photo, trimap, ("mean", *NETWORKS), device="cpu")):
            scores = score(result.alpha, truth, trimap)
            per_method.setdefault(result.stage, []).append(tuple(getattr(scores, m) for m in MEASURES))
    return {method: np.mean(rows, axis=0) for method, rows in per_method.items()}


@pytest.mark.parametrize("kind", ["trimap1", "trimap2"])
@pytest.mark.parametrize("rival", ["closed-form", "knn", "bar"])
@pytest.mark.parametrize("network", NETWORKS)
def test_cross_validated_scores_are_better_than_closed_form_knn_and_the_bar(network, kind, rival):
    _, card = load_model(resource("weights", f"{network}.safetensors"))
    architecture = card.architecture
    assert network.startswith(architecture)
    assert "cross-validation by image" in card.scores["protocol"]
    scores = card.scores[kind]
    for measure in MEASURES:
        assert scores[architecture][measure] < scores[BARS[network] if rival == "bar" else rival][measure], (
            measure
        )


# A net makes four fifths of these means; the paper's network, of 27 pixels and no trimap, cannot tell its holes.
NET = pytest.mark.xfail(strict=True, reason="the paper's network: MSE .0501, the mean of its inputs .0497")


@pytest.mark.parametrize(
    ("network", "rival", "measure"),
    [
        pytest.param(*case, marks=[NET] if case == ("dcnn", "mean", "mse") else [])
        for case in itertools.product(NETWORKS, ("closed-form", "mean"), MEASURES)
    ],
)
def test_on_rendered_samples_it_beats_closed_form_and_the_mean_of_its_inputs(network, rival, measure):
    means = sample_scores()
    at = MEASURES.index(measure)
    assert means[network][at] < means[rival][at], means


@pytest.mark.parametrize("network", NETWORKS)
def test_the_terms_and_the_data_are_told(network):
    _, card = load_model(resource("weights", f"{network}.safetensors"))
    assert "alphamatting.com" in card.licence
    assert card.training["data"].startswith("21 photos")
