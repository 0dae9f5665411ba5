"""Inputs at the edge: every one gives a defined alpha or one clear sentence."""

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.matting import estimate_alpha
from tests.matting.scenes import soft_disc

METHODS = ("closed-form", "knn", "shared", "mean", "dcnn", "dcnn3", "fusion")
BACKGROUND, UNKNOWN, FOREGROUND = 0, 128, 255


def check(photo, trimap, method):
    trimap = np.asarray(trimap, np.uint8)
    alpha = estimate_alpha(np.asarray(photo), trimap, method, device="cpu")
    assert alpha.dtype == np.float32
    assert alpha.shape == trimap.shape
    assert np.isfinite(alpha).all()
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    assert (alpha[trimap == FOREGROUND] == 1).all()
    assert (alpha[trimap == BACKGROUND] == 0).all()
    return alpha


@pytest.mark.parametrize("method", METHODS)
class TestEveryMethod:
    def test_nothing_unknown(self, method):
        photo, trimap, _ = soft_disc(20)
        check(photo, np.where(trimap == UNKNOWN, BACKGROUND, trimap), method)

    def test_one_unknown_pixel(self, method):
        photo, trimap, _ = soft_disc(20)
        trimap = np.where(trimap == UNKNOWN, BACKGROUND, trimap)
        trimap[10, 10] = UNKNOWN
        check(photo, trimap, method)

    def test_one_known_pixel_of_each_kind(self, method):
        photo, trimap, _ = soft_disc(20)
        trimap[:] = UNKNOWN
        trimap[0, 0], trimap[10, 10] = BACKGROUND, FOREGROUND
        check(photo, trimap, method)

    @pytest.mark.parametrize("shape", [(1, 12), (12, 1), (2, 12), (12, 2), (1, 3), (3, 1), (2, 2)])
    def test_a_row_or_column_of_pixels(self, method, shape):
        photo = np.random.default_rng(0).random((*shape, 3))
        trimap = np.full(shape, UNKNOWN)
        trimap.ravel()[0], trimap.ravel()[-1] = BACKGROUND, FOREGROUND
        check(photo, trimap, method)

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
    def test_a_photo_of_one_colour(self, method, value):
        _, trimap, _ = soft_disc(32)
        check(np.full((32, 32, 3), value), trimap, method)

    def test_unknown_islands_without_known_neighbours(self, method):
        photo, trimap, _ = soft_disc(40)
        trimap[1:9, 1:9] = UNKNOWN
        trimap[30:39, 30:39] = UNKNOWN
        photo = photo.copy()
        photo[2:8, 2:8] = (0, 1, 0)  # a colour that no known pixel has
        check(photo, trimap, method)

    def test_a_graph_whose_parts_do_not_meet(self, method):
        # 144 pixels of one colour have all of their nearest neighbours among themselves.
        photo, trimap, _ = soft_disc(48)
        photo = photo.copy()
        photo[0:12, 0:12] = (0, 1, 0)
        trimap[0:13, 0:13] = UNKNOWN
        check(photo, trimap, method)

    def test_noise(self, method):
        photo = np.random.default_rng(1).integers(0, 256, (30, 30, 3), np.uint8)
        _, trimap, _ = soft_disc(30)
        check(photo, trimap, method)

    @pytest.mark.parametrize("label", [BACKGROUND, UNKNOWN, FOREGROUND])
    def test_one_label_everywhere_is_told(self, method, label):
        with pytest.raises(InputError, match="trimap"):
            estimate_alpha(np.zeros((8, 8, 3)), np.full((8, 8), label, np.uint8), method)

    def test_a_single_pixel_is_told(self, method):
        with pytest.raises(InputError, match="trimap"):
            estimate_alpha(np.zeros((1, 1, 3)), np.full((1, 1), UNKNOWN, np.uint8), method)

    def test_sizes_that_differ_are_told(self, method):
        with pytest.raises(InputError, match="size"):
            estimate_alpha(np.zeros((8, 9, 3)), np.full((8, 8), UNKNOWN, np.uint8), method)
