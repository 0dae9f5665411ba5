"""The bundled weights: what their card claims, and what they do on pictures that they were not trained on."""

import numpy as np
import pytest

from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.metrics import score
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.matting.model import load_model
from mattingapp.matting.pipeline import MattingRequest, run_pipeline
from mattingapp.resources import resource

MEASURES = ("sad", "mse", "gradient")


@pytest.mark.parametrize("kind", ["trimap1", "trimap2"])
@pytest.mark.parametrize("rival", ["closed-form", "knn", "mean of inputs"])
def test_cross_validated_scores_are_better_than_every_input_and_their_mean(kind, rival):
    _, card = load_model(DEFAULT_MODEL)
    assert "cross-validation by image" in card.scores["protocol"]
    scores = card.scores[kind]
    for measure in MEASURES:
        assert scores["dcnn"][measure] < scores[rival][measure], measure


def test_on_rendered_samples_unlike_its_training_photographs_it_still_beats_the_mean_of_its_inputs():
    per_method: dict[str, list[tuple[float, ...]]] = {}
    for name in ("hair", "plush", "basket"):
        photo = read_photo(resource("samples", f"{name}.png")).pixels
        trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
        truth = read_alpha(resource("samples", f"{name}_alpha.png"))
        for result in run_pipeline(MattingRequest(photo, trimap, ("mean", "dcnn"), device="cpu")):
            scores = score(result.alpha, truth, trimap)
            per_method.setdefault(result.stage, []).append(tuple(getattr(scores, m) for m in MEASURES))
    means = {method: np.mean(rows, axis=0) for method, rows in per_method.items()}
    assert (means["dcnn"] < means["closed-form"]).all(), means
    assert (means["dcnn"] < means["mean"]).all(), means
