"""Camera RAW by LibRaw: developed as the camera would, its white balance, into 16 bits of sRGB."""

from io import BytesIO

import numpy as np
import rawpy

from mattingapp.imaging.readers.source import Source, Stored

_SRGB_CURVE = (2.4, 12.92)  # power, and slope at black
_TURNED = (5, 6)  # a quarter, which LibRaw undoes


def open_raw(source: Source) -> Stored:
    """Read the header of a RAW file."""
    with rawpy.imread(BytesIO(source.data)) as raw:
        height, width = raw.sizes.iheight, raw.sizes.iwidth
        turned = raw.sizes.flip in _TURNED

    def pixels() -> tuple[np.ndarray, np.ndarray | None]:
        with rawpy.imread(BytesIO(source.data)) as raw:
            return raw.postprocess(
                use_camera_wb=True,
                output_bps=16,
                output_color=rawpy.ColorSpace.sRGB,
                gamma=_SRGB_CURVE,
            ), None

    return Stored((width, height) if turned else (height, width), pixels)
