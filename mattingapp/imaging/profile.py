"""Colour profiles: the colours of one photo as another's file would write them."""

import numpy as np
from PIL import Image, ImageCms

from mattingapp.imaging.colour import is_sound, transform
from mattingapp.imaging.depth import quantise, unit_range
from mattingapp.imaging.photo import Photo


def in_profile(photo: Photo, icc: bytes | None) -> np.ndarray:
    """Return the colours of a photo in another profile, so that they look the same under that.

    Parameters
    ----------
    photo : Photo
    icc : bytes or None
        RGB profile; None for sRGB. A damaged or unusual one counts as sRGB.

    Returns
    -------
    ndarray (H, W, 3)
        The pixels themselves where the profile is the same, else uint8.
    """
    origin, target = _sound(photo.icc), _sound(icc)
    change = None if origin == target else transform(origin, target)
    if change is None:
        return photo.pixels
    return np.asarray(ImageCms.applyTransform(Image.fromarray(quantise(photo.pixels, 8)), change))


def colour_in_profile(colour: np.ndarray, icc: bytes | None) -> np.ndarray:
    """Return a colour of sRGB, (3,) float32 in [0, 1], as a profile writes it."""
    pixel = quantise(colour[None, None], 8)
    found = in_profile(Photo(pixel), icc)
    return colour if found is pixel else unit_range(found[0, 0], np.float32)


def _sound(icc: bytes | None) -> bytes | None:
    return icc if icc is not None and is_sound(icc) else None
