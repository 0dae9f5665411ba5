"""`mattingapp evaluate`: scores on images with a true alpha."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from mattingapp.cli.options import (
    DONE,
    METHODS_HELP,
    add_device,
    check_apart,
    comma_list,
    model_files,
    source_files,
    stage_settings,
)
from mattingapp.cli.progress import Progress


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp evaluate", description="Score methods on images with a true alpha."
    )
    command.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="holds input/, gt/, trimap1/, trimap2/"
    )
    command.add_argument(
        "--trimap", default="trimap1", metavar="FOLDER", help="folder of trimaps (default: %(default)s)"
    )
    command.add_argument(
        "--method", action="append", help=f"repeatable; {METHODS_HELP} (default: all of these)"
    )
    command.add_argument("--images", type=comma_list, metavar="NAME,NAME", help="only these")
    command.add_argument(
        "--model", type=Path, metavar="FILE", help="weights of the network, instead of the bundled ones"
    )
    add_device(command)
    command.add_argument("--json", type=Path, metavar="OUT", help="also write the rows and means there")
    return command


def run(options: argparse.Namespace) -> int:
    """Print the scores, and write them if asked to; return the exit status."""
    from mattingapp.imaging.files import check_output, write_atomically
    from mattingapp.matting.stages import registry
    from mattingapp.training.dataset import select_names
    from mattingapp.training.evaluation import evaluate, mean_scores

    methods = tuple(dict.fromkeys(options.method or registry()))
    if options.json is not None:
        check_output(options.json, (".json",))
        inputs = {
            "the model": model_files(options.model),
            "an image of the data set": source_files(options.data),
        }
        check_apart({"the scores": options.json}, inputs)
    names = select_names(options.data, options.images)
    rows = []
    print(f"{'image':12} {'method':12} {'SAD':>8} {'MSE':>8} {'Grad':>8} {'Conn':>8} {'seconds':>8}")
    with Progress() as progress:
        settings = stage_settings(options.model)
        for row in evaluate(
            options.data, options.trimap, methods, names, settings, options.device, progress.show
        ):
            progress.clear()
            print(_score_line(row.image, row.method, row.scores, f"{row.seconds:8.2f}"), flush=True)
            rows.append(row)
    means = mean_scores(rows)
    for method, scores in means.items():
        print(_score_line(f"mean of {len(names)}", method, scores))
    if options.json is not None:
        report = {
            "data": str(options.data),
            "trimap": options.trimap,
            "rows": [dataclasses.asdict(row) for row in rows],
            "means": {method: dataclasses.asdict(scores) for method, scores in means.items()},
        }
        write_atomically(options.json, (json.dumps(report, indent=2) + "\n").encode())
    return DONE


def _score_line(image: str, method: str, scores: Any, end: str = "") -> str:
    values = f"{scores.sad:8.3f} {scores.mse:8.5f} {scores.gradient:8.3f} {scores.connectivity:8.3f}"
    return f"{image:12} {method:12} {values} {end}".rstrip()
