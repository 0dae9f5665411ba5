"""Trimaps as people have them: recognised by what their values are, not by which."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import read_trimap
from mattingapp.resources import resource

CASES = Path(__file__).parents[1] / "cases"
TRIMAP = read_trimap(CASES / "00-ref-trimap.png")[0]
LABELS = TRIMAP // 127  # 0, 1, 2


def read(path: Path) -> int:
    """Read a file that holds the trimap, and return how many pixels lie between its values."""
    trimap, n_between = read_trimap(path, TRIMAP.shape)
    np.testing.assert_array_equal(trimap, TRIMAP)
    return n_between


@pytest.mark.parametrize(
    "values",
    [
        (0, 127, 255),
        (0, 127, 254),
        (0, 1, 2),
        (1, 2, 3),
        (0, 100, 200),
        (0, 50, 100),
        (10, 130, 250),
        (0, 64, 255),
    ],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_three_values_are_three_labels(tmp_path, values, dtype) -> None:
    Image.fromarray(np.array(values, dtype)[LABELS]).save(tmp_path / "trimap.png")
    assert read(tmp_path / "trimap.png") == 0


@pytest.mark.parametrize("values", [(0, 0.5, 1), (0, 127, 255), (0, 1, 2), (-1, 0, 1)])
def test_three_floats_are_three_labels(tmp_path, values) -> None:
    tifffile.imwrite(tmp_path / "trimap.tif", np.array(values, np.float32)[LABELS])
    assert read(tmp_path / "trimap.tif") == 0


def test_16_bits_on_their_whole_scale(tmp_path) -> None:
    Image.fromarray(np.array([0, 32768, 65535], np.uint16)[LABELS]).save(tmp_path / "trimap.png")
    assert read(tmp_path / "trimap.png") == 0


@pytest.mark.parametrize("quality", [75, 90])
def test_what_jpeg_leaves_is_few_pixels_between(tmp_path, quality) -> None:
    Image.fromarray(TRIMAP).save(tmp_path / "trimap.jpg", quality=quality)
    trimap, n_between = read_trimap(tmp_path / "trimap.jpg")
    assert (trimap != TRIMAP).mean() < 0.001
    assert n_between < 0.02 * TRIMAP.size


def test_a_palette_and_colours_that_are_grey(tmp_path) -> None:
    palette = Image.fromarray(LABELS).convert("P")
    palette.putpalette([0, 0, 0, 127, 127, 127, 255, 255, 255])
    palette.save(tmp_path / "trimap.png")
    assert read(tmp_path / "trimap.png") == 0


@pytest.mark.parametrize("colour", [0, 255])
def test_labels_in_the_transparency_of_one_colour(tmp_path, colour) -> None:
    flat = np.full_like(TRIMAP, colour)
    Image.fromarray(np.dstack([flat, flat, flat, TRIMAP])).save(tmp_path / "trimap.png")
    assert read(tmp_path / "trimap.png") == 0


def test_an_erased_background_is_background_whatever_lies_under_it(tmp_path) -> None:
    erased = np.where(TRIMAP == 0, 255, TRIMAP).astype(np.uint8)
    alpha = np.where(TRIMAP == 0, 0, 255).astype(np.uint8)
    Image.fromarray(np.dstack([erased, alpha])).save(tmp_path / "trimap.png")
    assert read(tmp_path / "trimap.png") == 0


def test_unknown_and_one_side_keep_their_meaning(tmp_path) -> None:
    for label, new in ((255, 128), (0, 128), (128, 0)):
        grey = np.where(label == TRIMAP, new, TRIMAP).astype(np.uint8)
        Image.fromarray(grey).save(tmp_path / "trimap.png")
        np.testing.assert_array_equal(read_trimap(tmp_path / "trimap.png")[0], grey)


def test_two_small_values_are_refused_with_them(tmp_path) -> None:
    Image.fromarray((TRIMAP > 0).astype(np.uint8)).save(tmp_path / "mask.png")
    with pytest.raises(InputError, match="values 0 to 1 only"):
        read_trimap(tmp_path / "mask.png")


@pytest.mark.parametrize("name", ["hair", "plush", "basket"])
def test_a_photo_lies_between_and_a_trimap_does_not(name) -> None:
    between = [read_trimap(resource("samples", f"{name}{kind}.png")) for kind in ("", "_trimap")]
    shares = [n_between / trimap.size for trimap, n_between in between]
    assert shares[0] > 0.3 and shares[1] == 0
