"""A multi-level preconditioner for the matting Laplacian.

Plain smoothing leaves the functions that the matting Laplacian hardly sees: those that are, in every small window,
affine in the colours. So the first coarse space is bilinear hats on a grid of `SPACING` pixels, each times 1, r, g
and b; the next ones are hats on ever wider grids, which are sums of the narrower ones, until what is left can be
factored at once. Every coarse matrix is the Galerkin one. A cycle goes down and up once, with one sweep of Gauss and
Seidel on each level before and one backwards after, which keeps it symmetric. The work is linear in the unknown
pixels.
"""

import numpy as np
import scipy.sparse as sparse

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.band import Band, turned_runs
from mattingapp.matting.solvers.cpu.factors import Factors
from mattingapp.matting.solvers.cpu.laplacian import (
    BandLaplacian,
    relax_from_zero,
    relax_turned,
    residual,
    turn_planes,
)
from mattingapp.matting.solvers.cpu.nodes import (
    BLOCKS,
    FUNCTIONS,
    SPACING,
    Nodes,
    add_prolonged,
    children,
    coarse_blocks,
    factor_nodes,
    first_blocks,
    nodes_above,
    nodes_above_pixels,
    parents,
    relax_nodes,
    relax_nodes_from_zero,
    residual_after_node_sweep,
    restrict,
    scaled_rows,
    set_functions,
    times_transposed,
)
from mattingapp.matting.solvers.cpu.threads import (
    Ranges,
    a_share_each,
    make_turns,
    near_another_block,
    on_cores,
    on_cores_checked,
    split_evenly,
    take_turns,
    whole_rows,
)

FACTORED = 2000  # SuperLU holds Python's lock meanwhile
# The planes are rounded to float32, and with them the least energies; so much of a pixel's own is added to it below.
ROUNDING = 1e-6
AROUND_HALF = (BLOCKS - 1) * FUNCTIONS  # coefficients of the nodes on either side of a node
PIXELS_A_NODE = 6  # a node takes as long as so many pixels
PIXELS_SWEPT, NODES_SWEPT = 16_384, 1024  # at least, in one block of a sweep
PIXELS_AT_ONCE, NODES_AT_ONCE = 30_000, 1000  # some 30 ms: as long as a cancel may wait


class MultiLevel:
    """Call it with a residual for a correction, both float64 fields of the band; the next call overwrites it.

    Parameters
    ----------
    laplacian : BandLaplacian
    colours : ndarray (places, 3), float64
    band : Band
    job : Job
    factored : int
        A matrix up to this size is factored.
    """

    def __init__(
        self, laplacian: BandLaplacian, colours: np.ndarray, band: Band, job: Job, factored: int = FACTORED
    ) -> None:
        self._pixels = job.wait_for(lambda: _PixelLevel(laplacian, colours, band, job))
        nodes, blocks = self._pixels.below(laplacian, colours, band)
        self._levels: list[_NodeLevel] = []
        while FUNCTIONS * nodes.count > factored:
            above = job.wait_for(lambda: nodes_above(nodes))  # noqa: B023 - called here
            if above.count == nodes.count:
                break
            self._levels.append(job.wait_for(lambda: _NodeLevel(nodes, blocks, above, job)))  # noqa: B023 - called here
            blocks = _node_blocks_above(nodes, blocks, above, job)
            nodes = above
        job.wait_for(lambda: _factors(blocks, a_share_each(np.full(nodes.count, PIXELS_A_NODE))))
        matrix = job.wait_for(lambda: _matrix(nodes, blocks))
        self._bottom = job.wait_for(lambda: Factors(matrix))

    def __call__(self, right: np.ndarray) -> np.ndarray:
        field, left = self._pixels.before(right)
        below = self._cycle(0, self._pixels.down(left))
        return self._pixels.after(right, self._pixels.up(below, field))

    def _cycle(self, depth: int, right: np.ndarray) -> np.ndarray:
        if depth == len(self._levels):
            field = np.zeros_like(right)
            field[:-1] = self._bottom.solve(right[:-1].ravel()).reshape(-1, FUNCTIONS)
            return field
        level = self._levels[depth]
        scaled, field = level.before(right)
        level.up(self._cycle(depth + 1, level.down(scaled, field)), field)
        return level.after(scaled, field)


