import copy
import dataclasses
import shutil

import cv2
import numpy as np
import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from mattingapp.cli import main
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import write_cutout
from mattingapp.imaging.trimap import check_trimap
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.matting.networks.dcnn import MARGIN
from mattingapp.matting.networks.model import load_model
from mattingapp.training.composites import composites, cutout_composites
from mattingapp.training.config import PRESETS, Loss, TrainingConfig
from mattingapp.training.cross_validation import folds, predict
from mattingapp.training.curve import read_curve
from mattingapp.training.dataset import example_names, read_example, select_names
from mattingapp.training.evaluation import evaluate, mean_scores
from mattingapp.training.patches import PatchSampler
from mattingapp.training.redrawn import redrawn
from mattingapp.training.run import TrainingRun, choose_start, run_training
from mattingapp.training.samples import Sources
from mattingapp.training.stage_alphas import with_stage_alphas
from mattingapp.training.trainer import _rate, has_fast_bfloat16, train
from tests.matting.scenes import soft_disc

CPU = torch.device("cpu")
QUICK = TrainingConfig(iterations=40, batch=8, patch=27, trimaps=("trimap1",), resize=1.1)


class TestDataSet:
    def test_examples_are_read_with_their_trimap(self, tiny_data):
        assert example_names(tiny_data) == ("a", "b", "c", "d")
        example = read_example(tiny_data, "b", "trimap2")
        _, _, alpha = soft_disc(64)
        assert example.kind == "trimap2"
        np.testing.assert_allclose(example.truth, alpha, atol=0.5 / 255 + 1e-6)

    def test_a_folder_that_is_no_data_set_is_told(self, tmp_path):
        with pytest.raises(InputError, match="input"):
            example_names(tmp_path)
        (tmp_path / "input").mkdir()
        with pytest.raises(InputError, match="no photos"):
            example_names(tmp_path)

    def test_a_missing_trimap_is_told_with_its_name(self, tiny_data):
        (tiny_data / "trimap1" / "c.png").unlink()
        with pytest.raises(InputError, match="trimap1 has no image 'c'"):
            read_example(tiny_data, "c", "trimap1")

    def test_sizes_that_differ_are_told(self, tiny_data):
        cv2.imwrite(str(tiny_data / "gt" / "a.png"), np.zeros((64, 63), np.uint8))
        with pytest.raises(InputError, match=r"gt/a\.png' is 63 × 64 pixels but the photo is 64 × 64"):
            read_example(tiny_data, "a", "trimap1")
        cv2.imwrite(str(tiny_data / "trimap1" / "b.png"), np.full((9, 9), 128, np.uint8))
        with pytest.raises(InputError, match="trimap1/b"):
            read_example(tiny_data, "b", "trimap1")

    def test_images_are_chosen_by_name(self, tiny_data):
        assert select_names(tiny_data, ("b", "a")) == ("b", "a")
        with pytest.raises(InputError, match="no image 'z'"):
            select_names(tiny_data, ("z",))


class TestStageAlphas:
    def test_they_are_computed_once_and_kept(self, tiny_data, tmp_path):
        examples = [read_example(tiny_data, name, "trimap1") for name in ("a", "b")]
        computed = []
        stages, cache = ("closed-form", "knn"), tmp_path / "cache"
        first = with_stage_alphas(examples, stages, cache, 1, lambda done, of: computed.append((done, of)))
        again = with_stage_alphas(examples, stages, cache, 1, lambda done, of: computed.append((done, of)))
        assert computed == [(1, 2), (2, 2)]
        for one, other in zip(first, again, strict=True):
            for stage in stages:
                np.testing.assert_array_equal(one.alphas[stage], other.alphas[stage])
                unknown = one.example.trimap == 128
                assert np.abs(one.alphas[stage] - one.example.truth)[unknown].mean() < 0.1

    def test_an_interrupted_run_computes_only_what_is_missing(self, tiny_data, tmp_path):
        examples = [read_example(tiny_data, name, "trimap1") for name in ("a", "b")]
        computed = []
        with_stage_alphas(examples[:1], ("knn",), tmp_path, 1, lambda done, of: None)
        with_stage_alphas(examples, ("knn",), tmp_path, 1, lambda done, of: computed.append(of))
        assert computed == [1]


