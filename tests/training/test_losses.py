import dataclasses

import pytest
import torch

from mattingapp.training.config import PRESETS, Loss
from mattingapp.training.losses import loss_of
from mattingapp.training.patches import Batch

PLAIN = dataclasses.replace(PRESETS["fast"], gradient=0.0)


@pytest.fixture
def batch():
    """A true alpha of one half, the last stage 0.1 above it, and one pixel in four that does not count."""
    truth, unknown = torch.full((2, 1, 16, 16), 0.5), torch.ones((2, 1, 16, 16))
    unknown[:, :, :8, :8] = 0
    return Batch(torch.zeros(2, 5, 28, 28), truth, unknown, truth + 0.1)


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


def test_with_caution_the_better_bet_is_the_last_stage(batch):
    """Half of the pixels would gain by leaving it, half would lose as much: for no caution the two are equal."""
    undecided = dataclasses.replace(batch, last=batch.truth.clone())
    undecided.truth[..., ::2] += 0.1
    undecided.truth[..., 1::2] -= 0.1
    step = undecided.last + 0.05
    for caution, dearer in ((0.0, 0.0), (0.2, 0.01), (1.0, 0.05)):
        config = dataclasses.replace(PLAIN, caution=caution)
        stay, go = (float(loss_of(alpha, undecided, config)) for alpha in (undecided.last, step))
        assert go - stay == pytest.approx(dearer, abs=1e-6)
