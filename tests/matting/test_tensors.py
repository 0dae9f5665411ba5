"""What runs on a GPU against the compiled loops, both on the CPU here."""

import numpy as np
import pytest
import torch

from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import closed_form, estimate_alpha, job, knn
from mattingapp.matting.closed_form import ClosedFormSettings, solve
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.solvers import choose
from mattingapp.matting.solvers.gpu.hats import NodeHats, PixelHats
from mattingapp.matting.solvers.gpu.laplacian import matting_system
from mattingapp.matting.solvers.gpu.multilevel import TensorMultiLevel, _dense
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.stages import StageInputs, known_alpha
from mattingapp.resources import resource
from tests.matting.backends import CPU, LOOPS, TENSORS, PretendedBackend, PretendedGpu
from tests.matting.scenes import crop_of_all_labels, soft_disc


def sample(name: str, side: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """Return photo (uint8) and trimap of a part of a bundled sample."""
    trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
    crop = crop_of_all_labels(trimap, side)
    return read_photo(resource("samples", f"{name}.png")).pixels[crop], trimap[crop]


def islands() -> tuple[np.ndarray, np.ndarray]:
    """Return a noisy photo whose unknown pixels are lone ones, lines one pixel wide, and parts far from each other."""
    photo = np.random.default_rng(5).integers(0, 256, (70, 150, 3), np.uint8)
    trimap = np.zeros((70, 150), np.uint8)
    trimap[:, 75:] = 255
    trimap[0, 0] = trimap[69, 149] = trimap[30, 74] = 128
    trimap[5, 10:140] = trimap[10:60, 40] = 128
    trimap[40:55, 100:140] = 128
    return photo, trimap


def closed_form_difference(photo: np.ndarray, trimap: np.ndarray) -> float:
    parts = photo, trimap == 128, known_alpha(trimap), ClosedFormSettings(), Job()
    here, there = (solve(backend, *parts) for backend in (LOOPS, TENSORS))
    assert here.converged
    assert there.converged
    return float(np.abs(here.alpha - there.alpha).max())


@pytest.mark.parametrize("name", ["hair", "plush", "basket"])
def test_closed_form_finds_the_alpha_of_the_cpu(name):
    assert closed_form_difference(*sample(name)) < 1e-3


@pytest.mark.parametrize("depth", [np.uint8, np.uint16, np.float32, np.float64])
def test_photos_of_every_depth_are_read(depth):
    photo, trimap, _ = soft_disc(64)
    if np.issubdtype(depth, np.integer):
        photo = (photo * np.iinfo(depth).max).round()
    assert closed_form_difference(photo.astype(depth), trimap) < 1e-4


def test_parts_that_do_not_meet_are_solved_too():
    assert closed_form_difference(*islands()) < 1e-4


def test_the_hardest_photo_is_met(data_dir):
    folder = data_dir / "alphamatting" / "train"
    trimap, _ = read_trimap(folder / "trimap1" / "GT13.png")
    crop = crop_of_all_labels(trimap, 240)
    photo = read_photo(folder / "input" / "GT13.png").pixels[crop]
    assert closed_form_difference(photo, trimap[crop]) < 1e-2


@pytest.mark.parametrize("scene", [lambda: soft_disc(70)[:2], islands])
def test_the_blocks_of_the_nodes_are_those_of_the_product(scene):
    """Against A between hats multiplied out, each hat found by sending one coefficient up."""
    photo, trimap = scene()
    system = matting_system(DevicePhoto(photo, CPU), trimap == 128, known_alpha(trimap), 1e-7, Job())
    hats = PixelHats(system)
    up = torch.stack([hats.up(one) for one in torch.eye(4 * hats.nodes.count, dtype=torch.float64)], dim=1)
    fine = system.matrix() @ up.double()
    blocks = hats.galerkin(system, Job())
    coarse = _dense(hats.nodes, blocks)
    np.testing.assert_allclose(coarse, up.double().T @ fine, atol=1e-4)
    down = torch.randn(len(system.b), generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(hats.down(down), up.T @ down, atol=1e-4)

    wider = NodeHats(hats.nodes)
    up = torch.stack([wider.up(one) for one in torch.eye(4 * wider.nodes.count, dtype=torch.float64)], dim=1)
    np.testing.assert_allclose(
        _dense(wider.nodes, wider.galerkin(blocks, Job())), up.T @ coarse @ up, atol=1e-10
    )
    down = torch.randn(len(up), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    np.testing.assert_allclose(wider.down(down), up.T @ down, atol=1e-12)


def test_many_levels_do_as_well_as_two():
    photo, trimap, _ = soft_disc(120)
    system = matting_system(DevicePhoto(photo, CPU), trimap == 128, known_alpha(trimap), 1e-7, Job())
    residual = torch.randn(len(system.b), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for factored in (16, 4000):
        levels = TensorMultiLevel(system, Job(), factored)
        left = residual
        for _ in range(25):
            left = left - system.matrix() @ levels(left)
        assert left.norm() < 0.2 * residual.norm()


def test_cancel_stops_the_set_up():
    photo, trimap, _ = soft_disc()
    job = Job()
    job.cancel.set()
    with pytest.raises(Cancelled):
        matting_system(DevicePhoto(photo, CPU), trimap == 128, known_alpha(trimap), 1e-7, job)


@pytest.mark.parametrize("module", [closed_form, knn], ids=["closed-form", "knn"])
def test_a_stage_hands_its_work_to_the_gpu_and_shows_it(monkeypatch, module):
    monkeypatch.setattr(choose, "TensorBackend", PretendedBackend)
    monkeypatch.setattr(job, "PREVIEW_INTERVAL", 0.0)
    monkeypatch.setattr(job, "PREVIEW_SHARE", 1.0)
    photo, trimap, _ = soft_disc(48)
    previews = []
    inputs = StageInputs(photo, trimap, {}, module.STAGE.settings, PretendedGpu())
    estimate = module.STAGE.estimate(inputs, Job(preview=previews.append))
    assert estimate.device == "cuda:0"
    assert estimate.converged
    assert previews[-1].shape == trimap.shape
    np.testing.assert_allclose(
        estimate.alpha, estimate_alpha(photo, trimap, module.STAGE.name, device="cpu"), atol=1e-4
    )
