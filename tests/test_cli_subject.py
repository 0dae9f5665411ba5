import cv2
import numpy as np
import pytest

from mattingapp.cli import main
from mattingapp.imaging.matte import read_alpha, write_alpha
from tests.matting.test_subject import DISC, box, disc, marks_at, scene

RECTANGLE = ",".join(map(str, box(*DISC)))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photo and marks; the working folder."""
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("photo.png", scene(disc(*DISC))[..., ::-1])
    write_alpha("marks.png", marks_at(subject=[(48, 60)], background=[(5, 5)]))
    return tmp_path


@pytest.mark.parametrize(
    "hints", [["--rectangle", RECTANGLE, "--marks", "marks.png"], []], ids=["hints", "none"]
)
def test_trimap_finds_the_subject(folder, hints):
    assert main(["trimap", "photo.png", "-o", "trimap.png", "--subject", "--device", "cpu", *hints]) == 0
    trimap, truth = cv2.imread("trimap.png", cv2.IMREAD_UNCHANGED), disc(*DISC)
    assert set(np.unique(trimap)) == {0, 128, 255}
    assert (trimap[(truth > 0.05) & (truth < 0.95)] == 128).mean() > 0.99
    assert (trimap == 255).sum() > 0.4 * (truth == 1).sum()
    assert not (trimap[truth == 0] == 255).any()


def test_matte_finds_the_subject_in_one_step(folder):
    command = ["matte", "photo.png", "--subject", "--rectangle", RECTANGLE, "-o", "alpha.png"]
    assert main([*command, "--method", "closed-form", "--device", "cpu"]) == 0
    assert np.abs(read_alpha("alpha.png") - disc(*DISC)).mean() < 0.01


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["matte", "photo.png", "-o", "a.png"], "Name a TRIMAP"),
        (["matte", "photo.png", "marks.png", "-o", "a.png", "--subject"], "Name a TRIMAP"),
        (["matte", "photo.png", "marks.png", "-o", "a.png", "--rectangle", "1,2,3,4"], "are for --subject"),
        (["trimap", "photo.png", "-o", "t.png", "--marks", "marks.png"], "are for --subject"),
        (["trimap", "photo.png", "-o", "t.png", "--subject", "--inner", "3"], "the band makes itself"),
        (
            ["trimap", "photo.png", "-o", "t.png", "--subject", "--rectangle", "1,2,3"],
            "two corners in pixels",
        ),
        (
            ["trimap", "photo.png", "-o", "t.png", "--subject", "--rectangle", "1,2,1,9"],
            "two corners in pixels",
        ),
        (["trimap", "photo.png", "-o", "marks.png", "--subject", "--marks", "marks.png"], "is the marks"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(folder, capsys, command, words):
    assert main(command) == 2
    assert words in capsys.readouterr().err
