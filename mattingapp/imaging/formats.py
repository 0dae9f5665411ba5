"""Which format a file is in, by what it holds, and which reader takes that and why.

Pillow reads the formats of the web, as browsers show them; OpenImageIO those of film and print, in all their depths;
HEIC and camera RAW have libraries of their own, which are extras.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.readers.source import Source, Stored

Reader = Callable[[Source], Stored]


@dataclass(frozen=True)
class Format:
    """A format of pictures.

    Attributes
    ----------
    name : str
        As people call it.
    begins : bytes
        Regular expression of what its files begin with.
    suffixes : tuple of str
        What their names end in.
    reader : callable (Source) or None
        Reads the header; None where the format is known by name only.
    library, extra : str
        What has to be installed to read it, and the extra of this program that does, where it is no dependency.
    """

    name: str
    begins: bytes
    suffixes: tuple[str, ...] = ()
    reader: Reader | None = None
    library: str = ""
    extra: str = ""


def _lazy(module: str, function: str, *arguments: object) -> Reader:
    """Name a reader whose library is loaded when a file needs it."""

    def read(source: Source) -> Stored:
        found = getattr(import_module(f"mattingapp.imaging.readers.{module}"), function)
        return cast(Stored, found(source, *arguments))

    return read


def _pillow(*names: str) -> Reader:
    return _lazy("web", "open_web", *names)


def _openimageio(*suffixes: str) -> Reader:
    return _lazy("film", "open_film", suffixes)


_RAW_SUFFIXES = (".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw")
_TIFF = rb"II[*+]\x00|MM\x00[*+]"
FORMATS = (
    # Up to 8 bits by Pillow, 16 by OpenImageIO, which Pillow would cut down; taken apart first, see `readers.png`.
    Format("PNG", rb"\x89PNG\r\n\x1a\n", (".png", ".apng"), _lazy("png", "open_png")),
    # Pillow turns CMYK of Adobe's the right way round and tells a camera's previews (MPO) from the photo.
    Format("JPEG", rb"\xff\xd8\xff", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), _pillow("JPEG", "MPO")),
    # Pillow: OpenImageIO multiplies the colours of WebP by their alpha, and its wheel has no AVIF.
    Format("WebP", rb"RIFF....WEBP", (".webp",), _pillow("WEBP")),
    Format("AVIF", rb"....ftypavi[fs]|....ftypm[is]f1.{4}(....)*?avi[fs]", (".avif",), _pillow("AVIF")),
    Format("GIF", rb"GIF8[79]a", (".gif",), _pillow("GIF")),
    Format("BMP", rb"BM", (".bmp", ".dib"), _pillow("BMP")),
    Format("QOI", rb"qoif", (".qoi",), _pillow("QOI")),
    Format("ICO", rb"\x00\x00\x01\x00", (".ico",), _pillow("ICO")),
    # The raw files of many makers are TIFF files inside: only their names, or the tag of DNG, tell.
    Format("camera RAW", rb"II[*+U]\x00|MM\x00[*+]|IIR[OS]|MMOR|FUJIFILMCCD-RAW|....ftypcrx ", _RAW_SUFFIXES,
           _lazy("raw", "open_raw"), "rawpy", "raw"),
    # OpenImageIO reads every depth, layout and byte order; its tags are read here first, see `readers.tiff`.
    Format("TIFF", _TIFF, (".tif", ".tiff"), _lazy("tiff", "open_tiff")),
    Format("Photoshop", rb"8BPS", (".psd", ".psb"), _openimageio(".psd", ".psb")),
    Format("OpenEXR", rb"\x76\x2f\x31\x01", (".exr",), _openimageio(".exr")),
    Format("Radiance", rb"#\?(RADIANCE|RGBE)", (".hdr", ".rgbe", ".pic"), _openimageio(".hdr")),
    Format("PNM", rb"P[1-6fF]\s", (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"), _openimageio(".ppm", ".pfm")),
    # Pillow cuts JPEG 2000 of 16 bits down to 8.
    Format("JPEG 2000", rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", (".jp2", ".j2k"),
           _openimageio(".jp2", ".j2k")),
    Format("JPEG XL", rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n", (".jxl",), _openimageio(".jxl")),
    Format("DPX", rb"SDPX|XPDS", (".dpx",), _openimageio(".dpx")),
    Format("Cineon", rb"\x80\x2a\x5f\xd7|\xd7\x5f\x2a\x80", (".cin",), _openimageio(".cin")),
    Format("SGI", rb"\x01\xda", (".sgi", ".rgb", ".bw"), _openimageio(".sgi")),
    Format("HEIC", rb"....ftyp(hei[cmsx]|hev[cmsx]|m[is]f1)", (".heic", ".heif"), _lazy("heic", "open_heic"),
           "pillow_heif", "heic"),
    # TGA begins with no signature; its header has few values that make sense.
    Format("TGA", rb".[\x00\x01][\x01\x02\x03\x09\x0a\x0b].{13}[\x08\x0f\x10\x18\x20]",
           (".tga", ".vda", ".icb", ".vst"), _openimageio(".tga")),
    Format("a PDF document", rb"%PDF"),
    Format("a PostScript file", rb"%!PS|\xc5\xd0\xd3\xc6"),
    Format("an SVG drawing", rb"(?i)\s*(<\?xml.{0,400}?)?(<!.{0,400}?)?<svg"),
    Format("a GIMP file", rb"gimp xcf"),
    Format("a zip archive, as Krita, OpenRaster and this program's projects are", rb"PK\x03\x04"),
    Format("a film", rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI "),
    Format("a Windows metafile", rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF"),
    Format("a DirectDraw surface", rb"DDS "),
)  # fmt: skip
_BY_NAME_TOO = ("camera RAW", "TGA")
PHOTO_SUFFIXES = tuple(suffix for format in FORMATS if format.reader for suffix in format.suffixes)


def reader_of(source: Source) -> Reader:
    """Return the reader of a file.

    Raises
    ------
    InputError
        If the format is unknown or not read.
    """
    for format in FORMATS:
        if re.match(format.begins, source.head, re.DOTALL) and _named_so(format, source):
            return _reader(format, source.name)
    raise InputError(
        "'{name}' is not an image this program can read; use JPEG, PNG, TIFF, WebP or another common format.",
        name=shown(source.name),
    )


def _named_so(format: Format, source: Source) -> bool:
    return format.name not in _BY_NAME_TOO or source.suffix in format.suffixes


def _reader(format: Format, name: str) -> Reader:
    if format.reader is None:
        raise InputError(
            "'{name}' is {format}, which is not read here; save it as PNG or TIFF first.",
            name=shown(name),
            format=format.name,
        )
    if format.library and find_spec(format.library) is None:
        raise InputError(
            "'{name}' is {format}, which needs an extra: pip install 'mattingapp[{extra}]', or save it as TIFF.",
            name=shown(name),
            format=format.name,
            extra=format.extra,
        )
    return format.reader
