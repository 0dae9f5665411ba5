"""From the colours of a file to RGB that is shown: CMYK, CIELAB, grey under a profile, linear light; sound profiles.

Sources: ICC.1:2022 for profiles; CIE 15 for CIELAB; IEC 61966-2-1 for sRGB. Transforms are those of Little-CMS.
"""

import struct
from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import DTypeLike
from PIL import Image, ImageCms

from mattingapp.imaging.depth import quantise, unit_range

_ROWS = 1 << 22  # values converted at a time, so that the floats in between stay small
_WHITE = np.array([0.96422, 1.0, 0.82521])  # D50, which CIELAB in files and profiles is relative to
_XYZ_TO_SRGB = np.array(  # from D50, adapted by Bradford's matrix
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def encode_srgb(linear: np.ndarray) -> np.ndarray:
    """Return linear light as sRGB writes it: floats in [0, 1], what lies outside is cut."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def linear_to_rgb(colour: np.ndarray) -> np.ndarray:
    """Return linear light, float32 (H, W) or (H, W, 3), as sRGB, uint16."""
    return _by_rows(lambda part: quantise(encode_srgb(part), 16), colour, np.uint16)


def lab_to_rgb(lab: np.ndarray) -> np.ndarray:
    """Return CIELAB as TIFF stores it, uint8 or uint16 (H, W, 3), as sRGB of the same type."""
    full = int(np.iinfo(lab.dtype).max)
    signed, unit = (np.int8, 1) if lab.dtype == np.uint8 else (np.int16, 256)

    def convert(part: np.ndarray) -> np.ndarray:
        lightness = part[..., 0] * (100 / full)
        across, down = (part[..., axis].view(signed).astype(np.float64) / unit for axis in (1, 2))
        y = (lightness + 16) / 116
        ratios = np.stack([y + across / 500, y, y - down / 200], axis=-1)
        ratios = np.where(ratios > 6 / 29, ratios**3, (ratios - 4 / 29) * (3 * (6 / 29) ** 2))
        return quantise(encode_srgb(ratios * _WHITE @ _XYZ_TO_SRGB.T), 8 * lab.itemsize)

    return _by_rows(convert, lab, lab.dtype)


def cmyk_to_rgb(inks: np.ndarray, icc: bytes | None) -> tuple[np.ndarray, bool]:
    """Return inks (H, W, 4), of which 0 is none, as sRGB.

    Returns
    -------
    rgb : ndarray (H, W, 3)
        uint8 by way of the profile, which Pillow converts in 8 bits; else of the same type as `inks`.
    sound : bool
        There was no profile, or it was used.
    """
    transform = None if icc is None else _cmyk_transform(icc)
    if transform is not None:
        image = Image.frombytes("CMYK", inks.shape[1::-1], quantise(inks, 8).tobytes())
        return np.asarray(ImageCms.applyTransform(image, transform)), True

    def convert(part: np.ndarray) -> np.ndarray:
        light = 1 - unit_range(part, np.float64)
        return quantise(light[..., :3] * light[..., 3:], 8 * min(inks.itemsize, 2))

    return _by_rows(convert, inks, np.uint8 if inks.itemsize == 1 else np.uint16), icc is None


def grey_to_srgb(grey: np.ndarray, icc: bytes) -> np.ndarray | None:
    """Return grey (H, W), uint8 or uint16, under a grey profile as sRGB writes it; None for an unusual profile."""
    try:
        curve = _grey_curve(icc)
    except (struct.error, ValueError, IndexError):
        return None
    full = np.iinfo(grey.dtype).max
    with np.errstate(all="ignore"):
        light = np.nan_to_num(curve(np.arange(full + 1) / full))
    return quantise(encode_srgb(light), 8 * grey.itemsize)[grey]


@lru_cache(16)
def is_sound(icc: bytes) -> bool:
    """Tell whether colours can be brought to an RGB profile and from it.

    They cannot where it is damaged, or of an unusual kind: a link of devices, named colours, one of input only.
    """
    return icc[16:20] == b"RGB " and transform(icc, None) is not None and transform(None, icc) is not None


@lru_cache(16)
def transform(origin: bytes | None, target: bytes | None) -> ImageCms.ImageCmsTransform | None:
    """Return the transform of RGB from one profile to another, None being sRGB; or None where there is none."""
    return _transform(origin, target, "RGB")


@lru_cache(4)
def _cmyk_transform(icc: bytes) -> ImageCms.ImageCmsTransform | None:
    return _transform(icc, None, "CMYK") if icc[16:20] == b"CMYK" else None


def _transform(origin: bytes | None, target: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        return ImageCms.buildTransform(_profile(origin), _profile(target), mode, "RGB")
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None


def _profile(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    return _srgb() if icc is None else ImageCms.ImageCmsProfile(BytesIO(icc))


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _grey_curve(icc: bytes) -> Callable[[np.ndarray], np.ndarray]:
    """Return how much light the values of a grey profile stand for; ValueError or struct.error for another profile."""
    if icc[16:24] != b"GRAYXYZ ":
        raise ValueError("no grey profile")
    (count,) = struct.unpack_from(">I", icc, 128)
    tags = (struct.unpack_from(">4sII", icc, 132 + 12 * index) for index in range(min(count, 100)))
    start = next((offset for name, offset, _ in tags if name == b"kTRC"), len(icc))
    kind, detail = struct.unpack_from(">4s4xI", icc, start)
    if kind == b"curv" and detail == 0:
        return lambda values: values
    if kind == b"curv" and detail == 1:
        (gamma,) = struct.unpack_from(">H", icc, start + 12)
        return lambda values: values ** (gamma / 256)
    if kind == b"curv":
        table = np.frombuffer(icc, ">u2", detail, start + 12) / 65535
        return lambda values: np.interp(values, np.linspace(0, 1, detail), table)
    if kind == b"para":
        return _parametric(icc, start)
    raise ValueError("unknown curve")


def _parametric(icc: bytes, start: int) -> Callable[[np.ndarray], np.ndarray]:
    """Read a parametric curve: (a x + b) ** g + e from d on, c x + f below."""
    (kind,) = struct.unpack_from(">H", icc, start + 8)
    names = ("g", "gab", "gabc", "gabcd", "gabcdef")[kind]
    numbers = struct.unpack_from(f">{len(names)}i", icc, start + 12)
    found = {name: number / 65536 for name, number in zip(names, numbers, strict=True)}
    g, a, b, c = found["g"], found.get("a", 1.0), found.get("b", 0.0), found.get("c", 0.0)
    if kind == 2:  # here c is added to both
        found["e"] = found["f"] = c
        c = 0.0
    d = found.get("d", -b / a if kind in (1, 2) else 0.0)
    e, f = found.get("e", 0.0), found.get("f", 0.0)
    return lambda values: np.where(values >= d, np.maximum(a * values + b, 0) ** g + e, c * values + f)


def _by_rows(convert: Callable[[np.ndarray], np.ndarray], values: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Convert some rows at a time."""
    first = convert(values[:1])
    result = np.empty((len(values), *first.shape[1:]), dtype)
    step = max(_ROWS // max(values[:1].size, 1), 1)
    for top in range(0, len(values), step):
        result[top : top + step] = convert(values[top : top + step])
    return result
