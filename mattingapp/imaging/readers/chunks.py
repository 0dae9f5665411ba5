"""PNG, taken apart: what makes up the pixels, and the rest, damage in which stops nothing.

Source: PNG (Portable Network Graphics) Specification, third edition.
"""

import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of each colour type
_DEFLATE_RATIO = 1032  # at most, of deflate


def take_apart(data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """Return a PNG file of nothing but header, palette and pixels, and the sound parts of the whole by their kinds.

    Raises
    ------
    ValueError
        If the header or the pixels are damaged, or too few for their size.
    """
    parts: dict[bytes, bytes] = {}
    image = [_SIGNATURE]
    scans = 0
    for kind, body, chunk, sound in _chunks(data):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            if not sound:
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
    return b"".join([*image, _chunk(b"IEND", b"")]), parts


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
