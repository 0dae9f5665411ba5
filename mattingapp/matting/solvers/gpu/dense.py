"""Small systems, solved at once."""

import torch


class DenseSolver:
    """Call it with a right-hand side (n,) for the solution (n,).

    The inverse of the Cholesky factor is kept: two products with it are many times as fast on a GPU as the
    substitutions, and what they make together is symmetric and positive whatever the rounding.

    Parameters
    ----------
    matrix : tensor (n, n), float64, symmetric and positive
    """

    def __init__(self, matrix: torch.Tensor) -> None:
        identity = torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
        self._inverse = torch.linalg.solve_triangular(torch.linalg.cholesky(matrix), identity, upper=False)

    def __call__(self, right: torch.Tensor) -> torch.Tensor:
        return self._inverse.mT @ (self._inverse @ right)
