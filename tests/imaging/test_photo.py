"""Reading photographs: every format, depth, mode and orientation gives the pixels a person would see."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from mattingapp.imaging.decode import read_raster
from mattingapp.imaging.depth import to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo, read_photo

# How an upright image lies in a file that carries the orientation: what a camera held that way would store.
STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.fixture
def crop(sample_photo: Photo) -> np.ndarray:
    return sample_photo.pixels[40:104, 250:330]


@pytest.fixture
def alpha_crop(sample_alpha: np.ndarray) -> np.ndarray:
    crop = np.rint(sample_alpha[40:104, 250:330] * 65535).astype(np.uint16)
    assert crop.min() == 0 and crop.max() == 65535
    return crop


def as_16_bit(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.uint16) * 257 + np.arange(3, dtype=np.uint16) * (pixels < 200)


def write_16_bit(path: Path, rgb: np.ndarray, alpha: np.ndarray | None = None) -> None:
    bands = [rgb[..., ::-1]] if alpha is None else [rgb[..., ::-1], alpha]
    path.write_bytes(cv2.imencode(path.suffix, np.dstack(bands))[1].tobytes())


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def set_png_orientation(path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = path.read_bytes()
    path.write_bytes(data[:33] + png_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")) + data[33:])


def set_tiff_tag(path: Path, tag: int, value: int) -> None:
    """Append a copy of the little-endian directory with the tag in it, and point to that."""
    data = bytearray(path.read_bytes())
    start = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[start : start + 2], "little")
    entries = {
        bytes(data[i : i + 2]): bytes(data[i : i + 12]) for i in range(start + 2, start + 2 + 12 * count, 12)
    }
    entries[tag.to_bytes(2, "little")] = struct.pack("<HHLL", tag, 3, 1, value)
    ordered = [entries[key] for key in sorted(entries, key=lambda key: int.from_bytes(key, "little"))]
    data += b"\0" * (len(data) % 2)
    data[4:8] = len(data).to_bytes(4, "little")
    path.write_bytes(bytes(data) + len(ordered).to_bytes(2, "little") + b"".join(ordered) + bytes(4))


def set_tiff_orientation(path: Path, orientation: int) -> None:
    set_tiff_tag(path, 274, orientation)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".webp"])
def test_lossless_formats_give_their_pixels(tmp_path, crop, suffix):
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(crop).save(path, **({"lossless": True} if suffix == ".webp" else {}))
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.pixels, crop)
    assert photo.pixels.dtype == np.uint8
    assert photo.shape == crop.shape[:2]
    assert photo.alpha is None
    assert photo.path == path


def test_jpeg_gives_nearly_its_pixels(tmp_path, crop):
    Image.fromarray(crop).save(tmp_path / "photo.jpg", quality=98, subsampling=0)
    difference = read_photo(tmp_path / "photo.jpg").pixels.astype(float) - crop
    assert np.abs(difference).mean() < 1


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_colour_keeps_every_bit(tmp_path, crop, suffix):
    pixels = as_16_bit(crop)
    write_16_bit(tmp_path / f"deep{suffix}", pixels)
    photo = read_photo(tmp_path / f"deep{suffix}")
    assert photo.pixels.dtype == np.uint16
    np.testing.assert_array_equal(photo.pixels, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_colour_with_alpha_keeps_both(tmp_path, crop, alpha_crop, suffix):
    write_16_bit(tmp_path / f"deep{suffix}", as_16_bit(crop), alpha_crop)
    photo = read_photo(tmp_path / f"deep{suffix}")
    np.testing.assert_array_equal(photo.pixels, as_16_bit(crop))
    np.testing.assert_allclose(photo.alpha, alpha_crop / 65535, atol=1e-7)


def test_16_bit_grey_with_alpha_becomes_rgb_and_alpha(tmp_path, crop, alpha_crop):
    grey = as_16_bit(crop)[..., 0]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in np.dstack([grey, alpha_crop]))
    height, width = grey.shape
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([16, 4, 0, 0, 0])
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    (tmp_path / "la.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks))
    photo = read_photo(tmp_path / "la.png")
    np.testing.assert_array_equal(photo.pixels, np.dstack([grey] * 3))
    np.testing.assert_allclose(photo.alpha, alpha_crop / 65535, atol=1e-7)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_grey_becomes_rgb_in_its_own_depth(tmp_path, crop, alpha_crop, suffix):
    for grey in (crop[..., 1], alpha_crop):
        Image.fromarray(grey).save(tmp_path / f"grey{suffix}")
        photo = read_photo(tmp_path / f"grey{suffix}")
        assert photo.pixels.dtype == grey.dtype
        np.testing.assert_array_equal(photo.pixels, np.dstack([grey] * 3))


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_alpha_of_the_input_is_kept_apart_from_its_straight_colours(tmp_path, crop, alpha_crop, suffix):
    alpha = (alpha_crop >> 8).astype(np.uint8)
    options = {"lossless": True, "exact": True} if suffix == ".webp" else {}
    Image.fromarray(np.dstack([crop, alpha])).save(tmp_path / f"cutout{suffix}", **options)
    photo = read_photo(tmp_path / f"cutout{suffix}")
    np.testing.assert_array_equal(photo.pixels, crop)
    np.testing.assert_allclose(photo.alpha, alpha / 255, atol=1e-7)
    assert photo.alpha.dtype == np.float32


def test_alpha_that_is_opaque_everywhere_is_none(tmp_path, crop):
    Image.fromarray(crop).convert("RGBA").save(tmp_path / "opaque.png")
    assert read_photo(tmp_path / "opaque.png").alpha is None


def test_premultiplied_16_bit_tiff_is_made_straight(tmp_path, crop, alpha_crop):
    straight = as_16_bit(crop)
    premultiplied = np.rint(straight * (alpha_crop[..., None] / 65535)).astype(np.uint16)
    path = tmp_path / "associated.tif"
    write_16_bit(path, premultiplied, alpha_crop)
    set_tiff_tag(path, 338, 1)  # ExtraSamples: associated alpha
    opaque_enough = alpha_crop > 20000
    difference = read_photo(path).pixels.astype(int)[opaque_enough] - straight[opaque_enough]
    assert opaque_enough.any() and np.abs(difference).max() <= 2


def test_palette_is_looked_up(tmp_path, crop):
    indexed = Image.fromarray(crop).quantize(16)
    indexed.save(tmp_path / "palette.png", transparency=5)
    photo = read_photo(tmp_path / "palette.png")
    np.testing.assert_array_equal(photo.pixels, np.asarray(indexed.convert("RGB")))
    np.testing.assert_array_equal(photo.alpha == 0, np.asarray(indexed) == 5)


def test_black_and_white_bits_become_0_and_255(tmp_path, crop):
    bits = crop[..., 0] > 100
    Image.fromarray(bits).save(tmp_path / "bits.png")
    np.testing.assert_array_equal(read_photo(tmp_path / "bits.png").pixels[..., 2], bits * 255)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_every_exif_orientation_comes_out_upright(tmp_path, crop, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {".webp": {"lossless": True}, ".jpg": {"quality": 98, "subsampling": 0}}.get(suffix, {})
    stored = np.ascontiguousarray(STORED[orientation](crop))
    Image.fromarray(stored).save(tmp_path / f"turned{suffix}", exif=exif, **lossless)
    pixels = read_photo(tmp_path / f"turned{suffix}").pixels
    assert pixels.shape == crop.shape
    assert np.abs(pixels.astype(float) - crop).mean() < (1 if suffix == ".jpg" else 1e-9)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(("suffix", "tag"), [(".png", set_png_orientation), (".tif", set_tiff_orientation)])
def test_every_orientation_of_16_bit_files_comes_out_upright(tmp_path, crop, orientation, suffix, tag):
    pixels = as_16_bit(crop)
    path = tmp_path / f"turned{suffix}"
    write_16_bit(path, np.ascontiguousarray(STORED[orientation](pixels)))
    tag(path, orientation)
    np.testing.assert_array_equal(read_photo(path).pixels, pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_colour_profile_is_kept_byte_for_byte(tmp_path, crop, suffix):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(crop).save(tmp_path / f"profiled{suffix}", icc_profile=profile)
    assert read_photo(tmp_path / f"profiled{suffix}").icc == profile


def test_profile_that_does_not_describe_rgb_is_dropped(tmp_path, crop):
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[16:20] = b"CMYK"
    Image.fromarray(crop).convert("CMYK").save(tmp_path / "print.jpg", icc_profile=bytes(profile))
    photo = read_photo(tmp_path / "print.jpg")
    assert photo.icc is None
    assert photo.pixels.shape == crop.shape


def test_unicode_and_spaces_in_a_path(tmp_path, crop):
    for name in ("писмо фото.png", "deep 髪.tif"):
        write_16_bit(tmp_path / name, as_16_bit(crop))
        np.testing.assert_array_equal(read_photo(tmp_path / name).pixels, as_16_bit(crop))


def test_90_megapixels_are_not_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "large.png"), np.zeros((9500, 9500), np.uint8))
    assert read_raster(tmp_path / "large.png").colour.shape == (9500, 9500)


def assert_one_sentence(raised: pytest.ExceptionInfo, *parts: str) -> None:
    message = str(raised.value)
    assert "\n" not in message and message.endswith(".")
    for part in parts:
        assert part in message


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError) as raised:
        read_photo(tmp_path / "nowhere.png")
    assert_one_sentence(raised, "no file", "nowhere.png")


def test_folder_is_told_from_a_file(tmp_path):
    with pytest.raises(InputError) as raised:
        read_photo(tmp_path)
    assert_one_sentence(raised, "is a folder")


@pytest.mark.parametrize("content", [b"", b"words, not pixels " * 50])
def test_what_is_no_image_is_refused(tmp_path, content):
    (tmp_path / "notes.png").write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_photo(tmp_path / "notes.png")
    assert_one_sentence(raised, "not an image", "JPEG")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
def test_file_cut_short_is_refused(tmp_path, crop, suffix):
    path = tmp_path / f"cut{suffix}"
    Image.fromarray(crop).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(InputError) as raised:
        read_photo(path)
    assert_one_sentence(raised, "damaged")


def test_16_bit_png_cut_short_is_refused(tmp_path, crop):
    path = tmp_path / "cut.png"
    write_16_bit(path, as_16_bit(crop))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(InputError) as raised:
        read_photo(path)
    assert_one_sentence(raised, "damaged")


def test_to_float_maps_full_range_to_one():
    for full in (np.uint8(255), np.uint16(65535)):
        pixels = np.full((2, 2, 3), full)
        pixels[0, 0] = 0
        colours = to_float(pixels)
        assert colours.dtype == np.float32
        assert colours[0, 0, 0] == 0 and colours[1, 1, 2] == 1


def test_to_float_works_in_the_precision_asked_for():
    assert to_float(np.full((1, 1, 3), 1, np.uint8), np.float64)[0, 0, 0] == 1 / 255


def test_to_float_repeats_grey_and_drops_alpha(crop):
    np.testing.assert_array_equal(to_float(crop[..., 0]), to_float(np.dstack([crop[..., 0]] * 3)))
    np.testing.assert_array_equal(to_float(np.dstack([crop, crop[..., 0]])), to_float(crop))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.01, 1.01, 255.0])
def test_to_float_refuses_floats_out_of_range(bad):
    pixels = np.full((3, 3, 3), 0.5)
    pixels[1, 1, 1] = bad
    with pytest.raises(InputError, match=r"\[0, 1\]"):
        to_float(pixels)


@pytest.mark.parametrize(
    "pixels", [np.zeros((2, 2, 2)), np.zeros(4), np.zeros((0, 3, 3)), np.zeros((2, 2, 3), int)]
)
def test_to_float_refuses_what_is_no_image(pixels):
    with pytest.raises(InputError):
        to_float(pixels)
