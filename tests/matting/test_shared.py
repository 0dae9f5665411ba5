import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from mattingapp.imaging.errors import InputError
from mattingapp.matting import estimate_alpha
from mattingapp.matting.closed_form import ClosedFormSettings, solve
from mattingapp.matting.job import Job
from mattingapp.matting.shared import SharedSettings, _enclosed, _expectation
from mattingapp.matting.solvers import sampling
from mattingapp.matting.solvers.backend import Guide
from mattingapp.matting.solvers.cpu.sampling import _first_hit, expanded, sample
from mattingapp.matting.solvers.sampling import LIKE, distances
from mattingapp.matting.solvers.similarity import Similarity
from tests.matting.backends import every_backend
from tests.matting.scenes import definition_of_laplacian, soft_disc

BACKGROUND, UNKNOWN, FOREGROUND = 0, 128, 255
RED, BLUE = np.array([0.8, 0.1, 0.1]), np.array([0.1, 0.2, 0.9])


def ramp() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return photo, trimap and alpha of a red region that fades into a blue one from left to right."""
    alpha = np.tile(np.clip((40 - np.arange(60.0)) / 20, 0, 1), (30, 1))
    photo = alpha[..., None] * RED + (1 - alpha[..., None]) * BLUE
    trimap = np.full(alpha.shape, UNKNOWN, np.uint8)
    trimap[:, :15], trimap[:, -15:] = FOREGROUND, BACKGROUND
    return photo.astype(np.float32), trimap, alpha


class TestExpansion:
    def test_it_reaches_pixels_of_almost_the_same_colour_only(self):
        photo, trimap, alpha = ramp()
        grown = expanded(photo, trimap, 10, Job())
        near_red = np.linalg.norm(photo - RED, axis=2) <= LIKE
        assert (grown[near_red] == FOREGROUND).all()
        assert (grown[(alpha > 0.1) & (alpha < 0.9)] == UNKNOWN).all()

    def test_it_reaches_as_far_as_it_is_told(self):
        photo = np.full((9, 40, 3), 0.5, np.float32)
        trimap = np.full((9, 40), UNKNOWN, np.uint8)
        trimap[:, 0], trimap[:, -1] = FOREGROUND, BACKGROUND
        grown = expanded(photo, trimap, 6, Job())
        assert (grown[:, :7] == FOREGROUND).all()
        assert (grown[:, 7:33] == UNKNOWN).all()
        assert (grown[:, 33:] == BACKGROUND).all()

    def test_the_closer_region_wins(self):
        photo = np.full((1, 12, 3), 0.5, np.float32)
        trimap = np.full((1, 12), UNKNOWN, np.uint8)
        trimap[0, 0], trimap[0, -1] = FOREGROUND, BACKGROUND
        assert expanded(photo, trimap, 10, Job())[0].tolist() == 6 * [FOREGROUND] + 6 * [BACKGROUND]

    def test_none_leaves_the_trimap(self):
        photo, trimap, _ = ramp()
        np.testing.assert_array_equal(expanded(photo, trimap, 0, Job()), trimap)


def test_a_ray_stops_at_the_first_known_pixel():
    random = np.random.default_rng(0)
    mask = random.random((60, 80)) < 0.97  # outside it is what the rays look for
    distance = distances(mask)
    for y, x, angle in zip(
        random.integers(0, 60, 300), random.integers(0, 80, 300), random.random(300) * 2 * np.pi, strict=True
    ):
        dy, dx = np.sin(angle), np.cos(angle)
        steps = np.arange(0, 100, 0.02)
        v, u = np.floor(y + steps * dy + 0.5).astype(int), np.floor(x + steps * dx + 0.5).astype(int)
        inside = (v >= 0) & (v < 60) & (u >= 0) & (u < 80)
        length = len(steps) if inside.all() else int(inside.argmin())
        met = [(int(a), int(b)) for a, b in zip(v[:length], u[:length], strict=True) if not mask[a, b]]
        first = _first_hit.py_func(distance, y, x, dy, dx)
        # A step of one pixel may pass a corner, but never a pixel in which the ray is longer than that.
        crossed = next((pixel for pixel in met if met.count(pixel) > 51), None)
        assert first in [
            *met[: met.index(crossed) + 1 if crossed else None],
            *([] if crossed else [(-1, -1)]),
        ]


def test_two_colours_give_their_exact_mixture():
    photo, trimap, truth = ramp()
    alpha, confidence = sample(photo, trimap, 4, Job())
    unknown = trimap == UNKNOWN
    np.testing.assert_allclose(alpha[unknown], truth[unknown], atol=0.02)
    assert confidence[unknown].min() > 0.9
    assert set(np.unique(alpha[~unknown])) == {0, 1}


def test_rays_across_a_smaller_copy_find_the_same_mixture(monkeypatch):
    photo, trimap, truth = ramp()
    monkeypatch.setattr(sampling, "SEARCHED", trimap.size / 9)
    alpha, _ = sample(photo, trimap, 4, Job())
    np.testing.assert_allclose(alpha, truth, atol=0.02)


def test_a_colour_that_no_pair_explains_is_not_trusted():
    photo, trimap, _ = ramp()
    photo[:, 30] = 0.1, 0.9, 0.1
    _, confidence = sample(photo, trimap, 4, Job())
    assert confidence[:, 30].max() < 0.05
    assert confidence[:, 35].min() > 0.5


def test_samples_that_are_not_sure_tell_nothing():
    trimap = np.array([[UNKNOWN, UNKNOWN, UNKNOWN, BACKGROUND]], np.uint8)
    sampled = np.array([[0.2, 0.3, 0.4, 0.0]], np.float32)
    settings = SharedSettings(trust=0.5)
    alpha, weights = _expectation(trimap, sampled, np.array([[0.1, 0.69, 0.8, 1.0]], np.float32), settings)
    np.testing.assert_array_equal(alpha, sampled)
    np.testing.assert_allclose(weights, [[0.0, 0.0, 0.256, 1.0]], rtol=1e-6)


def two_new_colours() -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of a red square on blue, with a green square beside it and one at the photo's edge.

    What is known of the subject is red.
    """
    photo = np.full((40, 60, 3), BLUE, np.float32) + np.random.default_rng(0).normal(0, 0.003, (40, 60, 3))
    photo[12:28, 8:24] += RED - BLUE
    photo[12:28, 24:36] += (0.1, 0.9, 0.1) - BLUE
    photo[12:28, 50:] += (0.1, 0.9, 0.1) - BLUE
    trimap = np.full((40, 60), BACKGROUND, np.uint8)
    trimap[10:30, 6:38] = trimap[10:30, 48:] = UNKNOWN
    trimap[14:26, 10:22] = FOREGROUND
    return photo.astype(np.float32).clip(0, 1), trimap


