"""The command line: every command on the same core as the window, one module a command.

Each has `parser()`, and `run(options)`, which returns the exit status. Nothing heavy is imported before a command runs,
so that help answers at once.
"""

import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mattingapp.bug_report import write_report
from mattingapp.cli import batch, doctor, evaluate, experiment, matte, methods, recipes, train, trimap, window
from mattingapp.cli.options import BAD_INPUT, BUG, INTERRUPTED
from mattingapp.imaging.errors import InputError, PluginWarning

COMMANDS = {
    "matte": matte,
    "batch": batch,
    "recipes": recipes,
    "methods": methods,
    "evaluate": evaluate,
    "train": train,
    "experiment": experiment,
    "trimap": trimap,
    "doctor": doctor,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (default: of the process) and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = COMMANDS[arguments.pop(0)] if arguments and arguments[0] in COMMANDS else window
    parser = command.parser()
    try:
        if command is window and arguments:
            _check_spelling(arguments[0])
        options = parser.parse_args(arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("always", PluginWarning)
            warnings.showwarning = _told_by(warnings.showwarning)
            return command.run(options)
    except InputError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception:
        trace = traceback.format_exc()
        report = write_report(trace)
        where = f"; a report for its developers lies in '{report}'" if report else ""
        print(f"{trace}{parser.prog}: this is a bug of the program{where}.", file=sys.stderr)
        return BUG


def _check_spelling(word: str) -> None:
    """Raise InputError where what was taken for a photo is a command with a slip of the keys."""
    if not word.startswith("-") and not Path(word).exists():
        for meant in get_close_matches(word, COMMANDS, 1, 0.7):
            raise InputError(
                "There is no command and no file '{word}'; did you mean 'mattingapp {meant}'?",
                word=word,
                meant=meant,
            )


def _told_by(show: Callable[..., Any]) -> Callable[..., Any]:
    """Return `show`, for `warnings`, but for a plug-in that cannot be loaded: that is told in a plain sentence."""

    def tell(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, PluginWarning):
            print(f"mattingapp: {message}", file=sys.stderr)
        else:
            show(message, category, *where, **more)

    return tell
