"""How soon a run ends after a cancel: `python tests/benchmarks/cancel.py --megapixels 2 8`.

Each method is run once whole, then cancelled at moments spread over that time.
"""

import argparse
import threading
import time

from solvers import mosaic

from mattingapp.matting.job import Cancelled
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest


def latency(request: MattingRequest, moment: float) -> float | None:
    """Return the seconds from a cancel at `moment` to the end of the run; None where it ended before."""
    cancel, asked = threading.Event(), [0.0]

    def ask() -> None:
        asked[0] = time.perf_counter()
        cancel.set()

    timer = threading.Timer(moment, ask)
    timer.start()
    try:
        list(run_pipeline(request, cancel=cancel, preview=lambda stage, alpha: None))
    except Cancelled:
        return time.perf_counter() - asked[0]
    finally:
        timer.cancel()
    return None


def main() -> None:
    """Print the median and the worst of every method and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, nargs="+", default=[0.5, 2.0, 8.0])
    parser.add_argument("--methods", nargs="+", default=["closed-form", "knn", "shared", "dcnn", "fusion"])
    parser.add_argument("--times", type=int, default=12)
    options = parser.parse_args()
    for size in options.megapixels:
        photo, trimap = mosaic(size)
        for method in options.methods:
            request = MattingRequest(photo, trimap, (method,), device="cpu")
            start = time.perf_counter()
            list(run_pipeline(request))
            whole = time.perf_counter() - start
            moments = [whole * (number + 0.5) / options.times for number in range(options.times)]
            waits = sorted(wait for moment in moments if (wait := latency(request, moment)) is not None)
            worst = (
                f"median {1e3 * waits[len(waits) // 2]:.0f} ms, worst {1e3 * waits[-1]:.0f} ms"
                if waits
                else ""
            )
            print(f"{size:5} MP {method:12} run {whole:6.2f} s, {len(waits):2} cancels: {worst}", flush=True)


if __name__ == "__main__":
    main()
