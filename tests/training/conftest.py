"""Samples whose answer is known, and a folder of cut-outs."""

import numpy as np
import pytest

from mattingapp.imaging.matte import write_cutout
from mattingapp.training.dataset import example_names, read_example
from mattingapp.training.stage_alphas import Sample
from tests.matting.scenes import soft_disc


@pytest.fixture
def samples(tiny_data):
    """Examples whose stage alphas are the truth with opposite errors, so that the mean is the answer."""
    made = []
    for name in example_names(tiny_data):
        example = read_example(tiny_data, name, "trimap1")
        error = 0.2 * (example.trimap == 128)
        alphas = {
            "closed-form": np.clip(example.truth + error, 0, 1),
            "knn": np.clip(example.truth - error, 0, 1),
        }
        made.append(Sample(example, {stage: alpha.astype(np.float32) for stage, alpha in alphas.items()}))
    return made


@pytest.fixture
def cutouts(tmp_path):
    """A folder of two cut-outs: a disc, and a veil that is opaque nowhere."""
    folder = tmp_path / "cutouts"
    folder.mkdir()
    _, _, alpha = soft_disc(96)
    colours = np.broadcast_to(np.float32([200, 60, 20]) / 255, (96, 96, 3))
    write_cutout(folder / "disc.png", colours, alpha)
    write_cutout(folder / "veil.png", colours, alpha / 2)
    return folder
