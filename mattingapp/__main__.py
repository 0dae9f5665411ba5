"""The program: the command `mattingapp`, and `python -m mattingapp`."""

import os
import sys


def start() -> int:
    """Run the command of this process in the environment that suits the program; return its exit status."""
    # Read when torch starts its threads. Threads that spin while they wait cost a busy machine a factor of ten.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ["PYTHONSAFEPATH"] = "1"  # of the processes that the program starts: see below
    from mattingapp.cli import main
    from mattingapp.matting.memory import keep_memory_steady

    keep_memory_steady()
    return main()


if __name__ == "__main__":
    # `-m` puts the working folder first, and a numpy.py may lie there beside the photos.
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - import nothing yet
    if not sys.flags.safe_path and sys.path[0] != home:
        del sys.path[0]
    sys.exit(start())
