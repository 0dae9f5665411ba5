"""How many cores the work may take."""

import os
from functools import cache

_processes = 1


def share_cores(processes: int) -> None:
    """Use a share of the cores, where so many processes do the same work; call it before the first loop."""
    global _processes
    _processes = processes


@cache
def cores() -> int:
    """Return how many cores this process may use."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(here // _processes, 1)
