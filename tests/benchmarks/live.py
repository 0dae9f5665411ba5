"""How soon an alpha follows a stroke: `python tests/benchmarks/live.py --megapixels 2`.

Strokes are painted at random into a trimap whose alphas are there already. Printed are the median and the worst time
from the end of a stroke to the first look at the first stage's alpha and at the last method's, and to every stage's
result; beside it how long a fresh run takes, and the largest difference of its alphas.
"""

import argparse
import statistics
import time

import cv2
import numpy as np
from solvers import mosaic

from mattingapp.matting.cache import StageCache
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import DEFAULT_METHOD

RADIUS = 15  # pixels


def main() -> None:
    """Paint, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=2.0)
    parser.add_argument("--method", default=DEFAULT_METHOD)
    parser.add_argument("--strokes", type=int, default=8)
    options = parser.parse_args()
    photo, trimap = mosaic(options.megapixels)
    random = np.random.default_rng(0)
    cache = StageCache()
    times: dict[str, list[float]] = {}
    fresh_times: dict[str, list[float]] = {}
    worst: dict[str, float] = {}

    def run(cache: StageCache, times: dict[str, list[float]]) -> dict[str, np.ndarray]:
        start = time.perf_counter()
        seen: dict[str, float] = {}

        def preview(stage: str, alpha: np.ndarray) -> None:
            seen.setdefault(stage, time.perf_counter() - start)

        request = MattingRequest(photo, trimap.copy(), (options.method,), device="cpu")
        alphas = {}
        for result in run_pipeline(request, preview=preview, cache=cache):
            times.setdefault(f"{result.stage}, result", []).append(time.perf_counter() - start)
            alphas[result.stage] = result.alpha
        for stage, seconds in seen.items():
            times.setdefault(f"{stage}, first look", []).append(seconds)
        return alphas

    run(cache, {})
    for _ in range(options.strokes):
        unknown = np.argwhere(trimap == 128)
        y, x = unknown[random.integers(len(unknown))]
        cv2.circle(trimap, (int(x), int(y)), RADIUS, int(random.choice((0, 128, 255))), -1)
        alphas = run(cache, times)
        for stage, alpha in run(StageCache(), fresh_times).items():
            difference = float(np.abs(alpha - alphas[stage]).max())
            worst[stage] = max(worst.get(stage, 0.0), difference)
    print(f"{'ms after a stroke':28} {'median':>8} {'worst':>8} {'fresh':>8}")
    for name, seconds in times.items():
        fresh = statistics.median(fresh_times[name]) if name in fresh_times else float("nan")
        figures = (statistics.median(seconds), max(seconds), fresh)
        print(f"{name:28}" + "".join(f" {1000 * figure:8.0f}" for figure in figures))
    for stage, difference in worst.items():
        print(f"{stage}: largest difference from a fresh run {difference:.0e}")


if __name__ == "__main__":
    main()
