"""One picture in every encoding, written by others than the reader: the same pixels and alpha, or one true sentence."""

import itertools
import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813  its own name for itself
import pytest
import tifffile
from PIL import Image, ImageCms

from mattingapp.imaging.decode import decode_raster
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import Photo, decode_photo, read_photo

CASES = Path(__file__).parents[1] / "cases"
with Image.open(CASES / "00-ref.png") as image:
    REFERENCE, GREY = np.asarray(image), np.asarray(image.convert("L"))
ALPHA = np.rint(np.linspace(0, 255, GREY.size)).reshape(GREY.shape).astype(np.uint8)
DEPTHS = {
    "8": (np.uint8, 255),
    "16": (np.uint16, 65535),
    "32": (np.uint32, 2**32 - 1),
    "16f": (np.float16, 1),
    "32f": (np.float32, 1),
}


def in_depth(levels: np.ndarray, depth: str) -> np.ndarray:
    kind, full = DEPTHS[depth]
    values = levels / 255 * full
    return (values if full == 1 else np.rint(values)).astype(kind)


def levels(photo: Photo) -> np.ndarray:
    """The pixels on the scale of 0 to 255."""
    return photo.pixels / (1 if photo.pixels.dtype == np.uint8 else 257)


def assert_is(
    photo: Photo, expected: np.ndarray, alpha: np.ndarray | None = None, within: float = 0.51
) -> None:
    expected = expected if expected.ndim == 3 else np.dstack([expected] * 3)
    assert photo.pixels.shape == expected.shape
    seen = ... if alpha is None else alpha > 128  # colours that are multiplied by little are lost
    assert np.abs(levels(photo) - expected)[seen].max() <= within
    if alpha is None:
        assert photo.alpha is None
    else:
        assert np.abs(photo.alpha - alpha / 255).max() <= 0.002


