"""The colours of one photo under the profile of another."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from mattingapp.imaging.composite import parse_colour
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.profile import colour_in_profile, in_profile

CASES = Path(__file__).parents[1] / "cases"
with Image.open(CASES / "30-icc-input-only-photo.png") as image:
    INPUT_ONLY = image.info["icc_profile"]
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


def test_a_colour_looks_the_same_under_the_profile_of_a_photo() -> None:
    photo = read_photo(CASES / "32-prophoto-solid-backdrop.png")
    colour = colour_in_profile(parse_colour("#3060a0"), photo.icc)
    pixel = np.rint(255 * colour[None, None]).astype(np.uint8)
    seen = in_profile(Photo(pixel, icc=photo.icc), None)[0, 0].astype(int)
    assert np.abs(seen - [48, 96, 160]).max() <= 2
    assert np.abs(pixel[0, 0] - [48, 96, 160]).max() > 20  # the numbers are others


@pytest.mark.parametrize("icc", [None, SRGB, b"damaged", INPUT_ONLY])
def test_a_colour_under_srgb_or_an_unusual_profile_is_itself(icc) -> None:
    assert np.abs(255 * (colour_in_profile(np.float32([0.2, 0.4, 0.6]), icc) - [0.2, 0.4, 0.6])).max() <= 1


@pytest.mark.parametrize("kind", [b"link", b"nmcl", b"scnr", b"abst"])
def test_unusual_profiles_on_either_side_raise_nothing(pixels, kind) -> None:
    profile = INPUT_ONLY[:12] + kind + INPUT_ONLY[16:]
    for origin, target in ((profile, None), (None, profile), (profile, profile), (profile, SRGB)):
        assert in_profile(Photo(pixels, icc=origin), target).shape == pixels.shape
