import copy
import dataclasses

import numpy as np
import pytest
import torch

from mattingapp.training import crops
from mattingapp.training.composites import CUTOUT
from mattingapp.training.config import PRESETS
from mattingapp.training.crops import CropSampler
from mattingapp.training.cross_validation import predict
from mattingapp.training.groups import cumulative_chances
from mattingapp.training.trainer import train

PLAIN = dataclasses.replace(
    PRESETS["fusion"],
    inputs=("rgb", "trimap", "closed-form", "knn"),
    batch=4,
    patch=32,
    width=4,
    resize=1.0,
    colour=False,
    swap=False,
)
ALPHA_1, HERE_1, ALPHA_2, HERE_2 = 7, 8, 9, 10


@pytest.fixture
def plain_camera(monkeypatch):
    """Take every chance variation away; tests put single ones back."""
    monkeypatch.setattr(crops, "CHANCE", dict.fromkeys(crops.CHANCE, 0.0))


def batch(samples, step=0, **changes):
    config = dataclasses.replace(PLAIN, **changes)
    return CropSampler(samples, config, 0, config.batch).batch(step)


def test_shapes_and_ranges(samples):
    made = batch(samples, colour=True, swap=True, resize=1.3)
    assert made.inputs.shape == (4, 11, 32, 32)
    assert made.truth.shape == made.unknown.shape == (4, 1, 32, 32)
    assert made.inputs.dtype == made.truth.dtype == torch.float32
    assert made.inputs.abs().max() <= 1
    assert (made.unknown.sum((1, 2, 3)) > 0).all()


def test_a_batch_follows_from_seed_and_step(samples):
    one = batch(samples, step=5)
    assert torch.equal(one.inputs, batch(samples, step=5).inputs)
    assert not torch.equal(one.inputs, batch(samples, step=6).inputs)
    assert not torch.equal(one.inputs, batch(samples, step=5, seed=1).inputs)


def test_processes_get_different_crops(samples):
    parts = [CropSampler(samples, PLAIN, rank, 2).batch(0) for rank in (0, 1)]
    assert parts[0].inputs.shape[0] == 2
    assert not torch.equal(parts[0].inputs, parts[1].inputs)


def test_stage_alphas_stand_beside_the_truth(samples, plain_camera):
    made = batch(samples)
    counted = (made.unknown[:, 0] > 0) & (made.truth[:, 0] > 0.25) & (made.truth[:, 0] < 0.75)
    assert counted.any()
    truth = made.truth[:, 0][counted].numpy()
    np.testing.assert_allclose(made.inputs[:, ALPHA_1][counted], truth + 0.2, atol=0.01)
    np.testing.assert_allclose(made.inputs[:, ALPHA_2][counted], truth - 0.2, atol=0.01)


def test_a_swap_exchanges_alphas_trimap_and_truth_together(samples, plain_camera):
    plain, swapped = batch(samples), batch(samples, swap=True)
    turned = [not torch.equal(a, b) for a, b in zip(plain.truth, swapped.truth, strict=True)]
    assert any(turned)
    made = swapped
    known_background, known_foreground = made.inputs[:, 3] > 0.5, made.inputs[:, 4] > 0.5
    assert (made.truth[:, 0][known_background] < 0.02).all()
    assert (made.truth[:, 0][known_foreground] > 0.98).all()


def test_a_redrawn_trimap_is_narrower_and_its_known_pixels_are_known_in_the_alphas(
    samples, plain_camera, monkeypatch
):
    before = batch(samples)
    monkeypatch.setitem(crops.CHANCE, "trimap", 1.0)
    monkeypatch.setattr(crops, "WIDEST", 1.5)
    after = batch(samples)
    # The draws of the trimap come after the cut of a crop, so the first crop is the same.
    assert torch.equal(before.truth[0], after.truth[0])
    assert after.unknown[0].sum() < before.unknown[0].sum()
    assert (before.unknown[0] >= after.unknown[0]).all()
    learnt = (before.unknown[0, 0] > 0) & (after.unknown[0, 0] == 0)
    for plane in (ALPHA_1, ALPHA_2):
        np.testing.assert_allclose(after.inputs[0, plane][learnt], after.truth[0, 0][learnt], atol=0.02)


def test_stages_are_dropped_out_with_their_flags(samples, plain_camera, monkeypatch):
    monkeypatch.setitem(crops.CHANCE, "stages", 1.0)
    made = batch(samples, batch=32)
    present = made.inputs[:, [HERE_1, HERE_2], 0, 0]
    assert {tuple(row) for row in present.tolist()} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    missing = present[:, 0] == 0
    assert (made.inputs[missing, ALPHA_1] == 0).all()


def test_a_batch_leaves_the_samples_as_they_are(samples, plain_camera, monkeypatch):
    monkeypatch.setitem(crops.CHANCE, "trimap", 1.0)
    before = copy.deepcopy(samples)
    sampler = CropSampler(samples, dataclasses.replace(PLAIN, patch=64), 0, 4)  # as large as the photos
    first, _, again = (sampler.batch(step) for step in (0, 1, 0))
    assert torch.equal(first.inputs, again.inputs)
    for sample, old in zip(samples, before, strict=True):
        np.testing.assert_array_equal(sample.example.trimap, old.example.trimap)
        np.testing.assert_array_equal(sample.example.photo, old.example.photo)


def test_compression_keeps_more_of_red_than_of_blue_as_that_of_a_camera_does(
    samples, plain_camera, monkeypatch
):
    grain = np.random.default_rng(0).integers(64, 192, (64, 64, 3), np.uint8)
    lost = []
    for channel in (0, 2):
        photo = np.full_like(grain, 128)
        photo[..., channel] = grain[..., channel]
        grainy = [
            dataclasses.replace(sample, example=dataclasses.replace(sample.example, photo=photo))
            for sample in samples
        ]
        monkeypatch.setitem(crops.CHANCE, "jpeg", 0.0)
        plain = batch(grainy, batch=1)
        monkeypatch.setitem(crops.CHANCE, "jpeg", 1.0)
        coded = batch(grainy, batch=1)
        lost.append(float((coded.inputs - plain.inputs)[:, channel].abs().mean()))
    assert 0 < lost[0] < 0.95 * lost[1]


def test_cutouts_are_drawn_as_often_as_one_says(samples):
    cutout = dataclasses.replace(samples[0].example, kind=CUTOUT)
    mixed = [*samples, *(dataclasses.replace(samples[0], example=cutout),) * 6]
    chances = np.diff(cumulative_chances(mixed, dataclasses.replace(PLAIN, cutout_chance=0.4)), prepend=0)
    np.testing.assert_allclose(chances, [0.15] * 4 + [0.4 / 6] * 6)
    np.testing.assert_allclose(np.diff(cumulative_chances(samples, PLAIN), prepend=0), 0.25)


def test_the_network_learns_a_correction_from_them(samples):
    config = dataclasses.replace(
        PLAIN, inputs=("rgb", "trimap", "closed-form"), iterations=120, learning_rate=4e-3, width=8
    )
    network = train(samples, config, torch.device("cpu"))
    sample, unknown = samples[0], samples[0].example.trimap == 128
    alpha = predict(network, config.card(), sample, torch.device("cpu"))
    before, after = (
        np.abs(one - sample.example.truth)[unknown].mean() for one in (sample.alphas["closed-form"], alpha)
    )
    assert after < before / 2
