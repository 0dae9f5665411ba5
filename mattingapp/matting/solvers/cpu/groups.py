"""A preconditioner for the system of a graph: each row by itself, and groups of rows together.

Rows alone pass a known alpha on by one edge a step. Rows that follow each other are alike in colour and position (see
graph), so sums over groups of them make a coarse system that still has few entries, which is solved exactly.
"""

import numpy as np
import scipy.sparse as sparse

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.factors import Factors
from mattingapp.matting.solvers.cpu.graph import GraphSystem
from mattingapp.matting.solvers.cpu.threads import a_share_each, on_cores, on_cores_checked, split

GROUPS = 3000  # at most: 1000 take a quarter more steps, 6000 longer to solve for than they save
ROWS_IN_A_GROUP = 100  # at least
ROWS_AT_ONCE = 100_000  # some 30 ms: as long as a cancel may wait


class Groups:
    """Call it with a residual for a correction, both float64 (n,); the next call overwrites it.

    Parameters
    ----------
    system : GraphSystem
    inverse_degrees : ndarray (n,), float64
    job : Job
    """

    def __init__(self, system: GraphSystem, inverse_degrees: np.ndarray, job: Job) -> None:
        size = len(system.b)
        count = max(min(GROUPS, size // ROWS_IN_A_GROUP), 1)
        self._inverse = inverse_degrees
        self._step = np.empty(size)
        self._group = (np.arange(size) * count // size).astype(np.int32)
        self._edges = np.searchsorted(self._group, np.arange(count + 1))
        rows = np.diff(self._edges)
        self._shares = a_share_each(rows)
        diagonal = np.zeros(count)
        entries = np.add.reduceat(system.counts, self._edges[:-1])
        begins = np.cumsum(np.minimum(entries, count)) - np.minimum(entries, count)
        room = int(np.minimum(entries, count).sum())
        columns, weights, counts = np.empty(room, np.int32), np.empty(room), np.zeros(count, np.int64)
        graph = system.starts, system.counts, system.columns, system.weights, system.degrees
        ranges = split(rows, 1 + size // ROWS_AT_ONCE)
        out = diagonal, begins, counts, columns, weights
        on_cores_checked(job, _join, ranges, self._edges, self._group, *graph, *out)
        self._solver = _factors(*out)

    def __call__(self, residual: np.ndarray) -> np.ndarray:
        sums = np.empty(len(self._edges) - 1)
        on_cores(_sum, self._shares, self._edges, residual, sums)
        arrays = self._inverse, residual, self._solver.solve(sums), self._step
        on_cores(_spread, self._shares, self._edges, *arrays)
        return self._step


def _factors(diagonal, begins, counts, columns, weights):
    """Return the factors of the system of the groups."""
    row = np.repeat(np.arange(len(counts)), counts)
    entry = np.arange(len(row)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
    size = len(counts)
    joined = sparse.coo_array((weights[entry], (row, columns[entry])), shape=(size, size))
    # Groups that no known pixel is joined to have no alpha of their own: a little more on the diagonal settles it.
    matrix = (sparse.diags_array(diagonal * (1.0 + 1e-9) + 1e-12) - joined).tocsc()
    return Factors(matrix)


@compiled
def _join(
    first,
    last,
    edges,
    group,
    starts,
    row_counts,
    row_columns,
    row_weights,
    degrees,
    diagonal,
    begins,
    counts,
    columns,
    weights,
):
    """Sum the degrees and the similarities to other groups of the groups from first to last."""
    sums = np.zeros(len(counts))
    for here in range(first, last):
        begin, found = begins[here], 0
        for row in range(edges[here], edges[here + 1]):
            diagonal[here] += degrees[row]
            for entry in range(starts[row], starts[row] + row_counts[row]):
                other, weight = group[row_columns[entry]], row_weights[entry]
                if other == here:
                    diagonal[here] -= weight
                elif weight > 0.0:
                    if sums[other] == 0.0:
                        columns[begin + found] = other
                        found += 1
                    sums[other] += weight
        for i in range(found):
            weights[begin + i] = sums[columns[begin + i]]
            sums[columns[begin + i]] = 0.0
        counts[here] = found


@compiled
def _sum(first, last, edges, residual, sums):
    for here in range(first, last):
        total = 0.0
        for row in range(np.uint64(edges[here]), np.uint64(edges[here + 1])):
            total += residual[row]
        sums[here] = total


@compiled
def _spread(first, last, edges, inverse, residual, correction, step):
    for here in range(first, last):
        for row in range(np.uint64(edges[here]), np.uint64(edges[here + 1])):
            step[row] = inverse[row] * residual[row] + correction[here]
