"""The formats of film and print, by OpenImageIO: all depths, channels by name, straight alpha where a file has that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import OpenImageIO as oiio  # noqa: N813  its own name for itself

from mattingapp.imaging.depth import straight, to_read_depth
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import shown
from mattingapp.imaging.message import Message
from mattingapp.imaging.readers.source import EXIF_TAGS, Metadata, Source, Space, Stored, first_of_several

_LINEAR = ("openexr", "hdr")
_ASSOCIATED = ("openexr",)  # of TIFF, its tags tell
_PER_CENTIMETRE = 2.54  # to pixels per inch
_PARTS = 64  # of a file that are looked through for one with colours


@dataclass(frozen=True)
class Layout:
    """Which channels of which part of a file are the picture.

    Attributes
    ----------
    part : int
    colour : tuple of int
        One channel, three, or four.
    alpha : int or None
    associated : bool
        The colours are multiplied by the alpha.
    raw : bool
        CMYK and Lab are left as they are.
    inverted : bool
        0 is white.
    """

    part: int
    colour: tuple[int, ...]
    alpha: int | None = None
    associated: bool = False
    raw: bool = False
    inverted: bool = False


def open_film(
    source: Source,
    suffixes: tuple[str, ...],
    layout: Layout | None = None,
    space: Space = Space.GREY_OR_RGB,
    notes: tuple[Message, ...] = (),
) -> Stored:
    """Read the header of a file whose name would end in one of `suffixes`; `layout` where that is known."""
    with source.on_disk(suffixes) as path, _opened(path, layout is not None and layout.raw) as image:
        kind = image.format_name()
        if layout is None:
            layout = _layout(image, source.name)
            several = kind != "psd" and image.seek_subimage(1, 0)  # those of PSD are its layers
            notes = (first_of_several(source.name),) if several else ()
        spec = _seek(image, layout.part)
        size = (spec.full_height, spec.full_width) if kind == "openexr" else (spec.height, spec.width)
        orientation = spec.get_int_attribute("Orientation", 1)
        profile = spec.getattribute("ICCProfile")
        metadata = Metadata(_resolution(spec), _tags(spec))

    def pixels() -> tuple[np.ndarray, np.ndarray | None]:
        with source.on_disk(suffixes) as path:
            return read_pixels(path, layout, source.name)

    return Stored(
        size,
        pixels,
        Space.LINEAR if kind in _LINEAR else space,
        orientation if 1 <= orientation <= 8 else 1,
        None if profile is None else np.asarray(profile).astype(np.uint8).tobytes(),
        metadata,
        notes,
    )


def read_pixels(
    path: str, layout: Layout | None = None, name: str = ""
) -> tuple[np.ndarray, np.ndarray | None]:
    """Decode one picture: colour and straight alpha."""
    with _opened(path, layout is not None and layout.raw) as image:
        layout = layout or _layout(image, name)
        spec = _seek(image, layout.part)
        channels = layout.colour if layout.alpha is None else (*layout.colour, layout.alpha)
        first = min(channels)
        found = image.read_image(layout.part, 0, first, max(channels) + 1, oiio.UNKNOWN)
        if found is None:
            raise OSError(image.geterror())
        found = np.asarray(found).reshape(spec.height, spec.width, -1)
        if image.format_name() == "openexr":
            found = _whole(found, spec)
    colour = found[..., [channel - first for channel in layout.colour]]
    alpha = None if layout.alpha is None else to_read_depth(found[..., layout.alpha - first], name)
    colour = to_read_depth(colour if len(layout.colour) > 1 else colour[..., 0], name)
    if layout.inverted:
        colour = (1 if colour.dtype == np.float32 else np.iinfo(colour.dtype).max) - colour
    if layout.associated and alpha is not None:
        colour = straight(colour, alpha)
    return colour, alpha


@contextmanager
def _opened(path: str, raw: bool) -> Iterator[Any]:
    wanted = oiio.ImageSpec()
    wanted.attribute("oiio:UnassociatedAlpha", 1)  # what is straight stays straight
    wanted.attribute("oiio:RawColor", int(raw))
    wanted.attribute("pnm:pfmflip", 1)  # PFM begins with the lowest row
    image = oiio.ImageInput.open(path, wanted)
    if image is None:
        raise OSError(oiio.geterror())
    try:
        yield image
    finally:
        image.close()


def _seek(image: Any, part: int) -> Any:
    if not image.seek_subimage(part, 0):
        raise OSError(image.geterror())
    return image.spec()


def _layout(image: Any, name: str) -> Layout:
    """Find the first part and layer with colours, else the first with grey, else the first channel."""
    grey = None
    for part in range(_PARTS):
        if not image.seek_subimage(part, 0):
            break
        spec = image.spec()
        if spec.deep:
            raise InputError("'{name}' has deep pixels; flatten it and save it again.", name=shown(name))
        associated = image.format_name() in _ASSOCIATED
        for channels in _layers(spec.channelnames):
            alpha = channels.get("A")
            if {"R", "G", "B"} <= channels.keys():
                return Layout(part, tuple(channels[colour] for colour in "RGB"), alpha, associated)
            if grey is None and "Y" in channels:
                grey = Layout(part, (channels["Y"],), alpha, associated)
    return grey or Layout(0, (0,))


def _layers(names: tuple[str, ...]) -> list[dict[str, int]]:
    """Return the channels of each layer; in "diffuse.R", the layer is what stands before the last dot."""
    layers: dict[str, dict[str, int]] = {"": {}}
    for channel, name in enumerate(names):
        layer, _, colour = name.rpartition(".")
        layers.setdefault(layer, {})[colour.upper()] = channel
    return list(layers.values())


def _whole(pixels: np.ndarray, spec: Any) -> np.ndarray:
    """Return the picture in its frame, of which a file may hold a part only, or more than that."""
    rows, columns = spec.full_height, spec.full_width
    down, across = spec.y - spec.full_y, spec.x - spec.full_x
    if pixels.shape[:2] == (rows, columns) and down == across == 0:
        return pixels
    whole = np.zeros((rows, columns, pixels.shape[2]), pixels.dtype)
    part = pixels[max(-down, 0) : rows - down, max(-across, 0) : columns - across]
    whole[max(down, 0) :, max(across, 0) :][: part.shape[0], : part.shape[1]] = part
    return whole


def _resolution(spec: Any) -> tuple[float, float] | None:
    across, down = (spec.get_float_attribute(f"{axis}Resolution", 0.0) for axis in "XY")
    unit = spec.get_string_attribute("ResolutionUnit", "none")
    if unit == "none" or not (across > 0 and down > 0):
        return None
    factor = _PER_CENTIMETRE if unit.startswith("c") else 1.0
    return across * factor, down * factor


def _tags(spec: Any) -> dict[str, str]:
    texts = {
        name: str(spec.get_string_attribute(name) or spec.get_string_attribute(f"Exif:{name}"))
        for name in EXIF_TAGS
    }
    return {name: text for name, text in texts.items() if text}