def test_a_new_colour_that_known_pixels_enclose_is_the_subject():
    photo, trimap = two_new_colours()

    def green_parts(novelty: float) -> tuple[np.ndarray, np.ndarray]:
        settings = {"shared": SharedSettings(novelty=novelty)}
        alpha = estimate_alpha(photo, trimap, "shared", device="cpu", settings=settings)
        return alpha[13:27, 26:35], alpha[13:27, 52:]

    beside, at_the_edge = green_parts(SharedSettings.novelty)
    assert beside.min() > 0.9
    unhelped, alone = green_parts(0.0)
    assert unhelped.mean() < 0.5
    assert np.abs(at_the_edge - alone).max() < 0.01


def test_pixels_are_enclosed_that_have_known_ones_on_all_four_sides():
    known = np.array([[0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 1], [1, 1, 0, 0]], bool)
    expected = np.array([[0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 1], [1, 1, 0, 0]], bool)
    np.testing.assert_array_equal(_enclosed(known), expected)


def likeness(photo: np.ndarray, unknown: np.ndarray, similarity: Similarity) -> np.ndarray:
    """Return D − A of the whole photo from all distances between all pixels."""
    height, width = unknown.shape
    y, x = (part.ravel() * similarity.level / np.hypot(height, width) for part in np.mgrid[:height, :width])
    features = np.column_stack((photo.reshape(-1, 3), y, x)).astype(np.float32).astype(float)
    there = unknown.copy()
    there[:: similarity.every, :: similarity.every] = True
    distances = np.linalg.norm(features[:, None] - features, axis=2)
    distances[:, ~there.ravel()] = np.inf
    np.fill_diagonal(distances, np.inf)
    final = np.column_stack((features[:, :3], y / 100, x / 100))
    similar = np.zeros_like(distances)
    for pixel in np.flatnonzero(unknown):
        for other in distances[pixel].argsort(kind="stable")[: similarity.rounds[0] - 1]:
            difference = np.abs(final[pixel] - final[other])
            weight = (1 - difference.mean()) * np.exp(-similarity.fall * difference.sum())
            similar[pixel, other] += weight
            similar[other, pixel] += weight
    return np.diag(similar.sum(1)) - similar


