"""The colours of one photo under the profile of another."""

import numpy as np
import pytest
from PIL import ImageCms

from mattingapp.imaging.photo import Photo
from mattingapp.imaging.profile import in_profile

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """A profile whose red is the green of sRGB, and the other way round."""
    count = int.from_bytes(SRGB[128:132], "big")
    names = [SRGB[132 + 12 * i : 136 + 12 * i] for i in range(count)]
    profile = bytearray(SRGB)
    for name, other in ((b"rXYZ", b"gXYZ"), (b"gXYZ", b"rXYZ")):
        place, source = 136 + 12 * names.index(name), 136 + 12 * names.index(other)
        profile[place : place + 8] = SRGB[source : source + 8]
    return bytes(profile)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


@pytest.mark.parametrize("icc", [None, SRGB, b"damaged"])
def test_the_same_profile_changes_nothing(pixels, icc) -> None:
    assert in_profile(Photo(pixels, icc=icc), icc) is pixels


def test_the_colours_stay_what_they_look_like(pixels) -> None:
    turned = pixels[..., [1, 0, 2]].astype(int)
    assert np.abs(in_profile(Photo(pixels, icc=swapped()), None) - turned).max() <= 2
    assert np.abs(in_profile(Photo(pixels), swapped()) - turned).max() <= 2


def test_a_deep_photo_is_brought_to_8_bits(pixels) -> None:
    deep = pixels.astype(np.uint16) * 257
    found = in_profile(Photo(deep, icc=SRGB), None)
    assert found.dtype == np.uint8
    assert np.abs(found - pixels.astype(int)).max() <= 2


def test_a_damaged_profile_counts_as_srgb(pixels) -> None:
    assert np.abs(in_profile(Photo(pixels, icc=b"damaged"), None) - pixels.astype(int)).max() <= 2
