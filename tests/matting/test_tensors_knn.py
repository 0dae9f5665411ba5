"""KNN as it runs on a GPU against the compiled loops, both on the CPU here."""

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree

from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.knn import SIMILARITY, KnnVariant
from mattingapp.matting.solvers.backend import solve_system
from mattingapp.matting.solvers.conjugate_gradients import conjugate_gradients
from mattingapp.matting.solvers.cpu.neighbours import Neighbours
from mattingapp.matting.solvers.cpu.tree import make_tree
from mattingapp.matting.solvers.gpu.graph import TensorGroups
from mattingapp.matting.solvers.gpu.neighbours import LEAF, TensorTree
from mattingapp.matting.solvers.gpu.systems import similarity_graph
from mattingapp.matting.solvers.gpu.vectors import TensorVectors
from mattingapp.matting.solvers.similarity import features_of
from mattingapp.matting.stages import known_alpha
from mattingapp.resources import resource
from tests.matting.backends import CPU, LOOPS, TENSORS
from tests.matting.scenes import crop_of_all_labels, soft_disc

RGB = SIMILARITY[KnnVariant.RGB]


def sample(name: str, side: int = 160) -> tuple[np.ndarray, np.ndarray]:
    trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
    crop = crop_of_all_labels(trimap, side)
    return read_photo(resource("samples", f"{name}.png")).pixels[crop], trimap[crop]


def alphas(photo: np.ndarray, trimap: np.ndarray, variant: KnnVariant = KnnVariant.RGB) -> list[np.ndarray]:
    """Return the alpha of the compiled loops and that of the tensors."""
    both = []
    for backend in (LOOPS, TENSORS):
        alpha = known_alpha(trimap)
        system = backend.similarity_system(photo, alpha, trimap == 128, SIMILARITY[variant], {}, Job())
        solution = solve_system(system, alpha, 5e-7, 2000, Job())
        assert solution.converged
        assert (np.sort(system.pixels) == np.flatnonzero(trimap == 128)).all()
        both.append(solution.alpha)
    return both


@pytest.mark.parametrize("variant", KnnVariant)
@pytest.mark.parametrize(("others", "divisor"), [(9, 1), (1, 100)])
def test_neighbours_are_the_nearest_wherever_an_unknown_pixel_is_concerned(variant, others, divisor):
    photo, trimap = sample("basket")
    unknown = (trimap == 128).ravel()
    points = features_of(photo, np.arange(len(unknown)), SIMILARITY[variant])
    points[:, -2:] /= divisor
    tree = TensorTree(torch.from_numpy(points), Job())
    asked, found = (
        part.numpy() for part in tree.find(torch.from_numpy(unknown), others, Job(), lambda part: None)
    )
    distances, places = cKDTree(points).query(points, others + 1)
    concerned = unknown | unknown[places].any(1)
    spared = np.ones(len(points), bool)
    spared[asked] = False
    # Of several neighbours at one distance any may be found, so compare distances.
    assert (spared & concerned).mean() < 1e-3
    assert spared[~concerned].mean() > 0.5, "the tree spares nothing"
    to_found = np.sort(np.linalg.norm(points[asked, None] - points[found], axis=2), axis=1)
    np.testing.assert_allclose(to_found, distances[asked, 1:], atol=1e-6)
    assert (found != asked[:, None]).all()


