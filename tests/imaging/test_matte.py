"""Writing alphas, cut-outs and composites: what was meant is read back, or the old file is untouched."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, TiffImagePlugin

from mattingapp.imaging import files
from mattingapp.imaging.decode import read_raster
from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import (
    IMAGE_SUFFIXES,
    MATTE_SUFFIXES,
    check_image,
    cutout_pixels,
    read_alpha,
    write_alpha,
    write_cutout,
    write_image,
)
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.readers.source import Metadata
from mattingapp.resources import resource

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("suffix", MATTE_SUFFIXES)
@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_alpha_comes_back_within_half_a_level(tmp_path, sample_alpha, bits, top, suffix):
    path = tmp_path / f"alpha{suffix}"
    write_alpha(path, sample_alpha, bits)
    back = read_alpha(path)
    assert back.dtype == np.float32
    assert np.abs(back.astype(np.float64) - sample_alpha).max() <= 0.5 / top + 1e-7
    with Image.open(path) as image:
        assert image.mode == ("L" if bits == 8 else "I;16")


def test_16_bit_alpha_is_the_same_file_content_after_a_round_trip(tmp_path, sample_alpha):
    write_alpha(tmp_path / "alpha.png", sample_alpha, 16)
    with (
        Image.open(tmp_path / "alpha.png") as image,
        Image.open(resource("samples", "hair_alpha.png")) as truth,
    ):
        np.testing.assert_array_equal(np.asarray(image), np.asarray(truth))


def test_alpha_rounds_to_nearest_and_clips(tmp_path):
    alpha = np.array([[0.0, 0.4 / 255, 0.6 / 255, 254.6 / 255, 1.0, 1.0000001, -0.0000001]])
    write_alpha(tmp_path / "alpha.png", alpha)
    with Image.open(tmp_path / "alpha.png") as image:
        assert np.asarray(image).tolist() == [[0, 0, 1, 255, 255, 255, 0]]


def test_alpha_is_read_from_the_alpha_channel_where_there_is_one(tmp_path, sample_photo, sample_alpha):
    write_cutout(tmp_path / "cutout.png", to_float(sample_photo.pixels), sample_alpha, bits=16)
    np.testing.assert_allclose(read_alpha(tmp_path / "cutout.png"), sample_alpha, atol=1e-5)


def test_alpha_of_an_opaque_colour_file_is_its_grey(tmp_path, sample_alpha):
    grey = np.rint(sample_alpha * 255).astype(np.uint8)
    Image.fromarray(grey).convert("RGBA").save(tmp_path / "rgb.png")
    np.testing.assert_allclose(read_alpha(tmp_path / "rgb.png"), grey / 255, atol=1e-7)
    Image.new("RGB", (2, 2), (255, 0, 0)).save(tmp_path / "red.png")
    np.testing.assert_allclose(read_alpha(tmp_path / "red.png"), 0.299, atol=2e-3)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("bits", [8, 16])
def test_cutout_is_straight_and_keeps_its_profile(tmp_path, sample_photo, sample_alpha, bits, suffix):
    path = tmp_path / f"cutout{suffix}"
    write_cutout(path, sample_photo.pixels, sample_alpha, bits, SRGB)
    photo = read_photo(path)
    visible = np.rint(sample_alpha.astype(np.float64) * (2**bits - 1)) > 0
    np.testing.assert_array_equal(
        photo.pixels[visible],
        sample_photo.pixels[visible].astype(photo.pixels.dtype) * (1 if bits == 8 else 257),
    )
    assert not photo.pixels[~visible].any()
    assert np.abs(photo.alpha - sample_alpha).max() <= 0.51 / (2**bits - 1)
    assert photo.icc == SRGB


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_premultiplied_colours_are_the_colours_times_alpha(
    tmp_path, sample_photo, sample_alpha, bits, top, suffix
):
    path = tmp_path / f"cutout{suffix}"
    write_cutout(path, sample_photo.pixels, sample_alpha, bits, SRGB, premultiplied=True)
    written = cutout_pixels(sample_photo.pixels, sample_alpha, bits, premultiplied=True)
    meant = to_float(sample_photo.pixels, np.float64) * sample_alpha[..., None].astype(np.float64) * top
    assert np.abs(written[..., :3] - meant).max() <= 0.51
    assert (written[..., :3] <= written[..., 3:]).all()  # no colour shines brighter than its cover
    raster = read_raster(path)
    assert raster.icc == SRGB
    if suffix == ".png":  # which is straight to whoever does not know better
        np.testing.assert_array_equal(raster.colour, written[..., :3])
        with Image.open(path) as image:
            assert "Premultiplied" in image.text["Comment"]
    else:
        with Image.open(path) as image:
            assert image.tag_v2[TiffImagePlugin.EXTRASAMPLES] == (1,)
        solid = sample_alpha > 0.5
        error = raster.colour[solid].astype(float) - sample_photo.pixels[solid].astype(float) * (top / 255)
        assert np.abs(error).max() <= 2  # the reader divided by alpha again


def test_a_straight_tiff_says_so(tmp_path, sample_photo, sample_alpha):
    write_cutout(tmp_path / "cutout.tif", sample_photo.pixels, sample_alpha)
    with Image.open(tmp_path / "cutout.tif") as image:
        assert image.tag_v2[TiffImagePlugin.EXTRASAMPLES] == (2,)


def test_a_tiff_of_a_few_pixels_and_of_many_strips_come_back(tmp_path):
    noise = np.random.default_rng(0).integers(0, 65536, (1500, 301, 3), np.uint16)
    alpha = np.linspace(0.5, 1, 1500 * 301).reshape(1500, 301)
    for part in (np.s_[:1, :1], np.s_[:]):
        write_cutout(tmp_path / "noise.tiff", noise[part], alpha[part], 16)
        np.testing.assert_array_equal(read_photo(tmp_path / "noise.tiff").pixels, noise[part])


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
def test_composite_is_written_in_the_format_of_its_suffix(tmp_path, sample_photo, suffix):
    path = tmp_path / f"composite{suffix}"
    write_image(path, to_float(sample_photo.pixels), SRGB)
    expected = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}.get(
        suffix, suffix[1:].upper()
    )
    with Image.open(path) as image:
        assert image.format == expected
    photo = read_photo(path)
    assert photo.icc == SRGB
    lossless = expected in ("PNG", "TIFF")
    assert np.abs(photo.pixels.astype(float) - sample_photo.pixels).mean() <= (0 if lossless else 2.5)


CARRIED = Metadata(
    (300.0, 300.0),
    {
        "Make": "Maker",
        "Model": "Camera",
        "DateTime": "2024:05:06 07:08:09",
        "Artist": "Zoë",
        "Copyright": "© Zoë",
        "DateTimeOriginal": "2023:04:05 06:07:08",
    },
)


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
def test_what_the_photo_carried_goes_along(tmp_path, sample_photo, suffix):
    path = tmp_path / f"composite{suffix}"
    write_image(path, sample_photo.pixels, SRGB, metadata=CARRIED)
    found = read_photo(path).metadata
    assert found.exif == CARRIED.exif
    if suffix != ".webp":  # which has no place for it but EXIF
        assert found.resolution == pytest.approx(CARRIED.resolution, abs=0.01)


@pytest.mark.parametrize("suffix", MATTE_SUFFIXES)
@pytest.mark.parametrize("bits", [8, 16])
def test_other_readers_find_in_the_files_what_was_meant(tmp_path, sample_photo, sample_alpha, bits, suffix):
    alpha, cutout = tmp_path / f"alpha{suffix}", tmp_path / f"cutout{suffix}"
    write_alpha(alpha, sample_alpha, bits, CARRIED)
    write_cutout(cutout, sample_photo.pixels, sample_alpha, bits, SRGB, metadata=CARRIED)
    with Image.open(alpha) as image:
        assert image.info["dpi"] == pytest.approx(CARRIED.resolution, abs=0.01)
    written = cutout_pixels(sample_photo.pixels, sample_alpha, bits)
    if suffix == ".png":
        seen = cv2.imread(str(cutout), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]]
        np.testing.assert_array_equal(seen, written)
        return
    with tifffile.TiffFile(cutout) as file:
        (page,) = file.pages
        assert page.tags[34675].value == SRGB
        assert [page.tags[tag].value for tag in (282, 283, 296)] == [(300, 1), (300, 1), 2]
        assert page.extrasamples == (2,) and page.bitspersample == bits
        np.testing.assert_array_equal(page.asarray(), written)


@pytest.mark.parametrize("suffix", MATTE_SUFFIXES)
def test_a_composite_of_16_bits_keeps_them(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 65536, (20, 30, 3), np.uint16)
    write_image(tmp_path / f"deep{suffix}", noise, bits=16)
    np.testing.assert_array_equal(read_photo(tmp_path / f"deep{suffix}").pixels, noise)


@pytest.mark.parametrize(
    ("name", "shape", "bits", "reason"),
    [
        ("wide.webp", (10, 17000, 3), 8, "16383 pixels"),
        ("high.jpg", (70000, 10, 3), 8, "65535 pixels"),
        ("deep.jpg", (10, 10, 3), 16, "8 bits"),
    ],
)
def test_what_a_format_cannot_hold_is_told_before_the_work(tmp_path, name, shape, bits, reason):
    with pytest.raises(InputError, match=reason):
        check_image(tmp_path / name, shape, bits)


def test_suffix_is_not_case_sensitive(tmp_path, sample_alpha):
    write_alpha(tmp_path / "ALPHA.PNG", sample_alpha)
    assert read_alpha(tmp_path / "ALPHA.PNG").shape == sample_alpha.shape


@pytest.mark.parametrize("name", ["alpha.jpg", "alpha", "alpha.png.txt"])
def test_alpha_with_another_suffix_is_refused(tmp_path, sample_alpha, name):
    with pytest.raises(InputError, match=r"must end in \.png"):
        write_alpha(tmp_path / name, sample_alpha)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_named(tmp_path, sample_alpha):
    with pytest.raises(InputError, match=r"no folder '.*absent'"):
        write_alpha(tmp_path / "absent" / "alpha.png", sample_alpha)


def test_target_that_is_a_folder_is_refused(tmp_path, sample_alpha):
    (tmp_path / "alpha.png").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_alpha(tmp_path / "alpha.png", sample_alpha)


def test_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch, sample_alpha):
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="cannot be written to"):
        write_alpha(tmp_path / "alpha.png", sample_alpha)


def test_cutout_of_another_size_is_refused(tmp_path, sample_photo, sample_alpha):
    with pytest.raises(InputError, match="size"):
        write_cutout(tmp_path / "cutout.png", sample_photo.pixels[:-1], sample_alpha)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_interrupted_or_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, sample_alpha, failure
):
    path = tmp_path / "alpha.png"
    write_alpha(path, sample_alpha)
    before = path.read_bytes()

    def fail(descriptor: int) -> None:
        raise failure

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises((KeyboardInterrupt, InputError)) as raised:
        write_alpha(path, 1 - sample_alpha)
    assert raised.type is (KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else InputError)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_to_the_new_content(tmp_path, sample_alpha):
    (tmp_path / "real.png").write_bytes(b"old")
    link = tmp_path / "link.png"
    try:
        link.symlink_to(tmp_path / "real.png")
    except OSError:
        pytest.skip("this system lets ordinary users make no links")
    write_alpha(link, sample_alpha)
    assert link.is_symlink()
    assert read_alpha(Path(tmp_path / "real.png")).shape == sample_alpha.shape
