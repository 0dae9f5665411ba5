import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from mattingapp.cli import main
from mattingapp.cli.options import METHODS_HELP
from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.matting.stages import DEFAULT_METHOD, registry
from tests.matting.scenes import soft_disc


@pytest.fixture
def scene(tmp_path):
    """Files of a small photo and its trimap in an empty folder."""
    photo, trimap, _ = soft_disc(64)
    cv2.imwrite(str(tmp_path / "photo.png"), np.round(255 * photo[..., ::-1]).astype(np.uint8))
    write_alpha(tmp_path / "trimap.png", trimap)
    return tmp_path


def matte(scene, *options):
    files = [str(scene / "photo.png"), str(scene / "trimap.png")]
    return main(["matte", *files, "-o", str(scene / "alpha.png"), "--device", "cpu", *map(str, options)])


def test_matte_writes_the_alpha(scene, capsys):
    assert matte(scene, "--method", "closed-form") == 0
    _, trimap, alpha = soft_disc(64)
    written = cv2.imread(str(scene / "alpha.png"), cv2.IMREAD_UNCHANGED)
    assert written.dtype == np.uint8
    assert written.shape == (64, 64)
    assert np.abs(written / 255 - alpha)[trimap == 128].mean() < 0.03
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("Closed-form: ")
    assert "\r" not in output.err  # no terminal, so plain lines


def test_a_long_run_without_a_terminal_tells_a_plain_line_now_and_then(scene, capsys, monkeypatch):
    monkeypatch.setattr("mattingapp.cli.progress.Progress.LINE_EVERY", 0.0)
    assert matte(scene, "--method", "closed-form") == 0
    lines = capsys.readouterr().err.splitlines()
    assert "closed-form: 100%, Closed-form" in lines
    assert not any("\r" in line for line in lines)


