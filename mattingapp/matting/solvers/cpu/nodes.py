"""Grids of nodes above an unknown band: hats, their block matrices, and the ways between them.

A node carries four coefficients, of 1, r, g and b. Only nodes whose hat meets an unknown pixel exist. A node lies
between two pixels, and both have all of its hat, so that two nodes apart hats are three pixels apart and not coupled:
the matting Laplacian reaches two. A node's row is 9 blocks of 4 × 4, of which the 5 of itself and of the nodes after
it are kept (see laplacian). One node more, all zeros, stands for the neighbours that do not exist.
"""

import math
from dataclasses import dataclass

import numpy as np

from mattingapp.matting.solvers.cpu.compiler import compiled, inlined

SPACING = 6
LAST = SPACING - 1  # of a cell's pixels: it has all of one node's hat, as the first has of the other's
FUNCTIONS = 4
BLOCKS = 5
LEAST, LEAST_OF_ALL = 1e-8, 1e-12  # of a pivot; see `factor_nodes`
_0, _1, _2, _3, _4, _5, _6, _7 = (np.uint64(number) for number in range(8))
_11, _12, _13, _16, _64, _SPACING = (np.uint64(number) for number in (11, 12, 13, 16, 64, SPACING))
AROUND = np.array([(dy, dx) for dy in range(-1, 2) for dx in range(-1, 2)])


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of one grid.

    Attributes
    ----------
    index : ndarray (rows + 2, columns + 2), int32
        Number of the node at each grid point, with one point of margin; `count` where there is none.
    at : ndarray (2, count), int64
        Row and column of each node, without the margin.
    beside : ndarray (count, 9), int32
        Number of the node at each of the 9 points around a node.
    """

    index: np.ndarray
    at: np.ndarray
    beside: np.ndarray

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.beside)


def make_nodes(present: np.ndarray) -> Nodes:
    """Return the nodes of a bool mask of the grid points that exist."""
    at = np.stack(np.nonzero(present))
    count = at.shape[1]
    index = np.full((present.shape[0] + 2, present.shape[1] + 2), count, np.int32)
    index[1:-1, 1:-1][present] = np.arange(count)
    beside = index[at[0][:, None] + 1 + AROUND[:, 0], at[1][:, None] + 1 + AROUND[:, 1]]
    return Nodes(index, at, np.ascontiguousarray(beside))


def nodes_above_pixels(shape: tuple[int, int], places: np.ndarray) -> Nodes:
    """Return the nodes, `SPACING` pixels apart, of the cells that hold a pixel of the given raster indices."""
    cells = np.zeros((shape[0] // SPACING + 1, shape[1] // SPACING + 1), bool)
    row, column = np.divmod(places, shape[1])
    cells[row // SPACING, column // SPACING] = True
    return make_nodes(_corners(cells))


def nodes_above(nodes: Nodes) -> Nodes:
    """Return the nodes of the grid twice as wide."""
    row, column = nodes.at // 2, (nodes.at + 1) // 2
    present = np.zeros((int(column[0].max()) + 1, int(column[1].max()) + 1), bool)
    for y in (row[0], column[0]):
        for x in (row[1], column[1]):
            present[y, x] = True
    return make_nodes(present)


def _corners(cells: np.ndarray) -> np.ndarray:
    present = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), bool)
    for part in (present[:-1, :-1], present[:-1, 1:], present[1:, :-1], present[1:, 1:]):
        part |= cells
    return present


def parents(nodes: Nodes, above: Nodes) -> np.ndarray:
    """Return (count, 4) the numbers of the wider hats a node's hat is a part of; each takes a quarter.

    A node on a line of the wider grid has the same parent twice.
    """
    (low_y, low_x), (high_y, high_x) = nodes.at // 2 + 1, (nodes.at + 1) // 2 + 1
    four = [above.index[y, x] for y in (low_y, high_y) for x in (low_x, high_x)]
    return np.ascontiguousarray(np.stack(four, axis=1))


def children(nodes: Nodes, above: Nodes) -> np.ndarray:
    """Return (above.count, 25) the numbers of the nodes within two of each wider node's point, row by row."""
    reach = np.arange(-2, 3)
    index = np.pad(nodes.index, 2, constant_values=nodes.count)
    y, x = (
        np.clip(2 * at[:, None] + reach + 3, 0, size - 1)
        for at, size in zip(above.at, index.shape, strict=True)
    )
    return np.ascontiguousarray(index[y[:, :, None], x[:, None, :]].reshape(-1, 25))


