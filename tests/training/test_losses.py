import dataclasses

import pytest
import torch

from mattingapp.training.config import PRESETS, Loss
from mattingapp.training.losses import loss_of
from mattingapp.training.patches import Batch

PLAIN = dataclasses.replace(PRESETS["fast"], gradient=0.0)
CLIPPED = dataclasses.replace(PLAIN, clipped=True)


@pytest.fixture
def batch():
    """A true alpha of one half, and one pixel in four that does not count."""
    truth, unknown = torch.full((2, 1, 16, 16), 0.5), torch.ones((2, 1, 16, 16))
    unknown[:, :, :8, :8] = 0
    return Batch(torch.zeros(2, 5, 28, 28), truth, unknown)


@pytest.mark.parametrize(
    ("loss", "expected"), [(Loss.L1, 0.2), (Loss.L2, 0.04), (Loss.EUCLIDEAN, 0.5 * 0.04 * 256)]
)
def test_an_error_costs_what_its_loss_says(batch, loss, expected):
    config = dataclasses.replace(PLAIN, loss=loss)
    assert float(loss_of(batch.truth + 0.2, batch, config)) == pytest.approx(expected)


@pytest.mark.parametrize(("truth", "alpha"), [(0.0, -0.2), (1.0, 1.2)])
def test_beyond_0_and_1_an_alpha_costs_a_tenth_as_it_is_clipped_in_use(batch, truth, alpha):
    certain = dataclasses.replace(batch, truth=torch.full_like(batch.truth, truth))
    assert float(loss_of(torch.full_like(batch.truth, alpha), certain, CLIPPED)) == pytest.approx(0.02)


def test_an_alpha_at_the_wrong_end_finds_back(batch):
    alpha = torch.full_like(batch.truth, -0.2).requires_grad_()
    loss_of(alpha, dataclasses.replace(batch, truth=torch.ones_like(batch.truth)), CLIPPED).backward()
    assert bool((alpha.grad[batch.unknown > 0] < 0).all())


def test_above_the_floor_a_patch_counts_by_how_far_its_error_changes_relative_to_itself(batch):
    config = dataclasses.replace(PLAIN, floor=0.001)
    errors = torch.tensor([0.02, 0.2])[:, None, None, None]  # an easy patch and a hard one

    def cost(easy: float, hard: float) -> float:
        factors = torch.tensor([easy, hard])[:, None, None, None]
        return float(loss_of(batch.truth + factors * errors, batch, config))

    assert cost(2, 1) == pytest.approx(cost(1, 2), rel=0.01)
    below = dataclasses.replace(config, floor=1000.0)  # there it is proportional, whatever the patch
    costs = [float(loss_of(batch.truth + factor * errors, batch, below)) for factor in (1, 2)]
    assert costs[1] == pytest.approx(2 * costs[0], rel=0.01)


@pytest.mark.parametrize("terms", [{}, {"gradient": 8.0}, {"pyramid": 1.0}, {"floor": 0.05}])
def test_the_truth_costs_nothing(batch, terms):
    assert float(loss_of(batch.truth, batch, dataclasses.replace(PLAIN, **terms))) == 0


@pytest.mark.parametrize("terms", [{"gradient": 8.0}, {"pyramid": 1.0}])
def test_edges_that_are_not_there_cost_more_than_they_do_without_the_term(batch, terms):
    alpha = batch.truth + 0.2 * (torch.arange(16) % 2)
    plain = float(loss_of(alpha, batch, PLAIN))
    assert float(loss_of(alpha, batch, dataclasses.replace(PLAIN, **terms))) > 1.5 * plain
