"""What holds for every method on many random problems: `python tests/benchmarks/properties.py --cases 700 --seed 0`.

Each case is a photo of a kind that is hard on a solver, with a trimap, a type, a layout and settings, all from a seed;
every method runs on it twice. Printed is each promise that is not kept (see `problems.broken_promises`) and how many
cases there were. `--specks` prints the solver's steps on photos with and without specks instead, compiled and in
tensors.
"""

import argparse
import sys
import time
import traceback
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.job import Job
from mattingapp.matting.stages import StageInputs, registry
from tests.matting.problems import PHOTOS, broken_promises, make_problem, ring, specks

SHAPE = 240, 320
SHARES = (1e-5, 3e-4, 3e-3)  # of all pixels: a single one, dust, a sensor gone bad


def main() -> None:
    """Run, and exit with 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=700)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--specks", action="store_true")
    options = parser.parse_args()
    if options.specks:
        steps_with_specks()
        return
    begin, failed = time.perf_counter(), 0
    for seed in range(options.seed, options.seed + options.cases):
        problem = make_problem(seed)
        try:
            broken = broken_promises(problem)
        except Exception:  # that one is raised at all is what is looked for
            broken = [traceback.format_exc()]
        failed += bool(broken)
        for line in broken:
            print(f"{problem.name}: {line}", flush=True)
    print(f"{options.cases} problems, {failed} failures, {time.perf_counter() - begin:.0f} s")
    sys.exit(failed > 0)


def steps_with_specks() -> None:
    """Print the steps of closed-form matting on every kind of photo, without specks and with more and more."""
    trimap = np.asarray(ring(np.random.default_rng(3), SHAPE), np.uint8)
    print(f"{'':14s}{'none':>6s}" + "".join(f"{share:>9.3%}" for share in SHARES))
    for name, make in PHOTOS.items():
        photo = make(np.random.default_rng(0), SHAPE).clip(0, 255)
        photos = [photo, *(specks(photo, np.random.default_rng(1), share) for share in SHARES)]
        steps = [steps_taken(each.astype(np.uint8), trimap) for each in photos]
        print(f"{name:14s}{steps[0]:6d}" + "".join(f"{each:9d}" for each in steps[1:]), flush=True)


def steps_taken(photo: np.ndarray, trimap: np.ndarray) -> int:
    """Return how many steps the solver of closed-form matting takes."""
    told: list[str] = []
    job = Job(progress=lambda fraction, text: told.append(str(text)))
    settings = ClosedFormSettings(max_iterations=1000)
    registry()["closed-form"].estimate(StageInputs(photo, trimap, {}, settings, torch.device("cpu")), job)
    return sum(text.startswith("step") for text in told) + 1


if __name__ == "__main__":
    main()