def test_composites_keep_alpha_and_trimap_and_change_the_background(tiny_data):
    example = read_example(tiny_data, "a", "trimap1")
    made = list(composites([example], tiny_data.parent / "backgrounds", 2))
    assert len(made) == 2
    opaque, transparent = example.truth == 1, example.truth == 0
    for composite in made:
        assert composite.kind == "composite"
        assert composite.name == "a"
        assert np.abs(composite.photo[opaque].astype(int) - example.photo[opaque]).max() <= 1
        assert np.abs(composite.photo[transparent].astype(int) - example.photo[transparent]).mean() > 20
    assert (made[0].photo[transparent] != made[1].photo[transparent]).any()


def test_collages_are_busier_and_more_colourful_than_the_photos_they_are_made_of(tiny_data):
    example = read_example(tiny_data, "a", "trimap1")
    backgrounds = tiny_data.parent / "backgrounds"
    transparent = example.truth == 0
    busy, colourful = [], []
    for collages in (0.0, 1.0):
        made = list(composites([example], backgrounds, 2, collages))
        photos = np.stack([composite.photo for composite in made]).astype(float)
        assert all((composite.truth == example.truth).all() for composite in made)
        busy.append(np.abs(np.diff(photos, axis=2)).mean(axis=(0, 3))[transparent[:, 1:]].mean())
        colourful.append(np.ptp(photos, axis=3).mean(axis=0)[transparent].mean())
    assert busy[1] > busy[0]
    assert colourful[1] > colourful[0]


def test_so_many_of_the_composites_as_one_says_are_on_collages(tiny_data):
    examples = [dataclasses.replace(read_example(tiny_data, "a", "trimap1"), name=f"a{i}") for i in range(40)]
    backgrounds = tiny_data.parent / "backgrounds"
    plain, mixed = (list(composites(examples, backgrounds, 1, collages)) for collages in (0.0, 0.3))
    changed = np.mean([(a.photo != b.photo).any() for a, b in zip(plain, mixed, strict=True)])
    assert 0.1 < changed < 0.5


def test_redrawn_trimaps_differ_in_width_and_are_true(tiny_data):
    examples = [read_example(tiny_data, "a", kind) for kind in ("trimap1", "trimap2")]
    made = list(redrawn(examples, 3))
    assert [example.kind for example in made] == ["redrawn 1", "redrawn 2", "redrawn 3"]
    assert len({int((example.trimap == 128).sum()) for example in made}) == 3
    for example, again in zip(made, redrawn(examples, 3), strict=True):
        check_trimap(example.trimap, example.photo.shape)
        assert (example.truth[example.trimap == 255] > 0.98).all()
        assert (example.truth[example.trimap == 0] < 0.02).all()
        assert (example.trimap == again.trimap).all()


def test_a_photo_without_anything_definite_has_no_redrawn_trimaps(tiny_data):
    example = read_example(tiny_data, "a", "trimap1")
    assert not list(redrawn([dataclasses.replace(example, truth=np.full_like(example.truth, 0.5))], 2))


