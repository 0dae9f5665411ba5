"""Keeping the process small where the C library would let it grow: glibc. Other systems' allocators need no help."""

import ctypes
import sys
from functools import cache

_LARGE = 1 << 19  # bytes
_M_MMAP_THRESHOLD = -3  # of malloc.h


def keep_memory_steady() -> None:
    """Have each large array take its memory from the system and give it back when it goes, in this process.

    By itself glibc does so only until the first large array has gone; from then on it cuts even larger ones from its
    heap, where a small thing behind them keeps the room from the system: hundreds of megabytes in an hour of work.
    """
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back_memory() -> None:
    """Give memory that is free in this process back to the system.

    glibc keeps what is freed in the arena of the thread that took it. With helpers that take turns that is the peak of
    each of them, tens of megabytes more after every few runs, until it fits everywhere.
    """
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") else None  # musl has none
