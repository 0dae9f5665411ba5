import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.matting.networks.model import Architecture
from mattingapp.training.config import GENTLY, PRESETS, Loss, Optimiser, configure


def test_the_papers_preset_is_the_papers_recipe():
    paper = PRESETS["paper"]
    assert (paper.patch, paper.batch, paper.layers, paper.width) == (27, 128, 4, 64)
    assert (paper.optimiser, paper.learning_rate, paper.loss) == (Optimiser.SGD, 1e-5, Loss.EUCLIDEAN)
    assert (paper.balanced, paper.groups, paper.iterations) == (True, 20, 1_000_000)
    assert paper.inputs == ("rgb", "closed-form", "knn")


def test_settings_come_from_a_file_and_then_from_the_command_line(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('preset = "paper"\niterations = 7\nreach = [1, 3]\nswap = true\nloss = "l2"\n')
    config = configure(
        "fast", file, {"iterations": "9", "inputs": "rgb, knn", "colour": "no", "resize": "1.5"}
    )
    assert (config.batch, config.iterations, config.reach, config.loss) == (128, 9, (1, 3), Loss.L2)
    assert (config.swap, config.colour, config.resize) == (True, False, 1.5)
    assert config.inputs == ("rgb", "knn")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"speed": "9"}, "no training setting 'speed'"),
        ({"iterations": "many"}, "iterations cannot be 'many'"),
        ({"iterations": 1.5}, "iterations cannot be '1.5'"),
        ({"iterations": "0"}, "iterations must be from 1 to"),
        ({"layers": "-1"}, "layers must be from 0 to 1000"),
        ({"learning_rate": "nan"}, "learning_rate must be from 1e-12 to"),
        ({"learning_rate": float("inf")}, "learning_rate must be from"),
        ({"gradient": "nan"}, "gradient must be from 0"),
        ({"resize": "0"}, "resize must be from 1"),
        ({"reach": "0,1"}, "reach must be from 1"),
        ({"seed": "-1"}, "seed must be from 0"),
        ({"inputs": ","}, "inputs cannot be ','"),
        ({"inputs": ()}, "inputs names nothing"),
        ({"trimaps": "trimap1,,"}, "trimaps cannot be"),
        ({"cutout_chance": "1.5"}, "cutout_chance must be from 0 to 1"),
        ({"collages": "-0.5"}, "collages must be from 0 to 1"),
        ({"floor": "-1"}, "floor must be from 0"),
        ({"patch": "12"}, "larger than 12 pixels"),
        ({"architecture": "fusion", "inputs": "rgb,trimap", "patch": "100"}, "multiple of 16"),
        ({"loss": "l3"}, "one of l1, l2, euclidean"),
        ({"swap": "perhaps"}, "swap cannot be 'perhaps'"),
        ({"reach": "1,x"}, "a list of int"),
    ],
)
def test_a_setting_that_cannot_be_is_told(changes, told):
    with pytest.raises(InputError, match=told):
        configure("fast", changes=changes)


def test_an_unknown_preset_and_a_broken_file_are_told(tmp_path):
    with pytest.raises(InputError, match="no preset 'quick'; choose one of fast, three, paper, fusion"):
        configure("quick")
    (tmp_path / "bad.toml").write_text("iterations = = 3")
    with pytest.raises(InputError, match=r"bad\.toml cannot be read"):
        configure("fast", tmp_path / "bad.toml")
    with pytest.raises(InputError, match="cannot be read"):
        configure("fast", tmp_path / "none.toml")


def test_fine_tuning_is_gentle_unless_one_says_otherwise():
    fast = PRESETS["fast"]
    tuned = configure("fast", fine_tune=True)
    assert tuned.learning_rate == pytest.approx(GENTLY * fast.learning_rate)
    assert tuned.iterations == fast.iterations // 3
    assert configure("fast", changes={"iterations": 5}, fine_tune=True).iterations == 5


def test_the_fusion_preset_builds_the_fusion_network():
    card = PRESETS["fusion"].card("mine", "1")
    assert card.architecture is Architecture.FUSION
    assert card.stages == ("closed-form", "knn", "shared")