LAYOUTS = {
    "strips": {"rowsperstrip": 7},
    "one strip": {"rowsperstrip": 120},
    "tiles": {"tile": (48, 64)},
    "deflate": {"compression": "zlib"},
    "deflate, predicted": {"compression": "zlib", "predictor": True},
    "planes": {"planarconfig": "separate"},
    "planes, tiles, deflate": {"planarconfig": "separate", "tile": (64, 64), "compression": "zlib"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_tiff_of_every_layout_depth_and_byte_order(tmp_path, depth, layout) -> None:
    path = tmp_path / "photo.tif"
    pixels = in_depth(REFERENCE, depth)
    options = LAYOUTS[layout]
    if "planarconfig" in options:
        pixels = np.moveaxis(pixels, 2, 0)
    for order, big in itertools.product("<>", (False, True)):
        tifffile.imwrite(path, pixels, photometric="rgb", byteorder=order, bigtiff=big, **options)
        assert_is(read_photo(path), REFERENCE)


KINDS = {
    "unassociated": ("unassalpha", True),
    "associated": ("assocalpha", True),
    "unspecified": ("unspecified", False),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", ["8", "16", "32f"])
@pytest.mark.parametrize("colour", [REFERENCE, GREY], ids=["RGB", "grey"])
def test_tiff_with_another_channel_of_every_kind(tmp_path, colour, depth, kind) -> None:
    name, is_alpha = KINDS[kind]
    straight = colour.reshape(*GREY.shape, -1)
    written = straight * (ALPHA[..., None] / 255) if kind == "associated" else straight
    pixels = in_depth(np.dstack([written, ALPHA]), depth)
    tifffile.imwrite(
        tmp_path / "photo.tif",
        pixels,
        photometric="rgb" if colour is REFERENCE else "minisblack",
        planarconfig="contig",
        extrasamples=[name],
    )
    photo = read_photo(tmp_path / "photo.tif")
    assert_is(photo, colour, ALPHA if is_alpha else None, within=1.01)


@pytest.mark.parametrize("depth", ["8", "16", "32f"])
@pytest.mark.parametrize("inks", [4, 5], ids=["CMYK", "CMYK and alpha"])
def test_tiff_of_inks(tmp_path, depth, inks) -> None:
    pixels = np.dstack([255 - REFERENCE, np.zeros_like(GREY), ALPHA][: 2 + (inks == 5)])
    extra = {"extrasamples": ["unassalpha"]} if inks == 5 else {}
    tifffile.imwrite(
        tmp_path / "print.tif",
        in_depth(pixels, depth),
        photometric="separated",
        planarconfig="contig",
        **extra,
    )
    assert_is(read_photo(tmp_path / "print.tif"), REFERENCE, ALPHA if inks == 5 else None)


@pytest.mark.parametrize("depth", ["8", "16", "32f"])
def test_tiff_whose_0_is_white(tmp_path, depth) -> None:
    tifffile.imwrite(tmp_path / "scan.tif", in_depth(255 - GREY, depth), photometric="miniswhite")
    assert_is(read_photo(tmp_path / "scan.tif"), GREY)


def test_tiff_of_64_bits_is_refused_for_that(tmp_path) -> None:
    tifffile.imwrite(tmp_path / "photo.tif", REFERENCE / 255, photometric="rgb", tile=(48, 64))
    with pytest.raises(InputError, match="64 bits"):
        read_photo(tmp_path / "photo.tif")


@pytest.mark.parametrize("bits", [8, 16])
def test_tiff_of_lab_has_the_colours_that_little_cms_gives_it(tmp_path, bits) -> None:
    lab_profile, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    image = ImageCms.profileToProfile(Image.fromarray(REFERENCE), srgb, lab_profile, outputMode="LAB")
    lab = np.asarray(image)
    back = np.asarray(ImageCms.profileToProfile(image, lab_profile, srgb, outputMode="RGB"))
    if bits == 16:
        signed = lab[..., 1:].view(np.int8).astype(np.int16) * 256
        lab = np.dstack([lab[..., 0].astype(np.uint16) * 257, signed.view(np.uint16)])
    tifffile.imwrite(tmp_path / "lab.tif", lab, photometric="cielab")
    difference = np.abs(levels(read_photo(tmp_path / "lab.tif")) - back)  # which has 8 bits in between
    assert difference.mean() < 0.5 and difference.max() < 6


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate", "lzma", "zstd", "jpeg"]
)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "P", "1"])
def test_tiff_of_every_compression_and_mode_by_pillow(tmp_path, mode, compression) -> None:
    image = Image.fromarray(REFERENCE)
    image = image.quantize(64) if mode == "P" else image.convert(mode)
    if compression == "jpeg" and mode in ("P", "1"):
        pytest.skip("JPEG has no such mode")
    options = {"quality": 100} if compression == "jpeg" else {}
    image.save(tmp_path / "photo.tif", compression=compression, **options)
    expected = np.asarray(image.convert("L" if mode in ("1", "L") else "RGB"))
    found = read_photo(tmp_path / "photo.tif")
    assert np.abs(levels(found) - (expected if expected.ndim == 3 else expected[..., None])).mean() <= (
        2 if compression == "jpeg" else 0.01
    )


def test_the_largest_page_of_a_tiff_is_read_and_that_is_said(tmp_path) -> None:
    with tifffile.TiffWriter(tmp_path / "pages.tif") as pages:
        pages.write(REFERENCE[::4, ::4], photometric="rgb", subfiletype=1)
        pages.write(REFERENCE, photometric="rgb")
    photo = read_photo(tmp_path / "pages.tif")
    assert_is(photo, REFERENCE)
    assert "number 2" in str(photo.notes[0])


@pytest.mark.parametrize("method", ["RLE", "jpegxl"])
def test_a_compression_that_is_not_read_is_named(tmp_path, method) -> None:
    data = BytesIO()
    Image.fromarray(REFERENCE).save(data, "TIFF")
    code = {"RLE": 34712, "jpegxl": 50002}[method]
    entry = struct.pack("<HHI", 259, 3, 1)
    found = data.getvalue()
    at = found.index(entry) + len(entry)
    (tmp_path / "photo.tif").write_bytes(found[:at] + struct.pack("<H", code) + found[at + 2 :])
    with pytest.raises(InputError, match="compressed with JPEG"):
        read_photo(tmp_path / "photo.tif")


def write_by_openimageio(
    path: Path, pixels: np.ndarray, names: tuple[str, ...] = (), **attributes: int
) -> None:
    height, width, channels = pixels.shape
    kind = {"uint8": "uint8", "uint16": "uint16", "float16": "half", "float32": "float"}[pixels.dtype.name]
    spec = oiio.ImageSpec(width, height, channels, kind)
    if names:
        spec.channelnames = names
    for name, value in attributes.items():
        spec.attribute(name.replace("__", ":"), value)
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(np.ascontiguousarray(pixels)), out.geterror()
    out.close()


