import dataclasses
import json

import numpy as np
import pytest
import torch

from mattingapp.cli import main
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha, write_alpha, write_image
from mattingapp.matting.dcnn import DcnnSettings
from mattingapp.matting.fusion import STAGE, FusionSettings, fusion
from mattingapp.matting.job import Job
from mattingapp.matting.networks.channels import plane_reader
from mattingapp.matting.networks.fusion import MEDIAN_FIRST, BlendNetwork
from mattingapp.matting.networks.model import Architecture, ModelCard, card_path, load_model, save_model
from mattingapp.matting.networks.tiles import forward_tiled
from mattingapp.matting.stages import StageInputs, find_stage
from tests.matting.scenes import soft_disc

CPU = torch.device("cpu")
STAGES = ("closed-form", "knn")


def card(width=4):
    return ModelCard("test", "1", ("rgb", "trimap", *STAGES), width=width, architecture=Architecture.FUSION)


def lively_network(width=4):
    """Return a network that, unlike a fresh one, answers what it sees."""
    torch.manual_seed(0)
    network = BlendNetwork(2, width).eval()
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return network


@pytest.fixture
def scene():
    """Photo, trimap and two alphas of noise, all of it unknown but for two corners."""
    random = np.random.default_rng(0)
    trimap = np.full((200, 333), 128, np.uint8)
    trimap[:9, :9], trimap[-9:, -9:] = 0, 255
    alphas = {name: random.random(trimap.shape).astype(np.float32) for name in STAGES}
    return random.random((*trimap.shape, 3)), trimap, alphas


def answer(network, photo, trimap, alphas, tile=512):
    alpha = np.full(trimap.shape, 7, np.float32)
    read = plane_reader(STAGES, photo, trimap, alphas)
    forward_tiled(network, read, trimap == 128, alpha, tile, CPU, Job())
    return alpha


class TestNetwork:
    def test_a_fresh_one_is_the_mean_of_the_stages_that_are_present(self, scene):
        photo, trimap, alphas = scene
        network, unknown = BlendNetwork(2, 4), trimap == 128
        mean = np.mean(list(alphas.values()), axis=0)
        np.testing.assert_allclose(answer(network, photo, trimap, alphas)[unknown], mean[unknown], atol=1e-6)
        one = {"knn": alphas["knn"]}
        np.testing.assert_allclose(
            answer(network, photo, trimap, one)[unknown], alphas["knn"][unknown], atol=1e-6
        )
        assert (answer(network, photo, trimap, {})[unknown] == 0.5).all()

    @pytest.mark.parametrize("absent", [(), (1,), (0, 2), (0, 1, 2, 3)])
    def test_a_fresh_one_blends_mostly_the_median_of_the_stages_that_are_present(self, absent):
        random = np.random.default_rng(0)
        planes = random.random((1, 15, 16, 32)).astype(np.float32)
        alphas, present = planes[0, 7::2], planes[0, 8::2]
        present[:] = 1
        for stage in absent:
            alphas[stage], present[stage] = 0, 0
        with torch.inference_mode():
            found = BlendNetwork(4, 4)(torch.from_numpy(planes))[0, 0].numpy()
        left = np.delete(alphas, absent, axis=0)
        if not len(left):
            np.testing.assert_array_equal(found, 0.5)
            return
        weight = np.exp(MEDIAN_FIRST)
        expected = (left.sum(0) + weight * np.median(left, axis=0)) / (len(left) + weight)
        np.testing.assert_allclose(found, expected, atol=1e-6)

    def test_the_answer_lies_in_range_and_only_where_it_is_unknown(self, scene):
        photo, trimap, alphas = scene
        alpha = answer(lively_network(), photo, trimap, alphas)
        assert (alpha[trimap != 128] == 7).all()
        assert alpha[trimap == 128].min() >= 0
        assert alpha[trimap == 128].max() <= 1

    def test_tiles_leave_no_seams(self, scene):
        photo, trimap, alphas = scene
        network = lively_network()
        whole = answer(network, photo, trimap, alphas)
        tiled = answer(network, photo, trimap, alphas, tile=80)
        assert np.ptp(whole[trimap == 128]) > 0.5
        assert np.abs(tiled - whole).max() < 2e-3

    def test_it_is_small(self):
        count = sum(parameter.numel() for parameter in BlendNetwork(2).parameters())
        assert 1e6 < count < 2e6

    def test_gradients_are_finite_with_any_subset_of_stages(self, scene):
        network = lively_network()
        planes = torch.rand(4, 11, 32, 32)
        planes[:, 8] = torch.tensor([1.0, 1.0, 0.0, 0.0])[:, None, None]
        planes[:, 10] = torch.tensor([1.0, 0.0, 1.0, 0.0])[:, None, None]
        network(planes).square().mean().backward()
        assert all(torch.isfinite(parameter.grad).all() for parameter in network.parameters())


