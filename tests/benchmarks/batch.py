"""Photos a minute of a batch, beside the same photos one by one: `python tests/benchmarks/batch.py [--photos N]`.

The bundled samples again and again, enlarged to --megapixels; all outputs are written. The ratio is the time of one
photo after the other, read, solved and written, to that of the batch, in one run.
"""

import argparse
import tempfile
import time
from pathlib import Path

import cv2

from mattingapp.imaging.matte import write_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.project.batch import batch
from mattingapp.project.deliver import process
from mattingapp.project.plan import find_photos, plan
from mattingapp.project.recipe import Kind, Output, Recipe
from mattingapp.resources import resource

SAMPLES = ("hair", "plush", "basket")


def main() -> None:
    """Print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--megapixels", type=float, default=0.48)
    parser.add_argument("--method", default="fusion")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options = parser.parse_args()
    recipe = Recipe(method=options.method, outputs=(Output(Kind.ALPHA), Output(Kind.CUTOUT)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scale = (options.megapixels / 0.48) ** 0.5
        for number in range(options.photos):
            sample = SAMPLES[number % len(SAMPLES)]
            photo = read_photo(resource("samples", f"{sample}.png")).pixels[..., ::-1]
            trimap = read_trimap(resource("samples", f"{sample}_trimap.png"))[0]
            photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            trimap = cv2.resize(trimap, photo.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            cv2.imwrite(str(folder / f"{number:03}.jpg"), photo, [cv2.IMWRITE_JPEG_QUALITY, 95])
            write_alpha(folder / f"{number:03}_trimap.png", trimap)
        photos = find_photos([folder])
        process(plan(photos[:1], recipe, folder / "first")[0][0], recipe, _made(folder / "first"))  # warm

        begin = time.perf_counter()
        for task in plan(photos, recipe, folder / "alone")[0]:
            process(task, recipe, _made(folder / "alone"))
        alone = time.perf_counter() - begin
        print(f"one by one: {60 * options.photos / alone:.1f} photos a minute")
        for workers in options.workers:
            begin = time.perf_counter()
            failed = sum(report.failed for report in batch(photos, recipe, folder / f"out{workers}", workers))
            spent = time.perf_counter() - begin
            print(
                f"batch, {workers} workers: {60 * options.photos / spent:.1f} photos a minute,"
                f" {alone / spent:.2f} times as fast, {failed} failed"
            )


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
