"""Fixtures for every room: the shared data set, and the bundled samples."""

import os
from pathlib import Path

# Set before torch starts its pool: on a small machine, spinning threads cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import pytest

from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.resources import resource
from tests.matting.scenes import soft_disc

DATA = Path(os.environ.get("MATTINGAPP_DATA") or Path(__file__).parents[2] / "shared" / "data")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The images that may be measured on but not shipped."""
    if not DATA.is_dir():
        pytest.skip("needs ../shared/data, which a public clone does not have")
    return DATA


@pytest.fixture
def sample_photo() -> Photo:
    """A bundled photograph of hair, 800 × 600."""
    return read_photo(resource("samples", "hair.png"))


@pytest.fixture
def sample_trimap() -> np.ndarray:
    """Its trimap."""
    return read_trimap(resource("samples", "hair_trimap.png"))[0]


@pytest.fixture
def sample_alpha() -> np.ndarray:
    """Its true alpha, to 16 bits."""
    return read_alpha(resource("samples", "hair_alpha.png"))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Call it with entry points, such as lightness="example_plugin:LIGHTNESS", of a package to have installed."""
    from mattingapp.matting.stages import ENTRY_POINT_GROUP, load_stages, registry

    def forget() -> None:
        registry.cache_clear()
        load_stages.cache_clear()

    def install(**points: str) -> None:
        package = tmp_path / "site" / "example_plugin-1.0.dist-info"
        package.mkdir(parents=True)
        (package / "METADATA").write_text("Metadata-Version: 2.1\nName: example-plugin\nVersion: 1.0\n")
        lines = [f"[{ENTRY_POINT_GROUP}]", *(f"{name} = tests.{value}" for name, value in points.items())]
        (package / "entry_points.txt").write_text("\n".join(lines))
        monkeypatch.syspath_prepend(package.parent)
        forget()

    yield install
    monkeypatch.undo()
    forget()


@pytest.fixture
def example_plugin(install) -> None:
    """The example package is installed."""
    install(
        lightness="example_plugin:LIGHTNESS",
        contrast="example_plugin:CONTRAST",
        retrained="example_plugin:RETRAINED",
    )


@pytest.fixture
def tiny_data(tmp_path):
    """A data set folder of four small discs, with two kinds of trimap and two backgrounds beside it."""
    folder = tmp_path / "data"
    for part in ("input", "gt", "trimap1", "trimap2"):
        (folder / part).mkdir(parents=True)
    for seed, name in enumerate(("a", "b", "c", "d")):
        photo, trimap, alpha = soft_disc(64, seed)
        photo = np.roll(photo, seed, axis=2)
        cv2.imwrite(str(folder / "input" / f"{name}.png"), np.round(255 * photo[..., ::-1]).astype(np.uint8))
        write_alpha(folder / "gt" / f"{name}.png", alpha)
        write_alpha(folder / "trimap1" / f"{name}.png", trimap)
        wide = cv2.erode(trimap, np.ones((5, 5))) if seed % 2 else trimap
        write_alpha(folder / "trimap2" / f"{name}.png", wide)
    backgrounds = tmp_path / "backgrounds"
    backgrounds.mkdir()
    for seed in (8, 9):
        noise = np.random.default_rng(seed).integers(0, 256, (30, 50, 3), np.uint8)
        cv2.imwrite(str(backgrounds / f"{seed}.png"), cv2.GaussianBlur(noise, (0, 0), 3))
    return folder