def test_a_terminal_shows_a_bar_and_takes_it_away(scene):
    import pty  # not on Windows

    main_end, terminal = pty.openpty()
    shown = []

    def read() -> None:
        with contextlib.suppress(OSError):  # Linux's way to say that the terminal is closed
            while data := os.read(main_end, 4096):
                shown.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    command = [sys.executable, "-m", "mattingapp", "matte", "photo.png", "trimap.png", "-o", "a.png"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([*command, "--method", "knn"], cwd=scene, stderr=terminal, env=environment, check=True)
    os.close(terminal)
    reader.join(10)
    os.close(main_end)
    text = b"".join(shown).decode()
    assert "knn " in text
    assert text.split("\033[K")[-2].startswith("KNN: ")
    assert text.endswith("\033[K")


def test_matte_writes_everything_it_is_asked_for(scene, capsys):
    options = ("--method", "mean", "--bits", 16, "--stages-dir", scene / "stages", "--json")
    files = ("--foreground", scene / "cut.png", "--backdrop", "#00ff00", "--composite", scene / "out.png")
    assert matte(scene, *options, *files) == 0
    assert cv2.imread(str(scene / "alpha.png"), cv2.IMREAD_UNCHANGED).dtype == np.uint16
    assert sorted(path.name for path in (scene / "stages").iterdir()) == [
        "closed-form.png",
        "knn.png",
        "mean.png",
    ]
    cutout = cv2.imread(str(scene / "cut.png"), cv2.IMREAD_UNCHANGED)
    assert cutout.shape == (64, 64, 4)
    np.testing.assert_array_equal(cutout[..., 3], cv2.imread(str(scene / "alpha.png"), cv2.IMREAD_UNCHANGED))
    composite = cv2.imread(str(scene / "out.png"), cv2.IMREAD_UNCHANGED)
    assert composite.dtype == np.uint16
    assert composite[0, 0].tolist() == [0, 65535, 0]
    report = json.loads(capsys.readouterr().out)
    assert [stage["stage"] for stage in report["stages"]] == ["closed-form", "knn", "mean", "foreground"]
    assert report["width"] == report["height"] == 64


def test_bits_are_obeyed_or_refused(scene, capsys):
    files = ("--backdrop", "#00ff00", "--composite", scene / "out.jpg")
    assert matte(scene, "--method", "mean", "--bits", 16, *files) == 2
    assert "choose PNG or TIFF for 16" in capsys.readouterr().err


def test_the_cut_out_can_be_premultiplied(scene):
    straight, multiplied = scene / "cut.png", scene / "cut_premultiplied.tif"
    assert matte(scene, "--method", "mean", "--bits", 16, "--foreground", straight) == 0
    assert matte(scene, "--method", "mean", "--bits", 16, "--foreground", multiplied, "--premultiplied") == 0
    colours = cv2.imread(str(straight), cv2.IMREAD_UNCHANGED).astype(float) / 65535
    written = cv2.imread(str(multiplied), cv2.IMREAD_UNCHANGED).astype(float) / 65535
    np.testing.assert_array_equal(written[..., 3], colours[..., 3])
    np.testing.assert_allclose(written[..., :3], colours[..., :3] * colours[..., 3:], atol=2e-5)


def test_an_image_can_be_the_backdrop(scene):
    cv2.imwrite(str(scene / "backdrop.png"), np.full((10, 30, 3), (10, 20, 200), np.uint8))
    options = ("--method", "knn", "--backdrop", scene / "backdrop.png", "--composite", scene / "out.png")
    assert matte(scene, *options) == 0
    np.testing.assert_array_equal(cv2.imread(str(scene / "out.png"))[0, 0], (10, 20, 200))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--method", "magic"), "closed-form"),
        (("--foreground", "cut.jpg"), "png"),
        (("--premultiplied",), "--foreground"),
        (("--backdrop", "#12"), "--composite"),
        (("--backdrop", "#12", "--composite", "out.png"), "colour"),
        (("--device", "abacus"), "abacus"),
        (("--model", "nowhere.safetensors"), "nowhere"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(scene, capsys, monkeypatch, options, words):
    monkeypatch.chdir(scene)
    before = sorted(scene.iterdir())
    assert matte(scene, *options) == 2
    error = capsys.readouterr().err
    assert words in error
    assert len(error.strip().splitlines()) == 1
    assert sorted(scene.iterdir()) == before


@pytest.fixture
def linked(scene):
    """The scene with other names of its files, and a backdrop."""
    (scene / "sub").mkdir()
    (scene / "link.png").symlink_to("photo.png")
    (scene / "hard.png").hardlink_to(scene / "trimap.png")
    cv2.imwrite(str(scene / "meadow.png"), np.zeros((8, 8, 3), np.uint8))
    return scene


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("-o", "photo.png"), "'photo.png' is the photo; write the alpha to another file."),
        (("-o", "trimap.png"), "is the trimap; write the alpha"),
        (("-o", "link.png"), "is the photo"),
        (("-o", "hard.png"), "is the trimap"),
        (("-o", "sub/../photo.png"), "is the photo"),
        (("--foreground", "photo.png"), "is the photo; write the cut-out"),
        (("--backdrop", "meadow.png", "--composite", "meadow.png"), "is the backdrop; write the composite"),
        (("-o", "a.png", "--foreground", "sub/../a.png"), "is the alpha; write the cut-out"),
        (("-o", "sub/knn.png", "--stages-dir", "sub"), "is the alpha; write the alpha of KNN"),
        (("-o", "new/knn.png", "--stages-dir", "new"), "no folder"),
    ],
)
def test_an_output_that_would_overwrite_a_file_of_the_run_is_refused(
    linked, capsys, monkeypatch, options, told
):
    monkeypatch.chdir(linked)
    before = {path: path.is_file() and path.read_bytes() for path in linked.rglob("*")}
    assert main(["matte", "photo.png", "trimap.png", "-o", "alpha.png", "--method", "knn", *options]) == 2
    (error,) = capsys.readouterr().err.splitlines()
    assert told in error
    assert {path: path.is_file() and path.read_bytes() for path in linked.rglob("*")} == before


