"""Fixtures for every room: the shared data set, and the bundled samples."""

import os
from pathlib import Path

# Set before torch starts its pool: on a small machine, spinning threads cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import pytest

from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.resources import resource

DATA = Path(__file__).parents[2] / "shared" / "data"


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
