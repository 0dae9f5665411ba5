import numpy as np
import pytest
import torch

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import estimate_alpha
from mattingapp.matting.closed_form import STAGE, ClosedFormSettings
from mattingapp.matting.job import Job
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import StageInputs
from tests.matting.scenes import crop_of_all_labels, definition_of_closed_form, soft_disc


def closed_form(photo: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    return estimate_alpha(photo, trimap, "closed-form", device="cpu")


def test_a_soft_disc_of_two_colours_is_found():
    photo, trimap, alpha = soft_disc()
    unknown = trimap == 128
    assert np.abs(closed_form(photo, trimap) - alpha)[unknown].mean() < 0.02


def test_it_equals_the_definition_on_a_made_up_scene():
    photo, trimap, _ = soft_disc()
    difference = np.abs(closed_form(photo, trimap) - definition_of_closed_form(photo, trimap))
    assert difference[trimap == 128].mean() < 1e-3


@pytest.mark.parametrize("name", ["GT01", "GT04", "GT09", "GT13", "GT16", "GT22", "GT26", "GT27"])
def test_it_equals_the_definition_on_crops_of_photographs(data_dir, name):
    folder = data_dir / "alphamatting" / "train"
    photo = to_float(read_photo(folder / "input" / f"{name}.png").pixels, np.float64)
    trimap, _ = read_trimap(folder / "trimap1" / f"{name}.png")
    crop = crop_of_all_labels(trimap, 80)
    photo, trimap = photo[crop], trimap[crop]
    difference = np.abs(closed_form(photo, trimap) - definition_of_closed_form(photo, trimap))
    assert difference[trimap == 128].mean() < 1e-3


def test_known_pixels_keep_their_value():
    photo, trimap, _ = soft_disc()
    alpha = closed_form(photo, trimap)
    assert (alpha[trimap == 255] == 1).all()
    assert (alpha[trimap == 0] == 0).all()


def test_a_solver_that_runs_out_of_steps_gives_its_best_alpha_and_says_so():
    photo, trimap, _ = soft_disc()
    settings = {"closed-form": ClosedFormSettings(max_iterations=2)}
    (result,) = run_pipeline(MattingRequest(photo, trimap, ("closed-form",), settings, "cpu"))
    assert not result.converged
    assert "2 steps" in result.notes[0]
    assert np.isfinite(result.alpha).all()


SPECKS = {"white on black": (0, 255), "magenta on green": ((0, 177, 64), (255, 0, 255)), "dust": (255, 40)}


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("backdrop", "speck"), SPECKS.values(), ids=list(SPECKS))
def test_specks_on_one_colour_take_no_more_steps(backdrop, speck, count):
    """A window with a speck has colours on one line; its weights are as exact as any."""
    _, trimap, _ = soft_disc(160)
    photo = np.full((160, 160, 3), backdrop, np.uint8)
    without = steps_taken(photo, trimap)
    unknown = np.flatnonzero(trimap == 128)
    photo.reshape(-1, 3)[np.random.default_rng(0).choice(unknown, count)] = speck
    assert steps_taken(photo, trimap) <= without + 2


def steps_taken(photo: np.ndarray, trimap: np.ndarray) -> int:
    reported: list[str] = []
    job = Job(progress=lambda fraction, text: reported.append(str(text)))
    STAGE.estimate(StageInputs(photo, trimap, {}, STAGE.settings, torch.device("cpu")), job)
    return sum("step" in text for text in reported)
