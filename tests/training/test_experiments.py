import csv
import dataclasses

import cv2
import numpy as np
import pytest

from mattingapp.cli import main
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.metrics import Scores
from mattingapp.matting.knn import KnnSettings
from mattingapp.matting.stages import find_stage, registry
from mattingapp.training import cross_validation, trials
from mattingapp.training.config import PRESETS
from mattingapp.training.cross_validation import MEAN, MEDIAN, untrained
from mattingapp.training.evaluation import Row, compare
from mattingapp.training.experiments import EXPERIMENTS, ExperimentRun
from mattingapp.training.samples import Sources
from mattingapp.training.synthetic import synthetic_examples, textured_background
from mattingapp.training.trials import run_experiment

TINY = {"iterations": 2, "batch": 2, "patch": 32, "width": 4, "composites": 0}


@pytest.fixture
def run(tiny_data, tmp_path):
    sources = Sources(tiny_data, tiny_data.parent / "backgrounds", None, tmp_path / "cache")
    (tmp_path / "results").mkdir()
    return ExperimentRun(
        "layers", sources, tmp_path / "results", folds=2, seeds=2, changes=TINY, device="cpu"
    )


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def quiet(*progress):
    pass


def test_every_trial_and_seed_is_scored_and_the_table_says_how(run):
    only = dataclasses.replace(run, only=("1 layers", "4 layers"))
    lines = list(run_experiment(only, quiet))
    assert lines[0].startswith("1 layers, seed 0: trimap1 SAD ")
    table = (run.output / "layers.md").read_text()
    assert "2 folds by image over 4 photos, seeds: 2;" in table
    assert (
        "1 layers, 4 layers: 2 steps of 2 patches of 32 × 32 pixels from the photos and 0 composites of each "
        "(a full training: 5,000 steps of 64 patches of 39 × 39 pixels from the photos and 2 composites of each)"
        in table
    )
    assert "- backgrounds for composites: backgrounds\n- cut-outs for composites: no" in table
    assert table.count("| 4 layers |") == 2  # once a kind of trimap
    assert "| *closed-form* |" in table
    assert "| *mean of closed-form, knn* |" in table
    one_layer = next(line for line in table.splitlines() if line.startswith("| 1 layers"))
    assert one_layer.split(" | ")[-2].count("±") == 3  # compared with the reference, 4 layers
    rows = rows_of(run.output / "layers.csv")
    assert len(rows) == 2 * 2 * 2 * 4  # trials, seeds, trimaps; two inputs, their mean, and the network
    assert {row["method"] for row in rows} == {"closed-form", "knn", "mean of inputs", "dcnn"}


def test_a_finished_trial_is_not_run_again(run, monkeypatch):
    one = dataclasses.replace(run, only=("1 layers",), seeds=1)
    first = list(run_experiment(one, quiet))
    monkeypatch.setattr(trials, "cross_validate", None)
    assert list(run_experiment(one, quiet)) == first


def test_a_trial_is_run_again_where_a_stage_has_other_settings(run, monkeypatch):
    one = dataclasses.replace(run, only=("1 layers",), seeds=1)
    list(run_experiment(one, quiet))
    stage = dataclasses.replace(find_stage("knn"), settings=KnnSettings(tolerance=1e-3))
    monkeypatch.setattr(trials, "registry", lambda: {**registry(), "knn": stage})
    called = []
    monkeypatch.setattr(trials, "cross_validate", lambda *of: called.append(of) or [])
    list(run_experiment(one, quiet))
    assert called


@pytest.mark.parametrize("setting", ["redrawn", "composites", "collages", "cutouts"])
def test_trials_share_samples_only_where_all_that_makes_them_agrees(run, monkeypatch, setting):
    loaded = []
    monkeypatch.setattr(trials, "_load", lambda sources, config, progress: loaded.append(config))
    plain = dataclasses.replace(PRESETS["fast"], redrawn=0, composites=0, collages=0.0, cutouts=0.0)
    for config in (
        plain,
        dataclasses.replace(plain, iterations=7),
        dataclasses.replace(plain, **{setting: 1}),
    ):
        trials._samples(run, config, quiet)
    assert loaded[0] == loaded[1] != loaded[2]


def test_an_input_of_another_program_is_read_from_the_data_set(run, tiny_data):
    given = tiny_data / "comprehensive_original"
    experiment = dataclasses.replace(
        run, name="inputs", only=("RGB+CF+Comprehensive",), seeds=1, changes={**TINY, "patch": 27}
    )
    with pytest.raises(InputError, match=r"no folder 'comprehensive_original'"):
        list(run_experiment(experiment, quiet))
    given.mkdir()
    for truth in (tiny_data / "gt").iterdir():
        (given / truth.name).write_bytes(truth.read_bytes())
    list(run_experiment(experiment, quiet))
    sad = {row["method"]: float(row["sad"]) for row in rows_of(run.output / "inputs.csv")}
    assert sad["comprehensive"] == 0
    assert sad["closed-form"] > 0


def test_a_trial_of_one_kind_of_trimap_is_scored_on_all(run):
    one = dataclasses.replace(run, name="parts", only=("the whole recipe", "small trimaps only"), seeds=1)
    list(run_experiment(one, quiet))
    scored = {(row["trial"], row["trimap"]) for row in rows_of(run.output / "parts.csv")}
    assert scored == {(trial, kind) for trial in one.only for kind in ("trimap1", "trimap2")}