@compiled
def set_functions(first, last, runs, colours, functions):
    """Set `functions` (places, 4) to 1, r, g, b along the runs from first to last."""
    for run in range(first, last):
        here = runs.offsets[run, 2] + runs.starts[run]
        for place in range(here, here + runs.lengths[run]):
            functions[place, 0] = 1.0
            functions[place, 1:] = colours[place]


@inlined
def _add_entries(first, last, d, here, there, along, row, far_y, arrays, field):
    """Add to `field` what the entries from first to last of row d, of five, of L P around a pixel are.

    They lie in one cell. Its nodes' coefficients are at the place `row` of the field, those of the next row 16 on.
    """
    planes, diagonal, functions, fraction = arrays
    a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = 0.0  # of its left and right node
    for e in range(first, last):
        k = _5 * d + e
        if k == _12:
            entry = diagonal[here]
        elif k > _12:
            entry = np.float64(planes[k - _13, here])
        else:
            entry = np.float64(planes[_11 - k, there + e])
        right = entry * fraction[along + e]
        left = entry - right
        place = there + e
        one, r, g, b = functions[place, _0], functions[place, _1], functions[place, _2], functions[place, _3]
        a0, a1, a2, a3 = a0 + left * one, a1 + left * r, a2 + left * g, a3 + left * b
        b0, b1, b2, b3 = b0 + right * one, b1 + right * r, b2 + right * g, b3 + right * b
    weight = 1.0 - far_y
    for _ in range(2):
        field[row] += weight * a0
        field[row + _1] += weight * a1
        field[row + _2] += weight * a2
        field[row + _3] += weight * a3
        field[row + _4] += weight * b0
        field[row + _5] += weight * b1
        field[row + _6] += weight * b2
        field[row + _7] += weight * b3
        row, weight = row + _16, far_y


