"""The window, which opens where no command is named."""

import argparse
from pathlib import Path

from mattingapp import __version__

DESCRIPTION = """\
Natural image matting: alpha mattes of hair, fur, nets and glass.

  mattingapp [PHOTO [TRIMAP]]          open the window, on a photo or on a project (FILE.matting)
  mattingapp matte PHOTO TRIMAP -o ALPHA.png
  mattingapp batch PHOTOS... -o OUT    deliver many photos by a recipe ('mattingapp recipes' lists them)
  mattingapp methods                   list the methods
  mattingapp evaluate --data DIR       scores on images with a true alpha
  mattingapp train DIR -o MODEL        train a network
  mattingapp experiment NAME DIR       rerun an experiment, write its table
  mattingapp trimap MASK -o TRIMAP.png make a trimap from a mask or an alpha
  mattingapp doctor                    tell what runs where and whether it works, for a report

'mattingapp COMMAND --help' tells the options of a command."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp", description=DESCRIPTION, formatter_class=argparse.RawTextHelpFormatter
    )
    command.add_argument("photo", nargs="?", type=Path, metavar="PHOTO", help="photograph or project to open")
    command.add_argument("trimap", nargs="?", type=Path, metavar="TRIMAP", help="its trimap")
    command.add_argument("--version", action="version", version=f"mattingapp {__version__}")
    return command


def run(options: argparse.Namespace) -> int:
    """Open the window on what was named; return the exit status."""
    from mattingapp.gui.screen import check_screen, missing_library

    try:
        check_screen()
        from mattingapp.gui.app import run_app
    except ImportError as error:
        raise missing_library(error) or error from None

    return run_app(options.photo, options.trimap)
