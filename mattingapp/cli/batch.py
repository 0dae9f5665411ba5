"""`mattingapp batch`: a recipe over many photos."""

import argparse
import dataclasses
import json
import shutil
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mattingapp.cli.options import BAD_INPUT, DONE, METHODS_HELP, SOME_FAILED, add_device, check_apart
from mattingapp.imaging.errors import InputError

if TYPE_CHECKING:
    from mattingapp.project.deliver import Report
    from mattingapp.project.recipe import Recipe

_FORMATS = ("png", "tif", "jpg", "webp")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp batch",
        description="Deliver many photos by one recipe. The exit status is 3 when some of them failed.",
        epilog="example: mattingapp batch photos -o out --trimaps trimaps --recipe web-shop --resume",
    )
    command.add_argument("photos", nargs="+", metavar="PHOTOS", help="files, folders or patterns")
    command.add_argument(
        "-o", "--output", type=Path, metavar="OUT", required=True, help="folder for the files"
    )
    command.add_argument(
        "--recipe", metavar="FILE.toml|NAME", help="what is delivered; 'mattingapp recipes' lists the names"
    )
    command.add_argument("--method", help=f"{METHODS_HELP} (default: fusion, or the recipe's)")
    command.add_argument(
        "--format", choices=_FORMATS, help="of the files: a cut-out as png or tif, a composite as jpg or webp"
    )
    command.add_argument("--backdrop", metavar="IMAGE|#rrggbb", help="of composites")
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "--trimaps", metavar="DIR|PATTERN", help="where trimaps are; {photo} in a pattern is the photo's name"
    )
    source.add_argument(
        "--masks", metavar="DIR|PATTERN", help="where masks are: a band around their edge is unknown"
    )
    source.add_argument("--transparency", action="store_true", help="take the photos' own transparency")
    command.add_argument(
        "--existing", choices=("skip", "replace", "number"), help="what becomes of a file that is there"
    )
    command.add_argument("--workers", type=int, default=1, metavar="N", help="processes that share the cores")
    command.add_argument("--resume", action="store_true", help="leave out what is done and unchanged")
    command.add_argument(
        "--report", type=Path, metavar="REPORT.jsonl", help="a line a photo (default: in OUT)"
    )
    command.add_argument("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster to run on")
    command.add_argument(
        "--progress", choices=("text", "json"), default="text", help="json: a line a photo on standard output"
    )
    add_device(command)
    return command


def run(options: argparse.Namespace) -> int:
    """Process the photos; return the exit status."""
    from mattingapp.project.batch import read_reports, run_batch
    from mattingapp.project.plan import find_photos, plan

    recipe = _recipe(options)
    photos = find_photos(options.photos)
    tasks, refused = plan(photos, recipe, options.output)
    path = options.report or options.output / "report.jsonl"
    check_apart({"the report": path}, {"a photo": photos, "the recipe": options.recipe})
    before = read_reports(path) if options.resume else {}
    failed = done = 0
    with _Told(options.progress == "json", len(tasks) + len(refused)) as told:
        for report in refused:
            told.photo(report)
        reports = run_batch(tasks, recipe, options.output, options.workers, options.scheduler, before=before)
        file: IO[str] | None = None
        try:
            for report in reports:
                file = file or _opened(path, refused, options.resume)
                _append(file, report)
                told.photo(report)
                failed, done = failed + report.failed, done + (not report.failed)
        finally:
            reports.close()  # type: ignore[attr-defined]
            if file is not None:
                file.close()
    failed += len(refused)
    if not done and failed:
        return BAD_INPUT
    return SOME_FAILED if failed else DONE


def _recipe(options: argparse.Namespace) -> "Recipe":
    """Return the recipe named, with what else was said on the command line."""
    from mattingapp.project.recipe import Existing, Kind, Output, Recipe, Source, check_recipe, read_recipe

    recipe = read_recipe(options.recipe) if options.recipe else Recipe()
    if options.method:
        recipe = dataclasses.replace(recipe, method=options.method)
    if options.format and options.recipe:
        raise InputError("--format is for a batch without --recipe; the recipe says what is written.")
    if options.format:
        kind = Kind.CUTOUT if options.format in ("png", "tif") and not options.backdrop else Kind.COMPOSITE
        recipe = dataclasses.replace(recipe, outputs=(Output(kind, options.format),))
    if options.backdrop:
        recipe = dataclasses.replace(recipe, backdrop=options.backdrop)
    if options.existing:
        recipe = dataclasses.replace(recipe, existing=Existing(options.existing))
    if options.device != "auto":
        recipe = dataclasses.replace(recipe, device=options.device)
    where = options.trimaps or options.masks
    source = recipe.trimap
    if where:
        kind_of = Source.TRIMAPS if options.trimaps else Source.MASKS
        source = dataclasses.replace(source, source=kind_of, where=where)
    elif options.transparency:
        source = dataclasses.replace(source, source=Source.TRANSPARENCY)
    return check_recipe(dataclasses.replace(recipe, trimap=source))


def _opened(path: Path, refused: "list[Report]", resume: bool) -> IO[str]:
    """Open the report file, with the photos that were refused at its beginning."""
    try:
        file = path.open("a" if resume else "w", encoding="utf-8")
    except OSError as error:
        raise InputError(
            "The report '{path}' cannot be written ({reason}); name another.",
            path=path,
            reason=error.strerror,
        ) from error
    for report in refused:
        _append(file, report)
    return file


def _append(file: IO[str], report: "Report") -> None:
    """Write a line, whole before the next photo is begun with."""
    file.write(json.dumps(dataclasses.asdict(report)) + "\n")
    file.flush()


class _Told:
    """Progress of a batch: on a terminal one line that is redrawn, elsewhere a line a photo."""

    def __init__(self, as_json: bool, count: int) -> None:
        self._json, self._count = as_json, count
        self._terminal = sys.stderr.isatty()
        self._begin = time.monotonic()
        self._done = self._failed = self._worked = 0

    def __enter__(self) -> "_Told":
        return self

    def __exit__(self, *error: object) -> None:
        self._clear()
        if not self._json:
            spent = time.monotonic() - self._begin
            print(f"{self._done} photos, {self._failed} failed, {spent:.0f} s", file=sys.stderr)

    def photo(self, report: "Report") -> None:
        """Tell of one photo."""
        self._done += 1
        self._failed += report.failed
        self._worked += report.status == "done"
        if self._json:
            print(
                json.dumps({"done": self._done, "of": self._count, **dataclasses.asdict(report)}), flush=True
            )
            return
        self._clear()
        if report.failed:
            last = report.error.strip().splitlines()[-1]
            print(f"{report.photo}: {last}", file=sys.stderr, flush=True)
        elif not self._terminal:
            print(f"{report.photo}: {report.status}", file=sys.stderr, flush=True)
        if self._terminal:
            left = (time.monotonic() - self._begin) / max(self._worked, 1) * (self._count - self._done)
            line = f"{self._done} of {self._count} photos, {self._failed} failed, {left:.0f} s left"
            print(f"\r{line[: shutil.get_terminal_size().columns - 1]}", end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
