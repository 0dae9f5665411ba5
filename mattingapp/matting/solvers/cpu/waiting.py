"""Waiting awake for another thread's number.

That takes an atomic load, which numba has no public word for: the one built here rests on how it lowers arrays. Where
another release cannot build it, nobody looks, and threads sleep at once; that costs 0.1 ms a loop.
"""

from functools import cache

import numba
import numpy as np
from numba.extending import intrinsic

from mattingapp.matting.solvers.cpu.compiler import compiled

try:
    from numba.np.arrayobj import make_array
except ImportError:
    make_array = None  # type: ignore[assignment]

LOOKS = 2_000_000  # for a call or for its end, before a thread sleeps: some 1 ms
LOOKS_AFTER = 20_000  # some 6 µs: until the other thread has let go of Python's lock


@intrinsic
def _now(typing_context, counter):
    """Return what another thread may just have written to counter[0]."""

    def generate(context, builder, signature, arguments):
        data = make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load_atomic(data, "acquire", 8)

    return numba.types.int64(counter), generate


@compiled
def look(counter, before, looks, looks_after):
    """Return whether counter[0] is another than `before` now, or soon."""
    for _ in range(looks):
        if _now(counter) != before:  # type: ignore[call-arg]
            for _ in range(looks_after):
                _now(counter)
            return True
    return False


@cache
def can_look() -> bool:
    """Tell whether the loop that looks can be built; the first call builds it."""
    try:
        return bool(look(np.ones(1, np.int64), 0, 1, 1))
    except Exception:  # numba and LLVM wrap what goes wrong in many kinds, all of them theirs
        return False


def look_for_change(counter: np.ndarray, before: int) -> bool:
    """Return whether counter[0], int64, is another than `before` now or within about a millisecond."""
    return can_look() and look(counter, before, LOOKS, LOOKS_AFTER)
