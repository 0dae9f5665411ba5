"""Large photos: what is computed on a copy, and how it comes back to the photo."""

import threading
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import Label, read_trimap
from mattingapp.matting import pipeline, pyramid
from mattingapp.matting.cache import StageCache
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.pyramid import bring_up, on_a_small_copy, reduced
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import Estimate, NoSettings, StageInputs, known_alpha
from mattingapp.resources import resource

SHAPE = 240, 330
LARGEST = 20_000  # pixels, so that these photos are large


@pytest.fixture
def inputs(monkeypatch) -> StageInputs:
    """A smooth photo with a soft edge down its middle, as on a copy a quarter of its size."""
    monkeypatch.setattr(pyramid, "LARGEST", LARGEST)
    rng = np.random.default_rng(3)
    alpha = np.tile(np.clip((np.arange(SHAPE[1]) - 140) / 50, 0, 1).astype(np.float32), (SHAPE[0], 1))
    texture = cv2.resize(rng.random((12, 16, 3), np.float32), SHAPE[::-1], interpolation=cv2.INTER_CUBIC)
    photo = np.clip(alpha[..., None] * (0.9 - 0.1 * texture) + (1 - alpha[..., None]) * 0.1 * texture, 0, 1)
    trimap = np.full(SHAPE, Label.UNKNOWN, np.uint8)
    trimap[:, :120], trimap[:, 210:] = Label.BACKGROUND, Label.FOREGROUND
    return StageInputs(photo, trimap, {"true": alpha}, NoSettings(), torch.device("cpu"))


def test_a_copy_keeps_what_is_known_and_its_share_of_the_photo(inputs):
    small = reduced(inputs, 0.5)
    assert small.photo.shape == (120, 165, 3)
    assert np.array_equal(small.trimap[60, [0, 59, 61, 104, 106]], [0, 0, 128, 128, 255])
    assert abs(small.alphas["true"].mean() - inputs.alphas["true"].mean()) < 1e-3
    assert small.full_size


def test_there_is_no_copy_where_all_marks_of_a_kind_would_be_lost(inputs, monkeypatch):
    monkeypatch.setattr(pyramid, "LARGEST", 5_000)
    trimap = inputs.trimap.copy()
    trimap[trimap == Label.FOREGROUND] = Label.UNKNOWN
    trimap[10, 10:200] = Label.FOREGROUND  # a pixel wide
    thin = replace(inputs, trimap=trimap)
    assert reduced(thin, 0.25) is None
    seen = []
    on_a_small_copy(
        lambda given, job: seen.append(given.trimap.shape) or Estimate(known_alpha(given.trimap))
    )(thin, Job())
    assert seen == [SHAPE]


def test_an_alpha_that_the_colours_tell_comes_back_as_it_was(inputs):
    small = reduced(inputs, 0.25)
    alpha = bring_up(small.alphas["true"], small.photo, inputs.photo, inputs.trimap, Job())
    assert np.abs(alpha - inputs.alphas["true"]).max() < 0.02
    enlarged = cv2.resize(small.alphas["true"], SHAPE[::-1], interpolation=cv2.INTER_LINEAR)
    assert alpha.dtype == np.float32
    assert np.abs(alpha - inputs.alphas["true"]).mean() < np.abs(enlarged - inputs.alphas["true"]).mean()


def test_known_pixels_have_their_alpha_and_others_stay_in_range(inputs):
    small = reduced(inputs, 0.25)
    noise = np.random.default_rng(0).random(small.trimap.shape, np.float32)
    alpha = bring_up(noise, small.photo, inputs.photo, inputs.trimap, Job())
    known = inputs.trimap != Label.UNKNOWN
    assert np.array_equal(alpha[known], known_alpha(inputs.trimap)[known])
    assert alpha.min() >= 0
    assert alpha.max() <= 1


def test_a_stage_sees_the_copy_of_a_large_photo_only(inputs, monkeypatch):
    seen = []

    def estimate(given: StageInputs, job: Job) -> Estimate:
        seen.append(given.trimap.size)
        job.offer_preview(lambda: given.alphas["true"])
        job.first_use += 2.0
        return Estimate(given.alphas["true"])

    shown = []
    job = Job(preview=shown.append)
    found = on_a_small_copy(estimate)(inputs, job)
    assert abs(seen[0] - LARGEST) < 0.02 * LARGEST
    assert found.alpha.shape == SHAPE
    assert [alpha.shape for alpha in shown] == [SHAPE]
    assert job.first_use == 2.0
    assert found.notes == ("Computed at 166 × 121 pixels and brought up by the photo's colours.",)
    assert not on_a_small_copy(estimate)(replace(inputs, full_size=True), Job()).notes
    monkeypatch.setattr(pyramid, "LARGEST", inputs.trimap.size)
    assert not on_a_small_copy(estimate)(inputs, Job()).notes
    assert seen[1:] == [inputs.trimap.size] * 2


def test_methods_on_a_copy_are_close_to_those_on_the_photo_and_can_be_cancelled(monkeypatch):
    photo = read_photo(resource("samples", "hair.png"))
    trimap, _ = read_trimap(resource("samples", "hair_trimap.png"), photo.shape)
    monkeypatch.setattr(pyramid, "LARGEST", trimap.size // 3)
    unknown = trimap == Label.UNKNOWN
    for method in ("knn", "shared", "fusion"):
        request = MattingRequest(photo.pixels, trimap, (method,), device="cpu")
        *_, small = run_pipeline(request)
        *_, full = run_pipeline(replace(request, full_size=True))
        assert not np.array_equal(small.alpha, full.alpha)
        assert np.abs(small.alpha - full.alpha)[unknown].mean() < 0.04
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        list(run_pipeline(request, cancel=cancel))


def test_the_first_run_on_a_large_photo_begins_with_a_look_from_every_stage(monkeypatch):
    photo = read_photo(resource("samples", "hair.png"))
    trimap, _ = read_trimap(resource("samples", "hair_trimap.png"), photo.shape)
    monkeypatch.setattr(pipeline, "SMALL", trimap.size - 1)
    monkeypatch.setattr(pyramid, "LOOK", trimap.size // 4)
    shown, cache = [], StageCache()
    request = MattingRequest(photo.pixels, trimap, ("mean",), device="cpu")
    results = {}
    for result in run_pipeline(request, preview=lambda name, alpha: shown.append((name, alpha)), cache=cache):
        results[result.stage] = result.alpha
    looks = dict(shown[:3])
    assert list(looks) == ["closed-form", "knn", "mean"]
    known = trimap != Label.UNKNOWN
    for name, alpha in looks.items():
        assert np.array_equal(alpha[known], known_alpha(trimap)[known])
        assert np.abs(alpha - results[name])[~known].mean() < 0.1
    shown.clear()
    trimap[5, 5] = Label.UNKNOWN
    list(run_pipeline(request, preview=lambda name, alpha: shown.append((name, alpha)), cache=cache))
    assert [name for name, _ in shown[:3]] != [
        "closed-form",
        "knn",
        "mean",
    ]  # there is an alpha to go on from
