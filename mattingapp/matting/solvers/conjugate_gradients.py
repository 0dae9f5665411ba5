"""Preconditioned conjugate gradients, in any kind of vectors."""

import math
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from mattingapp.imaging.message import Message
from mattingapp.matting.job import Job

V = TypeVar("V")


class Vectors(Protocol, Generic[V]):
    """The arithmetic of conjugate gradients."""

    def copy(self, a: V) -> V:
        """Return a copy of `a`."""

    def dot(self, a: V, b: V) -> float:
        """Return a · b."""

    def step(self, factor: float, p: V, q: V, x: V, r: V) -> float:
        """Add factor · p to `x`, take factor · q from `r`, and return r · r."""

    def scale_and_add(self, factor: float, to: V, a: V) -> None:
        """Set `to` to factor · to + a."""


def conjugate_gradients(
    vectors: Vectors[V],
    matvec: Callable[[V], V],
    b: V,
    x: V,
    precondition: Callable[[V], V],
    tolerance: float,
    max_iterations: int,
    job: Job,
    preview: Callable[[V], None] = lambda x: None,
) -> tuple[V, int, bool]:
    """Solve A x = b for a symmetric positive semi-definite A.

    Parameters
    ----------
    vectors : Vectors
        How to calculate with what `b` and `x` are.
    matvec : callable (n,) -> (n,)
        Multiplies by A. It and `precondition` may return the same vector every time.
    b, x : vector (n,)
        Right-hand side and start; the part of the start that A does not see (its null space) stays as it is.
    precondition : callable (n,) -> (n,)
        Symmetric, positive, close to the inverse of A. Where it proves otherwise, the rest is done without it.
    tolerance : float
        Stop where |b - A x| <= tolerance · |b|.
    max_iterations : int
    job : Job
        Asked for cancel after every product, and told the progress on a logarithmic scale.
    preview : callable, optional
        Called with the iterate, once an iteration.

    Returns
    -------
    x : tensor (n,)
        The last iterate. It is also the best: every step lowers the error in the norm of A.
    iterations : int
    converged : bool
    """

    def copied(a: V) -> V:  # into fresh memory, which takes a tenth of a second at 24 megapixels
        return job.wait_for(lambda: vectors.copy(a))

    x = copied(x)
    r = copied(matvec(x))
    job.check()
    vectors.scale_and_add(-1.0, r, b)
    goal = tolerance * math.sqrt(vectors.dot(b, b))
    start = residual = math.sqrt(vectors.dot(r, r))
    if residual <= goal:
        return x, 0, True
    p, rho = None, 1.0
    for iteration in range(1, max_iterations + 1):
        job.check()
        z = precondition(r)
        job.check()
        rho, rho_before = vectors.dot(r, z), rho
        if not 0.0 < rho < math.inf:  # rounding, or worse: go on without it
            precondition, p, z, rho = _nothing, None, r, residual**2
        if p is None:
            p = copied(z)
        else:
            vectors.scale_and_add(rho / rho_before, p, z)
        job.check()
        q = matvec(p)
        job.check()
        curvature = vectors.dot(p, q)
        if not (
            0.0 < curvature < math.inf and rho / curvature < math.inf
        ):  # rounding has eaten the last digits
            return x, iteration, False
        residual = math.sqrt(vectors.step(rho / curvature, p, q, x, r))
        if residual <= goal:
            return x, iteration, True
        job.check()
        preview(x)
        done = math.log(start / residual) / math.log(start / goal) if goal else 0.0
        job.report(done, "step {number}", number=iteration)
    return x, max_iterations, False


def _nothing(r: V) -> V:
    return r


def unconverged_note(converged: bool, iterations: int) -> tuple[Message, ...]:
    """Return what to tell the person about a solver that stopped after `iterations`."""
    if converged:
        return ()
    return (
        Message("The solver stopped after {steps} steps; this is its best alpha so far.", steps=iterations),
    )
