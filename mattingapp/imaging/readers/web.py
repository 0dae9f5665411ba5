"""The formats of the web, by Pillow: 8 bits, as a browser shows them."""

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from mattingapp.imaging.readers.source import (
    EXIF_TAGS,
    Metadata,
    Source,
    Space,
    Stored,
    first_of_several,
)

# The limit of this program is asked in `decode`, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION = 0x0112
_EXIF_DIRECTORY = 0x8769


class Exif(NamedTuple):
    """What of an EXIF block is used."""

    orientation: int
    tags: dict[str, str]


def open_web(source: Source, *formats: str) -> Stored:
    """Read the header of a file of one of Pillow's `formats`."""
    source.file.seek(0)
    image = Image.open(source.file, formats=formats)
    exif = read_exif(image)
    width, height = image.size
    several = image.format != "MPO" and getattr(image, "is_animated", False)  # of those, others are previews
    return Stored(
        (height, width),
        lambda: pixels_of(image),
        Space.CMYK if image.mode == "CMYK" else Space.GREY_OR_RGB,
        1 if image.format == "TIFF" else exif.orientation,  # which Pillow turns upright while loading it
        image.info.get("icc_profile"),
        Metadata(_resolution(image.info.get("dpi")), exif.tags),
        (first_of_several(source.name),) if several else (),
    )


def read_exif(origin: Image.Image | bytes) -> Exif:
    """Return what is used of the EXIF block of an image, or of the block itself; garbage counts as none."""
    orientation, tags = 1, {}
    with suppress(Exception):  # a block of no use is no reason to refuse the pixels
        if isinstance(origin, bytes):
            exif = Image.Exif()
            exif.load(origin)
        else:
            exif = origin.getexif()
        found = exif.get(_ORIENTATION, 1)
        orientation = found if isinstance(found, int) and 1 <= found <= 8 else 1
        tags = _tags({**exif.get_ifd(_EXIF_DIRECTORY), **dict(exif)})
    return Exif(orientation, tags)


def pixels_of(image: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """Decode an image: colour and straight alpha."""
    image.load()
    if image.mode == "CMYK" or image.mode.startswith("I;16"):
        return np.asarray(image), None
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        grey = image.mode in ("L", "LA", "La")
        if image.mode == "La":
            image = image.convert("LA")
        pixels = np.asarray(image.convert("LA" if grey else "RGBA"))
        return pixels[..., 0] if grey else pixels[..., :3], pixels[..., -1]
    return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB")), None


def _tags(found: dict[int, Any]) -> dict[str, str]:
    texts = {name: _text(found[tag]) for name, tag in EXIF_TAGS.items() if tag in found}
    return {name: text for name, text in texts.items() if text}


def _text(value: Any) -> str:
    """Return a text of EXIF, which many programs write in UTF-8 though the letters should be of ASCII."""
    text = str(value).strip("\0 ")
    with suppress(UnicodeError):
        return text.encode("latin-1").decode("utf-8")
    return text


def _resolution(dpi: Any) -> tuple[float, float] | None:
    with suppress(TypeError, ValueError, ZeroDivisionError):
        across, down = (float(number) for number in dpi)
        if across > 1 and down > 1:
            return across, down
    return None
