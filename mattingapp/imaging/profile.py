"""Colour profiles: the colours of one photo as another's file would write them."""

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from mattingapp.imaging.photo import Photo


def in_profile(photo: Photo, icc: bytes | None) -> np.ndarray:
    """Return the colours of a photo in another profile, so that they look the same under that.

    Parameters
    ----------
    photo : Photo
    icc : bytes or None
        RGB profile; None for sRGB. A damaged one counts as sRGB.

    Returns
    -------
    ndarray (H, W, 3)
        The pixels themselves where the profile is the same, else uint8.
    """
    if photo.icc == icc:
        return photo.pixels
    transform = ImageCms.buildTransform(_profile(photo.icc), _profile(icc), "RGB", "RGB")
    pixels = photo.pixels if photo.pixels.dtype == np.uint8 else np.rint(photo.pixels / 257).astype(np.uint8)
    return np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform))


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _profile(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    if icc is None:
        return _srgb()
    try:
        return ImageCms.ImageCmsProfile(BytesIO(icc))
    except OSError:
        return _srgb()