@compiled
def first_blocks(first, last, cells, runs, planes, diagonal, functions, index, blocks):
    """Add PᵀLP of the runs in some rows of cells to the blocks of their nodes.

    `functions` (places, 4) holds 1, r, g, b, and zeros at the known pixels, which have no hats.
    """
    rows, starts, lengths, offsets = runs
    # From two pixels before a cell on: which cell, counted from the one before, and how far from its first node.
    pixel = np.arange(SPACING - 2, 2 * SPACING + 2)
    in_cell, fraction = (pixel // SPACING).astype(np.uint64), (pixel % SPACING) / LAST
    field = np.empty(64)  # L P around a pixel: 4 × 4 nodes, from the one before the cell's own, and function
    sums = np.empty((2, 4, 64))  # over a run's pixels in a cell, for its left and right nodes and functions
    arrays = planes, diagonal, functions, fraction
    for number in range(first, last):
        begin, end = cells[number]
        cell = rows[begin] // SPACING
        for run in range(begin, end):
            down = np.uint64(rows[run] - cell * SPACING)
            x, stop = np.uint64(starts[run]), np.uint64(starts[run] + lengths[run])
            while x < stop:
                column = x // _SPACING
                until = min(stop, (column + _1) * _SPACING)
                sums[:] = 0.0
                for along in range(x - column * _SPACING, until - column * _SPACING):
                    field[:] = 0.0
                    edge = _1  # of the entries in one cell
                    while edge < _5 and in_cell[along + edge] == in_cell[along]:
                        edge += _1
                    here = np.uint64(offsets[run, 2]) + column * _SPACING + along
                    for d in range(_5):
                        there = np.uint64(offsets[run, d]) + column * _SPACING + along - _2
                        row, far = _16 * in_cell[down + d] + _4 * in_cell[along], fraction[down + d]
                        _add_entries(_0, edge, d, here, there, along, row, far, arrays, field)
                        if edge < _5:
                            row += _4
                            _add_entries(edge, _5, d, here, there, along, row, far, arrays, field)
                    for f in range(_4):
                        right = fraction[along + _2] * functions[here, f]
                        left = functions[here, f] - right
                        for i in range(_64):
                            sums[_0, f, i] += left * field[i]
                        for i in range(_64):
                            sums[_1, f, i] += right * field[i]
                for p in range(2):
                    weight = fraction[down + _2] if p else 1.0 - fraction[down + _2]
                    for q in range(2):
                        node = index[cell + p + 1, np.int64(column) + q + 1]
                        for k in range(BLOCKS):
                            place = 16 * (p + (k + 4) // 3) + 4 * (q + (k + 4) % 3)
                            for f in range(4):
                                for g in range(4):
                                    blocks[node, k, f, g] += weight * sums[q, f, place + g]
                x = until


@compiled
def coarse_blocks(first, last, beside, blocks, family, above_at, coarse):
    """Set the blocks of the wider nodes from first to last to PᵀBP."""
    field = np.empty((25, 4, 4))
    nobody = len(beside)
    half = np.array([0.5, 1.0, 0.5])
    for node in range(first, last):
        field[:] = 0.0
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                child = family[node, 5 * (dy + 2) + dx + 2]
                if child == nobody:
                    continue
                weight = half[dy + 1] * half[dx + 1]
                for b in range(9):
                    other = beside[child, b]
                    if other == nobody:
                        continue
                    place = 5 * (dy + 1 + b // 3) + dx + 1 + b % 3
                    if b >= 4:
                        for g in range(4):
                            for f in range(4):
                                field[place, g, f] += weight * blocks[child, b - 4, g, f]
                    else:
                        for g in range(4):
                            for f in range(4):
                                field[place, g, f] += weight * blocks[other, 4 - b, f, g]
        y, x = above_at[0, node], above_at[1, node]
        for place in range(25):
            child = family[node, place]
            if child == nobody:
                continue
            child_y, child_x = 2 * y + place // 5 - 2, 2 * x + place % 5 - 2
            for p in range(2):
                for q in range(2):
                    k = 3 * ((child_y + p) // 2 - y) + (child_x + q) // 2 - x
                    if k >= 0:
                        for g in range(4):
                            for f in range(4):
                                coarse[node, k, g, f] += 0.25 * field[place, g, f]


@compiled
def factor_nodes(first, last, blocks, root, inverse):
    """Set `root` to C and `inverse` to C⁻¹, where CCᵀ is the block of a node itself, from first to last.

    C is lower triangular. In a region of one colour a node's four functions are one, and their block is singular: a
    pivot that is not above `LEAST` of its entry is set to that, in the block as well. So it is positive whatever
    rounding has left.
    """
    for node in range(first, last):
        block, c = blocks[node, 0], root[node]
        for f in range(4):
            pivot = block[f, f]
            for k in range(f):
                pivot -= c[f, k] * c[f, k]
            least = LEAST * abs(block[f, f]) + LEAST_OF_ALL
            if not pivot > least:
                block[f, f] += least - pivot
                pivot = least
            c[f, f] = math.sqrt(pivot)
            for g in range(f + 1, 4):
                entry = block[g, f]
                for k in range(f):
                    entry -= c[g, k] * c[f, k]
                c[g, f] = entry / c[f, f]
        for f in range(4):
            inverse[node, f, f] = 1.0 / c[f, f]
            for g in range(f + 1, 4):
                entry = 0.0
                for k in range(f, g):
                    entry -= c[g, k] * inverse[node, k, f]
                inverse[node, g, f] = entry / c[g, g]


@compiled
def scaled_rows(first, last, beside, blocks, inverse, before, after):
    """Set the rows of the scaled matrix C⁻¹BC⁻ᵀ of the nodes from first to last.

    `inverse` (nodes, 4, 4) is C⁻¹, where CCᵀ is the block of a node itself, so that those blocks become the identity.
    `before` and `after` (nodes, 4, 16) take the blocks of the four nodes on either side.
    """
    nobody = len(beside)
    half = np.empty((4, 4))
    for node in range(first, last):
        for k in range(9):
            other = beside[node, k]
            if k == 4 or other == nobody:
                continue
            for g in range(4):
                for b in range(4):
                    half[g, b] = 0.0
                    for a in range(4):
                        entry = blocks[node, k - 4, a, b] if k > 4 else blocks[other, 4 - k, b, a]
                        half[g, b] += inverse[node, g, a] * entry
            for g in range(4):
                for f in range(4):
                    entry = 0.0
                    for b in range(4):
                        entry += half[g, b] * inverse[other, f, b]
                    if k > 4:
                        after[node, g, 4 * (k - 5) + f] = entry
                    else:
                        before[node, g, 4 * k + f] = entry


@inlined
def _subtract_nodes(rows, beside, node, first, pairs, coefficients, coefficient_pairs, row):
    """Subtract from `row` (4,) what four other nodes, from place `first` of 9, add at a node.

    `pairs` and `coefficient_pairs` view the field and `coefficients` (16,) as float64, to move two numbers at once.
    """
    for k in range(_4):
        other = np.uint64(beside[node, first + k])
        coefficient_pairs[_2 * k], coefficient_pairs[_2 * k + _1] = pairs[other, _0], pairs[other, _1]
    w0, w1, w2, w3 = rows[node, _0], rows[node, _1], rows[node, _2], rows[node, _3]
    s0 = s1 = s2 = s3 = np.float32(0.0)
    for i in range(np.uint64(len(coefficients))):
        value = coefficients[i]
        s0, s1, s2, s3 = s0 + w0[i] * value, s1 + w1[i] * value, s2 + w2[i] * value, s3 + w3[i] * value
    row[_0], row[_1], row[_2], row[_3] = row[_0] - s0, row[_1] - s1, row[_2] - s2, row[_3] - s3


@compiled
def relax_nodes_from_zero(
    first, last, turn, at_edge, beside, before, after, inverse, right, scaled, coefficients, field
):
    """Sweep as `relax_nodes` does where `field` is zero still, and set `scaled` to C⁻¹ · right."""
    coefficients, row = coefficients.copy(), np.empty(4, np.float32)
    pairs, coefficient_pairs = field.view(np.float64), coefficients.view(np.float64)
    for number in range(first, last):
        for node in range(np.uint64(turn[number, 0]), np.uint64(turn[number, 1])):
            for g in range(_4):
                value = 0.0
                for f in range(_4):
                    value += inverse[node, g, f] * right[node, f]
                scaled[node, g] = row[g] = value
            _subtract_nodes(before, beside, node, _0, pairs, coefficients, coefficient_pairs, row)
            if at_edge[node]:
                _subtract_nodes(after, beside, node, _5, pairs, coefficients, coefficient_pairs, row)
            for g in range(_4):
                field[node, g] = row[g]


@compiled
def residual_after_node_sweep(
    first, last, at_edge, beside, before, after, root, scaled, field, coefficients, out
):
    """Set `out` (nodes + 1, 4) to right - B · field for a field from `relax_nodes_from_zero`; `root` is C."""
    coefficients, row = coefficients.copy(), np.empty(4, np.float32)
    pairs, coefficient_pairs = field.view(np.float64), coefficients.view(np.float64)
    for node in range(np.uint64(first), np.uint64(last)):
        for g in range(_4):
            row[g] = np.float32(0.0)
        _subtract_nodes(after, beside, node, _5, pairs, coefficients, coefficient_pairs, row)
        if at_edge[node]:
            for g in range(_4):
                row[g] += scaled[node, g] - field[node, g]
            _subtract_nodes(before, beside, node, _0, pairs, coefficients, coefficient_pairs, row)
        for g in range(_4):
            value = 0.0
            for f in range(_4):
                value += root[node, g, f] * row[f]
            out[node, g] = value


@compiled
def relax_nodes(first, last, turn, beside, before, after, scaled, coefficients, field):
    """Solve for one node after the other, from the last, in the blocks of a turn: Gauss and Seidel's sweep."""
    coefficients, row = coefficients.copy(), np.empty(4, np.float32)
    pairs, coefficient_pairs = field.view(np.float64), coefficients.view(np.float64)
    for number in range(first, last):
        begin, end = np.uint64(turn[number, 0]), np.uint64(turn[number, 1])
        for passed in range(end - begin):
            node = end - _1 - passed
            for g in range(_4):
                row[g] = scaled[node, g]
            _subtract_nodes(after, beside, node, _5, pairs, coefficients, coefficient_pairs, row)
            _subtract_nodes(before, beside, node, _0, pairs, coefficients, coefficient_pairs, row)
            for g in range(_4):
                field[node, g] = row[g]


@compiled
def times_transposed(first, last, matrices, vectors, out):
    """Set `out` to the transposed 4 × 4 matrices times the vectors from first to last."""
    for node in range(np.uint64(first), np.uint64(last)):
        for g in range(_4):
            value = 0.0
            for f in range(_4):
                value += matrices[node, f, g] * vectors[node, f]
            out[node, g] = value


@compiled
def restrict(first, last, cells, runs, colours, field, index, out):
    """Add Pᵀ · field of the runs in some rows of cells to the nodes' coefficients."""
    near, far = np.empty(4), np.empty(4)
    for number in range(first, last):
        begin, end = cells[number]
        cell = runs.rows[begin] // SPACING
        for run in range(begin, end):
            weight_y = (runs.rows[run] - cell * SPACING) / LAST
            x, stop = runs.starts[run], runs.starts[run] + runs.lengths[run]
            while x < stop:
                column = x // SPACING
                until = min(stop, (column + 1) * SPACING)
                a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = np.float32(0.0)
                weight_x = np.float32(x - column * SPACING)
                here = np.uint64(runs.offsets[run, 2] + x)
                for _ in range(x, until):
                    value = field[here]
                    right = value * weight_x
                    r, g, b = colours[here, _0], colours[here, _1], colours[here, _2]
                    a0, a1, a2, a3 = a0 + value, a1 + value * r, a2 + value * g, a3 + value * b
                    b0, b1, b2, b3 = b0 + right, b1 + right * r, b2 + right * g, b3 + right * b
                    here += _1
                    weight_x += np.float32(1.0)
                near[0], near[1], near[2], near[3] = a0, a1, a2, a3
                far[0], far[1], far[2], far[3] = b0, b1, b2, b3
                a, b = index[cell + 1, column + 1], index[cell + 1, column + 2]
                c, d = index[cell + 2, column + 1], index[cell + 2, column + 2]
                for f in range(4):
                    right = far[f] / LAST
                    left = near[f] - right
                    out[a, f] += (1.0 - weight_y) * left
                    out[b, f] += (1.0 - weight_y) * right
                    out[c, f] += weight_y * left
                    out[d, f] += weight_y * right
                x = until


@compiled
def add_prolonged(first, last, runs, colours, coefficients, index, field, turned):
    """Set `turned`, whose places are in reverse, to field + P · coefficients along the runs from first to last."""
    near, far = np.empty(4, np.float32), np.empty(4, np.float32)
    end = np.uint64(len(field) - 1)
    for run in range(first, last):
        cell = runs.rows[run] // SPACING
        weight_y = (runs.rows[run] - cell * SPACING) / LAST
        x, stop = runs.starts[run], runs.starts[run] + runs.lengths[run]
        while x < stop:
            column = x // SPACING
            until = min(stop, (column + 1) * SPACING)
            a, b = index[cell + 1, column + 1], index[cell + 1, column + 2]
            c, d = index[cell + 2, column + 1], index[cell + 2, column + 2]
            for f in range(4):
                left = coefficients[a, f] + weight_y * (coefficients[c, f] - coefficients[a, f])
                right = coefficients[b, f] + weight_y * (coefficients[d, f] - coefficients[b, f])
                near[f], far[f] = left, (right - left) / LAST
            weight_x = np.float32(x - column * SPACING)
            here = np.uint64(runs.offsets[run, 2] + x)
            for _ in range(x, until):
                turned[end - here] = field[here] + (
                    near[0]
                    + weight_x * far[0]
                    + (near[1] + weight_x * far[1]) * colours[here, _0]
                    + (near[2] + weight_x * far[2]) * colours[here, _1]
                    + (near[3] + weight_x * far[3]) * colours[here, _2]
                )
                here += _1
                weight_x += np.float32(1.0)
            x = until
