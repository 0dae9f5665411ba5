"""`mattingapp trimap`: a trimap from a mask or an alpha, or from a photo whose subject is found."""

import argparse
from pathlib import Path

from mattingapp.cli.options import DONE, add_device, check_apart
from mattingapp.cli.subject import add_subject, check_subject, found_trimap
from mattingapp.imaging.errors import InputError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    from mattingapp.imaging.trimap import DEFAULT_BAND

    command = argparse.ArgumentParser(
        "mattingapp trimap", description="Make a trimap from a rough mask or an alpha, or find the subject."
    )
    command.add_argument(
        "mask",
        type=Path,
        metavar="MASK|PHOTO",
        help="light foreground on dark background; a photo with --subject",
    )
    command.add_argument("-o", "--output", type=Path, metavar="TRIMAP.png", required=True)
    command.add_argument(
        "--inner",
        type=float,
        help=f"pixels of unknown inside the edge (default: {DEFAULT_BAND})",
    )
    command.add_argument(
        "--outer",
        type=float,
        help=f"pixels of unknown outside it (default: {DEFAULT_BAND})",
    )
    command.add_argument(
        "--alpha", action="store_true", help="MASK is an alpha: what is partly transparent is unknown"
    )
    add_subject(command)
    add_device(command)
    return command


def run(options: argparse.Namespace) -> int:
    """Write the trimap; return the exit status."""
    from mattingapp.imaging.files import check_output
    from mattingapp.imaging.matte import MATTE_SUFFIXES, read_alpha, write_alpha
    from mattingapp.imaging.photo import read_photo
    from mattingapp.imaging.trimap import DEFAULT_BAND, trimap_from_alpha, trimap_from_mask

    check_subject(options)
    if options.subject and (options.alpha or options.inner is not None or options.outer is not None):
        raise InputError("With --subject the band makes itself: leave out --inner, --outer and --alpha.")
    check_output(options.output, MATTE_SUFFIXES)
    source = "the photo" if options.subject else "the mask"
    check_apart({"the trimap": options.output}, {source: options.mask, "the marks": options.marks})
    if options.subject:
        trimap = found_trimap(options, read_photo(options.mask).pixels)
    else:
        inner, outer = (DEFAULT_BAND if band is None else band for band in (options.inner, options.outer))
        make = trimap_from_alpha if options.alpha else trimap_from_mask
        trimap = make(read_alpha(options.mask), inner, outer)
    write_alpha(options.output, trimap)
    return DONE
