import threading

import cv2
import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.subject import subject_alpha
from mattingapp.matting.subject_trimap import trimap_of_subject

SIDE = 120
DISC, OTHER = (48, 60, 26), (94, 30, 13)  # x, y, radius


def scene(alpha):
    """Return a photo, uint8, of a subject of warm colours in front of cold ones, both with texture."""
    random = np.random.default_rng(1)
    texture = cv2.GaussianBlur(random.standard_normal((*alpha.shape, 3)), (0, 0), 2)
    foreground = np.array((0.75, 0.45, 0.25)) + 0.3 * texture
    background = np.array((0.25, 0.4, 0.6)) + 0.3 * texture[::-1, ::-1]
    photo = alpha[..., None] * foreground + (1 - alpha[..., None]) * background
    return np.round(255 * np.clip(photo, 0, 1)).astype(np.uint8)


def disc(x, y, radius, softness=0.5):
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return np.clip((radius - np.hypot(rows - y, columns - x)) / (2 * softness) + 0.5, 0, 1)


def box(x, y, radius):
    return x - radius, y - radius, x + radius, y + radius


def marks_at(**points):
    marks = np.full((SIDE, SIDE), 128, np.uint8)
    for label, places in points.items():
        for x, y in places:
            marks[y, x] = {"subject": 255, "background": 0}[label]
    return marks


def overlap(alpha, truth):
    mask = cv2.resize(alpha, truth.shape[::-1]) > 0.5
    return (mask & (truth > 0.5)).sum() / (mask | (truth > 0.5)).sum()


@pytest.mark.parametrize(
    ("rectangle", "marks"),
    [
        (box(*DISC), None),
        (None, marks_at(subject=[(48, 60)])),
        (box(*DISC), marks_at(subject=[(48, 60)], background=[(10, 10)])),
        (None, None),
    ],
    ids=["rectangle", "one click", "both", "nothing"],
)
def test_a_plain_subject_is_found_by_any_hint(rectangle, marks):
    truth = disc(*DISC)
    assert overlap(subject_alpha(scene(truth), rectangle, marks, device="cpu"), truth) > 0.95


def test_several_parts_and_holes_are_found():
    truth = np.maximum(disc(*DISC) - disc(48, 60, 9), disc(*OTHER))
    alpha = subject_alpha(
        scene(truth), (20, 15, 110, 88), marks_at(subject=[(48, 42), (48, 78)]), device="cpu"
    )
    assert overlap(alpha, truth) > 0.9
    assert alpha[60, 48] < 0.5  # in the hole
    assert alpha[30, 94] > 0.5  # in the part nobody marked


def test_a_subject_may_stick_out_of_the_rectangle_a_little():
    truth = disc(*DISC)
    x0, y0, x1, y1 = box(*DISC)
    alpha = subject_alpha(scene(truth), (x0 + 2, y0, x1, y1 - 2), marks_at(subject=[(48, 60)]), device="cpu")
    assert overlap(alpha, truth) > 0.95


def test_a_mark_outside_the_rectangle_counts():
    truth = np.maximum(disc(*DISC), disc(*OTHER))
    marks = marks_at(subject=[(48, 60), (94, 30)])
    assert overlap(subject_alpha(scene(truth), box(*DISC), marks, device="cpu"), truth) > 0.9


def test_a_subject_that_fills_the_frame_is_not_refused():
    truth = 1 - disc(20, 20, 15)
    whole = 0, 0, SIDE, SIDE
    marks = marks_at(subject=[(70, 70), (100, 20), (20, 100)], background=[(20, 20)])
    assert overlap(subject_alpha(scene(truth), whole, marks, device="cpu"), truth) > 0.95


def test_the_corners_of_a_rectangle_come_in_any_order():
    photo = scene(disc(*DISC))
    x0, y0, x1, y1 = box(*DISC)
    one, other = (
        subject_alpha(photo, corners, device="cpu") for corners in ((x0, y0, x1, y1), (x1, y1, x0, y0))
    )
    assert np.array_equal(one, other)


def test_photos_of_any_depth_give_the_same_alpha():
    photo = scene(disc(*DISC))
    alphas = [
        subject_alpha(pixels, box(*DISC), device="cpu")
        for pixels in (photo, photo * np.uint16(257), photo / np.float32(255))
    ]
    assert np.allclose(alphas[0], alphas[1], atol=1e-6)
    assert np.allclose(alphas[0], alphas[2], atol=1e-6)


def test_marks_of_another_size_are_refused():
    with pytest.raises(InputError, match="use marks of its size"):
        subject_alpha(scene(disc(*DISC)), None, np.full((5, 7), 128, np.uint8), device="cpu")


def test_finding_can_be_cancelled():
    photo, cancel = scene(disc(*DISC)), threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        subject_alpha(photo, box(*DISC), job=Job(cancel=cancel), device="cpu")
    with pytest.raises(Cancelled):
        trimap_of_subject(photo, disc(*DISC).astype(np.float32), job=Job(cancel=cancel), device="cpu")


def test_the_band_holds_what_is_soft_and_is_narrow_where_nothing_is():
    rows, columns = np.mgrid[:SIDE, :SIDE]
    softness = np.where(columns < 60, 0.5, 6.0)  # the left edge is hard, the right one soft
    truth = np.clip((30 - np.hypot(rows - 60, columns - 60)) / (2 * softness) + 0.5, 0, 1)
    photo, marks = scene(truth), marks_at(subject=[(60, 60)])
    alpha = subject_alpha(photo, box(60, 60, 34), marks, device="cpu")
    trimap = trimap_of_subject(photo, alpha, marks, device="cpu")
    unknown = trimap == 128
    soft = (truth > 0.05) & (truth < 0.95)
    assert unknown[soft].mean() >= 0.99
    assert not (trimap[truth == 1] == 0).any()
    assert not (trimap[truth == 0] == 255).any()
    assert unknown[60, :60].sum() < 0.75 * unknown[60, 60:].sum()


def test_marks_stay_as_they_are_in_the_trimap():
    truth = disc(*DISC)
    photo = scene(truth)
    marks = marks_at(
        subject=[(48, 60), (72, 60)], background=[(76, 60), (5, 5)]
    )  # some right beside the edge
    alpha = subject_alpha(photo, box(*DISC), marks, device="cpu")
    trimap = trimap_of_subject(photo, alpha, marks, device="cpu")
    assert trimap.shape == photo.shape[:2]
    assert set(np.unique(trimap)) == {0, 128, 255}
    assert (trimap[marks != 128] == marks[marks != 128]).all()


def test_a_subject_without_background_gives_no_trimap():
    photo, marks = scene(disc(*DISC)), np.full((SIDE, SIDE), 255, np.uint8)
    alpha = subject_alpha(photo, None, marks, device="cpu")
    assert (alpha == 1).all()
    with pytest.raises(InputError, match="no background"):
        trimap_of_subject(photo, alpha, marks, device="cpu")


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (3, 2), (16, 16)])
def test_tiny_and_plain_photos_give_some_alpha(shape):
    alpha = subject_alpha(np.full((*shape, 3), 90, np.uint8), device="cpu")
    assert alpha.shape == shape
    assert ((alpha >= 0) & (alpha <= 1)).all()