class _PixelLevel:
    """The level of the pixels."""

    def __init__(self, laplacian: BandLaplacian, colours: np.ndarray, band: Band, job: Job) -> None:
        self._job = job
        runs = self._runs = band.runs
        self._shares = a_share_each(runs.lengths)
        self._planes, self._diagonal = laplacian.planes, laplacian.diagonal
        self._turned_planes = np.zeros_like(laplacian.planes)
        on_cores(turn_planes, self._shares, laplacian.planes, runs, self._turned_planes)
        self._inverse = (1.0 / np.maximum(laplacian.diagonal, 1e-12)).astype(np.float32)
        self._colours = colours.astype(np.float32)
        edges = whole_rows(runs.rows, runs.lengths, PIXELS_SWEPT)
        self._sweeps = make_turns(edges, runs.lengths)
        self._at_edge = near_another_block(runs.rows, edges)
        self._edge_runs = np.flatnonzero(self._at_edge)
        self._edge_shares = a_share_each(runs.lengths[self._edge_runs])
        self._turned_runs = turned_runs(band)
        self._turned_inverse = self._inverse[::-1].copy()
        self._turned_sweeps = self._sweeps.turned()
        # A row of cells adds to the nodes above it and below it.
        edges = np.flatnonzero(np.diff(runs.rows // SPACING, prepend=-1, append=-1))
        self._cells = make_turns(edges, runs.lengths)
        self._nodes = nodes_above_pixels(band.shape, band.places[band.unknown])
        # Kept from one call to the next: fresh memory costs more than what is done in it.
        self._field, self._left, self._turned = np.zeros((3, band.size), np.float32)
        self._out = np.zeros(band.size)

    def below(self, laplacian: BandLaplacian, colours: np.ndarray, band: Band) -> tuple[Nodes, np.ndarray]:
        """Return the nodes below the pixels and their Galerkin blocks."""
        functions = self._job.wait_for(lambda: self._functions(colours, band))
        nodes = self._nodes
        entries = laplacian.planes, (1.0 + ROUNDING) * laplacian.diagonal
        blocks = np.zeros((nodes.count + 1, BLOCKS, FUNCTIONS, FUNCTIONS))
        for cells, work in zip(self._cells.blocks, self._cells.work, strict=True):
            ranges = a_share_each(work, PIXELS_AT_ONCE)
            arrays = cells, band.runs, *entries, functions, nodes.index, blocks
            on_cores_checked(self._job, first_blocks, ranges, *arrays)
        return nodes, blocks

    def _functions(self, colours: np.ndarray, band: Band) -> np.ndarray:
        functions = np.zeros((band.size, FUNCTIONS))
        on_cores(set_functions, self._shares, band.runs, colours, functions)
        return functions

    def before(self, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the field after a sweep from zero, and what it leaves of the right-hand side, both float32."""
        field, left = self._field, self._left
        matrix = self._planes, self._inverse
        take_turns(
            self._job, relax_from_zero, self._sweeps, self._at_edge, *matrix, right, self._runs, field, left
        )
        edge = self._edge_runs, self._planes, self._diagonal, field, right, self._runs, left
        on_cores_checked(self._job, residual, self._edge_shares, *edge)
        return field, left

    def down(self, left: np.ndarray) -> np.ndarray:
        coefficients = np.zeros((self._nodes.count + 1, FUNCTIONS))
        arrays = self._runs, self._colours, left, self._nodes.index, coefficients
        take_turns(self._job, restrict, self._cells, *arrays)
        coefficients[-1] = 0.0
        return coefficients

    def up(self, coefficients: np.ndarray, field: np.ndarray) -> np.ndarray:
        """Return the corrected field of the photo turned by 180°."""
        arrays = self._colours, coefficients, self._nodes.index, field, self._turned
        on_cores_checked(self._job, add_prolonged, self._shares, self._runs, *arrays)
        field[:] = 0.0  # for the next call
        return self._turned

    def after(self, right: np.ndarray, turned: np.ndarray) -> np.ndarray:
        """Return, float64, the field after a sweep backwards."""
        arrays = self._turned_planes, self._turned_inverse, right, self._turned_runs, turned, self._out
        take_turns(self._job, relax_turned, self._turned_sweeps, *arrays)
        return self._out


class _NodeLevel:
    """A level of nodes, with the way to the nodes `above` on a grid twice as wide."""

    def __init__(self, nodes: Nodes, blocks: np.ndarray, above: Nodes, job: Job) -> None:
        self._job = job
        count = nodes.count
        work = np.full(count, PIXELS_A_NODE)
        self._shares = a_share_each(work)
        self._root, self._inverse = _factors(blocks, self._shares)
        self._before, self._after = np.zeros((2, count, FUNCTIONS, AROUND_HALF), np.float32)
        rows = self._before, self._after
        on_cores(scaled_rows, self._shares, nodes.beside, blocks, self._inverse, *rows)
        self._beside = nodes.beside
        edges = whole_rows(nodes.at[0], work, NODES_SWEPT * PIXELS_A_NODE)
        self._at_edge = near_another_block(nodes.at[0], edges)
        self._sweeps = make_turns(edges, work)
        self._backward_sweeps = self._sweeps.backward()
        self._coefficients = np.empty(AROUND_HALF, np.float32)  # a loop of a length the compiler is not told
        parent = parents(nodes, above)
        quarters = (
            np.full(parent.size, 0.25),
            parent.ravel(),
            np.arange(0, parent.size + 5, 4).clip(max=parent.size),
        )
        self._up = sparse.csr_array(quarters, shape=(count + 1, above.count + 1))
        self._down = self._up.T.tocsr()

    def before(self, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the scaled right-hand side and the scaled field, float32."""
        scaled, field = np.zeros((2, *right.shape), np.float32)
        rows = self._beside, self._before, self._after
        arrays = self._at_edge, *rows, self._inverse, right, scaled, self._coefficients, field
        take_turns(self._job, relax_nodes_from_zero, self._sweeps, *arrays)
        return scaled, field

    def down(self, scaled: np.ndarray, field: np.ndarray) -> np.ndarray:
        left = np.zeros(field.shape)
        rows = self._beside, self._before, self._after
        arrays = self._root, scaled, field, self._coefficients, left
        on_cores(residual_after_node_sweep, self._shares, self._at_edge, *rows, *arrays)
        return self._down @ left

    def up(self, coefficients: np.ndarray, field: np.ndarray) -> None:
        scaled = np.zeros(field.shape)
        on_cores(times_transposed, self._shares, self._root, self._up @ coefficients, scaled)
        field += scaled

    def after(self, scaled: np.ndarray, field: np.ndarray) -> np.ndarray:
        """Return, float64 and not scaled, the field after a sweep backwards."""
        rows = self._beside, self._before, self._after
        take_turns(self._job, relax_nodes, self._backward_sweeps, *rows, scaled, self._coefficients, field)
        out = np.zeros(field.shape)
        on_cores(times_transposed, self._shares, self._inverse, field, out)
        return out


def _node_blocks_above(nodes: Nodes, blocks: np.ndarray, above: Nodes, job: Job) -> np.ndarray:
    """Return the Galerkin blocks of the nodes on the wider grid."""
    coarse = np.zeros((above.count + 1, BLOCKS, FUNCTIONS, FUNCTIONS))
    ranges = split_evenly(above.count, 1 + above.count // NODES_AT_ONCE)
    family = job.wait_for(lambda: children(nodes, above))
    on_cores_checked(job, coarse_blocks, ranges, nodes.beside, blocks, family, above.at, coarse)
    return coarse


def _factors(blocks: np.ndarray, shares: Ranges) -> tuple[np.ndarray, np.ndarray]:
    """Return C and C⁻¹ of the nodes' own blocks, see `factor_nodes`, which are CCᵀ afterwards."""
    root, inverse = np.zeros((2, len(blocks) - 1, FUNCTIONS, FUNCTIONS))
    on_cores(factor_nodes, shares, blocks, root, inverse)
    return root, inverse


def _matrix(nodes: Nodes, blocks: np.ndarray) -> sparse.csc_array:
    """Return the blocks as one sparse matrix."""
    node, k = np.nonzero(nodes.beside[:, BLOCKS - 1 :] < nodes.count)
    entry = np.arange(FUNCTIONS)
    row = np.broadcast_to(FUNCTIONS * node[:, None, None] + entry[:, None], (len(node), FUNCTIONS, FUNCTIONS))
    other = nodes.beside[node, BLOCKS - 1 + k]
    column = np.broadcast_to(FUNCTIONS * other[:, None, None] + entry, row.shape)
    half = blocks[node, k]
    half[k == 0] *= 0.5
    size = FUNCTIONS * nodes.count
    matrix = sparse.coo_array((half.ravel(), (row.ravel(), column.ravel())), shape=(size, size))
    return (matrix + matrix.T).tocsc()
