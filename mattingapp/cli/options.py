"""What several commands share: options, what is read from them, exit statuses."""

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mattingapp.imaging.errors import InputError
from mattingapp.matting import BUILT_IN

DONE, BUG, BAD_INPUT, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
METHODS_HELP = f"{', '.join(BUILT_IN)}, or a stage that another package adds"


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add --device."""
    parser.add_argument(
        "--device", default="auto", metavar="auto|cpu|cuda|mps", help="where to compute (default: auto)"
    )


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add what `sources_of` reads."""
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


def comma_list(text: str) -> tuple[str, ...]:
    """Return the parts of a text like "a,b"."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def assignments(texts: Sequence[str]) -> dict[str, Any]:
    """Return the settings in texts like "iterations=500"."""
    for text in texts:
        if "=" not in text:
            raise InputError("--set takes NAME=VALUE, not '{text}'.", text=text)
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in texts)}


def sources_of(options: argparse.Namespace, beside: Path) -> Any:
    """Return the `Sources` of a training; its cache is `beside` the output unless one was named."""
    from mattingapp.training.samples import Sources

    cache = options.cache or beside / "training-cache"
    return Sources(options.data, options.backgrounds, options.foregrounds, cache, options.workers)


def stage_settings(
    model: Path | None, method: str = "", stages: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """Return stage settings that use the model file, if one was named, and read only `stages`, if some were.

    Raise InputError where `method` is another network than the model's.
    """
    if model is None and stages is None:
        return {}
    from mattingapp.matting.dcnn import DcnnSettings
    from mattingapp.matting.fusion import DEFAULT_MODEL, FusionSettings
    from mattingapp.matting.networks.model import Architecture, read_card

    if stages is not None and not stages:
        raise InputError("--stages names no stage; name some, or leave it out for all.")
    architecture = read_card(model).architecture if model is not None else Architecture.FUSION
    if stages is not None and architecture is not Architecture.FUSION:
        raise InputError("--stages is for the method fusion; the paper's network reads all of its stages.")
    if method and method != architecture:
        raise InputError(
            "This needs --method {architecture}: change the method, or --model and --stages.",
            architecture=architecture,
        )
    if architecture is Architecture.FUSION:
        return {"fusion": FusionSettings.for_model(model or DEFAULT_MODEL, stages)}
    assert model is not None
    return {"dcnn": DcnnSettings.for_model(model)}


def default_method(model: Path | None, stages: tuple[str, ...] | None) -> str:
    """Return the method that --model or --stages are for; without them, the program's default."""
    from mattingapp.matting.networks.model import Architecture, read_card
    from mattingapp.matting.stages import DEFAULT_METHOD

    if model is not None:
        return read_card(model).architecture
    return DEFAULT_METHOD if stages is None else Architecture.FUSION


def check_apart(
    outputs: Mapping[str, Path | None], inputs: Mapping[str, Path | Iterable[Path] | None]
) -> None:
    """Raise InputError where a file to write is one that is read, or another one to write.

    Parameters
    ----------
    outputs : mapping from what a file is, as in "the alpha", to its name; None is left out
    inputs : mapping to a name or several of them
    """
    from mattingapp.imaging.files import same_file

    taken = {
        what: [paths] if isinstance(paths, Path) else list(paths or ()) for what, paths in inputs.items()
    }
    for what, output in outputs.items():
        if output is None:
            continue
        for other, paths in taken.items():
            if any(same_file(output, path) for path in paths):
                raise InputError(
                    "'{output}' is {other}; write {what} to another file.",
                    output=output,
                    other=other,
                    what=what,
                )
        taken[what] = [output]


def model_files(model: Path | None) -> tuple[Path, ...]:
    """Return the files of a model: its weights and their card."""
    return () if model is None else (model, model.with_suffix(".json"))


def source_files(data: Path, *folders: Path | None) -> list[Path]:
    """Return the images in a data set folder and in further folders of images."""
    kinds = [folder for kind in ("input", "gt", "trimap*", "*_original") for folder in data.glob(kind)]
    return [path for folder in (*kinds, *folders) if folder is not None for path in folder.glob("*")]
