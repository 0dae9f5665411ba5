"""The sampling of a GPU against the compiled loops, both on the CPU here."""

import numpy as np
import pytest

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import estimate_alpha, shared
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.solvers import choose, sampling
from mattingapp.matting.solvers.cpu import sampling as loops
from mattingapp.matting.solvers.gpu import sampling as tensors
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.stages import StageInputs
from mattingapp.resources import resource
from tests.matting.backends import CPU, PretendedBackend, PretendedGpu
from tests.matting.scenes import crop_of_all_labels


def part_of(name: str, side: int = 160) -> tuple[np.ndarray, np.ndarray]:
    trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
    crop = crop_of_all_labels(trimap, side)
    return read_photo(resource("samples", f"{name}.png")).pixels[crop], trimap[crop]


@pytest.fixture(params=["hair", "plush", "basket"])
def scene(request):
    """Photo, as it came and as floats, and trimap."""
    photo, trimap = part_of(request.param)
    return photo, to_float(photo), trimap


@pytest.mark.parametrize("radius", [0, 3, 10])
def test_known_regions_expand_alike(scene, radius, monkeypatch):
    monkeypatch.setattr(tensors, "PIXELS_AT_ONCE", 1000)
    photo, colours, trimap = scene
    grown = tensors.expanded(DevicePhoto(photo, CPU), trimap, radius, Job())
    np.testing.assert_array_equal(grown, loops.expanded(colours, trimap, radius, Job()))


@pytest.mark.parametrize(("rays", "searched"), [(4, 1_000_000), (5, 160 * 160 / 9)])
def test_samples_are_the_same(scene, rays, searched, monkeypatch):
    monkeypatch.setattr(sampling, "SEARCHED", searched)
    monkeypatch.setattr(tensors, "PIXELS_AT_ONCE", 1000)
    photo, colours, trimap = scene
    found = tensors.sample(DevicePhoto(photo, CPU), colours, trimap, rays, Job())
    wanted = loops.sample(colours, trimap, rays, Job())
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == np.float32
        away = np.abs(one - other)[trimap == 128]
        # Rounding decides which of two pairs that explain a pixel equally well is taken, and a pair counts for the
        # pixels around. Noise of 1e-7 in the photo changes up to 4 % of the loops' own answers as much.
        assert np.mean(away > 1e-3) < 0.04
        assert away.mean() < 5e-4
        np.testing.assert_array_equal(one[trimap != 128], other[trimap != 128])


def test_where_no_ray_meets_a_side_nothing_is_sure():
    photo = np.random.default_rng(0).random((40, 40, 3)).astype(np.float32)
    trimap = np.full((40, 40), 128, np.uint8)
    trimap[0] = 255
    alpha, confidence = tensors.sample(DevicePhoto(photo, CPU), photo, trimap, 4, Job())
    wanted = loops.sample(photo, trimap, 4, Job())
    np.testing.assert_allclose(alpha, wanted[0], atol=1e-6)
    np.testing.assert_allclose(confidence, wanted[1], atol=1e-6)


def test_cancel_stops_it(scene):
    photo, colours, trimap = scene
    job = Job()
    job.cancel.set()
    with pytest.raises(Cancelled):
        tensors.expanded(DevicePhoto(photo, CPU), trimap, 10, job)
    with pytest.raises(Cancelled):
        tensors.sample(DevicePhoto(photo, CPU), colours, trimap, 4, job)


def test_the_stage_hands_its_work_to_the_gpu(monkeypatch):
    photo, trimap = part_of("plush")
    monkeypatch.setattr(choose, "TensorBackend", PretendedBackend)
    inputs = StageInputs(photo, trimap, {}, shared.STAGE.settings, PretendedGpu())
    estimate = shared.STAGE.estimate(inputs, Job())
    assert estimate.device == "cuda:0"
    np.testing.assert_allclose(
        estimate.alpha, estimate_alpha(photo, trimap, "shared", device="cpu"), atol=2e-3
    )
