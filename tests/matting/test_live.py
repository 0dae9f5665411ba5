"""After a stroke: only what it touched is solved again, and the outcome is that of a fresh run."""

import cv2
import numpy as np
import pytest

from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting.cache import StageCache
from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.live import PREVIEW_PIXELS, carried_over, quick_look, touched
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.resources import resource


def sample(name: str = "hair", step: int = 2) -> tuple[np.ndarray, np.ndarray]:
    photo = read_photo(resource("samples", f"{name}.png")).pixels[::step, ::step]
    return np.ascontiguousarray(photo), read_trimap(resource("samples", f"{name}_trimap.png"))[0][
        ::step, ::step
    ].copy()


def alphas(photo, trimap, cache=None, preview=None) -> dict[str, np.ndarray]:
    request = MattingRequest(photo, trimap.copy(), ("closed-form", "knn"), device="cpu")
    return {result.stage: result.alpha for result in run_pipeline(request, preview=preview, cache=cache)}


@pytest.mark.parametrize("name", ["hair", "basket"])
def test_painting_at_random_ends_where_a_fresh_run_does(name):
    photo, trimap = sample(name)
    random = np.random.default_rng(1)
    cache = StageCache()
    previews: list[str] = []
    for _ in range(8):
        centre = tuple(int(random.integers(side)) for side in trimap.shape[::-1])
        label = int(random.choice((0, 128, 128, 255)))
        cv2.circle(trimap, centre, int(random.integers(3, 30)), label, -1)
        after_strokes = alphas(photo, trimap, cache, lambda stage, alpha: previews.append(stage))
        fresh = alphas(photo, trimap)
        for stage in fresh:
            assert np.abs(after_strokes[stage] - fresh[stage]).max() < 1e-3, stage
    assert "closed-form" in previews


def test_parts_that_a_stroke_does_not_reach_keep_their_alpha_to_the_bit():
    photo, trimap = sample()
    trimap[:] = 0
    trimap[20:80, 20:80] = trimap[150:250, 150:300] = 128
    trimap[40:60, 40:60] = trimap[180:220, 200:250] = 255
    cache = StageCache()
    before = alphas(photo, trimap, cache)["closed-form"]
    trimap[45:55, 25:35] = 255
    after = alphas(photo, trimap, cache)["closed-form"]
    assert (after[140:] == before[140:]).all()
    assert (after[:100] != before[:100]).any()


def test_touched_are_the_parts_within_two_pixels():
    unknown = np.zeros((20, 40), bool)
    unknown[5:10, 5:10] = unknown[5:10, 12:16] = unknown[5:10, 25:30] = True  # the first two are coupled
    changed = np.zeros_like(unknown)
    changed[7, 3] = True
    hit = touched(unknown, changed)
    assert hit[:, :20].sum() == unknown[:, :20].sum()
    assert not hit[:, 20:].any()
    changed[7, 3], changed[7, 2] = False, True  # three away
    assert not touched(unknown, changed).any()


@pytest.mark.parametrize("side", [40, 400])
def test_the_quick_look_solves_around_the_change_and_not_for_too_many_pixels(side):
    photo = np.random.default_rng(0).random((500, 600, 3))
    region, alpha = np.ones((500, 600), bool), np.full((500, 600), 0.25, np.float32)
    changed = np.zeros_like(region)
    changed[50 : 50 + side, 60 : 60 + side] = True
    solved_for = []

    def solve(photo, region, alpha):
        solved_for.append(region.sum())
        return np.where(region, np.float32(0.75), alpha)

    looked = quick_look(photo, region, changed, alpha, solve)
    assert solved_for[0] <= 1.1 * PREVIEW_PIXELS
    assert (looked[changed] == 0.75).all()
    assert (looked[-20:] == 0.25).all()


def test_the_last_method_is_shown_as_the_first_stage_changes_before_its_own_turn():
    photo, trimap = sample()
    cache = StageCache()

    def run() -> tuple[list[str], list[np.ndarray], np.ndarray]:
        shown = []
        request = MattingRequest(photo, trimap.copy(), ("dcnn",), device="cpu")
        results = run_pipeline(request, preview=lambda *of: shown.append(of), cache=cache)
        last = list(results)[-1].alpha
        stages, previews = zip(*(of for of in shown if of[0] != "knn"), strict=True)
        return list(stages), list(previews), last

    stages, _, before = run()
    assert stages == sorted(stages)  # with nothing before, the network's previews are its own
    y, x = np.argwhere(trimap == 128)[::97][20]
    changed = trimap.copy()
    cv2.circle(trimap, (int(x), int(y)), 12, 0, -1)
    changed = changed != trimap
    stages, previews, after = run()
    assert stages[:2] == ["closed-form", "dcnn"]
    assert (previews[1][trimap == 0] == 0).all()
    off = [np.abs(alpha - after)[changed].mean() for alpha in (previews[1], before)]
    assert off[0] < 0.1 * off[1]
    far = cv2.dilate(changed.view(np.uint8), np.ones((99, 99), np.uint8)) == 0
    assert (previews[1][far] == before[far]).all()


def test_nothing_is_carried_over_between_runs_of_different_methods():
    photo, trimap = sample()
    cache = StageCache()
    for method in ("mean", "dcnn"):
        list(run_pipeline(MattingRequest(photo, trimap.copy(), (method,), device="cpu"), cache=cache))
        y, x = np.argwhere(trimap == 128)[500]
        cv2.circle(trimap, (int(x), int(y)), 12, 0, -1)
    shown = []
    request = MattingRequest(photo, trimap, ("mean",), device="cpu")
    list(run_pipeline(request, preview=lambda stage, alpha: shown.append(stage), cache=cache))
    assert "closed-form" in shown
    assert "mean" not in shown


def test_what_is_carried_over_is_the_change_of_another_alpha():
    alpha, other_before, other_now = np.array(
        [[[0.5, 0.9, 0.2, 0.7]], [[0.4, 0.6, 0.2, 0.1]], [[0.1, 0.9, 0.2, 0.4]]], np.float32
    )
    trimap = np.array([[128, 128, 128, 0]], np.uint8)
    carried = carried_over(alpha, other_before, other_now, trimap)
    np.testing.assert_allclose(carried, [[0.2, 1.0, 0.2, 0.0]], atol=1e-6)


def test_another_photo_starts_afresh():
    photo, trimap = sample()
    cache = StageCache()
    alphas(photo, trimap, cache)
    other = np.ascontiguousarray(photo[::-1])
    for stage, alpha in alphas(other, trimap, cache).items():
        assert (alpha == alphas(other, trimap)[stage]).all()


def test_an_alpha_that_did_not_converge_is_not_built_upon():
    photo, trimap = sample()
    cache = StageCache()
    settings = {"closed-form": ClosedFormSettings(max_iterations=2)}

    def run():
        (result,) = run_pipeline(
            MattingRequest(photo, trimap.copy(), ("closed-form",), settings, "cpu"), cache=cache
        )
        return result

    assert not run().converged
    trimap[:10, :10] = 0  # far from the unknown band
    trimap[0, 0] = 255
    assert not run().converged
