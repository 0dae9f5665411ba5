"""Response maps: what each layer says to one patch, as the whole network would."""

import numpy as np
import pytest
import torch

from mattingapp.imaging.errors import InputError
from mattingapp.matting.job import Job
from mattingapp.matting.networks.channels import channel_reader
from mattingapp.matting.networks.model import ModelCard, load_model, save_model
from mattingapp.matting.networks.responses import PATCH, response_maps
from mattingapp.matting.networks.tiles import forward_tiled
from tests.matting.scenes import soft_disc


@pytest.fixture
def model(tmp_path):
    torch.manual_seed(0)
    card = ModelCard("test", "1", ("rgb", "closed-form", "knn"), layers=2, width=6)
    network = card.build()
    save_model(tmp_path / "net.safetensors", network, card)
    return tmp_path / "net.safetensors"


@pytest.fixture
def scene():
    photo, trimap, alpha = soft_disc(64)
    return photo, trimap, {"closed-form": alpha.astype(np.float32), "knn": np.sqrt(alpha).astype(np.float32)}


def test_every_layer_answers_with_its_maps(model, scene):
    layers = response_maps(*scene, (30, 20), model=model)
    assert [(layer.name, layer.kernel, layer.maps.shape) for layer in layers] == [
        ("F1", 9, (6, 19, 19)),
        ("F2", 1, (6, 19, 19)),
        ("F3", 1, (6, 19, 19)),
        ("F4", 5, (1, 15, 15)),
    ]
    for layer in layers[:-1]:
        assert layer.maps.min() >= 0  # behind the ReLU
        assert layer.maps.max() > 0


@pytest.mark.parametrize("centre", [(30, 20), (2, 61)])
def test_the_last_map_is_the_alpha_the_network_gives_there(model, scene, centre):
    photo, trimap, alphas = scene
    network, card = load_model(model)
    alpha = np.zeros(trimap.shape, np.float32)
    everywhere = np.ones(trimap.shape, bool)
    read = channel_reader(card.inputs, photo, trimap, alphas)
    forward_tiled(network, read, everywhere, alpha, 160, torch.device("cpu"), Job())
    middle = response_maps(photo, trimap, alphas, centre, model=model)[-1].maps[
        0, PATCH // 2 - 6, PATCH // 2 - 6
    ]
    x, y = centre
    assert np.clip(middle, 0, 1) == pytest.approx(alpha[y, x], abs=1e-5)


def test_what_cannot_be_answered_is_said(model, scene):
    photo, trimap, alphas = scene
    with pytest.raises(InputError, match="outside the photo"):
        response_maps(photo, trimap, alphas, (64, 0), model=model)
    with pytest.raises(InputError, match="alpha of knn: run it first"):
        response_maps(photo, trimap, {"closed-form": alphas["closed-form"]}, (3, 3), model=model)
    with pytest.raises(InputError, match="odd side"):
        response_maps(photo, trimap, alphas, (3, 3), patch=12, model=model)
