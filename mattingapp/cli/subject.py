"""A trimap found by the program: --subject, --rectangle and --marks of several commands."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from mattingapp.imaging.errors import InputError

if TYPE_CHECKING:
    import numpy as np


def add_subject(parser: argparse.ArgumentParser) -> None:
    """Add what `check_subject` and `found_trimap` read."""
    parser.add_argument(
        "--subject",
        action="store_true",
        help="find the subject of PHOTO and make its trimap, from --rectangle, --marks, both, or neither",
    )
    parser.add_argument(
        "--rectangle", metavar="X0,Y0,X1,Y1", help="in pixels: two corners of a rectangle around the subject"
    )
    parser.add_argument(
        "--marks",
        type=Path,
        metavar="MARKS.png",
        help="255 on the subject, 0 on the background, 128 unmarked",
    )


def check_subject(options: argparse.Namespace) -> None:
    """Raise InputError for --rectangle or --marks without --subject, and for a rectangle that is none."""
    if not options.subject and (options.rectangle is not None or options.marks is not None):
        raise InputError("--rectangle and --marks are for --subject: add it, or leave them out.")
    rectangle_of(options)


def found_trimap(options: argparse.Namespace, photo: "np.ndarray") -> "np.ndarray":
    """Return the trimap of the subject that was found in a photo (H, W, 3), (H, W) uint8."""
    from mattingapp.imaging.trimap import read_trimap
    from mattingapp.matting.subject import subject_alpha
    from mattingapp.matting.subject_trimap import trimap_of_subject

    marks = None if options.marks is None else read_trimap(options.marks, photo.shape[:2])[0]
    alpha = subject_alpha(photo, rectangle_of(options), marks, device=options.device)
    return trimap_of_subject(photo, alpha, marks, device=options.device)


def rectangle_of(options: argparse.Namespace) -> tuple[float, float, float, float] | None:
    """Return --rectangle as numbers, None where it was not given; InputError where it is no rectangle."""
    if options.rectangle is None:
        return None
    try:
        x0, y0, x1, y1 = map(float, options.rectangle.split(","))
        if not all(map(math.isfinite, (x0, y0, x1, y1))) or x0 == x1 or y0 == y1:
            raise ValueError
    except ValueError:
        raise InputError(
            "--rectangle takes two corners in pixels, X0,Y0,X1,Y1, not '{text}'.", text=options.rectangle
        ) from None
    return x0, y0, x1, y1
