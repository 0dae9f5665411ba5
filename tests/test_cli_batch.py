"""`mattingapp batch` and the lists."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mattingapp.cli import main
from tests.matting.scenes import soft_disc


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos with their trimaps in a folder of their own."""
    photo, trimap, _ = soft_disc(48)
    for name in ("photos", "trimaps"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        cv2.imwrite(
            str(tmp_path / "photos" / f"{name}.png"), np.round(255 * photo[..., ::-1]).astype(np.uint8)
        )
        cv2.imwrite(str(tmp_path / "trimaps" / f"{name}.png"), trimap)
    return tmp_path


def batch(folder: Path, *options: str) -> int:
    places = [str(folder / "photos"), "-o", str(folder / "out"), "--trimaps", str(folder / "trimaps")]
    return main(["batch", *places, "--method", "closed-form", "--device", "cpu", *options])


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "out" / "report.jsonl").read_text().splitlines()]


def test_a_batch_delivers_and_reports(folder, capsys):
    assert batch(folder) == 0
    assert sorted(Path(line["photo"]).name for line in lines(folder)) == ["a.png", "b.png"]
    assert (folder / "out" / "a_cutout.png").is_file()
    assert "2 photos, 0 failed" in capsys.readouterr().err


def test_what_failed_is_named_and_the_status_says_so(folder, capsys):
    (folder / "trimaps" / "b.png").unlink()
    assert batch(folder) == 3
    assert "b.png" in capsys.readouterr().err
    assert {line["status"] for line in lines(folder)} == {"done", "failed"}
    (folder / "trimaps" / "a.png").unlink()
    assert batch(folder) == 2


def test_resume_does_only_what_is_missing(folder, capsys):
    (folder / "photos" / "b.png").rename(folder / "b.png")
    assert batch(folder) == 0
    (folder / "b.png").rename(folder / "photos" / "b.png")
    capsys.readouterr()
    assert batch(folder, "--resume", "--progress", "json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {Path(line["photo"]).name: line["status"] for line in told} == {
        "a.png": "skipped",
        "b.png": "done",
    }
    assert not (folder / "out" / "a_cutout-2.png").exists()


def test_a_recipe_is_named_or_a_file(folder, capsys):
    assert main(["recipes", "web-shop"]) == 0
    (folder / "mine.toml").write_text(capsys.readouterr().out.replace("2000", "32"))
    assert batch(folder, "--recipe", str(folder / "mine.toml")) == 0
    assert cv2.imread(str(folder / "out" / "a.jpg")).shape == (32, 32, 3)
    assert batch(folder, "--recipe", "mine") == 2
    assert batch(folder, "--recipe", "designer", "--format", "png") == 2


def test_the_lists(capsys):
    assert main(["methods"]) == 0
    assert "mean                 " in capsys.readouterr().out
    assert main(["recipes"]) == 0
    assert "compositor" in capsys.readouterr().out


def test_a_slip_of_the_keys_is_understood(capsys):
    assert main(["mate", "photo.png"]) == 2
    assert "did you mean 'mattingapp matte'?" in capsys.readouterr().err
