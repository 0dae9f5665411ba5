import numpy as np
import pytest

from mattingapp.imaging.photo import read_photo, to_float
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import estimate_alpha, knn
from mattingapp.matting.job import Job
from mattingapp.matting.knn import KnnSettings, KnnVariant, _may_meet_unknown, _system
from tests.matting.scenes import soft_disc


def brute_force(photo: np.ndarray, trimap: np.ndarray, variant: KnnVariant) -> np.ndarray:
    """Return the alpha from all distances between all pixels, a dense graph and a direct solver."""
    height, width, _ = photo.shape
    y, x = (part.ravel() / np.hypot(height, width) for part in np.mgrid[:height, :width])
    if variant is KnnVariant.RGB:
        colours, level = photo.reshape(-1, 3), 1
    else:
        import colorsys

        hsv = np.array([colorsys.rgb_to_hsv(*colour) for colour in photo.reshape(-1, 3)])
        angle = 2 * np.pi * hsv[:, 0]
        colours = np.column_stack((np.cos(angle), np.sin(angle), hsv[:, 1] / 2, hsv[:, 2] / 2))
        level = 2
    count = height * width
    similarity = np.zeros((count, count))
    for neighbours, divisor in ((10, 1), (2, 100)):
        features = np.column_stack((colours, level * y / divisor, level * x / divisor))
        nearest = np.linalg.norm(features[:, None] - features, axis=2).argsort(1, kind="stable")[
            :, :neighbours
        ]
        final = np.column_stack((colours, level * y / 1e4, level * x / 1e4))
        for i in range(count):
            for j in nearest[i]:
                weight = max(1 - np.abs(final[i] - final[j]).sum() / final.shape[1], 0)
                for a, b in ((i, j), (j, i)):
                    similarity[a, b] = weight if variant is KnnVariant.HSV else similarity[a, b] + weight
    np.fill_diagonal(similarity, 0)
    laplacian = np.diag(similarity.sum(1)) - similarity
    unknown = trimap.ravel() == 128
    known_alpha = (trimap.ravel() == 255).astype(float)
    right = -laplacian[np.ix_(unknown, ~unknown)] @ known_alpha[~unknown]
    alpha = known_alpha.copy()
    alpha[unknown] = np.linalg.solve(laplacian[np.ix_(unknown, unknown)], right)
    return np.clip(alpha, 0, 1).reshape(height, width)


@pytest.mark.parametrize("variant", KnnVariant)
def test_it_equals_a_brute_force_graph_and_a_direct_solve(variant):
    photo, trimap, _ = soft_disc(24)
    settings = {"knn": KnnSettings(variant)}
    alpha = estimate_alpha(photo, trimap, "knn", device="cpu", settings=settings)
    np.testing.assert_allclose(alpha, brute_force(photo, trimap, variant), atol=2e-5)


def test_the_system_is_symmetric_and_its_rows_add_up_to_the_known_neighbours():
    photo, trimap, _ = soft_disc(32)
    matrix, foreground_weight = _system(photo, trimap, KnnVariant.RGB, Job())
    assert abs(matrix - matrix.T).max() < 1e-12
    _, background_weight = _system(photo, 255 - np.where(trimap == 128, 127, trimap), KnnVariant.RGB, Job())
    np.testing.assert_allclose(matrix.sum(1), foreground_weight + background_weight, atol=1e-9)


@pytest.mark.parametrize("variant", KnnVariant)
def test_pixels_that_are_not_asked_for_their_neighbours_have_no_unknown_ones(data_dir, variant, monkeypatch):
    folder = data_dir / "alphamatting" / "train"
    photo = to_float(read_photo(folder / "input" / "GT01.png").pixels, np.float64)[100:300, 250:500]
    trimap = read_trimap(folder / "trimap1" / "GT01.png")[0][100:300, 250:500]
    matrix, b = _system(photo, trimap, variant, Job())
    everyone = []

    def ask_all(features, step, neighbours, unknown):
        everyone.append(_may_meet_unknown(features, step, neighbours, unknown).mean())
        return np.ones(unknown.shape, bool)

    monkeypatch.setattr(knn, "_may_meet_unknown", ask_all)
    full_matrix, full_b = _system(photo, trimap, variant, Job())
    assert everyone[0] < 0.8, "the filter spares nothing"
    # Of several neighbours at one distance any may be found: compare what the system adds up to.
    assert abs(matrix - full_matrix).sum() < 1e-3 * abs(full_matrix).sum()
    assert np.abs(b - full_b).sum() < 1e-3 * full_b.sum()


def test_an_island_takes_the_alpha_of_its_colour_from_far_away():
    photo, trimap, _ = soft_disc(48)
    photo, trimap = photo.copy(), trimap.copy()
    photo[2:5, 2:5] = photo[24, 24]  # a bit of foreground colour within the background
    trimap[2:5, 2:5] = 128
    alpha = estimate_alpha(photo, trimap, "knn", device="cpu")
    assert alpha[3, 3] > 0.9
    assert estimate_alpha(photo, trimap, "closed-form", device="cpu")[3, 3] < 0.9
