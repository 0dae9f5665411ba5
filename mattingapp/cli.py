"""The command line: every command on the same core as the window.

Nothing heavy is imported before a command runs, so that help answers at once.
"""

import argparse
import dataclasses
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mattingapp import __version__
from mattingapp.imaging.errors import InputError

DONE, BAD_INPUT, INTERRUPTED = 0, 2, 130
METHODS_HELP = "closed-form, knn, mean, dcnn, fusion, or a stage that another package adds"
DESCRIPTION = """\
Natural image matting: alpha mattes of hair, fur, nets and glass.

  mattingapp [PHOTO [TRIMAP]]          open the window
  mattingapp matte PHOTO TRIMAP -o ALPHA.png
  mattingapp evaluate --data DIR       scores on images with a true alpha
  mattingapp train DIR -o MODEL        train a network
  mattingapp experiment NAME DIR       rerun an experiment, write its table
  mattingapp trimap MASK -o TRIMAP.png make a trimap from a mask or an alpha

'mattingapp COMMAND --help' tells the options of a command."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (default: of the process) and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = {
        "matte": _matte_parser,
        "evaluate": _evaluate_parser,
        "train": _train_parser,
        "experiment": _experiment_parser,
        "trimap": _trimap_parser,
    }
    if arguments and arguments[0] in commands:
        parser = commands[arguments[0]]()
        arguments = arguments[1:]
    else:
        parser = _window_parser()
    try:
        options = parser.parse_args(arguments)
        return options.run(options)
    except InputError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return INTERRUPTED


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mattingapp", description=DESCRIPTION, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("photo", nargs="?", type=Path, metavar="PHOTO", help="photograph to open")
    parser.add_argument("trimap", nargs="?", type=Path, metavar="TRIMAP", help="its trimap")
    parser.add_argument("--version", action="version", version=f"mattingapp {__version__}")
    parser.set_defaults(run=_open_window)
    return parser


def _matte_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mattingapp matte", description="Estimate the alpha of a photo.")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument(
        "trimap", type=Path, metavar="TRIMAP", help="black background, grey unknown, white foreground"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="ALPHA.png", required=True, help="the alpha, as PNG or TIFF"
    )
    parser.add_argument("--method", help=f"{METHODS_HELP} (default: dcnn, or what --model is for)")
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="weights of the network, instead of the bundled ones"
    )
    parser.add_argument(
        "--stages",
        type=_comma_list,
        metavar="NAME,NAME",
        help="stages that fusion reads (default: all that it can)",
    )
    parser.add_argument(
        "--stages-dir", type=Path, metavar="DIR", help="also write the alpha of every stage there"
    )
    parser.add_argument(
        "--foreground", type=Path, metavar="CUTOUT.png", help="also write the cut-out, RGBA as PNG or TIFF"
    )
    parser.add_argument(
        "--premultiplied",
        action="store_true",
        help="the colours of --foreground times its alpha (default: straight)",
    )
    parser.add_argument("--backdrop", metavar="IMAGE|#rrggbb", help="new background for --composite")
    parser.add_argument(
        "--composite", type=Path, metavar="OUT", help="also write the foreground over --backdrop"
    )
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8, help="depth of alphas and cut-out")
    _add_device(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    parser.set_defaults(run=_matte)
    return parser


def _evaluate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mattingapp evaluate", description="Score methods on images with a true alpha."
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="holds input/, gt/, trimap1/, trimap2/"
    )
    parser.add_argument(
        "--trimap", default="trimap1", metavar="FOLDER", help="folder of trimaps (default: %(default)s)"
    )
    parser.add_argument(
        "--method", action="append", help=f"repeatable; {METHODS_HELP} (default: the first five)"
    )
    parser.add_argument("--images", type=_comma_list, metavar="NAME,NAME", help="only these")
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="weights of the network, instead of the bundled ones"
    )
    _add_device(parser)
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the rows and means there")
    parser.set_defaults(run=_evaluate)
    return parser


def _train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mattingapp train",
        description="Train a network on a data set folder; by default the bundled one is trained further.",
        epilog="Several GPUs: torchrun --nproc-per-node=4 -m mattingapp train DIR -o MODEL.safetensors",
    )
    parser.add_argument(
        "data",
        type=Path,
        metavar="DIR",
        help="holds input/ (photos), gt/ (alphas) and one or more trimap*/, with equal names in each",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="MODEL.safetensors", help="the model file to write"
    )
    parser.add_argument(
        "--network",
        choices=("dcnn", "fusion"),
        default="dcnn",
        help="the paper's network, or the program's own (default: %(default)s)",
    )
    parser.add_argument("--preset", help="fast or paper for dcnn, fusion (default: fast, or fusion)")
    parser.add_argument(
        "--from",
        dest="start",
        metavar="FILE|scratch",
        help="a model to train further (default: the bundled one; from scratch with --folds, "
        "since the bundled one may have seen the photos it would be scored on)",
    )
    parser.add_argument(
        "--folds", type=int, default=0, metavar="K", help="first score by K-fold cross-validation"
    )
    parser.add_argument("--config", type=Path, metavar="FILE.toml", help="settings of the training")
    parser.add_argument(
        "--set", action="append", metavar="NAME=VALUE", default=[], help="one setting, as in the TOML file"
    )
    parser.add_argument("--composites", help="composites of each photo and trimap")
    parser.add_argument("--trimaps", metavar="FOLDER,FOLDER", help="trimaps to train on (default: all)")
    parser.add_argument("--inputs", metavar="NAME,NAME", help="rgb, trimap, and stage names")
    parser.add_argument("--layers", help="1×1 layers of the paper's network")
    parser.add_argument("--iterations", help="training steps")
    parser.add_argument("--seed")
    parser.add_argument("--licence", default="", help="terms of the weights, for the model card")
    _add_sources(parser)
    _add_device(parser)
    parser.set_defaults(run=_train)
    return parser


def _experiment_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mattingapp experiment", description="Rerun an experiment and write its table or picture."
    )
    parser.add_argument(
        "name",
        help="layers (Table 1), inputs (Fig. 6), parts (what each part of the recipe buys), recipes (that of the paper "
        "and a modern one), renders (do rendered cut-outs help), synthetic (Fig. 8), responses (Fig. 5), "
        "groups (the 20 groups of patches)",
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="a data set folder, as for train")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("tests/benchmarks/results"),
        help="folder for the table or picture (default: %(default)s)",
    )
    parser.add_argument("--folds", type=int, default=3, metavar="K", help="default: %(default)s")
    parser.add_argument("--seeds", type=int, default=2, metavar="N", help="default: %(default)s")
    parser.add_argument("--only", type=_comma_list, metavar="TRIAL,TRIAL", help="only these rows")
    parser.add_argument(
        "--set", action="append", metavar="NAME=VALUE", default=[], help="a training setting, for all rows"
    )
    parser.add_argument("--image", default="", metavar="NAME", help="photo for 'responses'")
    parser.add_argument(
        "--at", type=_pixel, metavar="X,Y", help="pixel for 'responses' (default: amid the unknown)"
    )
    _add_sources(parser)
    _add_device(parser)
    parser.set_defaults(run=_experiment)
    return parser


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backgrounds", type=Path, metavar="DIR", help="photos to put foregrounds on")
    parser.add_argument(
        "--foregrounds", type=Path, metavar="DIR", help="RGBA cut-outs to put on them as well"
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes for the stage alphas"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keeps stage alphas and checkpoints (default: beside the output)",
    )


def _trimap_parser() -> argparse.ArgumentParser:
    from mattingapp.imaging.trimap import DEFAULT_BAND

    parser = argparse.ArgumentParser(
        "mattingapp trimap", description="Make a trimap from a rough mask or an alpha."
    )
    parser.add_argument("mask", type=Path, metavar="MASK", help="light foreground on dark background")
    parser.add_argument("-o", "--output", type=Path, metavar="TRIMAP.png", required=True)
    parser.add_argument(
        "--inner",
        type=float,
        default=DEFAULT_BAND,
        help="pixels of unknown inside the edge (default: %(default)s)",
    )
    parser.add_argument(
        "--outer",
        type=float,
        default=DEFAULT_BAND,
        help="pixels of unknown outside it (default: %(default)s)",
    )
    parser.add_argument(
        "--alpha", action="store_true", help="MASK is an alpha: what is partly transparent is unknown"
    )
    parser.set_defaults(run=_trimap)
    return parser


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", default="auto", metavar="auto|cpu|cuda|mps", help="where to compute (default: auto)"
    )


def _pixel(text: str) -> tuple[int, int]:
    x, y = text.split(",")
    return int(x), int(y)


def _comma_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _open_window(options: argparse.Namespace) -> int:
    # Qt would abort the process without a screen.
    if sys.platform == "linux" and not any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    ):
        raise InputError("There is no screen to open the window on; 'mattingapp matte' works without one.")
    try:
        from mattingapp.gui.app import run_app
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise InputError(
            f"Qt lacks a library of this system ({error}); install the package that has it."
        ) from None

    return run_app(options.photo, options.trimap)


def _matte(options: argparse.Namespace) -> int:
    from mattingapp.imaging.composite import composite, fit_backdrop, parse_colour
    from mattingapp.imaging.files import check_output
    from mattingapp.imaging.matte import (
        IMAGE_SUFFIXES,
        MATTE_SUFFIXES,
        write_alpha,
        write_cutout,
        write_image,
    )
    from mattingapp.imaging.photo import read_photo
    from mattingapp.imaging.trimap import read_trimap
    from mattingapp.matting.pipeline import MattingRequest, run_pipeline

    if (options.backdrop is None) != (options.composite is None):
        raise InputError(
            "--backdrop and --composite go together: name the new background and the file to write."
        )
    if options.premultiplied and options.foreground is None:
        raise InputError("--premultiplied says how --foreground is written: name that file too.")
    for path, suffixes in (
        (options.output, MATTE_SUFFIXES),
        (options.foreground, MATTE_SUFFIXES),
        (options.composite, IMAGE_SUFFIXES),
    ):
        if path is not None:
            check_output(path, suffixes)
    method = options.method or _default_method(options.model, options.stages)
    photo = read_photo(options.photo)
    backdrop = None
    if options.backdrop is not None:
        is_colour = options.backdrop.startswith("#")
        backdrop = (
            parse_colour(options.backdrop)
            if is_colour
            else fit_backdrop(read_photo(options.backdrop).pixels, photo.shape)
        )
    trimap, snapped = read_trimap(options.trimap)
    if snapped:
        print(
            f"{options.trimap}: {snapped} pixels were neither 0, 128 nor 255 and were snapped.",
            file=sys.stderr,
        )
    if options.stages_dir is not None:
        _make_folder(options.stages_dir)

    wants_foreground = options.foreground is not None or options.composite is not None
    request = MattingRequest(
        photo.pixels,
        trimap,
        (method,),
        _settings(options.model, method, options.stages),
        options.device,
        wants_foreground,
    )
    results = []
    with _Progress() as progress:
        for result in run_pipeline(request, progress.show):
            progress.done(result.title, result.seconds, result.device, result.note)
            if options.stages_dir is not None and result.foreground is None:
                write_alpha(options.stages_dir / f"{result.stage}.png", result.alpha, options.bits)
            results.append(result)
    last = results[-1]
    write_alpha(options.output, last.alpha, options.bits)
    if last.foreground is not None and options.foreground is not None:
        write_cutout(
            options.foreground, last.foreground, last.alpha, options.bits, photo.icc, options.premultiplied
        )
    if last.foreground is not None and backdrop is not None:
        write_image(options.composite, composite(last.foreground, last.alpha, backdrop), photo.icc)
    if options.json:
        height, width = photo.shape
        report = {
            "photo": str(options.photo),
            "width": width,
            "height": height,
            "method": method,
            "trimap_pixels_snapped": snapped,
            "stages": [
                {
                    "stage": result.stage,
                    "seconds": round(result.seconds, 4),
                    "device": result.device,
                    "converged": result.converged,
                    "note": result.note,
                }
                for result in results
            ],
            "alpha": str(options.output),
            "foreground": options.foreground and str(options.foreground),
            "composite": options.composite and str(options.composite),
        }
        print(json.dumps(report, indent=2))
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    from mattingapp.imaging.files import check_output, write_atomically
    from mattingapp.training.dataset import select_names
    from mattingapp.training.evaluation import evaluate, mean_scores

    methods = tuple(dict.fromkeys(options.method or ("closed-form", "knn", "mean", "dcnn", "fusion")))
    if options.json is not None:
        check_output(options.json, (".json",))
    names = select_names(options.data, options.images)
    rows = []
    print(f"{'image':12} {'method':12} {'SAD':>8} {'MSE':>8} {'Grad':>8} {'Conn':>8} {'seconds':>8}")
    with _Progress() as progress:
        settings = _settings(options.model)
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


def _train(options: argparse.Namespace) -> int:
    from mattingapp.imaging.files import check_output
    from mattingapp.training.config import configure
    from mattingapp.training.distributed import join, local_device
    from mattingapp.training.run import TrainingRun, choose_start, run_training

    if options.output is None and not options.folds:
        raise InputError("Name the model file to write with -o, or ask for scores with --folds 3.")
    if options.output is not None:
        check_output(options.output, (".safetensors",))
    changes = _assignments(options.set) | {
        name: getattr(options, name)
        for name in ("composites", "trimaps", "inputs", "layers", "iterations", "seed")
        if getattr(options, name) is not None
    }
    preset = options.preset or ("fast" if options.network == "dcnn" else "fusion")
    config = configure(preset, options.config, changes)
    start, told = choose_start(options.start, bool(options.folds), config)
    if start is not None:
        config = configure(preset, options.config, changes, fine_tune=True)
    processes = join()
    run = TrainingRun(
        _sources(options, options.output.parent if options.output else options.data),
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
    with _Progress() as progress:
        try:
            for line in run_training(run, progress.show):
                if processes.first:
                    progress.clear()
                    print(line, flush=True)
        except KeyboardInterrupt:
            if processes.first:
                progress.clear()
                print("The same command goes on from the checkpoint that was saved.", file=sys.stderr)
            raise
    return DONE


def _experiment(options: argparse.Namespace) -> int:
    from mattingapp.training.experiments import ExperimentRun
    from mattingapp.training.pictures import write_groups, write_responses
    from mattingapp.training.trials import run_experiment

    _make_folder(options.output)
    sources, changes = _sources(options, options.output), _assignments(options.set)
    with _Progress() as progress:
        if options.name == "groups":
            lines = write_groups(sources, changes, options.output / "groups.png", progress.show)
        elif options.name == "responses":
            lines = write_responses(
                sources, options.image, options.at, options.output / "responses.png", progress.show
            )
        else:
            run = ExperimentRun(
                options.name,
                sources,
                options.output,
                options.folds,
                options.seeds,
                changes,
                options.only,
                options.device,
            )
            lines = run_experiment(run, progress.show)
        for line in lines:
            progress.clear()
            print(line, flush=True)
    return DONE


def _sources(options: argparse.Namespace, beside: Path) -> Any:
    from mattingapp.training.samples import Sources

    cache = options.cache or beside / "training-cache"
    return Sources(options.data, options.backgrounds, options.foregrounds, cache, options.workers)


def _assignments(texts: Sequence[str]) -> dict[str, Any]:
    """Return the settings in texts like "iterations=500"."""
    for text in texts:
        if "=" not in text:
            raise InputError(f"--set takes NAME=VALUE, not '{text}'.")
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in texts)}


def _trimap(options: argparse.Namespace) -> int:
    from mattingapp.imaging.files import check_output
    from mattingapp.imaging.matte import MATTE_SUFFIXES, read_alpha, write_alpha
    from mattingapp.imaging.trimap import trimap_from_alpha, trimap_from_mask

    check_output(options.output, MATTE_SUFFIXES)
    make = trimap_from_alpha if options.alpha else trimap_from_mask
    write_alpha(options.output, make(read_alpha(options.mask), options.inner, options.outer))
    return DONE


def _settings(model: Path | None, method: str = "", stages: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return stage settings that use the model file, if one was named, and read only `stages`, if some were.

    Raise InputError where `method` is another network than the model's.
    """
    if model is None and stages is None:
        return {}
    from mattingapp.matting.dcnn import DcnnSettings
    from mattingapp.matting.fusion import DEFAULT_MODEL, FusionSettings
    from mattingapp.matting.model import Architecture, read_card

    architecture = read_card(model).architecture if model is not None else Architecture.FUSION
    if stages is not None and architecture is not Architecture.FUSION:
        raise InputError("--stages is for the method fusion; the paper's network reads all of its stages.")
    if method and method != architecture:
        raise InputError(f"This needs --method {architecture}: change the method, or --model and --stages.")
    if architecture is Architecture.FUSION:
        return {"fusion": FusionSettings.for_model(model or DEFAULT_MODEL, stages)}
    assert model is not None
    return {"dcnn": DcnnSettings.for_model(model)}


