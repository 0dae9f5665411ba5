"""PNG: only what makes up the pixels goes to a decoder; up to 8 bits to Pillow, 16 to OpenImageIO."""

import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
from PIL import Image

from mattingapp.imaging.readers.chunks import take_apart
from mattingapp.imaging.readers.film import read_pixels
from mattingapp.imaging.readers.source import Metadata, Source, Stored, first_of_several, on_disk
from mattingapp.imaging.readers.web import pixels_of, read_exif

_LARGEST_PROFILE = 1 << 24  # bytes
_PER_METRE = 0.0254  # to pixels per inch


def open_png(source: Source) -> Stored:
    """Read the header of a PNG file."""
    cleaned, parts = take_apart(source.data)
    header = parts[b"IHDR"]
    width, height = (int.from_bytes(header[at : at + 4], "big") for at in (0, 4))

    def pixels() -> tuple[np.ndarray, np.ndarray | None]:
        if header[8] == 16:
            with on_disk(cleaned, ".png") as path:
                return read_pixels(path)
        with Image.open(BytesIO(cleaned), formats=("PNG",)) as picture:
            return pixels_of(picture)

    exif = read_exif(parts.get(b"eXIf", b""))
    return Stored(
        (height, width),
        pixels,
        orientation=exif.orientation,
        icc=_profile(parts.get(b"iCCP")),
        metadata=Metadata(_resolution(parts.get(b"pHYs", b"")), exif.tags),
        notes=(first_of_several(source.name),) if b"acTL" in parts else (),
    )


def _profile(body: bytes | None) -> bytes | None:
    if body is None:
        return None
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(body.partition(b"\0")[2][1:], _LARGEST_PROFILE)
    return b""  # counts as a damaged one


def _resolution(body: bytes) -> tuple[float, float] | None:
    if len(body) != 9 or body[8] != 1 or not (any(body[:4]) and any(body[4:8])):
        return None
    across, down = (int.from_bytes(body[at : at + 4], "big") * _PER_METRE for at in (0, 4))
    return across, down
