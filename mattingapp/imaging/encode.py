"""Pixels as PNG and TIFF of 8 or 16 bits, with profile, resolution and what the photo carried, by OpenImageIO."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from mattingapp.imaging.inputs import library_errors
from mattingapp.imaging.readers.source import Metadata

# Of zlib's levels and PNG's filters those that take the least time; others make files a fifth smaller in twice of it.
_FAST = {"compression": "zip:1", "png:filter": 8}
_PREMULTIPLIED = "Premultiplied (associated) alpha"


def encode(
    suffix: str,
    pixels: np.ndarray,
    icc: bytes | None = None,
    premultiplied: bool = False,
    metadata: Metadata | None = None,
) -> bytes:
    """Return pixels as a file, compressed without loss.

    Parameters
    ----------
    suffix : str
        ".png", ".tif" or ".tiff".
    pixels : ndarray (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16
        Grey, RGB or RGBA.
    icc : bytes, optional
        RGB colour profile.
    premultiplied : bool
        The colours are multiplied by their alpha: TIFF says so in ExtraSamples; PNG has no field for that, so a comment
        in the file says it.
    metadata : Metadata, optional

    Raises
    ------
    InputError
        If there is no room for a temporary file, or the format holds no picture as large.
    """
    import OpenImageIO as oiio  # noqa: N813  its own name for itself; loaded where a file is written

    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels.reshape(height, width, -1))
    spec = oiio.ImageSpec(width, height, pixels.shape[2], pixels.dtype.name)
    if not (premultiplied and suffix != ".png"):  # PNG is straight to whoever does not read comments
        spec.attribute("oiio:UnassociatedAlpha", 1)
    if premultiplied and suffix == ".png":
        spec.attribute("Comment", _PREMULTIPLIED)
    if icc is not None:
        spec.attribute("ICCProfile", oiio.TypeDesc(f"uint8[{len(icc)}]"), np.frombuffer(icc, np.uint8))
    for name, value in {**_FAST, **_attributes(metadata or Metadata())}.items():
        spec.attribute(name, value)
    with (
        library_errors("A file like '{name}' could not be made ({reason}); choose another format.", suffix),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        path = Path(folder) / f"picture{suffix}"
        out: Any = oiio.ImageOutput.create(str(path))
        if not (out.open(str(path), spec) and out.write_image(pixels) and out.close()):
            raise OSError(out.geterror())
        return path.read_bytes()


def _attributes(metadata: Metadata) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        f"Exif:{name}" if name == "DateTimeOriginal" else name: text for name, text in metadata.exif.items()
    }
    if metadata.resolution is not None:
        across, down = metadata.resolution
        attributes |= {"XResolution": across, "YResolution": down, "ResolutionUnit": "in"}
    return attributes
