"""GrabCut from a rectangle and from strokes, on photographs with a known alpha."""

import cv2
import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.rough_mask import rough_mask
from mattingapp.imaging.trimap import Label, trimap_from_mask, trimap_problem
from mattingapp.resources import resource


def overlap(mask: np.ndarray, alpha: np.ndarray) -> float:
    """Return intersection over union with the alpha's core."""
    truth = alpha > 0.5
    return np.count_nonzero(mask & truth) / np.count_nonzero(mask | truth)


def box(alpha: np.ndarray) -> tuple[int, int, int, int]:
    """Return a rectangle drawn around the subject with some room."""
    rows, columns = np.flatnonzero((alpha > 0.05).any(axis=1)), np.flatnonzero((alpha > 0.05).any(axis=0))
    return columns[0] - 6, rows[0] - 6, columns[-1] + 7, rows[-1] + 7


@pytest.fixture
def plush() -> tuple[np.ndarray, np.ndarray]:
    return read_photo(resource("samples", "plush.png")).pixels, read_alpha(
        resource("samples", "plush_alpha.png")
    )


def test_a_rectangle_is_enough_for_a_subject_unlike_its_background(plush) -> None:
    photo, alpha = plush
    mask = rough_mask(photo, rect=box(alpha))
    assert mask.shape == alpha.shape
    assert mask.dtype == bool
    assert overlap(mask, alpha) > 0.93


def test_a_few_strokes_are_enough_too(plush) -> None:
    photo, alpha = plush
    trimap = np.full(alpha.shape, Label.UNKNOWN, np.uint8)
    rows, columns = np.nonzero(cv2.erode((alpha > 0.99).astype(np.uint8), np.ones((9, 9))))
    middle = int(np.median(rows))
    inside = columns[rows == middle]
    cv2.line(trimap, (int(inside[0]), middle), (int(inside[-1]), middle), Label.FOREGROUND.value, 9)
    upright = int(np.median(columns))
    inside = rows[columns == upright]
    cv2.line(trimap, (upright, int(inside[0])), (upright, int(inside[-1])), Label.FOREGROUND.value, 9)
    trimap[(alpha > 0) & (trimap == Label.FOREGROUND) & (alpha < 0.9)] = Label.UNKNOWN
    left, top, right, _ = box(alpha)
    trimap[: max(top - 4, 6)] = trimap[:, : max(left - 4, 6)] = trimap[:, right + 4 :] = Label.BACKGROUND
    mask = rough_mask(photo, trimap)
    assert overlap(mask, alpha) > 0.9
    assert mask[trimap == Label.FOREGROUND].mean() > 0.97
    assert mask[trimap == Label.BACKGROUND].mean() < 0.03


def test_what_is_marked_inside_the_rectangle_is_kept(plush) -> None:
    photo, alpha = plush
    rect = box(alpha)
    rows, columns = np.nonzero(cv2.erode((alpha > 0.99).astype(np.uint8), np.ones((61, 61))))
    x, y = int(columns[len(columns) // 2]), int(rows[len(rows) // 2])
    trimap = np.full(alpha.shape, Label.UNKNOWN, np.uint8)
    trimap[y - 30 : y + 30, x - 30 : x + 30] = Label.BACKGROUND
    assert rough_mask(photo, rect=rect)[y - 20 : y + 20, x - 20 : x + 20].all()
    assert not rough_mask(photo, trimap, rect)[y - 20 : y + 20, x - 20 : x + 20].any()


def test_the_result_makes_a_trimap_that_can_be_run(plush) -> None:
    photo, alpha = plush
    trimap = trimap_from_mask(rough_mask(photo, rect=box(alpha)), 12, 24)
    assert trimap_problem(trimap, photo.shape) is None
    assert np.mean(alpha[trimap == Label.FOREGROUND] > 0.9) > 0.97
    assert np.mean(alpha[trimap == Label.BACKGROUND] < 0.1) > 0.99


def test_a_large_photo_of_16_bits_is_cut_at_a_reduced_size(plush) -> None:
    photo, alpha = plush
    large = cv2.resize(photo, None, fx=3, fy=3).astype(np.uint16) * 257
    mask = rough_mask(large, rect=tuple(3 * side for side in box(alpha)))
    assert mask.shape == large.shape[:2]
    assert overlap(mask, cv2.resize(alpha, None, fx=3, fy=3)) > 0.93


def test_the_same_rectangle_gives_the_same_mask(plush) -> None:
    photo, alpha = plush
    first = rough_mask(photo, rect=box(alpha))
    cv2.setRNGSeed(99)
    assert np.array_equal(first, rough_mask(photo, rect=box(alpha)))


@pytest.mark.parametrize(
    ("rect", "sentence"),
    [
        ((-5, -5, 90, 70), "leaves no background"),
        ((10, 10, 11, 10), "too small"),
        ((200, 200, 300, 300), "too small"),
    ],
)
def test_a_rectangle_that_cannot_work_is_refused_in_words(rect, sentence: str) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    with pytest.raises(InputError, match=sentence):
        rough_mask(photo, rect=rect)


@pytest.mark.parametrize("label", [Label.FOREGROUND, Label.BACKGROUND])
def test_strokes_of_one_side_alone_are_refused_in_words(label: Label) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    trimap = np.full((60, 80), Label.UNKNOWN, np.uint8)
    trimap[:20] = label
    with pytest.raises(InputError, match="too little"):
        rough_mask(photo, trimap)


def test_a_photo_of_one_colour_is_refused_or_cut_but_never_breaks() -> None:
    photo = np.full((60, 80, 3), 120, np.uint8)
    try:
        mask = rough_mask(photo, rect=(20, 20, 60, 40))
    except InputError as error:
        assert "No subject" in str(error)
    else:
        assert not mask[:18].any()


def test_it_can_be_stopped_between_passes(plush) -> None:
    photo, alpha = plush
    seen = []

    class StoppedError(Exception):
        pass

    def check(fraction: float) -> None:
        seen.append(fraction)
        if fraction > 0.1:
            raise StoppedError

    with pytest.raises(StoppedError):
        rough_mask(photo, rect=box(alpha), check=check)
    assert seen == [0.0, 0.2]


def test_thin_strokes_on_a_large_photo_are_not_lost() -> None:
    photo = np.full((2000, 3000, 3), 30, np.uint8)
    photo[600:1400, 800:2200] = (220, 200, 40)
    photo += np.random.default_rng(0).integers(0, 9, photo.shape, np.uint8)
    trimap = np.full(photo.shape[:2], Label.UNKNOWN, np.uint8)
    trimap[1000, 900:2000] = Label.FOREGROUND
    trimap[200, 200:2800] = Label.BACKGROUND
    mask = rough_mask(photo, trimap)
    assert mask[620:1380, 820:2180].mean() > 0.99
    assert mask[:560].mean() < 0.01
