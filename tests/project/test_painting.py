"""Strokes and fills on a trimap, pixel by pixel."""

import numpy as np
import pytest

from mattingapp.imaging.trimap import Label
from mattingapp.project.painting import NOTHING, Rect, fill_region, paint_segment

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
