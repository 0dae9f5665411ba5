"""Grey and RGBA pixels of 8 or 16 bits as PNG and TIFF; Pillow writes no 16-bit colour, OpenCV no profile and no label.

Sources: PNG (Portable Network Graphics) Specification, third edition; TIFF revision 6.0 with Adobe's technical notes.
"""

import struct
import zlib

import cv2
import numpy as np

_IHDR_END = 33  # 8 bytes of signature, 25 of the IHDR chunk
_STRIP = 1 << 20  # bytes, before compression
_LEVEL = 4  # of zlib; 6 takes half as long again for 1 % less
_SHORT, _LONG, _UNDEFINED = 3, 4, 7  # TIFF field types
_TYPES = {_SHORT: "H", _LONG: "I", _UNDEFINED: "B"}
_ASSOCIATED, _UNASSOCIATED = 1, 2  # premultiplied or straight
_DEFLATE, _DIFFERENCES = 8, 2
_GREY, _RGB = 1, 2


def encode_png(pixels: np.ndarray, icc: bytes | None = None, premultiplied: bool = False) -> bytes:
    """Return pixels as a PNG file.

    Parameters
    ----------
    pixels : ndarray (H, W) or (H, W, 4), uint8 or uint16
        Grey or RGBA.
    icc : bytes, optional
        RGB colour profile.
    premultiplied : bool
        The colours are multiplied by their alpha; PNG has no field for that, so a comment in the file says it.
    """
    swapped = pixels if pixels.ndim == 2 else pixels[..., [2, 1, 0, 3]]
    encoded = cv2.imencode(".png", np.ascontiguousarray(swapped))[1].tobytes()
    chunks = b"" if icc is None else _chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc))
    if premultiplied:
        chunks += _chunk(b"tEXt", b"Comment\0Premultiplied (associated) alpha")
    return encoded[:_IHDR_END] + chunks + encoded[_IHDR_END:]


def encode_tiff(pixels: np.ndarray, icc: bytes | None = None, premultiplied: bool = False) -> bytes:
    """Return pixels as a TIFF file, compressed without loss, with ExtraSamples that name the kind of alpha.

    Parameters
    ----------
    pixels, icc, premultiplied : as for `encode_png`
    """
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else 4
    rows = max(_STRIP // (width * samples * pixels.itemsize), 1)
    strips = [_strip(pixels[top : top + rows]) for top in range(0, height, rows)]
    sizes = [len(strip) for strip in strips]
    offsets = 8 + np.cumsum([0, *sizes[:-1]])
    fields = {
        256: (_LONG, [width]),
        257: (_LONG, [height]),
        258: (_SHORT, [8 * pixels.itemsize] * samples),
        259: (_SHORT, [_DEFLATE]),
        262: (_SHORT, [_GREY if samples == 1 else _RGB]),
        273: (_LONG, offsets.tolist()),
        277: (_SHORT, [samples]),
        278: (_LONG, [rows]),
        279: (_LONG, sizes),
        317: (_SHORT, [_DIFFERENCES]),
    }
    if samples == 4:
        fields[338] = _SHORT, [_ASSOCIATED if premultiplied else _UNASSOCIATED]
    if icc is not None:
        fields[34675] = _UNDEFINED, list(icc)
    data = b"".join(strips)
    data += b"\0" * (len(data) % 2)
    directory = 8 + len(data)
    return struct.pack("<2sHI", b"II", 42, directory) + data + _directory(fields, directory)


def _strip(pixels: np.ndarray) -> bytes:
    """Compress some rows, each sample as its difference from the one to the left."""
    differences = pixels.astype(pixels.dtype.newbyteorder("<"))
    differences[:, 1:] -= pixels[:, :-1]
    return zlib.compress(differences.tobytes(), _LEVEL)


def _directory(fields: dict[int, tuple[int, list[int]]], start: int) -> bytes:
    """Return a TIFF directory that lies at `start` of its file; values of more than 4 bytes follow it."""
    entries, after = b"", b""
    end = start + 2 + 12 * len(fields) + 4
    for tag, (kind, values) in fields.items():
        value = struct.pack(f"<{len(values)}{_TYPES[kind]}", *values)
        if len(value) > 4:
            at = end + len(after)
            after += value + b"\0" * (len(value) % 2)
            value = struct.pack("<I", at)
        entries += struct.pack("<HHI4s", tag, kind, len(values), value)
    return struct.pack("<H", len(fields)) + entries + b"\0\0\0\0" + after


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
