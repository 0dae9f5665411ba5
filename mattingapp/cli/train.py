"""`mattingapp train`: a network on a data set folder."""

import argparse
import sys
from pathlib import Path

from mattingapp.cli.options import (
    DONE,
    add_device,
    add_sources,
    assignments,
    check_apart,
    model_files,
    source_files,
    sources_of,
)
from mattingapp.cli.progress import Progress
from mattingapp.imaging.errors import InputError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp train",
        description="Train a network on a data set folder; by default the bundled one is trained further.",
        epilog="Several GPUs: torchrun --nproc-per-node=4 -m mattingapp train DIR -o MODEL.safetensors",
    )
    command.add_argument(
        "data",
        type=Path,
        metavar="DIR",
        help="holds input/ (photos), gt/ (alphas) and one or more trimap*/, with equal names in each",
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="MODEL.safetensors", help="the model file to write"
    )
    command.add_argument(
        "--network",
        choices=("dcnn", "fusion"),
        default="dcnn",
        help="the paper's network, or the program's own (default: %(default)s)",
    )
    command.add_argument(
        "--preset", help="fast, three (stages) or paper for dcnn, fusion (default: fast, or fusion)"
    )
    command.add_argument(
        "--from",
        dest="start",
        metavar="FILE|scratch",
        help="a model to train further (default: the bundled one; from scratch with --folds, "
        "since the bundled one may have seen the photos it would be scored on)",
    )
    command.add_argument(
        "--folds", type=int, default=0, metavar="K", help="first score by K-fold cross-validation"
    )
    command.add_argument("--config", type=Path, metavar="FILE.toml", help="settings of the training")
    command.add_argument(
        "--set", action="append", metavar="NAME=VALUE", default=[], help="one setting, as in the TOML file"
    )
    command.add_argument("--composites", help="composites of each photo and trimap")
    command.add_argument("--trimaps", metavar="FOLDER,FOLDER", help="trimaps to train on (default: all)")
    command.add_argument("--inputs", metavar="NAME,NAME", help="rgb, trimap, and stage names")
    command.add_argument("--layers", help="1×1 layers of the paper's network")
    command.add_argument("--iterations", help="training steps")
    command.add_argument("--seed")
    command.add_argument("--licence", default="", help="terms of the weights, for the model card")
    add_sources(command)
    add_device(command)
    return command


def run(options: argparse.Namespace) -> int:
    """Train, and tell what happens; return the exit status."""
    from mattingapp.imaging.files import check_output
    from mattingapp.training.config import configure
    from mattingapp.training.distributed import join, local_device
    from mattingapp.training.run import TrainingRun, choose_start, run_training

    if options.output is None and not options.folds:
        raise InputError("Name the model file to write with -o, or ask for scores with --folds 3.")
    if options.output is not None:
        check_output(options.output, (".safetensors",))
    changes = assignments(options.set) | {
        name: getattr(options, name)
        for name in ("composites", "trimaps", "inputs", "layers", "iterations", "seed")
        if getattr(options, name) is not None
    }
    preset = options.preset or ("fast" if options.network == "dcnn" else "fusion")
    config = configure(preset, options.config, changes)
    start, told = choose_start(options.start, bool(options.folds), config)
    if start is not None:
        config = configure(preset, options.config, changes, fine_tune=True)
    if options.output is not None:
        weights, card = model_files(options.output)
        check_apart(
            {
                "the model": weights,
                "its card": card,
                "its loss curve": weights.with_suffix(".csv"),
                "the plot of it": weights.with_suffix(".png"),
            },
            {
                "the model to start from": model_files(start),
                "the settings": options.config,
                "an image to train on": source_files(options.data, options.backgrounds, options.foregrounds),
            },
        )
    processes = join()
    training = TrainingRun(
        sources_of(options, options.output.parent if options.output else options.data),
        config,
        options.output,
        options.folds,
        local_device(options.device),
        start,
        options.licence,
        processes,
    )
    if processes.first:
        print(told, flush=True)
    with Progress() as progress:
        try:
            for line in run_training(training, progress.show):
                if processes.first:
                    progress.clear()
                    print(line, flush=True)
        except KeyboardInterrupt:
            if processes.first:
                progress.clear()
                print("The same command goes on where this one stopped.", file=sys.stderr)
            raise
    return DONE
