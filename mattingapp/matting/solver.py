"""Preconditioned conjugate gradients on torch tensors."""

import math
from collections.abc import Callable

import torch

from mattingapp.matting.job import Job

Operator = Callable[[torch.Tensor], torch.Tensor]


def conjugate_gradients(
    matvec: Operator,
    b: torch.Tensor,
    x: torch.Tensor,
    precondition: Operator,
    tolerance: float,
    max_iterations: int,
    job: Job,
    preview: Callable[[torch.Tensor], None] = lambda x: None,
) -> tuple[torch.Tensor, int, bool]:
    """Solve A x = b for a symmetric positive semi-definite A.

    Parameters
    ----------
    matvec : callable (n,) -> (n,)
        Multiplies by A.
    b, x : tensor (n,)
        Right-hand side and start; the part of the start that A does not see (its null space) stays as it is.
    precondition : callable (n,) -> (n,)
        Symmetric, close to the inverse of A.
    tolerance : float
        Stop where |b - A x| <= tolerance · |b|.
    max_iterations : int
    job : Job
        Asked for cancel around every product, and told the progress on a logarithmic scale.
    preview : callable, optional
        Called with the iterate, once an iteration.

    Returns
    -------
    x : tensor (n,)
        The last iterate. It is also the best: every step lowers the error in the norm of A.
    iterations : int
    converged : bool
    """
    x = x.clone()
    r = b - matvec(x)
    goal = tolerance * float(b.norm())
    start = residual = float(r.norm())
    if residual <= goal:
        return x, 0, True
    z = precondition(r)
    p = z.clone()
    rho = float(r.dot(z))
    for iteration in range(1, max_iterations + 1):
        job.check()
        q = matvec(p)
        curvature = float(p.dot(q))
        if not curvature > 0.0 or not math.isfinite(rho):  # rounding has eaten the last digits
            return x, iteration, False
        x += (rho / curvature) * p
        r -= (rho / curvature) * q
        residual = float(r.norm())
        if residual <= goal:
            return x, iteration, True
        job.check()
        preview(x)
        job.report(math.log(start / residual) / math.log(start / goal) if goal else 0.0, f"step {iteration}")
        z = precondition(r)
        rho, rho_before = float(r.dot(z)), rho
        p *= rho / rho_before
        p += z
    return x, max_iterations, False


def unconverged_note(converged: bool, iterations: int) -> str:
    """Return what to tell the person about a solver that stopped after `iterations`."""
    return "" if converged else f"The solver stopped after {iterations} steps; this is its best alpha so far."
