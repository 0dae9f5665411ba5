"""Whether memory that is free goes back to the system; in processes of their own, since it is a matter of these."""

import subprocess
import sys

import pytest

SIZE = 8  # megabytes an array
ARRAYS = 40
LEFT = """
import numpy as np
from mattingapp.matting.memory import keep_memory_steady

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20

if {steady}:
    keep_memory_steady()
np.ones({size} << 20, np.uint8)  # comes and goes
before = resident()
arrays, pins = [], []
for _ in range({arrays}):
    arrays.append(np.ones({size} << 20, np.uint8))
    pins.append(np.ones(1 << 14, np.uint8))  # lies behind it in the heap
arrays.clear()
print(resident() - before)
"""


def left(steady: bool) -> float:
    """Return the megabytes that a process keeps of arrays that are gone."""
    code = LEFT.format(steady=steady, size=SIZE, arrays=ARRAYS)
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems' allocators need no help")
def test_large_arrays_give_their_memory_back_at_once():
    assert left(steady=True) < SIZE
    assert left(steady=False) > SIZE * ARRAYS / 2  # else there is nothing left to do for glibc
