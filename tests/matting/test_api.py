import numpy as np
import pytest

from mattingapp.matting import estimate_alpha
from tests.matting.scenes import soft_disc


def test_images_of_every_type_and_trimaps_of_both_conventions_agree():
    photo, trimap, _ = soft_disc(32)
    bytes_photo = np.round(255 * photo).astype(np.uint8)
    reference = estimate_alpha(bytes_photo, trimap, "knn", device="cpu")
    for image in (
        bytes_photo / 255.0,
        (bytes_photo / 255.0).astype(np.float32),
        bytes_photo.astype(np.uint16) * 257,
    ):
        # Rounding may choose another of two neighbours that are equally near.
        np.testing.assert_allclose(estimate_alpha(image, trimap, "knn", device="cpu"), reference, atol=5e-3)
    floats = np.choose(trimap // 127, (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(estimate_alpha(bytes_photo, floats, "knn", device="cpu"), reference)
    nearly = np.choose(trimap // 127, (0.09, 0.3, 0.91))
    np.testing.assert_array_equal(estimate_alpha(bytes_photo, nearly, "knn", device="cpu"), reference)


def test_its_errors_are_value_errors():
    with pytest.raises(ValueError, match="foreground"):
        estimate_alpha(np.zeros((8, 8, 3)), np.zeros((8, 8)))
