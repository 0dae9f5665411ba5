"""Time and memory of the stages, beside PyMatting where it is installed: `python tests/benchmarks/solvers.py`.

The input is the bundled samples in a mosaic of the size asked for, so that detail does not thin out as it grows. Each
figure comes from a process of its own; the ratio is PyMatting's time over ours on the same input in the same run. Peak
memory is that of the process less what it takes once everything is imported and the input is there.
"""

import argparse
import importlib.util
import json
import resource as limits
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.resources import resource

SAMPLES = ("hair", "plush", "basket")
METHODS = ("closed-form", "knn", "dcnn")
PEERS = {"closed-form": "estimate_alpha_cf", "knn": "estimate_alpha_knn"}


def mosaic(megapixels: float) -> tuple[np.ndarray, np.ndarray]:
    """Return photo and trimap of 4:3 and about `megapixels`, of whole and cut samples, mirrored in turn."""
    photos = [read_photo(resource("samples", f"{name}.png")).pixels for name in SAMPLES]
    trimaps = [read_trimap(resource("samples", f"{name}_trimap.png"))[0] for name in SAMPLES]
    height, width = round((megapixels * 1e6 * 3 / 4) ** 0.5), round((megapixels * 1e6 * 4 / 3) ** 0.5)
    rows, columns = -(-height // 600), -(-width // 800)

    def tile(images: list[np.ndarray], row: int, column: int) -> np.ndarray:
        image = images[(row * columns + column) % len(images)]
        return image[:, :: -1 if (row + column) % 2 else 1]

    def join(images: list[np.ndarray]) -> np.ndarray:
        whole = np.vstack([np.hstack([tile(images, r, c) for c in range(columns)]) for r in range(rows)])
        return np.ascontiguousarray(whole[:height, :width])

    return join(photos), join(trimaps)


def measure(program: str, method: str, megapixels: float) -> dict[str, float]:
    """Run one method of one program here and return seconds, peak memory in MB and the share that is unknown."""
    photo, trimap = mosaic(megapixels)
    small_photo, small_trimap = (part[::6, ::6] for part in mosaic(0.48))  # starts threads, compiles
    if program == "pymatting":
        import pymatting

        estimate = getattr(pymatting, PEERS[method])
        estimate(small_photo / 255.0, small_trimap / 255.0)
        image, labels = photo / 255.0, trimap / 255.0

        def run() -> None:
            estimate(image, labels)
    else:
        from mattingapp.matting.pipeline import MattingRequest, StageCache, run_pipeline

        cache = StageCache()
        list(run_pipeline(MattingRequest(small_photo, small_trimap, (method,), device="cpu")))
        if method == "dcnn":
            list(run_pipeline(MattingRequest(photo, trimap, ("mean",), device="cpu"), cache=cache))

        def run() -> None:
            list(run_pipeline(MattingRequest(photo, trimap, (method,), device="cpu"), cache=cache))

    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    peak = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "peak_mb": (peak - before) / 1024, "unknown": float((trimap == 128).mean())}


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.5, 2.0], metavar="MEGAPIXELS")
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)  # a measurement in a process of its own
    options = parser.parse_args()
    if options.one:
        program, method, size = options.one
        print(json.dumps(measure(program, method, float(size))))
        return
    programs = ["mattingapp"] + (["pymatting"] if importlib.util.find_spec("pymatting") else [])
    rows = []
    print(f"{'MP':>5} {'unknown':>8} {'method':12} {'program':12} {'seconds':>8} {'peak MB':>8} {'ratio':>6}")
    for size in options.sizes:
        for method in options.methods:
            ours = 0.0
            for program in programs:
                if program == "pymatting" and method not in PEERS:
                    continue
                command = [sys.executable, __file__, "--one", program, method, str(size)]
                finished = subprocess.run(command, capture_output=True, text=True)
                if finished.returncode:
                    reason = finished.stderr.strip().splitlines()[-1]
                    print(f"{size:5} {'':8} {method:12} {program:12} failed: {reason}", flush=True)
                    rows.append({"megapixels": size, "method": method, "program": program, "failed": reason})
                    continue
                row = json.loads(finished.stdout.splitlines()[-1])
                ours = ours or row["seconds"]
                ratio = row["seconds"] / ours
                rows.append({"megapixels": size, "method": method, "program": program, **row, "ratio": ratio})
                print(
                    f"{size:5} {row['unknown']:8.1%} {method:12} {program:12} "
                    f"{row['seconds']:8.2f} {row['peak_mb']:8.0f} {ratio:6.1f}",
                    flush=True,
                )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
