"""`mattingapp.pymatting` beside PyMatting itself: `python tests/benchmarks/drop_in.py`.

Every function is called in a process of its own, first on a small copy, so that what is compiled is there, then on the
bundled sample enlarged. Printed is a table row a function: seconds and the memory that the call added at its peak, ours
and PyMatting's. PyMatting comes with `pip install '.[benchmark]'`.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time

import cv2
import numpy as np

from mattingapp import resources
from mattingapp.pymatting import load_image

FUNCTIONS = (
    "estimate_alpha_cf",
    "estimate_alpha_knn",
    "estimate_alpha_sm",
    "estimate_alpha_lkm",
    "estimate_foreground_ml",
    "estimate_foreground_cf",
    "cf_laplacian",
)
OURS, THEIRS = "mattingapp.pymatting", "pymatting"


def main() -> None:
    """Print the table, or measure one function for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--factor", type=float, default=1.0, help="of the sample's 800 × 600 pixels")
    options.add_argument("--one", nargs=2, metavar=("MODULE", "FUNCTION"), help="only this, as JSON")
    given = options.parse_args()
    if given.one:
        print(json.dumps(measured(*given.one, given.factor)))
        return
    if importlib.util.find_spec(THEIRS) is None:
        sys.exit("PyMatting is not installed; run: pip install '.[benchmark]'")
    print("| | seconds | PyMatting | | MB | PyMatting |\n|---|---|---|---|---|---|")
    for name in FUNCTIONS:
        (ours, our_memory), (theirs, their_memory) = (
            in_a_process(module, name, given.factor) for module in (OURS, THEIRS)
        )
        print(
            f"| `{name}` | {ours:.2f} | {theirs:.2f} | | {our_memory:.0f} | {their_memory:.0f} |", flush=True
        )


def in_a_process(module: str, name: str, factor: float) -> tuple[float, float]:
    """Return the seconds and megabytes of one function."""
    command = [sys.executable, __file__, "--factor", str(factor), "--one", module, name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return seconds, megabytes


def measured(module: str, name: str, factor: float) -> tuple[float, float]:
    """Return the seconds and the megabytes that a call of one function takes."""
    function = getattr(importlib.import_module(module), name)
    function(*arguments(name, 0.1))
    given = arguments(name, factor)
    before = peak()
    begin = time.perf_counter()
    function(*given)
    return time.perf_counter() - begin, peak() - before


def arguments(name: str, factor: float) -> tuple[np.ndarray, ...]:
    """Return the sample's image, and the trimap or alpha that the function takes beside it."""
    kind = {"alpha": "_trimap", "foreground": "_alpha"}.get(name.split("_")[1])
    image = load_image(resources.resource("samples", "hair.png"), "RGB")
    files = [] if kind is None else [resources.resource("samples", f"hair{kind}.png")]
    others = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) / 255.0 for path in files]
    size = tuple(int(side * factor) for side in image.shape[1::-1])
    shrunk = [cv2.resize(one, size, interpolation=cv2.INTER_NEAREST) for one in others]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), *shrunk


def peak() -> float:
    """Return the most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
