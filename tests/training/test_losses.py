import dataclasses

import pytest
import torch

from mattingapp.training.config import PRESETS, Loss
from mattingapp.training.losses import loss_of
from mattingapp.training.patches import Batch

PLAIN = dataclasses.replace(PRESETS["fast"], gradient=0.0)


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


@pytest.mark.parametrize("terms", [{}, {"gradient": 8.0}, {"pyramid": 1.0}])
def test_the_truth_costs_nothing(batch, terms):
    assert float(loss_of(batch.truth, batch, dataclasses.replace(PLAIN, **terms))) == 0


@pytest.mark.parametrize("terms", [{"gradient": 8.0}, {"pyramid": 1.0}])
def test_edges_that_are_not_there_cost_more_than_they_do_without_the_term(batch, terms):
    alpha = batch.truth + 0.2 * (torch.arange(16) % 2)
    plain = float(loss_of(alpha, batch, PLAIN))
    assert float(loss_of(alpha, batch, dataclasses.replace(PLAIN, **terms))) > 1.5 * plain
