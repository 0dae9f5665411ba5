"""`mattingapp methods`: the methods there are."""

import argparse

from mattingapp.cli.options import DONE


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    return argparse.ArgumentParser(
        "mattingapp methods", description="List the methods, with what each reads."
    )


def run(options: argparse.Namespace) -> int:
    """Print a line a method; return the exit status."""
    from mattingapp.matting.stages import registry

    for stage in registry().values():
        reads = f" (reads {', '.join(stage.needed())})" if stage.needed() else ""
        print(f"{stage.name:20} {stage.title}{reads}")
    return DONE
