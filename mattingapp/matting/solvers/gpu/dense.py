"""Small systems, solved at once, that are positive but for rounding."""

import torch

RIDGES = (0.0, 1e-6, 1e-3, 1.0)  # of a diagonal: tried in turn until a matrix is positive
LEAST, LEAST_OF_ALL = 1e-8, 1e-12  # of a pivot; see `factored_blocks`


class DenseSolver:
    """Call it with a right-hand side (n,) for the solution (n,), or nearly so where the matrix is not positive.

    The inverse of the Cholesky factor is kept: two products with it are many times as fast on a GPU as the
    substitutions, and what they make together is symmetric and positive whatever the rounding.

    Parameters
    ----------
    matrix : tensor (n, n), float64, symmetric, with a positive diagonal
    """

    def __init__(self, matrix: torch.Tensor) -> None:
        identity = torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
        diagonal = matrix.diagonal()
        root = diagonal.sqrt().diag()
        for ridge in RIDGES:
            factor, failed_at = torch.linalg.cholesky_ex(matrix + (ridge * diagonal).diag())
            if int(failed_at) == 0 and bool(factor.isfinite().all()):
                root = factor
                break
        self._inverse = torch.linalg.solve_triangular(root, identity, upper=False)

    def __call__(self, right: torch.Tensor) -> torch.Tensor:
        return self._inverse.mT @ (self._inverse @ right)


def factored_blocks(blocks: torch.Tensor) -> torch.Tensor:
    """Return C, (n, size, size), lower triangular, where CCᵀ are the blocks, and raise these to that.

    In a region of one colour the functions of a node are one, and their block is singular: a pivot that is not above
    `LEAST` of its entry is set to that, in the block as well. So it is positive whatever rounding has left.
    """
    root = torch.zeros_like(blocks)
    diagonal = blocks.diagonal(dim1=1, dim2=2)
    least = LEAST * diagonal.abs() + LEAST_OF_ALL
    for f in range(blocks.shape[1]):
        row = root[:, f, :f, None]
        column = blocks[:, f:, f] - (root[:, f:, :f] @ row)[..., 0]
        pivot = column[:, 0].clamp(min=least[:, f])
        diagonal[:, f] += pivot - column[:, 0]
        root[:, f:, f] = column / pivot.sqrt()[:, None]
        root[:, f, f] = pivot.sqrt()
    return root
