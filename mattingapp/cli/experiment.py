"""`mattingapp experiment`: the experiments of the paper, and ours."""

import argparse
from pathlib import Path

from mattingapp.cli.options import (
    DONE,
    add_device,
    add_sources,
    assignments,
    check_apart,
    comma_list,
    source_files,
    sources_of,
)
from mattingapp.cli.progress import Progress


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp experiment", description="Rerun an experiment and write its table or picture."
    )
    command.add_argument(
        "name",
        help="layers (Table 1), inputs (Fig. 6), parts (what each part of the recipe buys), recipes (that of the paper "
        "and a modern one), renders (do rendered cut-outs help), synthetic (Fig. 8), responses (Fig. 5), "
        "groups (the 20 groups of patches)",
    )
    command.add_argument("data", type=Path, metavar="DIR", help="a data set folder, as for train")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("tests/benchmarks/results"),
        help="folder for the table or picture (default: %(default)s)",
    )
    command.add_argument("--folds", type=int, default=3, metavar="K", help="default: %(default)s")
    command.add_argument("--seeds", type=int, default=2, metavar="N", help="default: %(default)s")
    command.add_argument("--only", type=comma_list, metavar="TRIAL,TRIAL", help="only these rows")
    command.add_argument(
        "--set", action="append", metavar="NAME=VALUE", default=[], help="a training setting, for all rows"
    )
    command.add_argument("--image", default="", metavar="NAME", help="photo for 'responses'")
    command.add_argument(
        "--at", type=_pixel, metavar="X,Y", help="pixel for 'responses' (default: amid the unknown)"
    )
    add_sources(command)
    add_device(command)
    return command


def run(options: argparse.Namespace) -> int:
    """Run the experiment or draw the picture; return the exit status."""
    from mattingapp.imaging.files import make_folder
    from mattingapp.training.experiments import ExperimentRun
    from mattingapp.training.pictures import write_groups, write_responses
    from mattingapp.training.trials import run_experiment

    check_apart(
        {
            f"the {kind} of the results": options.output / f"{options.name}.{kind}"
            for kind in ("png", "csv", "md")
        },
        {"an image to train on": source_files(options.data, options.backgrounds, options.foregrounds)},
    )
    make_folder(options.output)
    sources, changes = sources_of(options, options.output), assignments(options.set)
    with Progress() as progress:
        if options.name == "groups":
            lines = write_groups(sources, changes, options.output / "groups.png", progress.show)
        elif options.name == "responses":
            lines = write_responses(
                sources, options.image, options.at, options.output / "responses.png", progress.show
            )
        else:
            experiment = ExperimentRun(
                options.name,
                sources,
                options.output,
                options.folds,
                options.seeds,
                changes,
                options.only,
                options.device,
            )
            lines = run_experiment(experiment, progress.show)
        for line in lines:
            progress.clear()
            print(line, flush=True)
    return DONE


def _pixel(text: str) -> tuple[int, int]:
    x, y = text.split(",")
    return int(x), int(y)