class TestPlanes:
    def test_they_are_photo_trimap_and_stages(self, scene):
        photo, trimap, alphas = scene
        planes = plane_reader(STAGES, photo, trimap, {"knn": alphas["knn"]})(slice(0, 50), slice(3, 60))
        assert planes.shape == (11, 50, 57)
        assert planes.dtype == np.float32
        np.testing.assert_allclose(planes[:3], np.moveaxis(photo[:50, 3:60], 2, 0) - 0.5, atol=1e-6)
        assert (planes[3] == (trimap[:50, 3:60] == 0)).all()
        assert (planes[5, :9, :6] == 0).all()  # no distance to the background on it
        assert (np.diff(planes[5, 0]) >= 0).all()
        assert (planes[7:9] == 0).all()  # closed-form is missing
        assert (planes[9] == alphas["knn"][:50, 3:60]).all()
        assert (planes[10] == 1).all()

    def test_a_part_is_cut_from_the_whole(self, scene):
        read = plane_reader(STAGES, *scene)
        whole = read(slice(None), slice(None))
        np.testing.assert_array_equal(read(slice(70, 90), slice(100, 300)), whole[:, 70:90, 100:300])


class TestStage:
    @pytest.fixture
    def model(self, tmp_path):
        path = tmp_path / "mine.safetensors"
        save_model(path, card().build(), card())
        return path

    def run(self, settings, alphas):
        photo, trimap, _ = soft_disc()
        return fusion(StageInputs(photo, trimap, alphas, settings, CPU), Job()).alpha, trimap

    def test_known_pixels_come_from_the_trimap(self, model):
        alpha, trimap = self.run(FusionSettings.for_model(model), {})
        assert alpha.dtype == np.float32
        assert (alpha[trimap == 0] == 0).all()
        assert (alpha[trimap == 255] == 1).all()
        assert (alpha[trimap == 128] == 0.5).all()

    @pytest.mark.parametrize("stages", [(), ("knn",), STAGES])
    def test_only_the_chosen_stages_are_needed(self, model, stages):
        stage = dataclasses.replace(STAGE, settings=FusionSettings.for_model(model, stages))
        assert stage.needed() == stages

    def test_a_stage_that_it_cannot_read_is_told(self, model):
        settings = FusionSettings.for_model(model, ("mean",))
        with pytest.raises(InputError, match="cannot read the stage 'mean', only closed-form, knn"):
            dataclasses.replace(STAGE, settings=settings).needed()

    def test_a_model_of_the_other_network_is_told(self, model, tmp_path):
        other = tmp_path / "paper.safetensors"
        paper = ModelCard("paper", "1", ("rgb", *STAGES))
        save_model(other, paper.build(), paper)
        with pytest.raises(InputError, match="a model for the method dcnn"):
            self.run(FusionSettings.for_model(other), {})
        photo, trimap, _ = soft_disc()
        inputs = StageInputs(photo, trimap, {}, DcnnSettings.for_model(model), CPU)
        with pytest.raises(InputError, match="a model for the method fusion"):
            find_stage("dcnn").estimate(inputs, Job())

    def test_the_card_says_which_network_it_is(self, model):
        network, read = load_model(model)
        assert isinstance(network, BlendNetwork)
        assert read == card()
        content = json.loads(card_path(model).read_text())
        card_path(model).write_text(json.dumps({**content, "architecture": "oracle"}))
        with pytest.raises(InputError, match="not a model card"):
            load_model(model)


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path):
        photo, trimap, _ = soft_disc(64)
        write_image(tmp_path / "photo.png", photo)
        write_alpha(tmp_path / "trimap.png", trimap)
        save_model(tmp_path / "mine.safetensors", card().build(), card())
        return tmp_path

    def matte(self, files, *options):
        paths = [str(files / name) for name in ("photo.png", "trimap.png")]
        return main(["matte", *paths, "-o", str(files / "alpha.png"), "--device", "cpu", *map(str, options)])

    def test_a_model_chooses_its_method_and_stages_can_be_left_out(self, files, capsys):
        model = files / "mine.safetensors"
        assert self.matte(files, "--model", model, "--stages", "knn", "--stages-dir", files / "stages") == 0
        assert sorted(path.name for path in (files / "stages").iterdir()) == ["fusion.png", "knn.png"]
        assert "Fusion: " in capsys.readouterr().err
        np.testing.assert_array_equal(
            read_alpha(files / "alpha.png"), read_alpha(files / "stages" / "knn.png")
        )

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--method", "dcnn", "--model", "mine.safetensors"), "needs --method fusion"),
            (("--method", "dcnn", "--stages", "knn"), "needs --method fusion"),
            (("--model", "mine.safetensors", "--stages", "mean"), "cannot read the stage 'mean'"),
        ],
    )
    def test_what_does_not_go_together_is_told(self, files, capsys, monkeypatch, options, told):
        monkeypatch.chdir(files)
        assert self.matte(files, *options) == 2
        assert told in capsys.readouterr().err
