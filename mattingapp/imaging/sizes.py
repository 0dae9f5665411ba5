"""Sizes: the one sentence that two pictures are not of one size."""

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message


def size_problem(what: str, shape: tuple[int, ...], photo_shape: tuple[int, ...]) -> Message | None:
    """Return what is wrong with the size of something that lies on the photo, pixel by pixel, or None.

    Parameters
    ----------
    what : str
        "The trimap", or a file's name.
    shape : tuple
        Its shape, (H, W).
    photo_shape : tuple
        (H, W) or (H, W, 3) of the photo.
    """
    if tuple(shape) == tuple(photo_shape[:2]):
        return None
    height, width = photo_shape[:2]
    if len(shape) != 2:
        return Message(
            "{what} has the shape {shape} but the photo is {width} × {height} pixels: give one channel of its size.",
            what=what,
            shape=tuple(shape),
            width=width,
            height=height,
        )
    return Message(
        "{what} is {columns} × {rows} pixels but the photo is {width} × {height} pixels: use one of its size.",
        what=what,
        columns=shape[1],
        rows=shape[0],
        width=width,
        height=height,
    )


def check_size(what: str, shape: tuple[int, ...], photo_shape: tuple[int, ...]) -> None:
    """Raise InputError if something is not of the photo's size; see `size_problem`."""
    if problem := size_problem(what, shape, photo_shape):
        raise InputError(problem)
