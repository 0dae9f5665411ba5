import dataclasses

import numpy as np
import torch

from mattingapp.training.config import PRESETS
from mattingapp.training.groups import (
    balanced_centres,
    group_means,
    nearest_group,
    patch_counts,
    unknown_centres,
)
from mattingapp.training.patches import PatchSampler
from mattingapp.training.pictures import draw_groups
from mattingapp.training.stage_alphas import Sample

PAPER = dataclasses.replace(PRESETS["paper"], groups=5, batch=16)


def test_counts_are_the_shares_of_alphas_and_gradients_that_are_not_zero(samples):
    example = samples[0].example
    edge = np.zeros_like(example.truth)
    edge[:, 32:] = 1.0
    everywhere = np.full_like(example.trimap, 128)
    sample = Sample(dataclasses.replace(example, truth=edge, trimap=everywhere), {})
    counts = patch_counts(sample, 27).reshape(64, 64, 2)
    np.testing.assert_allclose(counts[32, 10], (0, 0), atol=1e-6)
    np.testing.assert_allclose(counts[32, 50], (1, 0), atol=1e-6)
    np.testing.assert_allclose(counts[32, 32], (8 / 15, 1 / 15), atol=1e-6)


def test_groups_are_those_of_well_parted_counts():
    random = np.random.default_rng(0)
    middles = np.float32([[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]])
    counts = (middles[:, None] + random.normal(0, 0.01, (3, 200, 2))).reshape(-1, 2).astype(np.float32)
    group = nearest_group(counts, group_means(counts, 3, seed=0)).reshape(3, 200)
    assert (group == group[:, :1]).all()
    assert len(np.unique(group)) == 3
    assert len(group_means(counts, 20, seed=0)) == 20


def test_every_patch_is_in_one_group(samples):
    by_group = balanced_centres(samples, PAPER)
    together = torch.cat(by_group)
    everything = torch.cat(unknown_centres(samples))
    assert 1 < len(by_group) <= 5
    assert torch.equal(together[np.lexsort(together.T.numpy())], everything[np.lexsort(everything.T.numpy())])


def test_balanced_sampling_draws_equally_often_from_rare_and_common_groups(samples, monkeypatch):
    example = samples[0].example
    sharp = dataclasses.replace(example, truth=np.float32(example.truth > 0.5))
    config = dataclasses.replace(PAPER, groups=8)
    sampler = PatchSampler([*samples, Sample(sharp, samples[0].alphas)], config, 0, 16)
    sizes, drawn = [len(part) for part in sampler._centres], []
    draw = sampler._randint
    monkeypatch.setattr(sampler, "_randint", lambda high: (drawn.append(high), draw(high))[1])
    for step in range(40):
        sampler.batch(step)
    shares = np.array([drawn.count(size) for size in sizes]) / (40 * 16)
    assert len(set(sizes)) == 8  # or the draws could not be told apart
    assert max(sizes) > 3 * min(sizes)
    np.testing.assert_allclose(shares, 1 / 8, atol=0.04)


def test_the_groups_are_drawn_with_examples(samples):
    picture, sizes = draw_groups(samples, PAPER)
    assert sizes.sum() == sum((sample.example.trimap == 128).sum() for sample in samples)
    assert picture.dtype == np.float32
    assert picture.shape[0] >= 420
    assert 0.01 < (picture < 0.9).mean() < 0.9