def test_no_command_overwrites_what_it_reads(tiny_data, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mask = tiny_data / "gt" / "a.png"
    model, card = tmp_path / "mine.safetensors", tmp_path / "mine.json"
    shutil.copy(DEFAULT_MODEL, model)
    shutil.copy(DEFAULT_MODEL.with_suffix(".json"), card)
    (tmp_path / "scores.json").symlink_to(tiny_data / "input" / "a.png")
    (tmp_path / "inputs.csv").symlink_to(tiny_data / "gt" / "b.png")
    data = str(tiny_data)
    evaluate = ["evaluate", "--data", data, "--method", "dcnn", "--model", "mine.safetensors", "--json"]
    (tmp_path / "out").mkdir()
    (tmp_path / "list.jsonl").symlink_to(tiny_data / "input" / "a.png")
    batch = ["batch", str(tiny_data / "input"), "-o", "out", "--trimaps", str(tiny_data / "trimap1")]
    for command, told in (
        ([*batch, "--report", "list.jsonl"], "'list.jsonl' is a photo; write the report to another file."),
        (["trimap", str(mask), "-o", str(mask)], "is the mask; write the trimap"),
        ([*evaluate, "mine.json"], "is the model; write the scores"),
        ([*evaluate, "scores.json"], "is an image of the data set; write the scores"),
        (["train", data, "-o", str(tiny_data / "input" / "a.safetensors")], "a.png' is an image to train on"),
        (
            ["train", data, "-o", "mine.safetensors", "--from", "mine.safetensors"],
            "is the model to start from",
        ),
        (["experiment", "inputs", data, "-o", "."], "is an image to train on"),
    ):
        assert main(command) == 2
        (error,) = capsys.readouterr().err.splitlines()
        assert told in error
    assert not (tmp_path / "training-cache").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_or_device_is_no_output(scene, capsys, monkeypatch):
    monkeypatch.chdir(scene)
    os.mkfifo("pipe.png")
    Path("null.png").symlink_to(os.devnull)
    for name in ("pipe.png", "null.png"):
        assert matte(scene, "-o", name) == 2
        (error,) = capsys.readouterr().err.splitlines()
        assert "device or a pipe" in error


def test_a_trimap_without_foreground_is_told(scene, capsys):
    write_alpha(scene / "trimap.png", np.full((64, 64), 128, np.uint8))
    assert matte(scene) == 2
    assert "foreground" in capsys.readouterr().err


def test_snapped_trimap_pixels_are_told(scene, capsys):
    trimap = cv2.imread(str(scene / "trimap.png"), cv2.IMREAD_UNCHANGED)
    trimap[0, :5] = 60
    write_alpha(scene / "trimap.png", trimap)
    assert matte(scene, "--method", "knn") == 0
    assert "5 pixels" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_machine_without_a_screen_is_told(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "no screen" in capsys.readouterr().err


def test_usage_errors_have_status_2(capsys):
    with pytest.raises(SystemExit) as end:
        main(["matte"])
    assert end.value.code == 2


def test_an_interruption_has_status_130_and_leaves_nothing(tmp_path):
    photo, trimap, _ = soft_disc(1400)
    cv2.imwrite(str(tmp_path / "photo.png"), np.round(255 * photo).astype(np.uint8))
    write_alpha(tmp_path / "trimap.png", trimap)
    before = sorted(tmp_path.iterdir())
    command = [sys.executable, "-m", "mattingapp", "matte", "photo.png", "trimap.png", "-o", "alpha.png"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        time.sleep(4)
        assert process.poll() is None, process.stderr.read()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in error
    assert sorted(tmp_path.iterdir()) == before


def test_the_help_names_every_method_and_the_default(capsys):
    assert METHODS_HELP.startswith(", ".join(registry()) + ", or ")
    with pytest.raises(SystemExit):
        main(["matte", "--help"])
    assert f"(default: {DEFAULT_METHOD}, or" in " ".join(capsys.readouterr().out.split())


def test_evaluate_prints_rows_and_means_and_writes_json(tiny_data, tmp_path, capsys):
    output = tmp_path / "scores.json"
    options = ["--data", str(tiny_data), "--trimap", "trimap1", "--images", "a,b", "--json", str(output)]
    assert main(["evaluate", *options, "--method", "knn", "--method", "mean", "--device", "cpu"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in printed[1:5]] == [
        ["a", "knn"],
        ["a", "mean"],
        ["b", "knn"],
        ["b", "mean"],
    ]
    assert printed[5].startswith("mean of 2")
    report = json.loads(output.read_text())
    sads = [row["scores"]["sad"] for row in report["rows"] if row["method"] == "knn"]
    assert report["means"]["knn"]["sad"] == pytest.approx(np.mean(sads))


def test_evaluate_tells_a_wrong_folder(tmp_path, capsys):
    assert main(["evaluate", "--data", str(tmp_path)]) == 2
    assert "input" in capsys.readouterr().err


def test_train_writes_a_model_that_matte_uses(tiny_data, scene, capsys):
    model = scene / "mine.safetensors"
    options = ["--trimaps", "trimap1", "--iterations", "20", "--workers", "1", "--device", "cpu"]
    assert main(["train", str(tiny_data), "-o", str(model), *options]) == 0
    assert matte(scene, "--model", model) == 0
    assert main(["train", str(tiny_data)]) == 2
    assert "-o" in capsys.readouterr().err


def test_trimap_makes_a_band_around_a_mask(tmp_path):
    mask = np.zeros((60, 60), np.uint8)
    mask[20:40, 20:40] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    output = tmp_path / "trimap.png"
    assert (
        main(["trimap", str(tmp_path / "mask.png"), "-o", str(output), "--inner", "3", "--outer", "5"]) == 0
    )
    row = np.round(255 * read_alpha(output)).astype(int)[30]
    assert (row[:15] == 0).all()
    assert (row[15:23] == 128).all()
    assert (row[23:37] == 255).all()


def test_trimap_tells_a_band_that_swallows_everything(tmp_path, capsys):
    mask = np.zeros((60, 60), np.uint8)
    mask[20:40, 20:40] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    assert main(["trimap", str(tmp_path / "mask.png"), "-o", str(tmp_path / "t.png"), "--inner", "30"]) == 2
    assert not (tmp_path / "t.png").exists()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
