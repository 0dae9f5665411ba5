"""PNG, taken apart: only what makes up the pixels goes to a decoder, so damage elsewhere stops nothing.

Source: PNG (Portable Network Graphics) Specification, third edition.
"""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import numpy as np
from PIL import Image

from mattingapp.imaging.message import Message
from mattingapp.imaging.readers.film import read_pixels
from mattingapp.imaging.readers.source import Metadata, Source, Stored, first_of_several, on_disk
from mattingapp.imaging.readers.web import pixels_of, read_exif

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of each colour type
_DEFLATE_RATIO = 1032  # at most, of deflate
_LARGEST_PROFILE = 1 << 24  # bytes
_PER_METRE = 0.0254  # to pixels per inch


def open_png(source: Source) -> Stored:
    """Read the header of a PNG file."""
    parts: dict[bytes, bytes] = {}
    image = [_SIGNATURE]
    scans = 0
    for kind, body, chunk, sound in _chunks(source.data):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            if not sound and kind != b"tRNS":
                raise ValueError(f"wrong checksum in {kind.decode()}")
            image.append(chunk)
            scans += len(body) if kind == b"IDAT" else 0
        if kind != b"IDAT" and sound:
            parts.setdefault(kind, body)
    header = parts.get(b"IHDR", b"")
    if len(header) != 13:
        raise ValueError("no header")
    width, height = (int.from_bytes(header[at : at + 4], "big") for at in (0, 4))
    depth, colour_type = header[8], header[9]
    row = (width * depth * _CHANNELS.get(colour_type, 4) + 7) // 8
    if height * row > _DEFLATE_RATIO * (scans + 1):
        raise ValueError("its pixels end early")
    cleaned = b"".join([*image, _chunk(b"IEND", b"")])

    def pixels() -> tuple[np.ndarray, np.ndarray | None]:
        if depth == 16:
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
        notes=_notes(source, parts),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes, bool]]:
    """Yield kind and body of every chunk, the chunk as it stands, and whether its checksum is right."""
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunk = data[at : at + 12 + length]
        body = chunk[8 : 8 + length]
        yield kind, body, chunk, chunk[8 + length :] == zlib.crc32(kind + body).to_bytes(4, "big")
        if kind == b"IEND":
            return
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


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


def _notes(source: Source, parts: dict[bytes, bytes]) -> tuple[Message, ...]:
    return (first_of_several(source.name),) if b"acTL" in parts else ()
