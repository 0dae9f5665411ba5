"""A package of its own adds methods, and nothing but its own files has to know of them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from mattingapp.cli import main
from mattingapp.imaging.errors import PluginWarning
from mattingapp.imaging.matte import read_alpha, write_alpha, write_image
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import plugin_problems, registry, sources
from mattingapp.training.config import TrainingConfig
from mattingapp.training.dataset import read_example
from mattingapp.training.samples import Sources, load_samples
from tests.matting.scenes import soft_disc


def test_a_method_of_another_package_runs_after_those_it_reads(example_plugin):
    photo, trimap, _ = soft_disc(40)
    lightness, contrast = run_pipeline(MattingRequest(photo, trimap, ("contrast",), device="cpu"))
    assert (lightness.title, contrast.title) == ("Lightness", "Contrast")
    np.testing.assert_allclose(contrast.alpha, lightness.alpha**2 * (3 - 2 * lightness.alpha))


def test_so_does_a_network_of_another_package(example_plugin):
    photo, trimap, _ = soft_disc(40)
    *read, network = run_pipeline(MattingRequest(photo, trimap, ("retrained",), device="cpu"))
    assert [result.stage for result in read] == ["closed-form", "knn", "shared"]
    assert network.stage == "retrained"


def test_what_others_read_is_told_from_what_they_make(example_plugin):
    assert sources(registry()) == ("closed-form", "knn", "shared", "lightness")
    contrast = replace(registry()["contrast"], needs=lambda settings: ("mean",))
    assert "mean" in sources({**registry(), "contrast": contrast})


def test_the_command_line_has_the_methods_of_another_package(example_plugin, tmp_path, capsys):
    photo, trimap, _ = soft_disc(40)
    write_image(tmp_path / "photo.png", photo.astype(np.float32))
    write_alpha(tmp_path / "trimap.png", trimap)
    assert main(["methods"]) == 0
    listed = capsys.readouterr().out
    assert re.search(r"lightness +Lightness\n", listed)
    assert re.search(r"contrast +Contrast \(reads lightness\)\n", listed)
    files = [str(tmp_path / name) for name in ("photo.png", "trimap.png", "alpha.png")]
    stages = ["--stages-dir", str(tmp_path / "stages")]
    assert main(["matte", *files[:2], "-o", files[2], "--method", "contrast", *stages]) == 0
    lightness, contrast = (
        read_alpha(tmp_path / "stages" / f"{name}.png") for name in ("lightness", "contrast")
    )
    assert np.abs(contrast - lightness**2 * (3 - 2 * lightness)).max() < 1 / 200  # 8 bits
    np.testing.assert_array_equal(read_alpha(tmp_path / "alpha.png"), contrast)


def test_a_network_is_trained_on_them(example_plugin, tiny_data, tmp_path):
    config = TrainingConfig(inputs=("rgb", "lightness"), trimaps=("trimap1",), composites=0)
    folders = Sources(tiny_data, None, None, tmp_path / "cache")
    samples, _ = load_samples(folders, config, lambda stage, fraction, text: None)
    example = read_example(tiny_data, "a", "trimap1")
    unknown = example.trimap == 128
    brightness = example.photo.mean(2) / (255 if example.photo.dtype == np.uint8 else 1)
    assert np.abs(samples[0].alphas["lightness"] - brightness)[unknown].max() < 1e-4


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("example_plugin_that_is_gone:STAGE", "No module named"),
        ("example_plugin:GONE", "has no attribute 'GONE'"),
        ("example_plugin:lightness", "is no Stage"),
    ],
)
def test_a_method_that_cannot_be_loaded_is_named_and_the_others_work(install, capsys, value, why):
    install(broken=value, lightness="example_plugin:LIGHTNESS")
    with pytest.warns(PluginWarning, match="The method 'broken' of the package 'example-plugin'") as told:
        assert "lightness" in registry()
    assert why in str(told[0].message)
    assert plugin_problems() == (str(told[0].message),)
    registry.cache_clear()
    assert main(["methods"]) == 0
    out, error = capsys.readouterr()
    assert "lightness" in out
    assert error == f"mattingapp: {told[0].message}\n"


def test_no_package_replaces_a_method_there_is(install):
    install(knn="example_plugin:KNN", lightness="example_plugin:LIGHTNESS")
    with pytest.warns(PluginWarning, match="'knn'"):
        assert registry()["knn"].title == "KNN"
