"""TIFF: its tags say which page, which channels, which colours; OpenImageIO reads them, or Pillow what that cannot.

Source: TIFF revision 6.0 with Adobe's technical notes; the BigTIFF layout.
"""

import struct
from typing import BinaryIO

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message
from mattingapp.imaging.readers.film import Layout, open_film
from mattingapp.imaging.readers.source import Source, Space, Stored
from mattingapp.imaging.readers.web import open_web

SUFFIXES = (".tif", ".tiff")
DNG_VERSION = 50706
_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_SAMPLES, _INK_SET, _EXTRA_SAMPLES = 277, 332, 338
_MASK = 4  # among the bits of the kind of subfile
_ASSOCIATED, _UNASSOCIATED = 1, 2
_WHITE_IS_ZERO, _PALETTE, _SEPARATED, _LAB = 0, 3, 5, 8
_COLOURS = {
    0: 1,
    1: 1,
    2: 3,
    3: 3,
    5: 4,
    6: 3,
    8: 3,
}  # channels of each kind, as they come out of OpenImageIO
_CMYK = 1
_JPEG = 7
_PILLOW_ONLY = {34925: "LZMA", 50000: "Zstandard", 34926: "Zstandard"}  # compressions
_UNREAD = {34887: "LERC", 34933: "PNG", 34712: "JPEG 2000", 50002: "JPEG XL", 22610: "JPEG XR"}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # field types
_DEEPEST = 32  # bits; of 64, OpenImageIO mixes up those in tiles
_PAGES = 256  # that are looked through
_VALUES = 64  # of one field

Tags = dict[int, tuple[int, ...]]


def open_tiff(source: Source) -> Stored:
    """Read the header of a TIFF file."""
    pages = directories(source.file)
    pictures = [page for page in pages if not page.get(_SUBFILE, (0,))[0] & _MASK] or pages
    tags = max(pictures, key=lambda page: _first(page, _WIDTH) * _first(page, _HEIGHT))
    index = pages.index(tags)
    kind, compression = _first(tags, _PHOTOMETRIC, 1), _first(tags, _COMPRESSION, 1)
    bits, samples = max(tags.get(_BITS, (1,))), _first(tags, _SAMPLES, 1)
    _refuse_what_no_library_reads(tags, source.name)
    if compression in _PILLOW_ONLY or kind == _PALETTE or (kind == _SEPARATED and compression == _JPEG):
        return open_web(source, "TIFF")  # OpenImageIO turns inks in JPEG over, and rounds palettes down
    if kind not in _COLOURS or (kind == _SEPARATED and _first(tags, _INK_SET, _CMYK) != _CMYK):
        raise InputError(
            "'{name}' is a TIFF file of colours that are not read here (kind {kind}); save it as RGB.",
            name=shown(source.name),
            kind=kind,
        )
    colours = _COLOURS[kind]
    missing = (_UNASSOCIATED,) if samples == colours + 1 else ()  # some programs write alpha without a word
    extra = tags.get(_EXTRA_SAMPLES, missing)
    alphas = [at for at, meaning in enumerate(extra) if meaning in (_ASSOCIATED, _UNASSOCIATED)]
    layout = Layout(
        index,
        tuple(range(colours)),
        colours + alphas[0] if alphas else None,
        associated=bool(alphas) and extra[alphas[0]] == _ASSOCIATED,
        raw=kind in (_SEPARATED, _LAB),
        inverted=kind == _WHITE_IS_ZERO and bits > 8,  # up to 8 bits the library does it
    )
    space = {_SEPARATED: Space.CMYK, _LAB: Space.LAB}.get(kind, Space.GREY_OR_RGB)
    return open_film(source, SUFFIXES, layout, space, _notes(source.name, index, len(pages)))


def _refuse_what_no_library_reads(tags: Tags, name: str) -> None:
    compression, bits = _first(tags, _COMPRESSION, 1), max(tags.get(_BITS, (1,)))
    if compression in _UNREAD or (compression in _PILLOW_ONLY and bits > 8 and _first(tags, _SAMPLES, 1) > 1):
        raise InputError(
            "'{name}' is a TIFF file compressed with {method}, which is not read here; save it with LZW or deflate.",
            name=shown(name),
            method=_UNREAD.get(compression) or _PILLOW_ONLY[compression],
        )
    if bits > _DEEPEST:
        raise InputError(
            "'{name}' has {bits} bits a channel; save it with 8, 16 or 32 bits.", name=shown(name), bits=bits
        )


def _notes(name: str, index: int, count: int) -> tuple[Message, ...]:
    if count == 1:
        return ()
    return (
        Message(
            "'{name}' holds {count} pictures; number {number}, the largest, is used.",
            name=shown(name),
            count=count,
            number=index + 1,
        ),
    )


def directories(file: BinaryIO) -> list[Tags]:
    """Return the whole-number fields of every page of a TIFF file; ValueError or struct.error where it is damaged."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    (at,) = struct.unpack(f"{order}Q", head[8:16]) if big else struct.unpack(f"{order}I", head[4:8])
    pages: list[Tags] = []
    seen = set()
    while at and at not in seen and len(pages) < _PAGES:
        seen.add(at)
        tags, at = _directory(file, at, order, big)
        pages.append(tags)
    if not pages:
        raise ValueError("no pages")
    return pages


def _directory(file: BinaryIO, at: int, order: str, big: bool) -> tuple[Tags, int]:
    count_format, entry, offset = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    file.seek(at)
    (count,) = struct.unpack(f"{order}{count_format}", file.read(struct.calcsize(f"={count_format}")))
    size = struct.calcsize(f"={entry}")
    entries = file.read(count * size if count < 1 << 16 else 0)
    following = file.read(struct.calcsize(f"={offset}"))
    tags: Tags = {}
    for tag, kind, length, value in struct.iter_unpack(f"{order}{entry}", entries):
        if kind not in _INTEGERS or not 0 < length <= _VALUES:
            continue
        values = f"{order}{length}{_INTEGERS[kind]}"
        if struct.calcsize(values) > len(value):
            file.seek(struct.unpack(f"{order}{offset}", value)[0])
            value = file.read(struct.calcsize(values))
        tags[tag] = struct.unpack_from(values, value)
    return tags, struct.unpack(f"{order}{offset}", following)[0] if following else 0


def _first(tags: Tags, tag: int, default: int = 0) -> int:
    return tags.get(tag, (default,))[0]
