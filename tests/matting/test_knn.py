import threading
from functools import partial

import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.spatial import cKDTree

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import estimate_alpha
from mattingapp.matting.job import Job
from mattingapp.matting.knn import SIMILARITY, KnnSettings, KnnVariant
from mattingapp.matting.solvers.conjugate_gradients import conjugate_gradients
from mattingapp.matting.solvers.cpu import graph, threads
from mattingapp.matting.solvers.cpu.graph import GraphSystem
from mattingapp.matting.solvers.cpu.groups import Groups
from mattingapp.matting.solvers.cpu.neighbours import Neighbours
from mattingapp.matting.solvers.cpu.systems import similarity_graph
from mattingapp.matting.solvers.cpu.tree import LEAF, make_tree
from mattingapp.matting.solvers.cpu.vectors import ArrayVectors
from mattingapp.matting.solvers.similarity import features_of
from mattingapp.matting.stages import known_alpha
from tests.matting.scenes import soft_disc

RGB = SIMILARITY[KnnVariant.RGB]


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
    np.testing.assert_allclose(alpha, brute_force(photo, trimap, variant), atol=1e-4)


def matrix_of(system: GraphSystem) -> sparse.csr_array:
    """Return D − A as one sparse matrix."""
    size = len(system.b)
    row = np.repeat(np.arange(size), system.counts)
    gaps = system.starts - (np.cumsum(system.counts) - system.counts)
    entry = np.arange(len(row)) + np.repeat(gaps, system.counts)
    weights = system.weights[entry].astype(np.float64)
    similar = sparse.coo_array((weights, (row, system.columns[entry])), shape=(size, size))
    return (sparse.diags_array(system.degrees) - similar).tocsr()


def test_the_system_is_symmetric_and_its_rows_add_up_to_the_known_neighbours():
    photo, trimap, _ = soft_disc(32)
    unknown, alpha = trimap == 128, known_alpha(trimap)
    system = similarity_graph(photo, alpha, unknown, RGB, {}, Job())
    matrix = matrix_of(system)
    assert abs(matrix - matrix.T).max() < 1e-7
    swapped = similarity_graph(photo, 1 - alpha, unknown, RGB, {}, Job())
    np.testing.assert_allclose(matrix.sum(1), system.b + swapped.b, atol=1e-5)
    x = np.random.default_rng(0).random(len(system.b))
    np.testing.assert_allclose(system.times(x, Job()), matrix @ x, atol=1e-12)


def test_pieces_that_a_cancel_can_come_between_make_the_same_system(monkeypatch):
    photo, trimap, _ = soft_disc(32)
    arguments = photo, known_alpha(trimap), trimap == 128, RGB
    whole = similarity_graph(*arguments, {}, Job())
    for name in ("PIXELS_AT_ONCE", "ROWS_AT_ONCE", "ENTRIES_AT_ONCE"):
        monkeypatch.setattr(graph, name, 70)
    loops = []

    def on_cores(loop, *rest):
        # On a thread of its own it would read the lists after a cancel, when the next run writes to them.
        assert threading.current_thread() is threading.main_thread()
        loops.append(loop)
        return threads.on_cores(loop, *rest)

    monkeypatch.setattr(graph, "on_cores", on_cores)
    pieces = similarity_graph(*arguments, {}, Job())
    assert len(loops) > 8
    for name in ("pixels", "degrees", "b", "starts", "counts"):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))
    assert abs(matrix_of(pieces) - matrix_of(whole)).max() == 0
    x = np.random.default_rng(0).random(len(whole.b))
    assert len(pieces.shares) > len(whole.shares)
    np.testing.assert_array_equal(pieces.times(x, Job()), whole.times(x, Job()))


@pytest.mark.parametrize("variant", KnnVariant)
@pytest.mark.parametrize(("others", "divisor"), [(9, 1), (1, 100)])
def test_neighbours_are_the_nearest_wherever_an_unknown_pixel_is_concerned(
    data_dir, variant, others, divisor
):
    folder = data_dir / "alphamatting" / "train"
    photo = to_float(read_photo(folder / "input" / "GT01.png").pixels, np.float64)[100:300, 250:500]
    unknown = (read_trimap(folder / "trimap1" / "GT01.png")[0][100:300, 250:500] == 128).ravel()
    points = features_of(photo, np.arange(len(unknown)), SIMILARITY[variant])
    points[:, -2:] /= divisor
    neighbours = Neighbours(make_tree(points.copy(), Job()), others)
    # In two strokes: what is found for the first stays.
    neighbours.find(unknown & (np.arange(len(unknown)) % 250 < 100), Job(), lambda part: None)
    neighbours.find(unknown, Job(), lambda part: None)
    found = neighbours.others
    distances, places = cKDTree(points).query(points, others + 1)
    concerned = unknown | unknown[places].any(1)
    spared = found[:, 0] < 0
    # Of several neighbours at one distance any may be found, so compare distances.
    assert (spared & concerned).mean() < 1e-3
    assert spared[~concerned].mean() > 0.5, "the tree spares nothing"
    asked = ~spared
    to_found = np.sort(np.linalg.norm(points[asked, None] - points[found[asked]], axis=2), axis=1)
    np.testing.assert_allclose(to_found, distances[asked, 1:], atol=1e-6)


@pytest.mark.parametrize("size", [2, 3, LEAF, LEAF + 1, 5 * LEAF + 3])
def test_a_tree_of_any_size_holds_every_point_once(size):
    points = np.random.default_rng(0).random((size, 5)).astype(np.float32)
    points[: size // 2] = points[0]  # many alike
    tree = make_tree(points.copy(), Job())
    assert (np.sort(tree.order) == np.arange(size)).all()

    assert (points[tree.order] == tree.points[:5, :size].T).all()
    assert np.diff(tree.edges).max() <= LEAF
    neighbours = Neighbours(tree, 1)
    neighbours.find(np.ones(size, bool), Job(), lambda part: None)
    found = neighbours.others[:, 0]
    assert (found != np.arange(size)).all()
    expected = cKDTree(points).query(points, 2)[0][:, 1]
    np.testing.assert_allclose(np.linalg.norm(points - points[found], axis=1), expected, atol=1e-6)


def test_an_island_takes_the_alpha_of_its_colour_from_far_away():
    photo, trimap, _ = soft_disc(48)
    photo, trimap = photo.copy(), trimap.copy()
    photo[2:5, 2:5] = photo[24, 24]  # a bit of foreground colour within the background
    trimap[2:5, 2:5] = 128
    alpha = estimate_alpha(photo, trimap, "knn", device="cpu")
    assert alpha[3, 3] > 0.9
    assert estimate_alpha(photo, trimap, "closed-form", device="cpu")[3, 3] < 0.9


@pytest.mark.parametrize("scale", [1, 4])
def test_groups_of_rows_save_steps_and_stay_symmetric(scale):
    photo, trimap, _ = soft_disc(48 * scale)
    system = similarity_graph(photo, known_alpha(trimap), trimap == 128, RGB, {}, Job())
    size = len(system.b)
    groups = Groups(system, 1.0 / system.degrees, Job())
    a, b = np.random.default_rng(0).standard_normal((2, size))
    assert a @ groups(b) == pytest.approx(b @ groups(a), rel=1e-9)
    assert a @ groups(a) > 0

    def steps(precondition):
        solve = conjugate_gradients(
            ArrayVectors(size),
            partial(system.times, job=Job()),
            system.b,
            np.zeros(size),
            precondition,
            1e-8,
            999,
            Job(),
        )
        return solve[1]

    assert steps(groups) < 0.95 * steps(lambda residual: residual / system.degrees)