@every_backend
@pytest.mark.parametrize(
    ("strength", "every", "fall"), [(0.0, 1, 0.0), (0.01, 1, 0.0), (0.01, 3, 0.0), (0.02, 1, 50.0)]
)
def test_the_last_step_is_the_minimum_of_its_energy(strength, every, fall, backend):
    photo, trimap, _ = soft_disc(24)
    unknown = trimap == UNKNOWN
    random = np.random.default_rng(0)
    alpha = np.where(unknown, random.random(trimap.shape), trimap == FOREGROUND).astype(np.float32)
    weights = (0.2 * random.random(trimap.shape)).astype(np.float32)
    similarity = Similarity(rounds=(6,), level=0.5, mutual=False, every=every, fall=fall)
    guide = Guide(weights, similarity, strength)
    found = solve(backend, photo, unknown, alpha, ClosedFormSettings(tolerance=1e-10), Job(), guide)
    assert found.converged
    free = unknown.ravel()
    whole = definition_of_laplacian(photo) + strength * sparse.csc_array(likeness(photo, unknown, similarity))
    known, held = np.where(free, 0, alpha.ravel()), (weights * alpha).ravel()[free]
    system = whole[free][:, free] + sparse.diags_array(weights.ravel()[free])
    expected = spsolve(system.tocsc(), held - (whole @ known)[free])
    np.testing.assert_allclose(found.alpha[unknown], expected.clip(0, 1), atol=1e-5)


def test_without_trust_likeness_novelty_or_expansion_it_is_closed_form_matting():
    photo, trimap, _ = soft_disc(40)
    settings = {"shared": SharedSettings(expansion=0, trust=0.0, likeness=0.0, novelty=0.0, tolerance=1e-9)}
    alpha = estimate_alpha(photo, trimap, "shared", device="cpu", settings=settings)
    np.testing.assert_allclose(alpha, estimate_alpha(photo, trimap, "closed-form", device="cpu"), atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float64])
def test_the_depth_of_the_photo_makes_no_difference(dtype):
    photo, trimap, _ = soft_disc(40)
    photo = np.round(photo * 255) / 255
    given = photo if dtype is np.float64 else np.round(photo * np.iinfo(dtype).max).astype(dtype)
    alpha = estimate_alpha(given, trimap, "shared", device="cpu")
    np.testing.assert_allclose(alpha, estimate_alpha(photo, trimap, "shared", device="cpu"), atol=1e-3)


@pytest.mark.parametrize(
    "bad",
    [
        {"expansion": -1},
        {"expansion": 10**6},
        {"rays": 0},
        {"rays": 10**6},
        {"trust": -1.0},
        {"likeness": -1.0},
        {"novelty": -1.0},
    ],
)
def test_parameters_out_of_range_are_told(bad):
    photo, trimap, _ = soft_disc(20)
    with pytest.raises(
        InputError,
        match="expansion of 0 to 100 pixels, 1 to 64 rays, a trust, a likeness and a novelty of 0 or more",
    ):
        estimate_alpha(photo, trimap, "shared", settings={"shared": SharedSettings(**bad)})


def test_it_is_close_to_the_truth():
    photo, trimap, truth = soft_disc(64)
    alpha = estimate_alpha(photo, trimap, "shared", device="cpu")
    assert np.abs(alpha - truth)[trimap == UNKNOWN].mean() < 0.02
