"""A sparse symmetric matrix in factors, for the small systems at the bottom of the preconditioners."""

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

from mattingapp.matting.solvers.cpu.compiler import compiled

RIDGES = (0.0, 1e-6, 1e-3, 1.0)  # of a diagonal: tried in turn until a matrix is positive


class Factors:
    """P A Q = L U, of which only arrays are kept: SuperLU gives its memory back in the thread that took it, or never.

    Where rounding has left A indefinite it is solved for a little more on its diagonal, at worst for that alone.

    Parameters
    ----------
    matrix : csc_array (n, n), float64
        Symmetric, positive definite but for rounding, with a positive diagonal.
    """

    def __init__(self, matrix: sparse.csc_array) -> None:
        diagonal = sparse.diags_array(matrix.diagonal())
        for ridge in RIDGES:
            if self._take_apart((matrix + ridge * diagonal).tocsc()):
                return
        identity = sparse.eye_array(matrix.shape[0])
        self._lower, self._upper = _columns(identity.tocsc()), _columns(diagonal.tocsc())
        self._rows = self._columns = np.arange(matrix.shape[0])

    def _take_apart(self, matrix: sparse.csc_array) -> bool:
        """Return whether the matrix has positive pivots on its diagonal, and then keep its factors."""
        options = {"SymmetricMode": True}
        try:
            factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        except RuntimeError:  # singular
            return False
        self._lower, self._upper = (_columns(part) for part in (factors.L, factors.U))
        # Not views, which hold the factors.
        self._rows, self._columns = factors.perm_r.copy(), factors.perm_c.copy()
        starts, _, data = self._upper
        pivots = data[starts[1:] - 1]
        positive = np.isfinite(data).all() and (pivots > 0).all()
        return bool(positive and np.array_equal(self._rows, self._columns))

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Return x of A x = right, both float64 (n,)."""
        x = np.empty_like(right)
        x[self._rows] = right
        _solve(*self._lower, *self._upper, x)
        return x[self._columns]


def _columns(factor: sparse.csc_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    factor.sort_indices()
    return factor.indptr, factor.indices, factor.data


@compiled
def _solve(lower_starts, lower_rows, lower_data, upper_starts, upper_rows, upper_data, x):
    """Solve L U y = x in place; the diagonal, 1 in L, is the first entry of a column of L and the last of one of U."""
    size = len(x)
    for column in range(size):
        known = x[column]
        for entry in range(np.uint64(lower_starts[column] + 1), np.uint64(lower_starts[column + 1])):
            x[lower_rows[entry]] -= lower_data[entry] * known
    for column in range(size - 1, -1, -1):
        last = upper_starts[column + 1] - 1
        known = x[column] / upper_data[last]
        x[column] = known
        for entry in range(np.uint64(upper_starts[column]), np.uint64(last)):
            x[upper_rows[entry]] -= upper_data[entry] * known