@pytest.mark.parametrize(
    ("suffix", "depth"),
    list(itertools.product([".png", ".jp2", ".jxl", ".ppm", ".dpx", ".sgi"], ["8", "16"])),
)
def test_formats_of_two_depths(tmp_path, suffix, depth) -> None:
    write_by_openimageio(tmp_path / f"photo{suffix}", in_depth(REFERENCE, depth))
    photo = read_photo(tmp_path / f"photo{suffix}")
    assert_is(photo, REFERENCE)
    assert photo.pixels.dtype == DEPTHS[depth][0]


@pytest.mark.parametrize("suffix", [".png", ".jxl", ".tga", ".jp2"])
@pytest.mark.parametrize("depth", ["8", "16"])
def test_straight_alpha_of_these_formats_stays_straight(tmp_path, suffix, depth) -> None:
    if suffix == ".tga" and depth == "16":
        pytest.skip("TGA has 8 bits")
    pixels = in_depth(np.dstack([REFERENCE, ALPHA]), depth)
    write_by_openimageio(tmp_path / f"photo{suffix}", pixels, oiio__UnassociatedAlpha=1)
    assert_is(read_photo(tmp_path / f"photo{suffix}"), REFERENCE, ALPHA, within=1.01)


PILLOWS = {
    ".png": {},
    ".bmp": {},
    ".tga": {},
    ".gif": {},
    ".webp": {"lossless": True},
    ".avif": {"quality": 100, "subsampling": "4:4:4"},
    ".jp2": {},
    ".jpg": {"quality": 100, "subsampling": 0},
    ".ppm": {},
    ".qoi": {},
}


@pytest.mark.parametrize("suffix", PILLOWS)
def test_formats_by_pillow(tmp_path, suffix) -> None:
    Image.fromarray(REFERENCE).save(tmp_path / f"photo{suffix}", **PILLOWS[suffix])
    photo = read_photo(tmp_path / f"photo{suffix}")
    assert np.abs(levels(photo) - REFERENCE).mean() < (3 if suffix == ".gif" else 1.1)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".exr", ".webp", ".jxl"])
def test_a_wrong_suffix_does_not_matter(tmp_path, suffix) -> None:
    path = tmp_path / f"photo{suffix}"
    if suffix in (".exr", ".jxl"):
        write_by_openimageio(path, (REFERENCE / 255).astype(np.float32))
    else:
        Image.fromarray(REFERENCE).save(path)
    right = read_photo(path)
    for wrong in ("photo.jpeg", "photo.tiff", "photo", "photo.hdr"):
        path = path.rename(tmp_path / wrong)
        np.testing.assert_array_equal(read_photo(path).pixels, right.pixels)


def linear(levels: np.ndarray) -> np.ndarray:
    encoded = levels / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".exr", np.float16), (".exr", np.float32), (".hdr", np.float32)]
)
def test_linear_light_is_encoded_as_srgb(tmp_path, suffix, kind) -> None:
    write_by_openimageio(tmp_path / f"scene{suffix}", linear(REFERENCE).astype(kind))
    assert np.abs(levels(read_photo(tmp_path / f"scene{suffix}")) - REFERENCE).mean() < 0.3


def test_layers_and_premultiplied_alpha_of_an_exr(tmp_path) -> None:
    share = ALPHA[..., None] / 255
    beauty = np.dstack([linear(REFERENCE) * share, share])
    depth = np.full((*GREY.shape, 1), 1000.0)
    names = ("depth.Z", "beauty.A", "beauty.B", "beauty.G", "beauty.R")
    pixels = np.dstack([depth, beauty[..., ::-1]]).astype(np.float32)
    write_by_openimageio(tmp_path / "scene.exr", pixels, names)
    assert_is(read_photo(tmp_path / "scene.exr"), REFERENCE, ALPHA)


def test_an_exr_that_holds_a_part_of_its_frame_is_laid_into_it(tmp_path) -> None:
    spec = oiio.ImageSpec(40, 30, 3, "float")
    spec.x, spec.y = 10, -5
    spec.full_x = spec.full_y = 0
    spec.full_width, spec.full_height = 160, 120
    out = oiio.ImageOutput.create(str(tmp_path / "part.exr"))
    assert out.open(str(tmp_path / "part.exr"), spec)
    assert out.write_image(np.ones((30, 40, 3), np.float32))
    out.close()
    found = read_photo(tmp_path / "part.exr").pixels[..., 0] > 0
    expected = np.zeros((120, 160), bool)
    expected[:25, 10:50] = True
    np.testing.assert_array_equal(found, expected)


