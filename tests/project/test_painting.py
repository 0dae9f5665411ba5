"""Strokes and fills on a trimap, pixel by pixel."""

import numpy as np
import pytest

from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import NOTHING, Rect, fill_colour, fill_outline, fill_region, paint_segment

FG, BG, UN = Label.FOREGROUND, Label.BACKGROUND, Label.UNKNOWN


def unknown(height: int = 60, width: int = 80) -> np.ndarray:
    return np.full((height, width), UN, np.uint8)


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 7, 10, 31, 40])
def test_a_dab_is_exactly_as_wide_and_high_as_the_brush(diameter: int) -> None:
    trimap = unknown()
    rect = paint_segment(trimap, (40.3, 30.8), (40.3, 30.8), diameter, FG)
    rows, columns = np.nonzero(trimap == FG)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == diameter
    assert rect == Rect(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_a_brush_of_one_pixel_paints_the_pixel_under_the_pointer() -> None:
    trimap = unknown()
    paint_segment(trimap, (12.9, 7.1), (12.9, 7.1), 1, BG)
    assert [tuple(at) for at in np.argwhere(trimap == BG)] == [(7, 12)]


@pytest.mark.parametrize(
    ("start", "end"), [((10, 20), (60, 40)), ((60, 40), (10, 20)), ((15, 5), (20, 55)), ((20, 30), (60, 30))]
)
@pytest.mark.parametrize("diameter", [1, 5, 12])
def test_a_stroke_is_every_pixel_within_its_radius_of_the_line(
    start: tuple[float, float], end: tuple[float, float], diameter: int
) -> None:
    trimap = unknown()
    rect = paint_segment(trimap, start, end, diameter, FG)
    offset = 0.5 if diameter % 2 else 0.0
    (xa, ya), (xb, yb) = (np.array(start) + offset), (np.array(end) + offset)
    y, x = np.mgrid[:60, :80] + 0.5
    along = np.clip(((x - xa) * (xb - xa) + (y - ya) * (yb - ya)) / ((xb - xa) ** 2 + (yb - ya) ** 2), 0, 1)
    distance = np.hypot(x - xa - along * (xb - xa), y - ya - along * (yb - ya))
    expected = distance <= diameter / 2 + 1e-6
    assert np.array_equal(trimap == FG, expected)
    inside = np.zeros_like(expected)
    inside[rect.slices] = True
    assert not (expected & ~inside).any()


def test_a_thin_steep_stroke_has_no_gaps() -> None:
    trimap = unknown()
    paint_segment(trimap, (20.0, 2.0), (33.0, 57.0), 1, FG)
    assert all((trimap[y] == FG).any() for y in range(2, 57))


def test_a_stroke_may_leave_the_image() -> None:
    trimap = unknown()
    rect = paint_segment(trimap, (-30.0, 30.0), (200.0, 30.0), 9, FG)
    assert (trimap[26:35] == FG).all()
    assert rect == Rect(0, 26, 80, 35)


@pytest.mark.parametrize("away", [(-50.0, 10.0), (200.0, 10.0), (10.0, -50.0), (10.0, 200.0)])
def test_a_dab_outside_the_image_changes_nothing(away: tuple[float, float]) -> None:
    trimap = unknown()
    assert not paint_segment(trimap, away, away, 20, FG)
    assert (trimap == UN).all()


def test_a_fill_stops_at_other_labels() -> None:
    trimap = unknown()
    trimap[:, 40] = BG
    rect = fill_region(trimap, (10.0, 10.0), FG)
    assert (trimap[:, :40] == FG).all()
    assert (trimap[:, 41:] == UN).all()
    assert rect == Rect(0, 0, 40, 60)


def test_a_fill_does_not_leak_through_a_diagonal() -> None:
    trimap = unknown(8, 8)
    np.fill_diagonal(trimap, BG)
    fill_region(trimap, (6.5, 1.5), FG)
    assert (trimap[np.tril_indices(8, -1)] == UN).all()


@pytest.mark.parametrize("point", [(-1.0, 5.0), (80.0, 5.0), (5.0, 60.0), (5.0, -0.1)])
def test_a_fill_outside_the_image_changes_nothing(point: tuple[float, float]) -> None:
    trimap = unknown()
    assert fill_region(trimap, point, FG) == NOTHING
    assert (trimap == UN).all()


def test_an_outline_takes_the_pixels_whose_centres_it_goes_around() -> None:
    trimap = np.zeros((30, 40), np.uint8)
    rect = fill_outline(trimap, [(5, 6), (20, 6), (20, 15), (5, 15)], 255)
    assert (trimap[6:15, 5:20] == 255).all()
    assert np.count_nonzero(trimap) == 9 * 15
    assert rect == Rect(5, 6, 20, 15)
    trimap[:] = 0
    fill_outline(trimap, [(10.4, 10.4), (13.6, 10.4), (13.6, 12.6), (10.4, 12.6)], 255)
    assert np.argwhere(trimap).min(axis=0).tolist() == [10, 10]
    assert np.argwhere(trimap).max(axis=0).tolist() == [12, 13]


@pytest.mark.parametrize("seed", range(4))
def test_an_outline_agrees_with_the_winding_number_of_each_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outline = rng.uniform(-8, 48, (9, 2))  # crosses itself, and leaves the image
    trimap = np.zeros((40, 40), np.uint8)
    fill_outline(trimap, outline, 255)
    ends = np.roll(outline, -1, axis=0)
    for y in range(40):
        for x in range(40):
            to_start, to_end = outline - (x + 0.5, y + 0.5), ends - (x + 0.5, y + 0.5)
            cross = to_start[:, 0] * to_end[:, 1] - to_start[:, 1] * to_end[:, 0]
            turned = np.arctan2(cross, (to_start * to_end).sum(axis=1)).sum()
            assert (trimap[y, x] == 255) == (abs(turned) > 1), (x, y)


def test_an_outline_outside_or_without_area_changes_nothing() -> None:
    trimap = np.zeros((30, 40), np.uint8)
    for outline in (
        [(50, 50), (60, 50), (60, 60)],
        [(3, 3)],
        [(3, 3), (30, 20)],
        [(-9, 3), (-5, 9), (-2, 1)],
    ):
        fill_outline(trimap, outline, 255)
        assert not trimap.any()


def test_a_loop_of_the_hand_that_closes_late_is_filled_all_over() -> None:
    angles = np.linspace(0, 2.4 * np.pi, 200)
    trimap = np.zeros((60, 60), np.uint8)
    fill_outline(trimap, np.stack([30 + 20 * np.cos(angles), 30 + 20 * np.sin(angles)], axis=1), 255)
    rows, columns = np.mgrid[:60, :60] + 0.5
    assert (trimap[np.hypot(rows - 30, columns - 30) < 19] == 255).all()


@pytest.fixture
def two_blue_squares() -> np.ndarray:
    photo = np.full((40, 60, 3), (200, 180, 90), np.uint8)
    photo[5:15, 5:15] = photo[20:30, 40:50] = (20, 40, 220)
    photo[5:15, 10] = (30, 50, 230)
    return photo


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_bucket_by_colour_takes_what_is_like_the_pixel_under_it(two_blue_squares, depth) -> None:
    photo = two_blue_squares.astype(depth) * (257 if depth is np.uint16 else 1)
    photo.setflags(write=False)
    trimap = np.full((40, 60), 128, np.uint8)
    rect = fill_colour(trimap, photo, (7.5, 7.5), 0, tolerance=12, contiguous=True)
    assert rect == Rect(5, 5, 15, 15)
    assert (trimap[5:15, 5:15] == 0).all()
    assert np.count_nonzero(trimap == 0) == 100
    trimap[:] = 128
    fill_colour(trimap, photo, (7.5, 7.5), 0, tolerance=12, contiguous=False)
    assert np.count_nonzero(trimap == 0) == 200
    trimap[:] = 128
    fill_colour(trimap, photo, (7.5, 7.5), 0, tolerance=9, contiguous=True)
    assert np.count_nonzero(trimap == 0) == 50, "the column in another blue is a border"


def test_a_tolerance_does_not_creep_along_a_gradient() -> None:
    photo = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(10, axis=0)
    trimap = np.full((10, 200), 128, np.uint8)
    fill_colour(trimap, photo, (100, 5), 255, tolerance=8, contiguous=True)
    assert np.flatnonzero((trimap == 255).all(axis=0)).tolist() == list(range(92, 109))


def test_a_bucket_outside_the_photo_does_nothing(two_blue_squares) -> None:
    trimap = np.full((40, 60), 128, np.uint8)
    assert not fill_colour(trimap, two_blue_squares, (-1, 5), 0, 10, contiguous=True)
    assert (trimap == 128).all()