class TestPatches:
    def batch(self, samples, **changes):
        config = dataclasses.replace(QUICK, **changes)
        return PatchSampler(samples, config, 0, config.batch).batch(0)

    def test_shapes_and_ranges(self, samples):
        batch = self.batch(samples)
        assert batch.inputs.shape == (8, 5, 27, 27)
        assert batch.truth.shape == batch.unknown.shape == (8, 1, 15, 15)
        assert set(batch.unknown.unique().tolist()) <= {0.0, 1.0}
        assert (batch.unknown.sum((1, 2, 3)) > 0).all()

    def test_plain_patches_hold_the_photo_normalised_and_the_alphas_beside_the_truth(self, samples):
        batch = self.batch(samples, colour=False, swap=False, resize=1.0)
        length = batch.inputs[:, :3].square().sum(1).sqrt()
        inside = length > 0.5  # zeros surround the photo
        np.testing.assert_allclose(length[inside], 1, atol=2e-3)
        core = batch.inputs[:, 3:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        counts = (batch.unknown[:, 0] > 0) & (batch.truth[:, 0] > 0.2) & (batch.truth[:, 0] < 0.8)
        np.testing.assert_allclose(core[:, 0][counts], batch.truth[:, 0][counts] + 0.2, atol=2e-3)
        np.testing.assert_allclose(core[:, 1][counts], batch.truth[:, 0][counts] - 0.2, atol=2e-3)

    def test_swapped_patches_swap_alphas_and_truth_together(self, samples):
        batch = self.batch(samples, colour=False, swap=True, resize=1.0)
        core = batch.inputs[:, 3:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        counts = (batch.unknown[:, 0] > 0) & (batch.truth[:, 0] > 0.2) & (batch.truth[:, 0] < 0.8)
        np.testing.assert_allclose(core.mean(1)[counts], batch.truth[:, 0][counts], atol=2e-3)
        above = torch.tensor(
            [bool((c[0] - t[0])[k].mean() > 0) for c, t, k in zip(core, batch.truth, counts, strict=True)]
        )
        assert above.any()
        assert not above.all()

    def test_the_seed_decides(self, samples):
        assert torch.equal(self.batch(samples).inputs, self.batch(samples).inputs)


class TestTrainer:
    @pytest.mark.parametrize("loss", Loss)
    def test_it_learns_to_fuse(self, samples, loss):
        config = dataclasses.replace(QUICK, iterations=300, loss=loss, gradient=0.5)
        losses = []
        network = train(samples, config, CPU, report=lambda step, steps, loss: losses.append(loss))
        assert losses[-1] < losses[0]
        sample = samples[0]
        unknown = sample.example.trimap == 128
        error = np.abs(predict(network, config.card(), sample, CPU) - sample.example.truth)[unknown].mean()
        inputs = [np.abs(alpha - sample.example.truth)[unknown].mean() for alpha in sample.alphas.values()]
        assert error < min(inputs)

    def test_a_run_that_was_interrupted_ends_as_one_that_was_not(self, samples, tmp_path):
        config = dataclasses.replace(QUICK, iterations=250, cycles=2)
        whole = train(samples, config, CPU)

        def interrupt(step, steps, loss):
            if step == 200:
                raise KeyboardInterrupt

        checkpoint = tmp_path / "run.checkpoint"
        with pytest.raises(KeyboardInterrupt):
            train(samples, config, CPU, checkpoint, interrupt)
        assert checkpoint.exists()
        steps = []
        resumed = train(samples, config, CPU, checkpoint, lambda step, steps_, loss: steps.append(step))
        assert steps == [250]  # the reports at 100 and 200 lay before the interruption
        assert not checkpoint.exists()
        for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
            assert torch.equal(one, other)

    def test_the_fusion_network_follows_from_the_seed_interrupted_or_not_and_every_time(
        self, samples, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("mattingapp.training.trainer.REPORT_EVERY", 2)
        config = dataclasses.replace(
            PRESETS["fusion"],
            inputs=("rgb", "trimap", "closed-form", "knn"),
            **{"iterations": 4, "batch": 2, "patch": 64, "width": 4},
        )

        def interrupt(step, steps, loss):
            if step == 2:
                raise KeyboardInterrupt

        untouched = copy.deepcopy(samples)
        whole, again = train(samples, config, CPU), train(samples, config, CPU)
        with pytest.raises(KeyboardInterrupt):
            train(copy.deepcopy(untouched), config, CPU, tmp_path / "c", interrupt)
        resumed = train(untouched, config, CPU, tmp_path / "c")
        for one, two, three in zip(*(net.parameters() for net in (whole, again, resumed)), strict=True):
            assert torch.equal(one, two)
            assert torch.equal(one, three)

    @pytest.mark.parametrize("spoil", [lambda data: data[:100], lambda data: b"", lambda data: b"x" * 99])
    def test_a_damaged_checkpoint_says_that_it_is_to_be_deleted(self, samples, tmp_path, spoil):
        def interrupt(step, steps, loss):
            raise KeyboardInterrupt

        config = dataclasses.replace(QUICK, iterations=1)
        checkpoint = tmp_path / "c"
        with pytest.raises(KeyboardInterrupt):
            train(samples, config, CPU, checkpoint, interrupt)
        checkpoint.write_bytes(spoil(checkpoint.read_bytes()))
        with pytest.raises(InputError, match="c is damaged; delete it"):
            train(samples, config, CPU, checkpoint)

    def test_the_weights_at_the_ends_of_all_cycles_but_the_first_are_averaged(self, samples, monkeypatch):
        ends = []
        update = AveragedModel.update_parameters

        def spy(averaged, network):
            ends.append(copy.deepcopy(network.state_dict()))
            update(averaged, network)

        monkeypatch.setattr(AveragedModel, "update_parameters", spy)
        config = dataclasses.replace(QUICK, iterations=20, cycles=3)
        result = train(samples, config, CPU).state_dict()
        assert len(ends) == 2
        for name, weights in result.items():
            second, third = (end[name] for end in ends)
            assert not torch.equal(second, third)
            torch.testing.assert_close(weights, (second + third) / 2)

    def test_the_first_of_several_cycles_takes_half_the_steps_and_the_others_a_lower_rate(self):
        config = dataclasses.replace(QUICK, iterations=1000, cycles=3)
        rates = [_rate(step, config) for step in range(1000)]
        peaks = [
            start + int(np.argmax(rates[start:end])) for start, end in ((0, 500), (500, 750), (750, 1000))
        ]
        assert [rates[peak] for peak in peaks] == pytest.approx([1, 0.3, 0.3], rel=0.02)
        assert peaks == [49, 524, 774]
        assert max(rates[499], rates[749], rates[999]) < 1e-4

    def test_one_cycle_is_a_plain_training(self):
        config = dataclasses.replace(QUICK, iterations=1000)
        rates = [_rate(step, config) for step in range(1000)]
        assert rates[100:] == sorted(rates[100:], reverse=True)
        assert rates[-1] < 1e-4

    def test_a_checkpoint_of_another_run_is_refused(self, samples, tmp_path):
        def interrupt(step, steps, loss):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train(samples, dataclasses.replace(QUICK, iterations=150), CPU, tmp_path / "c", interrupt)
        with pytest.raises(InputError, match="other settings"):
            train(samples, dataclasses.replace(QUICK, iterations=150, seed=1), CPU, tmp_path / "c")
        with pytest.raises(InputError, match="other settings or images"):
            train(samples[:2], dataclasses.replace(QUICK, iterations=150), CPU, tmp_path / "c")


@pytest.mark.parametrize("capability", ["AVX2", "AVX512"])
def test_mixed_precision_is_for_processors_that_have_it(samples, monkeypatch, capability):
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    assert has_fast_bfloat16(CPU) == (capability == "AVX512")
    network = train(samples, dataclasses.replace(QUICK, iterations=2), CPU)
    assert all(parameter.dtype == torch.float32 for parameter in network.parameters())


def test_folds_part_the_images_and_hold_each_once():
    parts = folds(["b", "a", "a", "c", "d", "e"], 3)
    assert sorted(name for part in parts for name in part) == ["a", "b", "c", "d", "e"]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_cutouts_become_examples_and_those_without_a_core_are_left_out(tiny_data, cutouts):
    (made,) = cutout_composites(cutouts, tiny_data.parent / "backgrounds")
    assert made.name == "disc"
    assert made.photo.dtype == np.uint8
    assert set(np.unique(made.trimap)) == {0, 128, 255}
    assert (made.truth[made.trimap == 255] > 0.98).all()
    assert (made.truth[made.trimap == 0] < 0.02).all()
    opaque = made.photo[made.truth > 0.999].astype(int)
    assert np.abs(opaque - (200, 60, 20)).mean() < 10


def test_of_a_net_some_strands_stay_known(tiny_data, tmp_path):
    alpha = np.zeros((160, 160), np.float32)
    for strand in range(32, 128, 16):
        alpha[strand : strand + 7, 32:128] = alpha[32:128, strand : strand + 7] = 1
    folder = tmp_path / "nets"
    folder.mkdir()
    for number in range(8):  # each draws a width of its own, most of them wider than a strand is deep
        write_cutout(folder / f"{number}.png", np.full((160, 160, 3), 0.7, np.float32), alpha)
    nets = list(cutout_composites(folder, tiny_data.parent / "backgrounds"))
    assert len(nets) == 8
    for net in nets:
        assert set(np.unique(net.trimap)) == {0, 128, 255}
        assert (net.truth[net.trimap == 255] > 0.98).all()


def test_cutouts_without_transparency_are_told(tiny_data):
    with pytest.raises(InputError, match="no transparency"):
        list(cutout_composites(tiny_data / "input", tiny_data.parent / "backgrounds"))


def test_a_whole_run_scores_by_folds_and_writes_a_model_that_the_program_reads(tiny_data, cutouts, tmp_path):
    output = tmp_path / "mine.safetensors"
    told = []
    config = TrainingConfig(trimaps=("trimap1",), redrawn=1, composites=1, iterations=30, batch=8, patch=27)
    sources = Sources(tiny_data, tiny_data.parent / "backgrounds", cutouts, tmp_path / "cache", 2)
    run = TrainingRun(sources, config, output, folds=2, device="cpu")
    lines = run_training(run, lambda *progress: told.append(progress))
    text = "\n".join(lines)
    assert "4 photos, 13 examples" in text
    assert "trimap1 dcnn" in text
    _, card = load_model(output)
    assert card.inputs == ("rgb", "closed-form", "knn")
    assert card.training["config"]["iterations"] == 30
    assert set(card.scores) == {"protocol", "trimap1", "trimap2", "redrawn 1", "redrawn 2"}
    assert card.training["config"]["trimaps"] == ["trimap1"]
    methods = {"closed-form", "knn", "mean of inputs", "dcnn"}
    assert set(card.scores["trimap1"]) == {*methods, "dcnn / mean of inputs"}
    assert [point[0] for point in read_curve(tmp_path / "mine.csv")] == [30]
    assert cv2.imread(str(tmp_path / "mine.png")).shape == (400, 720, 3)
    assert ("stages", 1.0, "13 of 13") in told


class TestStart:
    """Where a training starts from."""

    def test_the_bundled_model_unless_it_would_be_scored_or_does_not_fit(self):
        fast = PRESETS["fast"]
        assert choose_start(None, False, fast)[0] == DEFAULT_MODEL
        assert choose_start(None, True, fast)[0] is None
        start, told = choose_start(None, False, dataclasses.replace(fast, layers=8))
        assert start is None
        assert "another size" in told
        assert choose_start("scratch", False, fast)[0] is None

    def test_a_model_that_does_not_fit_is_told(self):
        with pytest.raises(InputError, match="its layers is 4, not 8"):
            choose_start(str(DEFAULT_MODEL), False, dataclasses.replace(PRESETS["fast"], layers=8))

    def test_fine_tuning_goes_on_from_the_weights(self, samples):
        start, _ = load_model(DEFAULT_MODEL)
        config = dataclasses.replace(QUICK, iterations=1, learning_rate=1e-9)
        tuned = train(samples, config, CPU, start=start)
        for before, after in zip(start.parameters(), tuned.parameters(), strict=True):
            torch.testing.assert_close(before, after, atol=1e-6, rtol=0)

    def test_a_users_folder_with_one_kind_of_trimap_is_enough(self, tiny_data, tmp_path, capsys):
        (tiny_data / "trimap1").rename(tiny_data / "trimap")
        shutil.rmtree(tiny_data / "trimap2")
        model = tmp_path / "mine.safetensors"
        command = ["train", str(tiny_data), "-o", str(model), "--device", "cpu", "--workers", "1"]
        assert main([*command, "--iterations", "2", "--set", "batch=2"]) == 0
        out = capsys.readouterr().out
        assert "Starting from the bundled model" in out
        assert "4 photos, 4 examples" in out
        _, card = load_model(model)
        assert card.training["start"] == "dcnn.safetensors"
        assert card.training["config"]["trimaps"] == ["trimap"]

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("train", "DATA", "-o", "m.safetensors", "--layers", "-1"), "layers must be from 0"),
            (("train", "DATA", "-o", "m.safetensors", "--workers", "0"), "1 worker or more, not 0"),
            (("train", "DATA", "-o", "m.safetensors", "--inputs", ","), "inputs cannot be ','"),
            (("train", "DATA", "-o", "m.safetensors", "--set", "learning_rate=nan"), "learning_rate must be"),
            (("train", "DATA", "--folds", "-1"), "-1 folds cannot be made of 4 photos; choose from 2 to 4"),
            (("train", "DATA", "--folds", "5"), "5 folds cannot be made"),
            (("train", "DATA", "-o", "notes.safetensors", "--workers", "1"), "notes.csv is no loss curve"),
            (("experiment", "layers", "DATA", "--folds", "0"), "0 folds cannot be made"),
            (("experiment", "layers", "DATA", "--seeds", "0"), "1 seed or more, not 0"),
            (("experiment", "layers", "DATA", "--only", ","), "No trial is named"),
            (("evaluate", "--data", "DATA", "--images", ","), "No image is named; name some of a, b, c, d"),
        ],
    )
    def test_numbers_and_lists_that_cannot_be_are_told_in_one_line(
        self, tiny_data, tmp_path, capsys, monkeypatch, options, told
    ):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "notes.csv").write_text("milk, bread\n1, 2\n")
        assert main([str(tiny_data) if option == "DATA" else option for option in options]) == 2
        error = capsys.readouterr().err.strip()
        assert told in error
        assert "\n" not in error

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            (lambda folder: shutil.rmtree(folder / "input"), "has no folder 'input'"),
            (lambda folder: [shutil.rmtree(path) for path in folder.glob("trimap*")], "no folder of trimaps"),
            (lambda folder: (folder / "trimap1" / "b.png").unlink(), "trimap1 has no image 'b'"),
            (lambda folder: shutil.rmtree(folder / "gt"), "gt has no image 'a'"),
        ],
    )
    def test_a_wrong_folder_is_told_in_one_line(self, tiny_data, tmp_path, capsys, spoil, told):
        spoil(tiny_data)
        assert main(["train", str(tiny_data), "-o", str(tmp_path / "m.safetensors")]) == 2
        error = capsys.readouterr().err.strip()
        assert told in error
        assert "\n" not in error


def test_evaluation_gives_a_row_for_every_image_and_method(tiny_data):
    rows = list(evaluate(tiny_data, "trimap1", ("knn", "mean"), ("a", "c"), {}, "cpu"))
    assert [(row.image, row.method) for row in rows] == [
        ("a", "knn"),
        ("a", "mean"),
        ("c", "knn"),
        ("c", "mean"),
    ]
    means = mean_scores(rows)
    assert means["mean"].sad == pytest.approx((rows[1].scores.sad + rows[3].scores.sad) / 2)


@pytest.mark.parametrize(
    ("preset", "model"), [("fast", "dcnn"), ("paper", "dcnn"), ("three", "dcnn3"), ("fusion", "fusion")]
)
def test_fine_tuning_starts_from_the_bundled_model_that_fits(preset, model):
    start, told = choose_start(None, False, PRESETS[preset])
    assert start is not None
    assert start.stem == model
    assert told == f"Starting from the bundled model {model}."
