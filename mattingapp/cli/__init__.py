"""The command line: every command on the same core as the window, one module a command.

Each has `parser()`, and `run(options)`, which returns the exit status. Nothing heavy is imported before a command runs,
so that help answers at once.
"""

import sys
from collections.abc import Sequence

from mattingapp.cli import evaluate, experiment, matte, train, trimap, window
from mattingapp.cli.options import BAD_INPUT, INTERRUPTED
from mattingapp.imaging.errors import InputError

COMMANDS = {
    "matte": matte,
    "evaluate": evaluate,
    "train": train,
    "experiment": experiment,
    "trimap": trimap,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (default: of the process) and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = COMMANDS[arguments.pop(0)] if arguments and arguments[0] in COMMANDS else window
    parser = command.parser()
    try:
        return command.run(parser.parse_args(arguments))
    except InputError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return INTERRUPTED