def test_an_alpha_in_floats_is_not_encoded(tmp_path) -> None:
    alpha = (ALPHA / 255).astype(np.float32)
    write_by_openimageio(tmp_path / "alpha.exr", alpha[..., None], ("Y",))
    tifffile.imwrite(tmp_path / "alpha.tif", alpha)
    for suffix in (".exr", ".tif"):
        np.testing.assert_array_equal(read_alpha(tmp_path / f"alpha{suffix}"), alpha)


def test_pfm_is_the_right_way_up(tmp_path) -> None:
    for order, scale in (("<", -1), (">", 1)):
        rows = np.ascontiguousarray(REFERENCE[::-1] / 255).astype(f"{order}f4").tobytes()
        (tmp_path / "photo.pfm").write_bytes(b"PF\n160 120\n%d.0\n" % scale + rows)
        assert_is(read_photo(tmp_path / "photo.pfm"), REFERENCE)


def test_colours_above_1_are_cut_and_that_is_said(tmp_path) -> None:
    tifffile.imwrite(tmp_path / "scene.tif", np.full((8, 9, 3), 1.5, np.float32), photometric="rgb")
    photo = read_photo(tmp_path / "scene.tif")
    assert (photo.pixels == 65535).all()
    assert "above 1" in str(photo.notes[0])


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".avif"])
def test_the_first_frame_of_several_is_read_and_that_is_said(tmp_path, suffix) -> None:
    frames = [Image.fromarray(REFERENCE), Image.fromarray(255 - REFERENCE)]
    frames[0].save(tmp_path / f"film{suffix}", save_all=True, append_images=frames[1:])
    photo = read_photo(tmp_path / f"film{suffix}")
    assert np.abs(levels(photo) - REFERENCE).mean() < 4
    assert "several" in str(photo.notes[0])


@pytest.mark.parametrize(
    ("begins", "name"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"<?xml version='1.0'?>\n<svg xmlns=''/>", "SVG"),
        (b"gimp xcf v011\0", "GIMP"),
        (b"PK\3\4" + bytes(40), "zip"),
        (b"\0\0\0\x18ftypisom" + bytes(40), "film"),
    ],
)
def test_a_format_that_is_not_read_is_named(begins, name) -> None:
    with pytest.raises(InputError, match=name):
        decode_raster(begins, "file")


