"""The compiled solver against the one in torch, which is written from the definition."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

from mattingapp.matting.closed_form import ClosedFormSettings, _solve_on_cpu, _solve_on_gpu
from mattingapp.matting.compiled.band import make_band
from mattingapp.matting.compiled.laplacian import BandLaplacian, band_colours
from mattingapp.matting.compiled.multilevel import MultiLevel
from mattingapp.matting.compiled.threads import a_share_each, make_turns, split, whole_rows
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.stages import known_alpha
from mattingapp.matting.tensors.laplacian import matting_system
from mattingapp.matting.tensors.photo import DevicePhoto
from tests.matting.scenes import soft_disc

CPU = torch.device("cpu")


def noisy_band(side: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Return a photo and a trimap whose unknown band has holes, islands, thin runs and touches the edges."""
    random = np.random.default_rng(3)
    photo = random.random((side, side, 3))
    trimap = random.choice(np.array([0, 128, 255], np.uint8), (side, side), p=(0.15, 0.7, 0.15))
    trimap[20:40, 30:60] = 0
    return photo, trimap


def on_band(photo: np.ndarray, trimap: np.ndarray, factored: int = 4000):
    band = make_band(trimap == 128)
    colours = band_colours(photo, band)
    laplacian = BandLaplacian(colours, band, 1e-7, Job())
    return band, laplacian, MultiLevel(laplacian, colours, band, Job(), factored)


@pytest.mark.parametrize("scene", [noisy_band, soft_disc])
def test_the_band_multiplies_as_the_sparse_matrix_does(scene):
    photo, trimap = scene()[:2]
    band, laplacian, _ = on_band(photo, trimap)
    system = matting_system(DevicePhoto(photo, CPU), trimap == 128, known_alpha(trimap), 1e-7, Job())
    x = np.random.default_rng(0).standard_normal(len(band.pixels))
    field = np.zeros(band.size)
    field[band.unknown] = x
    assert (band.pixels == system.pixels.numpy()).all()
    np.testing.assert_allclose(
        laplacian.times(field)[band.unknown], (system.matrix() @ torch.from_numpy(x)).numpy(), atol=1e-5
    )


def test_a_row_adds_up_to_zero_as_exactly_as_float64_can():
    """The entries are float32; a diagonal that did not make up for it would bend the alphas of large regions."""
    photo, trimap = noisy_band()
    band, laplacian, _ = on_band(photo, trimap)
    assert abs(laplacian.times(np.ones(band.size))).max() < 1e-12


def test_known_pixels_stay_zero_in_every_product():
    photo, trimap = noisy_band()
    band, laplacian, levels = on_band(photo, trimap, factored=0)
    field = np.zeros(band.size)
    field[band.unknown] = 1.0
    known = np.ones(band.size, bool)
    known[band.unknown] = False
    assert known.any()
    assert (laplacian.times(field)[known] == 0).all()
    assert (levels(field)[known] == 0).all()


@pytest.mark.parametrize("factored", [0, 4000])
def test_the_preconditioner_is_symmetric_and_positive(factored):
    photo, trimap, _ = soft_disc(120)
    band, _, levels = on_band(photo, trimap, factored)
    a, b = np.zeros((2, band.size))
    random = np.random.default_rng(0)
    a[band.unknown], b[band.unknown] = random.standard_normal((2, len(band.unknown)))
    # To what float32 resolves, in which the pixels' level computes.
    assert a @ levels(b) == pytest.approx(b @ levels(a), rel=1e-3)
    assert a @ levels(a) > 0


def test_the_solver_in_torch_finds_the_same_alpha():
    photo, trimap, _ = soft_disc(120)
    settings = ClosedFormSettings(tolerance=1e-9)
    region, alpha = trimap == 128, known_alpha(trimap)
    here, steps, _ = _solve_on_cpu(photo, region, alpha, None, settings, lambda alpha: None, Job())
    there, _, _ = _solve_on_gpu(photo, region, alpha, None, settings, CPU, lambda alpha: None, Job())
    assert steps < 60
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_ranges_cover_everything_once():
    weights = np.array([5, 1, 1, 30000, 2, 9000, 0, 7])
    for parts in (1, 2, 3, 8, 20):
        ranges = split(weights, parts)
        assert [i for first, last in ranges for i in range(first, last)] == list(range(len(weights)))
    assert split(np.array([]), 3) == []
    assert a_share_each(np.ones(10)) == [(0, 10)]


def test_blocks_of_a_turn_never_touch():
    rows = np.repeat([0, 1, 2, 3, 7, 8, 9, 30], 3)
    edges = whole_rows(rows, np.ones(len(rows)), 3)
    turns = make_turns(edges, np.ones(len(rows)))
    for blocks in turns.blocks:
        for (_, end), (begin, _) in pairwise(blocks):
            assert rows[begin] - rows[end - 1] > 2
    covered = np.sort(
        np.concatenate([np.arange(first, last) for pair in turns.blocks for first, last in pair])
    )
    assert (covered == np.arange(len(rows))).all()


def test_cancel_stops_the_set_up():
    photo, trimap, _ = soft_disc()
    job = Job()
    job.cancel.set()
    with pytest.raises(Cancelled):
        BandLaplacian(band_colours(photo, make_band(trimap == 128)), make_band(trimap == 128), 1e-7, job)


def test_what_is_compiled_is_kept_on_disk_and_found_there(tmp_path):
    """A new machine: the compiler runs in a process of its own, and the one that asked finds what it made."""
    program = (
        "from mattingapp.matting.compiled import prepare\n"
        "from mattingapp.matting.job import Job\n"
        "assert not prepare.is_on_disk()\n"
        "prepare.prepare(Job())\n"
        "assert prepare.is_on_disk()\n"
        "from mattingapp.matting.compiled.laplacian import relax_turned\n"
        "assert sum(relax_turned.stats.cache_hits.values()) == 1, 'compiled here'\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=600)
