"""The compiled solver against the one in torch, which is written from the definition."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numba
import numpy as np
import pytest
import torch

from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.solvers.cpu import threads, waiting
from mattingapp.matting.solvers.cpu.band import make_band
from mattingapp.matting.solvers.cpu.laplacian import BandLaplacian, band_colours
from mattingapp.matting.solvers.cpu.multilevel import (
    FUNCTIONS,
    MultiLevel,
    _matrix,
    _node_blocks_above,
    _NodeLevel,
    _PixelLevel,
)
from mattingapp.matting.solvers.cpu.nodes import nodes_above
from mattingapp.matting.solvers.cpu.threads import (
    a_share_each,
    make_turns,
    on_cores,
    on_cores_checked,
    split,
    whole_rows,
)
from mattingapp.matting.solvers.gpu.laplacian import matting_system
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.stages import known_alpha
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


def test_the_matrices_of_the_nodes_are_those_of_their_hats():
    """Hats two nodes apart are not coupled, so that nine blocks a node are the whole matrix."""
    photo, trimap = noisy_band(50)
    band = make_band(trimap == 128)
    colours = band_colours(photo, band)
    laplacian = BandLaplacian(colours, band, 1e-7, Job())
    pixels = _PixelLevel(laplacian, colours, band, Job())
    nodes, blocks = pixels.below(laplacian, colours, band)
    size = FUNCTIONS * nodes.count
    coefficients = np.pad(np.eye(size), ((0, 0), (0, FUNCTIONS)))  # the last node stands for none
    hats = np.stack(
        [
            pixels.up(hat.reshape(-1, FUNCTIONS), np.zeros(band.size, np.float32))[::-1].astype(float)
            for hat in coefficients
        ]
    )
    expected = hats @ np.stack([laplacian.times(hat) for hat in hats]).T
    found = _matrix(nodes, blocks).toarray()
    np.testing.assert_allclose(found, expected, atol=1e-5 * abs(expected).max())

    above = nodes_above(nodes)
    ways = _NodeLevel(nodes, blocks, above, Job())._up[:-1, :-1].toarray()
    assert (ways.sum(1) == 1).all()
    wider = np.kron(ways, np.eye(FUNCTIONS))
    found = _matrix(above, _node_blocks_above(nodes, blocks, above, Job())).toarray()
    np.testing.assert_allclose(found, wider.T @ expected @ wider, atol=1e-5 * abs(expected).max())


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


@pytest.fixture(params=["looking", "asleep at once"])
def three_cores(monkeypatch, request):
    """Two threads to help this one, whatever the machine has; they sleep at once where numba cannot make them look."""
    if request.param == "asleep at once":
        monkeypatch.setattr(waiting, "can_look", lambda: False)
    helpers = [threads._Helper() for _ in range(2)]
    idle = helpers.copy()
    monkeypatch.setattr(threads, "_idle_helpers", lambda: idle)
    yield idle
    assert len(idle) == 2, "a helper was not given back"
    for helper in helpers:
        helper.end()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
def test_every_range_is_done_once_and_answers_in_order(three_cores, count):
    ranges = [(i, i + 1) for i in range(count)]
    for pause in (0.0, 0.0, 0.02):  # the last time the helpers are asleep
        time.sleep(pause)
        assert on_cores(lambda first, last, add: (first, last + add), ranges, 5) == [
            (i, i + 6) for i in range(count)
        ]


def test_ranges_are_done_at_the_same_time(three_cores):
    meeting = threading.Barrier(3)
    assert on_cores(lambda first, last: meeting.wait(timeout=60) >= 0, [(i, i + 1) for i in range(3)])


def test_threads_that_share_the_helpers_get_their_own_results(three_cores):
    def squares(of: int) -> bool:
        ranges = [(of, i) for i in range(5)]
        return all(on_cores(lambda a, i: a * i, ranges) == [of * i for i in range(5)] for _ in range(300))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(squares, range(1, 5)))


def test_helpers_end_while_another_thread_uses_them(three_cores):
    """As at the end of a program in which something still runs in the background."""
    helpers, over = three_cores.copy(), threading.Event()

    def use() -> bool:
        ranges = [(0, i) for i in range(5)]
        done = True
        while not over.is_set():
            done &= on_cores(lambda first, last: last, ranges) == list(range(5))
        return done

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(use)
        time.sleep(0.05)
        for helper in helpers:
            helper.end()
            assert not helper._thread.is_alive()
        time.sleep(0.05)
        over.set()
        assert answer.result(timeout=60)


def test_what_goes_wrong_in_a_helper_is_raised_where_it_was_asked_for(three_cores):
    meeting, here = threading.Barrier(3), threading.current_thread()

    def fail(first: int, last: int) -> None:
        meeting.wait(timeout=60)
        if threading.current_thread() is not here:
            raise ValueError(f"range {first}")

    with pytest.raises(ValueError, match="range"):
        on_cores(fail, [(0, 1), (1, 2), (2, 3)])


def test_cancel_leaves_out_the_ranges_that_have_not_begun(three_cores):
    job, done = Job(), []

    def loop(first: int, last: int) -> None:
        done.append(first)
        job.cancel.set()

    with pytest.raises(Cancelled):
        on_cores_checked(job, loop, [(i, i + 1) for i in range(100)])
    assert 1 <= len(done) <= 3


def test_ranges_cover_everything_once():
    weights = np.array([5, 1, 1, 30000, 2, 9000, 0, 7])
    for parts in (1, 2, 3, 8, 20):
        ranges = split(weights, parts)
        assert [i for first, last in ranges for i in range(first, last)] == list(range(len(weights)))
    assert split(np.array([]), 3) == []
    assert a_share_each(np.ones(10)) == [(0, 10)]


def test_no_range_of_a_large_photo_keeps_a_cancel_waiting():
    weights = np.full(300, 100_000)
    ranges = a_share_each(weights)
    assert [i for first, last in ranges for i in range(first, last)] == list(range(len(weights)))
    assert max(weights[first:last].sum() for first, last in ranges) <= threads.AT_ONCE + weights[0]


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
        "from mattingapp.matting.solvers.cpu import prepare\n"
        "from mattingapp.matting.job import Job\n"
        "assert not prepare.is_on_disk()\n"
        "prepare.prepare(Job())\n"
        "assert prepare.is_on_disk()\n"
        "from mattingapp.matting.solvers.cpu.laplacian import relax_turned\n"
        "assert sum(relax_turned.stats.cache_hits.values()) == 1, 'compiled here'\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=600)


def test_the_loop_that_looks_can_be_built_here():
    assert waiting.can_look()
    counter = np.ones(1, np.int64)
    assert waiting.look_for_change(counter, 0)
    assert not waiting.look_for_change(counter, 1)


def test_where_numba_cannot_build_it_nobody_looks(monkeypatch):
    monkeypatch.setattr(waiting, "make_array", None)
    monkeypatch.setattr(waiting, "look", numba.njit(waiting.look.py_func))
    monkeypatch.setattr(waiting, "can_look", waiting.can_look.__wrapped__)
    assert not waiting.look_for_change(np.ones(1, np.int64), 0)