def test_a_missing_extra_is_named(monkeypatch) -> None:
    monkeypatch.setattr("mattingapp.imaging.formats.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"HEIC.*mattingapp\[heic\]"):
        decode_raster(b"\0\0\0\x18ftypheic" + bytes(40), "phone.heic")


@pytest.mark.parametrize("depth", ["8", "10"])
def test_heic(tmp_path, depth) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    if depth == "8":
        file = pillow_heif.from_pillow(Image.fromarray(REFERENCE))
    else:
        file = pillow_heif.from_bytes("RGB;16", (160, 120), (REFERENCE.astype(np.uint16) * 257).tobytes())
    file.save(tmp_path / "phone.heic", quality=95)
    assert np.abs(levels(read_photo(tmp_path / "phone.heic")) - REFERENCE).mean() < 1


SAME = ("01", "08", "09a", "09b", "10", "14", "15", "16", "22", "24", "25", "26", "30", "74")


@pytest.mark.parametrize(
    "path", [p for p in sorted(CASES.iterdir()) if p.name.split("-")[0] in SAME], ids=lambda path: path.stem
)
def test_files_that_came_out_wrong_once(path) -> None:
    photo = read_photo(path)
    has_alpha = path.name[:2] in ("08", "15")
    assert (photo.alpha is not None) == has_alpha
    assert np.abs(levels(photo) - REFERENCE).max() <= 1.01


@pytest.mark.parametrize(("name", "sides"), [("04-tiff16-white-is-zero", 1), ("07-tiff16-grey-alpha", 2)])
def test_grey_files_that_came_out_wrong_once(name, sides) -> None:
    photo = read_photo(CASES / f"{name}.tif")
    assert np.abs(levels(photo) - GREY[..., None]).max() <= 1.01
    assert (photo.alpha is not None) == (sides == 2)


def test_numbers_with_a_sign_are_refused_for_what_they_are() -> None:
    with pytest.raises(InputError, match="int16"):
        read_photo(CASES / "12-tiff-int16.tif")


def test_a_profile_of_inks_is_used() -> None:
    photo = read_photo(CASES / "34-cmyk-with-profile.jpg")
    assert np.abs(levels(photo) - REFERENCE).mean() < 6  # 14 without it
    assert photo.icc is None and photo.notes == ()


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_profile_of_grey_is_used(suffix) -> None:
    photo = read_photo(CASES / f"{36 + (suffix == 'jpg')}-grey-linear-profile.{suffix}")
    assert np.abs(levels(photo) - GREY[..., None]).mean() < 1.5  # 50 without it


def test_a_trimap_in_grey_of_some_profile_keeps_its_values(tmp_path) -> None:
    with Image.open(CASES / "36-grey-linear-profile.png") as image:
        icc = image.info["icc_profile"]
    Image.fromarray(ALPHA).save(tmp_path / "alpha.png", icc_profile=icc)
    np.testing.assert_array_equal(read_alpha(tmp_path / "alpha.png"), (ALPHA / 255).astype(np.float32))


def test_a_profile_of_use_in_one_direction_only_counts_as_srgb_and_that_is_said() -> None:
    photo = read_photo(CASES / "30-icc-input-only-photo.png")
    assert photo.icc is None
    assert "profile" in str(photo.notes[0])


def test_a_profile_of_a_megabyte_and_damaged_parts_stop_no_16_bit_png(tmp_path) -> None:
    write_by_openimageio(tmp_path / "deep.png", REFERENCE.astype(np.uint16) * 257)
    data = (tmp_path / "deep.png").read_bytes()
    junk = b"\0\0\0\4tEXtabcd\0\0\0\0" + b"\0\0\0\7eXIfgarbage\0\0\0\0"
    assert_is(decode_photo(data[:33] + junk + data[33:], "deep.png"), REFERENCE)


@pytest.mark.parametrize("depth", ["8", "16"])
def test_a_png_with_a_wrong_checksum_in_its_pixels_is_refused(tmp_path, depth) -> None:
    write_by_openimageio(tmp_path / "photo.png", in_depth(REFERENCE, depth))
    data = bytearray((tmp_path / "photo.png").read_bytes())
    at = data.index(b"IDAT") + 200
    data[at] ^= 1
    with pytest.raises(InputError, match="damaged"):
        decode_photo(bytes(data), "photo.png")


def test_what_a_photo_carries_is_read(tmp_path) -> None:
    exif = Image.Exif()
    for tag, text in ((271, "Maker"), (272, "Camera"), (306, "2024:05:06 07:08:09"), (33432, "(c) me")):
        exif[tag] = text
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    for suffix in (".png", ".jpg", ".tif", ".webp"):
        path = tmp_path / f"photo{suffix}"
        Image.fromarray(REFERENCE).save(path, exif=exif, dpi=(300, 300))
        metadata = read_photo(path).metadata
        assert metadata.exif == {
            "Make": "Maker",
            "Model": "Camera",
            "DateTime": "2024:05:06 07:08:09",
            "Copyright": "(c) me",
        }
        if suffix != ".webp":
            assert metadata.resolution == pytest.approx((300, 300), abs=0.01)


def test_too_many_pixels_are_refused_before_decoding_and_one_setting_allows_them(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("MATTINGAPP_MAX_PIXELS", "19199")
    with pytest.raises(InputError, match=r"160 × 120 .* MATTINGAPP_MAX_PIXELS"):
        read_photo(CASES / "00-ref.png")
    monkeypatch.setenv("MATTINGAPP_MAX_PIXELS", "19200")
    assert_is(read_photo(CASES / "00-ref.png"), REFERENCE)


def test_another_size_is_refused_by_the_header() -> None:
    header_only = CASES.joinpath("00-ref.png").read_bytes()[:4000]
    assert b"IDAT" in header_only  # whose pixels end early
    with pytest.raises(InputError, match="160 × 120 pixels but the photo is 161 × 120"):
        read_alpha(CASES / "00-ref.png", (120, 161))
