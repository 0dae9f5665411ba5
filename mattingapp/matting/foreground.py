"""Foreground colours by multi-level estimation.

Germer, Uelwer, Conrad, Harmeling: Fast multi-level foreground estimation, ICPR 2020.

Foreground F and background B minimise, summed over pixels i and their four neighbours j,

    |α_i F_i + (1 − α_i) B_i − I_i|² + Σ_j (ω + |α_i − α_j|) (|F_i − F_j|² + |B_i − B_j|²),

a 2 × 2 system for each pixel while its neighbours are held. From one pixel up to full size, every level starts
with the colours of the level below and repeats that step a few times.
"""

import math
from collections.abc import Iterator

import numpy as np

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.choose import colour_backend
from mattingapp.matting.stages import Estimate, Stage, StageInputs

REGULARISATION = 1e-5  # ω
SMALL_SIDE = 32  # levels up to this size take the larger number of steps
STEPS_SMALL, STEPS_LARGE = 10, 2


def foreground(inputs: StageInputs, job: Job) -> Estimate:
    """Estimate the foreground colours of the one alpha in `inputs`, which is passed on unchanged."""
    (alpha,) = inputs.alphas.values()
    sizes = list(level_sizes(*alpha.shape))
    work = np.cumsum([h * w * _steps(h, w) for h, w in sizes])

    def levels() -> Iterator[tuple[int, int]]:
        """Yield the size of every step, and tell of the progress."""
        for (height, width), done in zip(sizes, [0, *work[:-1]], strict=True):
            job.report(float(done / work[-1]), "{width} × {height}", width=width, height=height)
            for _ in range(_steps(height, width)):
                yield height, width

    backend = colour_backend(inputs.device, job)
    return Estimate(alpha, foreground=backend.foreground(inputs.photo, alpha, levels(), REGULARISATION, job))


def level_sizes(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes from 1 × 1 to full, growing by a constant factor of about two."""
    levels = max(math.ceil(math.log2(max(height, width))), 1)
    for level in range(levels + 1):
        yield round(height ** (level / levels)), round(width ** (level / levels))


def _steps(height: int, width: int) -> int:
    return STEPS_SMALL if max(height, width) <= SMALL_SIDE else STEPS_LARGE


STAGE = Stage("foreground", "Foreground colours", foreground)
