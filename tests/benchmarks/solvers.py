"""Time and memory of the solvers, beside PyMatting where it is installed: `python tests/benchmarks/solvers.py`.

Each figure comes from a process of its own that is warm: its libraries imported, its loops compiled. A ratio is
PyMatting's time over ours on the same input in the same run. Peak memory is that of the process less what it takes
once everything is imported and the input is there. The difference is the largest one from the same system solved to a
residual of 1e-11.

Inputs: `mosaic`, the bundled samples side by side, so that detail does not thin out as it grows; `photo`, one sample
enlarged, of which 13 % is unknown. With --photos, also the sum over a folder of photos as in a training set (see the
README).
"""

import argparse
import importlib.util
import json
import resource as limits
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap, trimap_from_alpha
from mattingapp.resources import resource

SAMPLES = ("hair", "plush", "basket")
PHOTO = "plush"
BAND = 6.5  # pixels of unknown on either side of the soft ones
PEERS = {"closed-form": "estimate_alpha_cf", "knn": "estimate_alpha_knn", "shared": "estimate_alpha_sm"}
PIPELINE = "all for "  # and a method: with the stages it reads and foreground colours
# method, input, megapixels, with PyMatting: it raises at 24, and its KNN takes 3.5 GB a megapixel
ROWS = (
    ("closed-form", "mosaic", 0.5, True),
    ("closed-form", "mosaic", 2.0, True),
    ("closed-form", "photo", 2.0, True),
    ("closed-form", "photo", 8.0, True),
    ("closed-form", "photo", 24.0, False),
    ("knn", "mosaic", 0.5, True),
    ("knn", "mosaic", 2.0, True),
    ("knn", "photo", 2.0, True),
    ("knn", "photo", 8.0, False),
    ("knn", "photo", 24.0, False),
    ("shared", "mosaic", 0.5, True),
    ("shared", "photo", 2.0, True),
    ("shared", "photo", 8.0, False),
    ("shared", "photo", 24.0, False),
    ("dcnn", "mosaic", 0.5, False),
    ("fusion", "mosaic", 0.5, False),
    (f"{PIPELINE}dcnn", "mosaic", 0.48, False),
    (f"{PIPELINE}dcnn3", "mosaic", 0.48, False),
    (f"{PIPELINE}fusion", "mosaic", 0.48, False),
)
COMPARED = 2.5  # megapixels up to which the alpha is compared
ADDRESS_SPACE = 20 << 30  # bytes; beyond, a program fails by itself instead of taking the machine with it


