"""Trimaps: snapped to three labels, refused with a reason, made from masks and alphas."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.trimap import (
    BandSource,
    Label,
    check_trimap,
    read_trimap,
    snap_trimap,
    trimap_from_alpha,
    trimap_from_mask,
    trimap_problem,
)


def test_snapping_takes_the_nearest_label():
    for level in range(256):
        nearest = min(Label, key=lambda label: abs(label - level))
        trimap, n_snapped = snap_trimap(np.array([[level]], np.uint8))
        if level == 64:  # as near to 0 as to 128: unknown is the safe side
            nearest = Label.UNKNOWN
        assert trimap.tolist() == [[nearest]]
        assert trimap.dtype == np.uint8
        assert n_snapped == (level not in (0, 128, 255))


@pytest.mark.parametrize(
    "grey",
    [
        np.array([[0, 32896, 65535]], np.uint16),
        np.array([[0, 32768, 65535]], np.uint16),
        np.array([[0, 128, 255]], np.int64),
        np.array([[0.0, 0.5, 1.0]]),
        np.array([[0.0, 128 / 255, 1.0]], np.float32),
    ],
)
def test_other_types_mean_the_same_labels_without_snapping(grey):
    trimap, n_snapped = snap_trimap(grey)
    assert trimap.tolist() == [[0, 128, 255]]
    assert n_snapped == 0


def test_bool_is_background_and_foreground():
    assert snap_trimap(np.array([[False, True]]))[0].tolist() == [[0, 255]]


def test_snapped_pixels_are_counted(sample_trimap):
    grey = sample_trimap.copy()
    grey[10, 10:15] = (3, 60, 127, 190, 250)
    assert snap_trimap(grey)[1] == 5


@pytest.mark.parametrize(
    "grey", [np.array([[-1]]), np.array([[256]]), np.array([[1.5]]), np.array([[np.nan]])]
)
def test_values_out_of_range_are_refused(grey):
    with pytest.raises(InputError):
        snap_trimap(grey)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "LA"])
def test_trimap_is_read_from_any_kind_of_image(tmp_path, sample_trimap, mode):
    Image.fromarray(sample_trimap).convert(mode).save(tmp_path / "trimap.png")
    trimap, n_snapped = read_trimap(tmp_path / "trimap.png")
    np.testing.assert_array_equal(trimap, sample_trimap)
    assert n_snapped == 0


def test_jpeg_trimap_is_snapped_back(tmp_path, sample_trimap):
    Image.fromarray(sample_trimap).save(tmp_path / "trimap.jpg", quality=80)
    trimap, n_snapped = read_trimap(tmp_path / "trimap.jpg")
    assert n_snapped > 0
    assert (trimap != sample_trimap).mean() < 0.001


def test_published_trimaps_are_read_whole(data_dir):
    for path in sorted((data_dir / "alphamatting" / "train" / "trimap1").glob("*.png")):
        trimap, n_snapped = read_trimap(path)
        assert n_snapped == 0
        assert set(np.unique(trimap)) == set(Label)


def test_a_sound_trimap_has_no_problem(sample_trimap, sample_photo):
    assert trimap_problem(sample_trimap, sample_photo.shape) is None
    check_trimap(sample_trimap, sample_photo.pixels.shape)


def test_wrong_size_says_both_sizes(sample_trimap):
    with pytest.raises(InputError, match=r"800 × 600.*1024 × 768"):
        check_trimap(sample_trimap, (768, 1024, 3))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (Label.FOREGROUND, Label.UNKNOWN, "no foreground"),
        (Label.BACKGROUND, Label.UNKNOWN, "no background"),
        (Label.UNKNOWN, 127, "other than 0, 128 and 255"),
    ],
)
def test_what_makes_matting_impossible_is_refused_with_its_reason(sample_trimap, old, new, named):
    trimap = np.where(sample_trimap == old, new, sample_trimap).astype(np.uint8)
    with pytest.raises(InputError, match=named) as raised:
        check_trimap(trimap, trimap.shape)
    assert trimap_problem(trimap, trimap.shape) == str(raised.value)
    assert str(raised.value).count(".") == 1


def test_nothing_unknown_can_be_matted_but_is_a_problem_to_tell(sample_trimap):
    trimap = np.where(sample_trimap == Label.UNKNOWN, Label.FOREGROUND, sample_trimap).astype(np.uint8)
    check_trimap(trimap, trimap.shape)
    assert "unknown" in trimap_problem(trimap, trimap.shape)


@pytest.mark.parametrize(("inner", "outer"), [(0, 0), (1, 0), (0, 1), (3, 7), (12.5, 4)])
def test_band_reaches_inner_into_and_outer_out_of_a_mask(sample_alpha, inner, outer):
    mask = sample_alpha >= 0.5
    trimap = trimap_from_mask(mask, inner, outer)
    np.testing.assert_array_equal(trimap == 255, ndimage.distance_transform_edt(mask) > inner)
    np.testing.assert_array_equal(trimap == 0, ndimage.distance_transform_edt(~mask) > outer)
    assert set(np.unique(trimap)) <= set(Label)


def test_band_of_a_straight_edge_counts_pixels():
    mask = np.zeros((1, 12), bool)
    mask[:, 6:] = True
    assert trimap_from_mask(mask, 2, 3).tolist() == [[0] * 3 + [128] * 5 + [255] * 4]


def test_from_half_of_any_range_up_is_foreground():
    for mask in (
        np.array([[0, 127, 128, 255]], np.uint8),
        np.array([[0, 32767, 32768, 65535]], np.uint16),
        np.array([[0, 0.49, 0.5, 1]]),
        np.array([[False, False, True, True]]),
    ):
        assert trimap_from_mask(mask, 0, 0).tolist() == [[0, 0, 255, 255]]


@pytest.mark.parametrize(
    ("value", "named"), [(0, "no foreground"), (100, "no foreground"), (255, "no background")]
)
def test_a_mask_of_one_side_is_refused(value, named):
    with pytest.raises(InputError, match=named):
        trimap_from_mask(np.full((8, 8), value, np.uint8), 1, 1)


def test_a_band_that_leaves_nothing_of_a_side_is_refused():
    mask = np.zeros((40, 40), np.uint8)
    mask[15:25, 15:25] = 255
    with pytest.raises(InputError, match="inner band of 5 px"):
        trimap_from_mask(mask, 5, 1)
    with pytest.raises(InputError, match="outer band of 60 px"):
        trimap_from_mask(mask, 1, 60)
    with pytest.raises(InputError, match="negative"):
        trimap_from_mask(mask, -1, 1)


@pytest.mark.parametrize(("inner", "outer"), [(0, 0), (2, 5)])
def test_fractional_alpha_is_unknown_and_grown(sample_alpha, inner, outer):
    trimap = trimap_from_alpha(sample_alpha, inner, outer)
    opaque, clear = sample_alpha >= 0.99, sample_alpha <= 0.01
    assert (trimap[~opaque & ~clear] == Label.UNKNOWN).all()
    np.testing.assert_array_equal(trimap == 255, ndimage.distance_transform_edt(opaque) > inner)
    np.testing.assert_array_equal(trimap == 0, ndimage.distance_transform_edt(clear) > outer)


def test_alpha_without_a_definite_side_is_refused():
    with pytest.raises(InputError, match="no opaque pixel"):
        trimap_from_alpha(np.array([[0, 0.5, 0.9]]), 0, 0)
    with pytest.raises(InputError, match="no transparent pixel"):
        trimap_from_alpha(np.array([[0.1, 0.5, 1]]), 0, 0)


def test_trimap_from_the_lemur_alpha_holds_its_truth(data_dir):
    alpha = read_alpha(data_dir / "lemur" / "lemur_alpha.png")
    trimap = trimap_from_alpha(alpha, 3, 3)
    assert (alpha[trimap == Label.FOREGROUND] >= 0.99).all()
    assert (alpha[trimap == Label.BACKGROUND] <= 0.01).all()
    assert trimap_problem(trimap, alpha.shape) is None


def test_a_band_source_makes_bands_of_any_width_without_measuring_again(sample_alpha) -> None:
    mask = sample_alpha >= 0.5
    source = BandSource.of_mask(mask)
    for inner, outer in ((0, 0), (3, 12), (20, 5)):
        assert np.array_equal(source.trimap(inner, outer), trimap_from_mask(mask, inner, outer))
    with pytest.raises(InputError, match="negative"):
        source.trimap(-1, 4)


def test_the_band_of_a_trimap_can_be_widened_and_narrowed_on_each_side() -> None:
    trimap = np.full((20, 60), 128, np.uint8)
    trimap[:, :20], trimap[:, 40:] = 255, 0
    source = BandSource.of_trimap(trimap)
    assert np.array_equal(source.trimap(0, 0), trimap)
    wider = source.trimap(5, 3)
    assert (wider[:, :15] == 255).all()
    assert (wider[:, 15:43] == 128).all()
    assert (wider[:, 43:] == 0).all()
    narrower = source.trimap(-4, -6)
    assert (narrower[:, :23] == 255).all()
    assert (narrower[:, 24:34] == 128).all()
    assert (narrower[:, 35:] == 0).all()


def test_narrowing_from_both_sides_until_they_meet_decides_nothing_twice() -> None:
    trimap = np.full((20, 60), 128, np.uint8)
    trimap[:, :20], trimap[:, 40:] = 255, 0
    narrowed = BandSource.of_trimap(trimap).trimap(-15, -15)
    assert (narrowed[:, :20] == 255).all()
    assert (narrowed[:, 40:] == 0).all()
    assert (narrowed[:, 29:31] == 128).all(), "claimed by both sides"


def test_two_sides_that_touch_get_a_band_along_their_edge() -> None:
    trimap = np.zeros((20, 60), np.uint8)
    trimap[:, :30] = 255
    band = BandSource.of_trimap(trimap).trimap(4, 6)
    assert np.flatnonzero((band == 128).all(axis=0)).tolist() == list(range(26, 36))


@pytest.mark.parametrize("missing", [0, 255])
def test_a_band_needs_both_sides(missing: int) -> None:
    trimap = np.full((20, 60), 128, np.uint8)
    trimap[:5] = 255 - missing
    with pytest.raises(InputError, match="foreground" if missing else "background"):
        BandSource.of_trimap(trimap)