@pytest.mark.parametrize("size", [2, 3, LEAF, LEAF + 1, 5 * LEAF + 3])
def test_a_tree_of_any_size_finds_the_nearest(size):
    points = np.random.default_rng(0).random((size, 5)).astype(np.float32)
    points[: size // 2] = points[0]  # many alike
    tree = TensorTree(torch.from_numpy(points), Job())
    wanted = min(size - 1, 3)
    asked, found = tree.find(torch.ones(size, dtype=torch.bool), wanted, Job(), lambda part: None)
    assert (np.sort(asked) == np.arange(size)).all()
    expected = cKDTree(points).query(points, wanted + 1)[0][asked.numpy(), 1:]
    distances = np.linalg.norm(points[asked, None] - points[found], axis=2)
    np.testing.assert_allclose(np.sort(distances, axis=1), expected, atol=1e-6)


@pytest.mark.parametrize("variant", KnnVariant)
def test_it_finds_the_alpha_of_the_cpu(variant):
    here, there = alphas(*soft_disc(80)[:2], variant)
    np.testing.assert_allclose(here, there, atol=1e-4)


@pytest.mark.parametrize("name", ["hair", "plush", "basket"])
def test_it_finds_the_alpha_of_the_cpu_on_photos_too(name):
    here, there = alphas(*sample(name))
    np.testing.assert_allclose(here, there, atol=1e-3)


@pytest.mark.parametrize("tree", [TensorTree, make_tree])
def test_of_points_at_one_distance_the_first_count(tree):
    points = np.random.default_rng(0).integers(0, 4, (600, 5)).astype(np.float32)
    everything = np.ones(len(points), bool)
    if tree is TensorTree:
        asked, found = TensorTree(torch.from_numpy(points), Job()).find(
            torch.from_numpy(everything), 4, Job(), lambda part: None
        )
        found = found[asked.argsort()].numpy()
    else:
        neighbours = Neighbours(make_tree(points.copy(), Job()), 4)
        neighbours.find(everything, Job(), lambda part: None)
        found = neighbours.others
    distances = np.square(points[:, None] - points).sum(2)
    np.fill_diagonal(distances, np.inf)
    assert (found == distances.argsort(axis=1, kind="stable")[:, :4]).all()


def row_of_pixels():
    return np.random.default_rng(0).random((1, 12, 3)), np.array([[0] + 10 * [128] + [255]], np.uint8)


def one_colour():
    return np.full((32, 32, 3), 0.5), soft_disc(32)[1]


def parts_that_do_not_meet():
    photo, trimap, _ = soft_disc(48)
    photo[0:12, 0:12] = (0, 1, 0)  # 144 pixels that have all of their neighbours among themselves
    trimap[0:13, 0:13] = 128
    return photo, trimap


def one_unknown_pixel():
    photo, trimap, _ = soft_disc(20)
    trimap[trimap == 128] = 0
    trimap[10, 10] = 128
    return photo, trimap


@pytest.mark.parametrize(
    "scene", [row_of_pixels, one_colour, parts_that_do_not_meet, one_unknown_pixel], ids=lambda f: f.__name__
)
def test_inputs_at_the_edge_give_a_defined_alpha(scene):
    photo, trimap = scene()
    _, alpha = alphas(photo, trimap)
    assert np.isfinite(alpha).all()
    assert (alpha[trimap == 255] == 1).all()
    assert (alpha[trimap == 0] == 0).all()


def test_a_second_stroke_starts_from_what_is_remembered():
    photo, trimap, _ = soft_disc(60)
    memory = {}
    fresh = similarity_graph(photo, known_alpha(trimap), trimap == 128, RGB, {}, CPU, Job())
    trimap_before = np.where(np.arange(60) < 30, trimap, 0).astype(np.uint8)
    similarity_graph(photo, known_alpha(trimap_before), trimap_before == 128, RGB, memory, CPU, Job())
    features = memory["graph"][1].clone()
    again = similarity_graph(photo, known_alpha(trimap), trimap == 128, RGB, memory, CPU, Job())
    assert torch.equal(memory["graph"][1], features)
    x = torch.rand(len(fresh.b), dtype=torch.float64)
    assert torch.equal(again.times(x), fresh.times(x))


@pytest.mark.parametrize("scale", [1, 4])
def test_groups_of_rows_save_steps_and_stay_symmetric(scale):
    photo, trimap, _ = soft_disc(48 * scale)
    graph = similarity_graph(photo, known_alpha(trimap), trimap == 128, RGB, {}, CPU, Job())
    groups = TensorGroups(graph)
    a, b = torch.randn(2, len(graph.b), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert float(a @ groups(b)) == pytest.approx(float(b @ groups(a)), rel=1e-9)
    assert a @ groups(a) > 0

    def steps(precondition):
        start = torch.zeros_like(graph.b)
        return conjugate_gradients(
            TensorVectors(), graph.times, graph.b, start, precondition, 1e-8, 999, Job()
        )[1]

    assert steps(groups) < 0.95 * steps(lambda residual: residual / graph.degrees)


def test_cancel_stops_the_search():
    photo, trimap, _ = soft_disc(60)
    job = Job()
    tree = TensorTree(torch.from_numpy(features_of(photo, np.arange(trimap.size), RGB)), job)
    job.cancel.set()
    with pytest.raises(Cancelled):
        tree.find(torch.from_numpy((trimap == 128).ravel()), 9, job, lambda part: None)
