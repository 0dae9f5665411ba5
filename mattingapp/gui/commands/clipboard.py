"""Pictures on the clipboard, with their transparency.

Many programs lose transparency in the clipboard's own image format, so PNG bytes are offered beside it, and read first.
"""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from mattingapp.gui.picture.arrays import image_of, pixels_of
from mattingapp.gui.picture.screen import screen_transform
from mattingapp.imaging.photo import Photo, decode_photo, photo_of

_PNG = "image/png"


def picture_data(pixels: np.ndarray, png: bytes, icc: bytes | None = None) -> QMimeData:
    """Return what to put on the clipboard.

    Parameters
    ----------
    pixels : ndarray (H, W) or (H, W, 4), uint8
        Grey or straight RGBA.
    png : bytes
        The same as a PNG file.
    icc : bytes or None
        Its colour profile, which the clipboard's own format does not keep.
    """
    data = QMimeData()
    data.setData(_PNG, png)
    image = image_of(pixels)
    if pixels.ndim == 3 and (transform := screen_transform(icc)) is not None:
        image.applyColorTransform(transform)
    data.setImageData(image)
    return data


def photo_on(data: QMimeData) -> Callable[[], Photo] | None:
    """Return a function that reads the picture on the clipboard, in any thread; None where there is none.

    It raises InputError where the picture is damaged.
    """
    if data.hasFormat(_PNG):
        png = bytes(data.data(_PNG).data())
        return lambda: decode_photo(png, "clipboard")
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    return None if image.isNull() else lambda: photo_of(pixels_of(image))
