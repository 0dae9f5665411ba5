import json
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from mattingapp.imaging.errors import InputError
from mattingapp.matting import estimate_alpha
from mattingapp.matting.dcnn import DcnnSettings
from mattingapp.matting.job import Job
from mattingapp.matting.networks.channels import channel_reader, normalised_rgb
from mattingapp.matting.networks.dcnn import DcnnNetwork
from mattingapp.matting.networks.model import ModelCard, card_path, load_model, save_model
from mattingapp.matting.networks.tiles import forward_tiled
from tests.matting.scenes import soft_disc

INPUT_SETS = {
    ("rgb", "trimap"): 4,
    ("rgb", "closed-form"): 4,
    ("rgb", "knn"): 4,
    ("rgb", "closed-form", "knn"): 5,
    ("rgb", "closed-form", "comprehensive"): 5,
    ("rgb", "closed-form", "knn", "comprehensive"): 6,
}


def card(inputs=("rgb", "closed-form", "knn"), layers=4):
    return ModelCard("test", "1", tuple(inputs), layers)


@pytest.mark.parametrize("layers", [1, 4, 8])
def test_the_architecture_is_the_papers(layers):
    network = DcnnNetwork(5, layers)
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    assert shapes == [(64, 5, 9, 9), *[(64, 64, 1, 1), (64,)] * layers, (1, 64, 5, 5), (1,)]
    kinds = [nn.ReLU if number % 2 else nn.Conv2d for number in range(2 * layers + 3)]
    assert all(isinstance(module, kind) for module, kind in zip(network, kinds, strict=True))
    assert network(torch.zeros(2, 5, 27, 27)).shape == (2, 1, 15, 15)


@pytest.mark.parametrize(("inputs", "channels"), INPUT_SETS.items())
def test_any_set_of_inputs_makes_a_network(inputs, channels):
    assert card(inputs).build()(torch.zeros(1, channels, 13, 14)).shape == (1, 1, 1, 2)


def test_rgb_is_normalised_by_the_length_of_its_vector():
    photo = np.array([[[0.3, 0.4, 0.0], [0.0, 0.0, 0.0]]])
    np.testing.assert_allclose(normalised_rgb(photo), [[[0.6, 0.8, 0.0], [0.0, 0.0, 0.0]]])


@pytest.mark.parametrize("tile", [17, 40, 160])
def test_tiles_do_not_change_the_result(tile):
    random = np.random.default_rng(0)
    photo = random.random((93, 71, 3))
    trimap = np.full((93, 71), 128, np.uint8)
    alphas = {name: random.random((93, 71)).astype(np.float32) for name in ("closed-form", "knn")}
    network = card().build().eval()
    read = channel_reader(card().inputs, photo, trimap, alphas)
    whole = functional.pad(torch.from_numpy(read(slice(None), slice(None)))[None], (6, 6, 6, 6))
    with torch.no_grad():
        expected = network(whole)[0, 0].clamp(0, 1).numpy()
    alpha = np.zeros((93, 71), np.float32)
    forward_tiled(network, read, trimap == 128, alpha, tile, torch.device("cpu"), Job())
    np.testing.assert_allclose(alpha, expected, atol=2e-6)


def test_only_unknown_pixels_are_written_and_only_their_tiles_computed():
    unknown = np.zeros((100, 100), bool)
    unknown[70:75, 70:75] = True
    alpha = np.full((100, 100), 7, np.float32)
    steps = []
    read = channel_reader(("trimap",), np.zeros((100, 100, 3)), np.full((100, 100), 128, np.uint8), {})
    job = Job(progress=lambda fraction, text: steps.append(text))
    forward_tiled(DcnnNetwork(1), read, unknown, alpha, 50, torch.device("cpu"), job)
    assert steps == ["tile 1 of 1"]
    assert (alpha[~unknown] == 7).all()
    assert (alpha[unknown] <= 1).all()


def test_a_model_is_read_back_as_it_was_written(tmp_path):
    network, written = card(layers=8).build(), card(layers=8)
    save_model(tmp_path / "model.safetensors", network, written)
    again, read = load_model(tmp_path / "model.safetensors")
    assert read == written
    for before, after in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(before, after)