def test_the_bar_is_the_mean_of_the_inputs_and_of_three_their_median():
    alphas = [np.full((2, 2), value, np.float32) for value in (0.1, 0.2, 0.9)]
    two, three = dict(zip("ab", alphas, strict=False)), dict(zip("abc", alphas, strict=True))
    assert untrained({}) == {}
    assert untrained(two)[MEAN][0, 0] == pytest.approx(0.15)
    assert list(untrained(three)) == [MEAN, MEDIAN]
    assert untrained(three)[MEDIAN][0, 0] == pytest.approx(0.2)


def test_the_synthetic_experiment_scores_new_pictures(run):
    lines = list(
        run_experiment(
            dataclasses.replace(run, name="synthetic", only=("the paper's network",), seeds=1), quiet
        )
    )
    assert "synthetic SAD" in lines[0]


def test_the_renders_experiment_scores_cutouts_that_the_network_did_not_see(run, cutouts, monkeypatch):
    disc = cutouts / "disc.png"
    (cutouts / "other.png").write_bytes(disc.read_bytes())
    seen = []
    real = cross_validation.train
    monkeypatch.setattr(
        cross_validation,
        "train",
        lambda samples, *rest: seen.append({s.example.name for s in samples}) or real(samples, *rest),
    )
    sources = dataclasses.replace(run.sources, foregrounds=cutouts)
    both = ("photographs only", "and all of them")
    list(run_experiment(dataclasses.replace(run, name="renders", sources=sources, only=both, seeds=1), quiet))
    photographs = set(sources.names)
    assert [names - photographs for names in seen] == [set(), set(), {"other"}, {"disc"}]
    assert [len(names & photographs) for names in seen] == [2, 2, 2, 2]
    rows = [row for row in rows_of(run.output / "renders.csv") if row["method"] == "fusion"]
    assert {(row["trial"], row["trimap"]) for row in rows} == {
        (trial, kind) for trial in both for kind in ("trimap1", "trimap2", "cut-out")
    }


def test_synthetic_pictures_keep_the_foreground_and_are_the_same_every_time(samples):
    example = samples[0].example
    (made,) = synthetic_examples([example])
    (again,) = synthetic_examples([example])
    assert made.kind == "synthetic"
    np.testing.assert_array_equal(made.photo, again.photo)
    assert np.abs(made.photo[example.truth == 1].astype(int) - example.photo[example.truth == 1]).max() <= 1
    background = textured_background((200, 300), 1)
    assert background.shape == (200, 300, 3)
    assert background.std((0, 1)).min() > 0.2  # colourful


def test_what_is_not_there_is_told(run):
    with pytest.raises(InputError, match="no experiment 'speed'; choose one of layers, inputs"):
        list(run_experiment(dataclasses.replace(run, name="speed"), quiet))
    with pytest.raises(InputError, match="no trial '3 layers'; choose of 1 layers"):
        list(run_experiment(dataclasses.replace(run, only=("3 layers",)), quiet))


@pytest.mark.parametrize(("name", "option"), [("renders", "foregrounds"), ("parts", "backgrounds")])
def test_what_is_compared_must_be_there(run, name, option):
    without = dataclasses.replace(run.sources, backgrounds=None)
    sources = run.sources if name == "renders" else without
    with pytest.raises(InputError, match=f"name a folder of {option}"):
        list(run_experiment(dataclasses.replace(run, name=name, sources=sources, changes={}), quiet))


def test_the_trials_of_an_experiment_differ_only_in_what_is_compared():
    parts = EXPERIMENTS["parts"].trials
    for label, config in parts.items():
        different = [
            field.name
            for field in dataclasses.fields(config)
            if getattr(config, field.name) != getattr(PRESETS["fast"], field.name)
        ]
        assert len(different) == (0 if label == "the whole recipe" else 1), label


def test_a_comparison_counts_means_images_and_wins():
    rows = [
        Row(image, method, Scores(*(value,) * 4), 0.0)
        for image, ours, theirs in (("a", 1.0, 2.0), ("b", 6.0, 6.0), ("c", 2.0, 1.0), ("d", 1.0, 8.0))
        for method, value in (("ours", ours), ("theirs", theirs))
    ]
    against = compare(rows, "ours", "theirs")
    assert against.plain.sad == pytest.approx(10 / 17)
    assert against.geometric.mse == pytest.approx((1 / 2 * 1 * 2 * 1 / 8) ** 0.25)
    assert (against.won.gradient, against.images) == (2, 4)


class TestPictures:
    def test_responses_of_every_layer_are_drawn(self, tiny_data, tmp_path, capsys):
        command = [
            "experiment",
            "responses",
            str(tiny_data),
            "-o",
            str(tmp_path),
            "--at",
            "20,32",
            "--image",
            "b",
        ]
        assert main(command) == 0
        assert "responses.png written: b at 20, 32" in capsys.readouterr().out
        picture = cv2.imread(str(tmp_path / "responses.png"))
        assert picture.shape[0] > 400
        assert picture.std() > 20

    def test_groups_are_drawn_and_counted(self, tiny_data, tmp_path, capsys):
        command = ["experiment", "groups", str(tiny_data), "-o", str(tmp_path / "new"), "--set", "groups=4"]
        assert main([*command, "--workers", "1"]) == 0
        assert "patches in 4 groups of" in capsys.readouterr().out
        assert (tmp_path / "new" / "groups.png").exists()
