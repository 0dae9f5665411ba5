"""`mattingapp matte`: the alpha of one photo."""

import argparse
import json
import sys
from pathlib import Path

from mattingapp.cli.options import (
    DONE,
    METHODS_HELP,
    add_device,
    check_apart,
    comma_list,
    default_method,
    model_files,
    stage_settings,
)
from mattingapp.cli.progress import Progress
from mattingapp.cli.subject import add_subject, check_subject, found_trimap
from mattingapp.imaging.errors import InputError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser("mattingapp matte", description="Estimate the alpha of a photo.")
    command.add_argument("photo", type=Path, metavar="PHOTO")
    command.add_argument(
        "trimap",
        type=Path,
        nargs="?",
        metavar="TRIMAP",
        help="black background, grey unknown, white foreground; not with --subject",
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="ALPHA.png", required=True, help="the alpha, as PNG or TIFF"
    )
    add_subject(command)
    command.add_argument("--method", help=f"{METHODS_HELP} (default: fusion, or what --model is for)")
    command.add_argument(
        "--model", type=Path, metavar="FILE", help="weights of the network, instead of the bundled ones"
    )
    command.add_argument(
        "--stages",
        type=comma_list,
        metavar="NAME,NAME",
        help="stages that fusion reads (default: all that it can)",
    )
    command.add_argument(
        "--stages-dir", type=Path, metavar="DIR", help="also write the alpha of every stage there"
    )
    command.add_argument(
        "--foreground", type=Path, metavar="CUTOUT.png", help="also write the cut-out, RGBA as PNG or TIFF"
    )
    command.add_argument(
        "--premultiplied",
        action="store_true",
        help="the colours of --foreground times its alpha (default: straight)",
    )
    command.add_argument("--backdrop", metavar="IMAGE|#rrggbb", help="new background for --composite")
    command.add_argument(
        "--composite", type=Path, metavar="OUT", help="also write the foreground over --backdrop"
    )
    command.add_argument("--bits", type=int, choices=(8, 16), default=8, help="depth of all that is written")
    add_device(command)
    command.add_argument(
        "--full-size",
        action="store_true",
        help="compute every stage on the photo itself; else KNN and shared matting see a copy of 2 megapixels"
        " of a photo that has more",
    )
    command.add_argument("--json", action="store_true", help="print what was done as JSON")
    return command


def run(options: argparse.Namespace) -> int:
    """Estimate the alpha and write what was asked for; return the exit status."""
    from mattingapp.imaging.composite import composite, fit_backdrop, parse_colour
    from mattingapp.imaging.files import check_output, make_folder
    from mattingapp.imaging.matte import (
        MATTE_SUFFIXES,
        check_image,
        write_alpha,
        write_cutout,
        write_image,
    )
    from mattingapp.imaging.photo import read_photo
    from mattingapp.imaging.profile import colour_in_profile, in_profile
    from mattingapp.imaging.trimap import read_trimap
    from mattingapp.matting.pipeline import run_pipeline
    from mattingapp.matting.request import MattingRequest
    from mattingapp.matting.stages import in_order

    if options.subject == (options.trimap is not None):
        raise InputError("Name a TRIMAP, or let the program find the subject with --subject.")
    check_subject(options)
    if (options.backdrop is None) != (options.composite is None):
        raise InputError(
            "--backdrop and --composite go together: name the new background and the file to write."
        )
    if options.premultiplied and options.foreground is None:
        raise InputError("--premultiplied says how --foreground is written: name that file too.")
    for path, suffixes in (
        (options.output, MATTE_SUFFIXES),
        (options.foreground, MATTE_SUFFIXES),
    ):
        if path is not None:
            check_output(path, suffixes)
    method = options.method or default_method(options.model, options.stages)
    settings = stage_settings(options.model, method, options.stages)
    is_colour = options.backdrop is not None and options.backdrop.startswith("#")
    stages = in_order((method,), settings) if options.stages_dir is not None else ()
    check_apart(
        {
            "the alpha": options.output,
            "the cut-out": options.foreground,
            "the composite": options.composite,
            **{f"the alpha of {stage.title}": _stage_file(options, stage.name) for stage in stages},
        },
        {
            "the photo": options.photo,
            "the trimap": options.trimap,
            "the marks": options.marks,
            "the backdrop": Path(options.backdrop) if options.backdrop and not is_colour else None,
            "the model": model_files(options.model),
        },
    )
    photo = read_photo(options.photo)
    if options.composite is not None:
        check_image(options.composite, photo.shape, options.bits)
    for note in photo.notes:
        print(note, file=sys.stderr)
    if photo.alpha is not None:
        print(f"{options.photo}: its own transparency is not used, for there is a trimap.", file=sys.stderr)
    backdrop = None
    if options.backdrop is not None:
        backdrop = (
            colour_in_profile(parse_colour(options.backdrop), photo.icc)
            if is_colour
            else fit_backdrop(in_profile(read_photo(options.backdrop), photo.icc), photo.shape)
        )
    trimap, snapped = (
        (found_trimap(options, photo.pixels), 0)
        if options.subject
        else read_trimap(options.trimap, photo.shape)
    )
    if snapped:
        print(
            f"{options.trimap}: {snapped} pixels lay between its three values and took the nearest label.",
            file=sys.stderr,
        )
    if options.stages_dir is not None:
        make_folder(options.stages_dir)

    wants_foreground = options.foreground is not None or options.composite is not None
    request = MattingRequest(
        photo.pixels,
        trimap,
        (method,),
        settings,
        options.device,
        wants_foreground,
        options.full_size,
    )
    results = []
    with Progress() as progress:
        for result in run_pipeline(request, progress.show):
            progress.done(result.title, result.seconds, result.device, " ".join(result.notes))
            if options.stages_dir is not None and result.foreground is None:
                write_alpha(_stage_file(options, result.stage), result.alpha, options.bits, photo.metadata)
            results.append(result)
    last = results[-1]
    write_alpha(options.output, last.alpha, options.bits, photo.metadata)
    if last.foreground is not None and options.foreground is not None:
        write_cutout(
            options.foreground,
            last.foreground,
            last.alpha,
            options.bits,
            photo.icc,
            options.premultiplied,
            photo.metadata,
        )
    if last.foreground is not None and backdrop is not None:
        mixed = composite(last.foreground, last.alpha, backdrop)
        write_image(options.composite, mixed, photo.icc, options.bits, photo.metadata)
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
                    "note": " ".join(result.notes),
                }
                for result in results
            ],
            "alpha": str(options.output),
            "foreground": options.foreground and str(options.foreground),
            "composite": options.composite and str(options.composite),
        }
        print(json.dumps(report, indent=2))
    return DONE


def _stage_file(options: argparse.Namespace, stage: str) -> Path:
    return Path(options.stages_dir, f"{stage}.png")
