"""PyMatting's names, arguments, shapes and types, on our solvers."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve
from scipy.spatial import cKDTree

from mattingapp import pymatting
from tests.matting.scenes import definition_of_laplacian, soft_disc


@pytest.fixture(scope="module")
def scene():
    """Photo, trimap and alpha of a soft disc, all of them float64 in [0, 1]."""
    photo, trimap, alpha = soft_disc(40)
    return photo, np.select([trimap == 0, trimap == 255], [0.0, 1.0], 0.5), alpha


@pytest.mark.parametrize(
    ("name", "options", "dtype"),
    [
        ("cf", {"laplacian_kwargs": {"epsilon": 1e-6}, "cg_kwargs": {"maxiter": 2000}}, np.float64),
        ("knn", {"laplacian_kwargs": {"n_neighbors": [15, 10]}}, np.float64),
        ("knn", {"variant": "rgb"}, np.float64),
        ("sm", {"sample_gathering_angles": 6}, np.float32),
        ("lkm", {"laplacian_kwargs": {"radius": 3}}, np.float64),
    ],
)
def test_every_method_finds_the_alpha(scene, name, options, dtype):
    photo, trimap, alpha = scene
    found = getattr(pymatting, f"estimate_alpha_{name}")(photo, trimap, **options)
    assert (found.shape, found.dtype) == (trimap.shape, dtype)
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.abs(found - alpha)[trimap == 0.5].mean() < 0.06


def test_what_is_known_stays_as_the_trimap_has_it(scene):
    photo, trimap, _ = scene
    trimap = np.where(trimap == 0, 0.05, trimap).astype(np.float32)
    alpha = pymatting.estimate_alpha_cf(photo, trimap)
    assert alpha.dtype == np.float32
    assert np.array_equal(alpha[trimap != 0.5], trimap[trimap != 0.5])


def test_knn_is_the_formula_of_equal_neighbours(scene):
    photo, trimap, _ = scene
    height, width = trimap.shape
    weights = sparse.csr_array((trimap.size, trimap.size))
    y, x = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    for count, position in ((20, 2.0), (10, 0.1)):
        features = np.dstack((photo, position * x, position * y)).reshape(-1, 5).astype(np.float32)
        others = cKDTree(features).query(features, count)[1]
        rows = np.repeat(np.arange(trimap.size), count)
        one_way = sparse.csr_array((np.ones(rows.size), (rows, others.ravel())), weights.shape)
        weights = weights + one_way + one_way.T
    laplacian = sparse.csr_array(sparse.diags_array(weights.sum(1)) - weights)
    unknown = trimap.ravel() == 0.5
    right = -laplacian[unknown][:, ~unknown] @ trimap.ravel()[~unknown]
    expected = spsolve(laplacian[unknown][:, unknown].tocsc(), right)
    assert np.abs(pymatting.estimate_alpha_knn(photo, trimap).ravel()[unknown] - expected).max() < 1e-3


def test_wide_windows_are_the_laplacian_s(scene):
    photo, trimap, _ = scene
    laplacian = pymatting.cf_laplacian(photo, 1e-4, 2)
    known = trimap.ravel() != 0.5
    system = laplacian + sparse.diags_array(100.0 * known)
    expected = np.clip(spsolve(system.tocsc(), 100.0 * (trimap.ravel() == 1)), 0, 1)
    alpha = pymatting.estimate_alpha_lkm(photo, trimap, {"epsilon": 1e-4, "radius": 2})
    assert np.abs(alpha.ravel() - expected).max() < 1e-3


def test_the_laplacian_is_the_one_of_the_paper():
    photo = soft_disc(12)[0]
    assert np.abs(pymatting.cf_laplacian(photo) - definition_of_laplacian(photo, 1e-7)).max() < 1e-6
    assert pymatting.cf_laplacian(photo, is_known=np.ones((12, 12), bool)).nnz == 0


@pytest.mark.parametrize(
    ("estimate", "dtype"),
    [(pymatting.estimate_foreground_ml, np.float32), (pymatting.estimate_foreground_cf, np.float64)],
)
def test_foreground_and_background_make_up_the_photo(scene, estimate, dtype):
    photo, _, alpha = scene
    foreground, background = estimate(photo, alpha, return_background=True)
    assert foreground.dtype == background.dtype == dtype
    assert np.abs(pymatting.blend(foreground, background, alpha) - photo).max() < 0.02
    assert np.array_equal(estimate(photo, alpha), foreground)
    assert np.abs(foreground - (0.8, 0.3, 0.2))[alpha > 0.2].max() < 0.3  # not the background's blue


def test_what_changes_nothing_is_told(scene):
    photo, trimap, alpha = scene
    with pytest.warns(UserWarning, match="cg_kwargs: callback changes nothing"):
        pymatting.estimate_alpha_cf(photo, trimap, cg_kwargs={"callback": print})
    with pytest.warns(UserWarning, match="laplacian_kwargs: radius changes nothing"):
        pymatting.estimate_alpha_cf(photo, trimap, laplacian_kwargs={"radius": 2})
    with pytest.warns(UserWarning, match="gradient_weight changes nothing"):
        pymatting.estimate_foreground_ml(photo, alpha, gradient_weight=2.0)


def test_errors_are_value_errors_in_a_sentence(scene):
    photo, trimap, _ = scene
    for least in (0.5, 1.0):
        with pytest.raises(ValueError, match=r"The trimap has no background; mark some\."):
            pymatting.estimate_alpha_knn(photo, np.maximum(trimap, least))
    with pytest.raises(ValueError, match="has not converged within 2 steps"):
        pymatting.estimate_alpha_cf(photo, trimap, cg_kwargs={"maxiter": 2})
    with pytest.raises(ValueError, match="has not converged within 2 steps"):
        pymatting.estimate_alpha_lkm(photo, trimap, cg_kwargs={"maxiter": 2})
    with pytest.raises(ValueError, match="give them one height and width"):
        pymatting.estimate_alpha_cf(photo, trimap[1:])
    for absent in (pymatting.estimate_alpha_lbdm, pymatting.estimate_alpha_rw):
        with pytest.raises(ValueError, match="call estimate_alpha_cf"):
            absent(photo, trimap)


def test_a_cut_out_is_written_and_read(scene, tmp_path):
    photo, trimap, alpha = scene
    pymatting.save_image(tmp_path / "in" / "photo.png", photo)
    pymatting.save_image(str(tmp_path / "trimap.png"), trimap)
    pymatting.cutout(tmp_path / "in" / "photo.png", tmp_path / "trimap.png", tmp_path / "cutout.png")
    cutout = pymatting.load_image(tmp_path / "cutout.png")
    assert (cutout.shape, cutout.dtype) == ((40, 40, 4), np.float64)
    assert np.abs(cutout[..., 3] - alpha).mean() < 0.03
    assert pymatting.load_image(tmp_path / "cutout.png", "GRAY", 0.5, "nearest").shape == (20, 20)
    assert pymatting.load_image(tmp_path / "cutout.png", "rgb", (10, 30)).shape == (30, 10, 3)


def test_a_grid_has_a_place_for_each():
    grey, colour = np.full((2, 3), 0.5), np.ones((4, 2, 3), np.float32)
    grid = pymatting.make_grid([grey, None, colour])
    assert (grid.shape, grid.dtype) == ((8, 6, 3), np.float64)
    assert np.array_equal(grid[:2, :3], np.full((2, 3, 3), 0.5))
    assert np.array_equal(grid[4:, :2], np.ones((4, 2, 3)))
    assert grid.sum() == 9 + 24
    assert pymatting.make_grid([grey, grey], nx=1).shape == (4, 3)
    assert pymatting.stack_images(colour, colour[..., 0]).shape == (4, 2, 4)