def test_a_model_file_of_ones_own_is_used(tmp_path):
    network = card(("rgb", "trimap")).build()
    torch.nn.init.zeros_(network[-1].weight)
    torch.nn.init.constant_(network[-1].bias, 0.25)
    model = tmp_path / "quarter.safetensors"
    save_model(model, network, card(("rgb", "trimap")))
    photo, trimap, _ = soft_disc()
    alpha = estimate_alpha(
        photo, trimap, "dcnn", device="cpu", settings={"dcnn": DcnnSettings.for_model(model)}
    )
    assert (alpha[trimap == 128] == 0.25).all()


def test_a_model_that_was_trained_again_is_read_again(tmp_path):
    model = tmp_path / "model.safetensors"
    photo, trimap, _ = soft_disc()
    for value in (0.25, 0.75):
        network = card(("rgb", "trimap")).build()
        torch.nn.init.zeros_(network[-1].weight)
        torch.nn.init.constant_(network[-1].bias, value)
        save_model(model, network, card(("rgb", "trimap")))
        alpha = estimate_alpha(
            photo, trimap, "dcnn", device="cpu", settings={"dcnn": DcnnSettings.for_model(model)}
        )
        assert (alpha[trimap == 128] == value).all()


class TestBrokenModels:
    @pytest.fixture
    def model(self, tmp_path):
        path = tmp_path / "model.safetensors"
        save_model(path, card().build(), card())
        return path

    def test_missing_weights(self, model):
        model.unlink()
        with pytest.raises(InputError, match="no file"):
            load_model(model)

    def test_missing_card(self, model):
        card_path(model).unlink()
        with pytest.raises(InputError, match="model card"):
            load_model(model)

    def test_a_card_that_is_no_card(self, model):
        card_path(model).write_text("[1, 2]")
        with pytest.raises(InputError, match="not a model card"):
            load_model(model)

    def test_a_card_of_another_network(self, model):
        content = json.loads(card_path(model).read_text())
        card_path(model).write_text(json.dumps({**content, "layers": 8}))
        with pytest.raises(InputError, match="does not hold the weights"):
            load_model(model)

    @pytest.mark.parametrize(
        "change",
        [
            {"layers": -1},
            {"layers": 10**9},
            {"width": 0},
            {"width": "64"},
            {"name": 5},
            {"inputs": [["rgb"]]},
        ],
    )
    def test_a_card_of_no_network_there_may_be(self, model, change):
        content = json.loads(card_path(model).read_text())
        card_path(model).write_text(json.dumps({**content, **change}))
        with pytest.raises(InputError, match="not a model card"):
            load_model(model)

    def test_weights_that_are_not_finite_are_blamed(self, model):
        network, found = load_model(model)
        next(network.parameters()).fill_(float("nan"))
        save_model(model, network, found)
        with pytest.raises(InputError, match="not finite"):
            load_model(model)

    def test_a_card_of_a_later_program(self, model):
        content = json.loads(card_path(model).read_text())
        card_path(model).write_text(json.dumps({**content, "format": 99}))
        with pytest.raises(InputError, match="update"):
            load_model(model)

    def test_a_pickle_is_refused_and_never_run(self, model, tmp_path):
        witness = tmp_path / "witness"

        class Evil:
            def __reduce__(self):
                return (witness.write_text, ("ran",))

        model.write_bytes(pickle.dumps(Evil()))
        with pytest.raises(InputError, match="does not hold the weights"):
            load_model(model)
        assert not witness.exists()

    def test_a_stage_that_is_not_there_is_named(self, tmp_path):
        model = tmp_path / "three.safetensors"
        three = card(("rgb", "closed-form", "nowhere"))
        save_model(model, three.build(), three)
        photo, trimap, _ = soft_disc()
        with pytest.raises(InputError, match="nowhere"):
            estimate_alpha(photo, trimap, "dcnn", settings={"dcnn": DcnnSettings.for_model(model)})