def sample(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of a bundled sample."""
    trimap, _ = read_trimap(resource("samples", f"{name}_trimap.png"))
    return read_photo(resource("samples", f"{name}.png")).pixels, trimap


def mosaic(megapixels: float) -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of 4:3 and about `megapixels`, of whole and cut samples, mirrored in turn."""
    photos, trimaps = zip(*(sample(name) for name in SAMPLES), strict=True)
    height, width = round((megapixels * 1e6 * 3 / 4) ** 0.5), round((megapixels * 1e6 * 4 / 3) ** 0.5)
    rows, columns = -(-height // 600), -(-width // 800)

    def tile(images: tuple[np.ndarray, ...], row: int, column: int) -> np.ndarray:
        image = images[(row * columns + column) % len(images)]
        return image[:, :: -1 if (row + column) % 2 else 1]

    def join(images: tuple[np.ndarray, ...]) -> np.ndarray:
        whole = np.vstack([np.hstack([tile(images, r, c) for c in range(columns)]) for r in range(rows)])
        return np.ascontiguousarray(whole[:height, :width])

    return join(photos), join(trimaps)


def enlarged(megapixels: float) -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of one sample, 13 % unknown, enlarged to about `megapixels`."""
    photo = read_photo(resource("samples", f"{PHOTO}.png")).pixels
    trimap = trimap_from_alpha(read_alpha(resource("samples", f"{PHOTO}_alpha.png")), BAND, BAND)
    factor = (megapixels * 1e6 / trimap.size) ** 0.5
    size = round(trimap.shape[1] * factor), round(trimap.shape[0] * factor)
    photo = cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)
    return photo, cv2.resize(trimap, size, interpolation=cv2.INTER_NEAREST)


def load(source: str, megapixels: float) -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of a source: "mosaic", "photo", or the path of a photo of a training set."""
    if source in ("mosaic", "photo"):
        return (mosaic if source == "mosaic" else enlarged)(megapixels)
    path = Path(source)
    return read_photo(path).pixels, read_trimap(path.parent.parent / "trimap1" / path.name)[0]


def measure(program: str, method: str, source: str, megapixels: float) -> dict[str, Any]:
    """Run one method of one program here and return its figures."""
    photo, trimap = load(source, megapixels)
    small_photo, small_trimap = (np.ascontiguousarray(part[::6, ::6]) for part in mosaic(0.48))
    figures: dict[str, Any] = {"unknown": float((trimap == 128).mean()), "megapixels": trimap.size / 1e6}
    if program == "pymatting":
        limits.setrlimit(limits.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        import pymatting

        estimate = getattr(pymatting, PEERS[method])
        estimate(small_photo / 255.0, small_trimap / 255.0)
        image, labels = photo / 255.0, trimap / 255.0

        def run() -> None:
            estimate(image, labels)
    else:
        from mattingapp.matting.cache import StageCache
        from mattingapp.matting.pipeline import run_pipeline
        from mattingapp.matting.request import MattingRequest
        from mattingapp.matting.stages import find_stage

        whole, last = method.startswith(PIPELINE), method.removeprefix(PIPELINE)
        methods = (last,)
        list(run_pipeline(MattingRequest(small_photo, small_trimap, methods, device="cpu")))
        cache = StageCache()
        request = MattingRequest(photo, trimap, methods, device="cpu", foreground=whole, full_size=not whole)
        if not whole and (needed := find_stage(last).needed()):
            list(run_pipeline(replace(request, methods=needed), cache=cache))
        texts = [""]

        def run() -> None:
            results = run_pipeline(request, lambda stage, part, text: texts.append(text), cache=cache)
            figures["alpha"] = list(results)[-1].alpha

    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run()
    figures["seconds"] = time.perf_counter() - start
    figures["peak_mb"] = (limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before) / 1024
    alpha = figures.pop("alpha", None)
    if program == "mattingapp" and method in PEERS:
        figures["iterations"] = max(int(text.split()[1]) for text in texts if text.startswith("step"))
        if megapixels <= COMPARED:
            exact = {method: replace(find_stage(method).settings, tolerance=1e-11)}
            (result,) = run_pipeline(replace(request, settings=exact))
            figures["difference"] = float(np.abs(result.alpha - alpha).max())
    return figures


def measured(program: str, method: str, source: str, megapixels: float) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--one", program, method, source, str(megapixels)]
    finished = subprocess.run(command, capture_output=True, text=True)
    row = {"program": program, "method": method, "input": source, "megapixels": megapixels}
    if finished.returncode:
        lines = finished.stderr.strip().splitlines() or [f"ended by signal {-finished.returncode}"]
        return {**row, "failed": lines[-1]}
    return {**row, **json.loads(finished.stdout.splitlines()[-1])}


def print_row(row: dict[str, Any], ours: dict[str, Any]) -> None:
    """Print one line of the table; the ratio is to `ours`."""
    name = row["input"] if len(row["input"]) < 12 else Path(row["input"]).stem
    head = f"{row['method']:14} {name:8} {row['megapixels']:6.2f} {row['program']:11}"
    if "failed" in row:
        print(head, "failed:", row["failed"], flush=True)
        return
    ratio = row["seconds"] / ours["seconds"] if "seconds" in ours else float("nan")
    steps, difference = row.get("iterations", ""), row.get("difference")
    print(
        f"{head} {row['unknown']:7.1%} {row['seconds']:8.2f} {row['peak_mb']:8.0f} {steps!s:>5} "
        f"{'' if difference is None else f'{difference:.0e}':>7} {ratio:6.1f}",
        flush=True,
    )


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds and memory against unknown pixels, both axes logarithmic, as an SVG picture."""
    curves: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if "seconds" in row and row["method"] in PEERS and row["input"] in ("mosaic", "photo"):
            curves.setdefault((row["method"], row["program"]), []).append(row)
    width, height, left, colours = 420, 300, 60, ("#1b6ca8", "#d1495b", "#66a182", "#edae49")
    parts = []
    for panel, (figure, title) in enumerate((("seconds", "seconds"), ("peak_mb", "peak memory, MB"))):
        points = {
            name: sorted((row["unknown"] * row["megapixels"], max(row[figure], 1e-2)) for row in of)
            for name, of in curves.items()
        }
        everything = np.log10([point for curve in points.values() for point in curve])
        low, high = np.floor(everything.min(0)), np.ceil(everything.max(0))

        def place(point: tuple[float, float], panel: int = panel, low=low, high=high) -> tuple[float, float]:
            x, y = (np.log10(point) - low) / (high - low)
            return left + panel * (width + left) + x * (width - 20), 30 + (1 - y) * (height - 60)

        for axis in range(2):
            for power in range(int(low[axis]), int(high[axis]) + 1):
                ends = [(10.0**power, 10.0 ** low[1]), (10.0**power, 10.0 ** high[1])]
                if axis:
                    ends = [(10.0 ** low[0], 10.0**power), (10.0 ** high[0], 10.0**power)]
                (x1, y1), (x2, y2) = (place(end) for end in ends)
                parts.append(f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="#ccc"/>')
                text_x, text_y, anchor = (x1 - 6, y1 + 4, "end") if axis else (x1, y1 + 16, "middle")
                parts.append(
                    f'<text x="{text_x:.0f}" y="{text_y:.0f}" text-anchor="{anchor}">{10.0**power:g}</text>'
                )
        x, y = place((10.0 ** low[0], 10.0 ** high[1]))
        parts.append(f'<text x="{x:.0f}" y="{y - 10:.0f}">{title}, by million unknown pixels</text>')
        for number, (name, curve) in enumerate(points.items()):
            path_points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, curve))
            colour = colours[number % len(colours)]
            parts.append(f'<polyline points="{path_points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in map(place, curve)
            ]
            if panel == 0:
                at = height - 100 + 16 * number
                parts.append(f'<text x="{left + 240}" y="{at}" fill="{colour}">{" · ".join(name)}</text>')
    size = f'width="{2 * (width + left)}" height="{height + 10}"'
    style = 'font-family="sans-serif" font-size="12"'
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}><rect width="100%" height="100%" fill="white"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", metavar="METHOD", help="only these")
    parser.add_argument(
        "--up-to", type=float, default=24.0, metavar="MEGAPIXELS", help="leave out larger inputs"
    )
    parser.add_argument(
        "--photos", type=Path, metavar="FOLDER", help="a training set: sum its photos as well"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)  # a measurement in a process of its own
    options = parser.parse_args()
    if options.one:
        program, method, source, size = options.one
        print(json.dumps(measure(program, method, source, float(size))))
        return
    has_peer = importlib.util.find_spec("pymatting") is not None
    rows: list[dict[str, Any]] = []
    print("method         input        MP program     unknown  seconds  peak MB steps    diff  ratio")
    for method, source, size, with_peer in ROWS:
        if size > options.up_to or (options.methods and method not in options.methods):
            continue
        ours = measured("mattingapp", method, source, size)
        rows.append(ours)
        print_row(ours, ours)
        if with_peer and has_peer:
            rows.append(measured("pymatting", method, source, size))
            print_row(rows[-1], ours)
    if options.photos:
        photos = sorted((options.photos / "input").glob("*.png"))
        for method in PEERS:
            if options.methods and method not in options.methods:
                continue
            sums = {}
            for program in ["mattingapp"] + ["pymatting"] * has_peer:
                each = [measured(program, method, str(photo), 0.0) for photo in photos]
                rows += each
                sums[program] = sum(row["seconds"] for row in each)
                worst = max((row.get("difference", 0.0), Path(row["input"]).stem) for row in each)
                print(f"{method:14} {len(photos)} photos: {program:11} {sums[program]:8.2f} s", end="")
                print(
                    f", largest difference {worst[0]:.0e} ({worst[1]})" if program == "mattingapp" else "",
                    end="",
                )
                print(f", ratio {sums[program] / sums['mattingapp']:.1f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    if options.plot:
        plot(rows, options.plot)


if __name__ == "__main__":
    main()
