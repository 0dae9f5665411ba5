"""`mattingapp trimap`: a trimap from a mask or an alpha."""

import argparse
from pathlib import Path

from mattingapp.cli.options import DONE, check_apart


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    from mattingapp.imaging.trimap import DEFAULT_BAND

    command = argparse.ArgumentParser(
        "mattingapp trimap", description="Make a trimap from a rough mask or an alpha."
    )
    command.add_argument("mask", type=Path, metavar="MASK", help="light foreground on dark background")
    command.add_argument("-o", "--output", type=Path, metavar="TRIMAP.png", required=True)
    command.add_argument(
        "--inner",
        type=float,
        default=DEFAULT_BAND,
        help="pixels of unknown inside the edge (default: %(default)s)",
    )
    command.add_argument(
        "--outer",
        type=float,
        default=DEFAULT_BAND,
        help="pixels of unknown outside it (default: %(default)s)",
    )
    command.add_argument(
        "--alpha", action="store_true", help="MASK is an alpha: what is partly transparent is unknown"
    )
    return command


def run(options: argparse.Namespace) -> int:
    """Write the trimap; return the exit status."""
    from mattingapp.imaging.files import check_output
    from mattingapp.imaging.matte import MATTE_SUFFIXES, read_alpha, write_alpha
    from mattingapp.imaging.trimap import trimap_from_alpha, trimap_from_mask

    check_output(options.output, MATTE_SUFFIXES)
    check_apart({"the trimap": options.output}, {"the mask": options.mask})
    make = trimap_from_alpha if options.alpha else trimap_from_mask
    write_alpha(options.output, make(read_alpha(options.mask), options.inner, options.outer))
    return DONE
