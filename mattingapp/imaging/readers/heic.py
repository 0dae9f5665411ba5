"""HEIC, the photographs of telephones, by libheif: 8 bits stay 8, 10 and 12 become 16."""

from typing import Any

import numpy as np
from pillow_heif import open_heif

from mattingapp.imaging.readers.source import Metadata, Source, Stored
from mattingapp.imaging.readers.web import read_exif


def open_heic(source: Source) -> Stored:
    """Read the header of a HEIC file; its main picture is the photo, turned upright by the library."""
    file = open_heif(source.data, convert_hdr_to_8bit=False)
    image = file[file.primary_index]
    width, height = image.size

    def pixels() -> tuple[np.ndarray, np.ndarray | None]:
        found = np.asarray(image)
        if found.ndim == 3 and found.shape[2] == 4:
            return found[..., :3], found[..., 3]
        return found, None

    info: dict[str, Any] = image.info
    exif = read_exif(info.get("exif") or b"")
    return Stored(
        (height, width),
        pixels,
        icc=info.get("icc_profile"),
        metadata=Metadata(None, exif.tags),
    )