def _default_method(model: Path | None, stages: tuple[str, ...] | None) -> str:
    from mattingapp.matting.model import Architecture, read_card

    if model is not None:
        return read_card(model).architecture
    return Architecture.DCNN if stages is None else Architecture.FUSION


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The folder '{folder}' cannot be made ({error.strerror}); choose another."
        ) from None


def _score_line(image: str, method: str, scores: Any, end: str = "") -> str:
    values = f"{scores.sad:8.3f} {scores.mse:8.5f} {scores.gradient:8.3f} {scores.connectivity:8.3f}"
    return f"{image:12} {method:12} {values} {end}".rstrip()


class _Progress:
    """Progress on standard error: a bar that is redrawn on a terminal, else a plain line now and then."""

    WIDTH = 24
    REDRAW_EVERY, LINE_EVERY = 0.05, 10.0  # seconds

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def show(self, stage: str, fraction: float, text: str) -> None:
        """Tell how far `stage` is."""
        now = time.monotonic()
        if now - self._last < (self.REDRAW_EVERY if self._terminal else self.LINE_EVERY):
            return
        self._last = now
        if self._terminal:
            bar = "█" * round(self.WIDTH * fraction)
            line = f"{stage:12} {bar:{self.WIDTH}} {fraction:4.0%} {text}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{line[:width]}", end="", file=sys.stderr, flush=True)
        else:
            print(f"{stage}: {fraction:.0%}, {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def done(self, title: str, seconds: float, device: str, note: str) -> None:
        """Print the line of a finished stage."""
        self.clear()
        print(
            f"{title}: {seconds:.2f} s on {device}{'. ' + note if note else ''}", file=sys.stderr, flush=True
        )
