"""The whole pipeline on a CUDA GPU beside the CPU: `python tests/benchmarks/gpu.py`.

Both run once on a small input first. A stage's time is its own, and GPU memory is the peak of what torch allocated in
the whole run. The difference is the largest of the two alphas, or of the two foregrounds' colours. The input is
`photo` of `solvers.py`, 13 % unknown.
"""

import argparse

import numpy as np
import torch
from solvers import enlarged

from mattingapp.matting.cache import StageCache
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest, StageResult

WARM_UP = 0.5  # megapixels


def run(megapixels: float, method: str, device: str) -> list[StageResult]:
    """Return the results of every stage."""
    photo, trimap = enlarged(megapixels)
    request = MattingRequest(photo, trimap, (method,), device=device, foreground=True)
    return list(run_pipeline(request, cache=StageCache()))


def difference(one: StageResult, other: StageResult) -> float:
    """Return the largest difference of what two results are for."""
    if one.foreground is not None and other.foreground is not None:
        return float(np.abs(one.foreground - other.foreground).max())
    return float(np.abs(one.alpha - other.alpha).max())


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", nargs="+", type=float, default=(2.0, 8.0, 24.0))
    parser.add_argument("--method", default="dcnn", help="the last stage (default: %(default)s)")
    options = parser.parse_args()
    sizes, method = options.megapixels, options.method
    if not torch.cuda.is_available():
        print("no CUDA device")
        return
    print(torch.cuda.get_device_name())
    print("    MP stage         GPU s   CPU s     diff   GPU MB")
    for device in ("cuda", "cpu"):
        run(WARM_UP, method, device)
    for size in sizes:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        on_gpu = run(size, method, "cuda")
        peak = torch.cuda.max_memory_allocated() / 2**20
        on_cpu = run(size, method, "cpu")
        for here, there in zip(on_gpu, on_cpu, strict=True):
            times = f"{here.seconds:8.2f}{there.seconds:8.2f} {difference(here, there):8.0e}"
            print(f"{size:6.1f} {here.stage:11}{times} {' '.join(here.notes)}", flush=True)
        sums = (sum(result.seconds for result in results) for results in (on_gpu, on_cpu))
        print(f"{size:6.1f} {'all':11}{next(sums):8.2f}{next(sums):8.2f} {'':8} {peak:8.0f}", flush=True)


if __name__ == "__main__":
    main()
