"""The frame of a delivered picture."""

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.framing import Framing, framed, window_of


def subject() -> np.ndarray:
    """Return an alpha of 60 × 100 with a subject of 20 × 10 at (10, 70)."""
    alpha = np.zeros((60, 100), np.float32)
    alpha[10:30, 70:80] = 1.0
    return alpha


def test_without_a_wish_the_photo_stays_as_it_is():
    window = window_of(subject(), Framing())
    assert (window.top, window.left, window.height, window.width, window.size) == (0, 0, 60, 100, (60, 100))


def test_a_trim_leaves_a_margin_around_what_is_seen():
    alpha = subject()
    alpha[50, 5] = 0.03  # haze is not the subject
    window = window_of(alpha, Framing(trim=True, margin=0.1))
    assert (window.top, window.left, window.height, window.width) == (8, 68, 24, 14)


def test_a_square_has_the_subject_in_its_middle_and_may_leave_the_photo():
    window = window_of(subject(), Framing(trim=True, margin=1.0, square=True))
    assert window.height == window.width == 60
    foreground = np.full((60, 100, 3), 0.5, np.float32)
    colours, alpha = framed(foreground, subject(), window)
    assert alpha[20:40, 25:35].all()
    assert alpha.sum() == 200
    assert (colours[:10] == 0).all()  # above the photo


def test_a_picture_is_made_smaller_but_never_larger():
    assert window_of(subject(), Framing(longest=50)).size == (30, 50)
    assert window_of(subject(), Framing(longest=500)).size == (60, 100)


def test_nothing_transparent_bleeds_into_a_smaller_picture():
    alpha = np.zeros((40, 40), np.float32)
    alpha[:, 21:] = 1.0
    foreground = np.where(alpha[..., None] > 0, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]).astype(np.float32)
    colours, small = framed(foreground, alpha, window_of(alpha, Framing(longest=10)))
    assert small[0, 5] == pytest.approx(0.75)
    assert colours[small > 0] == pytest.approx(np.broadcast_to([1.0, 0.0, 0.0], colours[small > 0].shape))


def test_nothing_to_trim_to_is_told():
    with pytest.raises(InputError, match="nothing to trim to"):
        window_of(np.zeros((5, 5), np.float32), Framing(trim=True))
