"""Grids of nodes above an unknown band: hats, their block matrices, and the ways between them.

A node carries four coefficients, of 1, r, g and b. Only nodes whose hat meets an unknown pixel exist. Hats that are
coupled are at most two nodes apart in each direction, as pixels are in the matting Laplacian; a node's row is 25
blocks of 4 × 4, of which the 13 of itself and of the nodes after it are kept (see laplacian). One node more, all
zeros, stands for the neighbours that do not exist.
"""

from dataclasses import dataclass

import numpy as np

from mattingapp.matting.compiled.threads import compiled, inlined

SPACING = 8
FUNCTIONS = 4
BLOCKS = 13
_0, _1, _2, _3, _4, _12, _13 = (np.uint64(number) for number in (0, 1, 2, 3, 4, 12, 13))
AROUND = np.array([(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)])


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of one grid.

    Attributes
    ----------
    index : ndarray (rows + 4, columns + 4), int32
        Number of the node at each grid point, with two points of margin; `count` where there is none.
    at : ndarray (2, count), int64
        Row and column of each node, without the margin.
    beside : ndarray (count, 25), int32
        Number of the node at each of the 25 points around a node.
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
    index = np.full((present.shape[0] + 4, present.shape[1] + 4), count, np.int32)
    index[2:-2, 2:-2][present] = np.arange(count)
    beside = index[at[0][:, None] + 2 + AROUND[:, 0], at[1][:, None] + 2 + AROUND[:, 1]]
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
    (low_y, low_x), (high_y, high_x) = nodes.at // 2 + 2, (nodes.at + 1) // 2 + 2
    four = [above.index[y, x] for y in (low_y, high_y) for x in (low_x, high_x)]
    return np.ascontiguousarray(np.stack(four, axis=1))


def children(nodes: Nodes, above: Nodes) -> np.ndarray:
    """Return (above.count, 49) the numbers of the nodes within three of each wider node's point, row by row."""
    reach = np.arange(-3, 4)
    index = np.pad(nodes.index, 4, constant_values=nodes.count)
    y, x = (
        np.clip(2 * at[:, None] + reach + 6, 0, size - 1)
        for at, size in zip(above.at, index.shape, strict=True)
    )
    return np.ascontiguousarray(index[y[:, :, None], x[:, None, :]].reshape(-1, 49))


@compiled
def set_functions(first, last, runs, colours, functions):
    """Set `functions` (places, 4) to 1, r, g, b along the runs from first to last."""
    for run in range(first, last):
        here = runs.offsets[run, 2] + runs.starts[run]
        for place in range(here, here + runs.lengths[run]):
            functions[place, 0] = 1.0
            functions[place, 1:] = colours[place]


@compiled
def first_blocks(first, last, cells, runs, planes, diagonal, functions, index, blocks):
    """Add PᵀLP of the runs in some rows of cells to the blocks of their nodes.

    `functions` (places, 4) holds 1, r, g, b, and zeros at the known pixels, which have no hats.
    """
    rows, starts, lengths, offsets = runs
    field = np.empty((4, 4, 4))  # L P around one pixel: node row, node column, function
    line = np.empty((4, 4))
    for number in range(first, last):
        begin, end = cells[number]
        cell = rows[begin] // SPACING
        for run in range(begin, end):
            y = rows[run]
            for x in range(starts[run], starts[run] + lengths[run]):
                here = offsets[run, 2] + x
                column = x // SPACING
                field[:] = 0.0
                for d in range(-2, 3):
                    line[:] = 0.0
                    there = offsets[run, 2 + d] + x
                    for e in range(-2, 3):
                        k = 5 * d + e
                        if k == 0:
                            entry = diagonal[here]
                        else:
                            entry = np.float64(planes[k - 1, here] if k > 0 else planes[-k - 1, there + e])
                        along = x + e
                        right = along // SPACING - column + 1
                        fraction = (along % SPACING) / SPACING
                        near, far = entry * (1.0 - fraction), entry * fraction
                        for f in range(4):
                            line[right, f] += near * functions[there + e, f]
                            line[right + 1, f] += far * functions[there + e, f]
                    down = (y + d) // SPACING - cell + 1
                    fraction = ((y + d) % SPACING) / SPACING
                    for c in range(4):
                        for f in range(4):
                            field[down, c, f] += (1.0 - fraction) * line[c, f]
                            field[down + 1, c, f] += fraction * line[c, f]
                top, bottom = (y - 2) // SPACING - cell + 1, (y + 2) // SPACING - cell + 3
                near_side, far_side = (x - 2) // SPACING - column + 1, (x + 2) // SPACING - column + 3
                fraction_y, fraction_x = (y % SPACING) / SPACING, (x % SPACING) / SPACING
                for p in range(2):
                    weight_y = fraction_y if p else 1.0 - fraction_y
                    for q in range(2):
                        weight = weight_y * (fraction_x if q else 1.0 - fraction_x)
                        if weight == 0.0:
                            continue
                        node = index[cell + p + 2, column + q + 2]
                        for i in range(max(top, p + 1), bottom):
                            for j in range(near_side, far_side):
                                k = 5 * (i - p - 1) + j - q - 1
                                if k >= 0:
                                    for g in range(4):
                                        part = weight * functions[here, g]
                                        for f in range(4):
                                            blocks[node, k, g, f] += part * field[i, j, f]


@compiled
def coarse_blocks(first, last, beside, blocks, family, above_at, coarse):
    """Set the blocks of the wider nodes from first to last to PᵀBP."""
    field = np.empty((49, 4, 4))
    nobody = len(beside)
    half = np.array([0.5, 1.0, 0.5])
    for node in range(first, last):
        field[:] = 0.0
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                child = family[node, 7 * (dy + 3) + dx + 3]
                if child == nobody:
                    continue
                weight = half[dy + 1] * half[dx + 1]
                for b in range(25):
                    other = beside[child, b]
                    if other == nobody:
                        continue
                    place = 7 * (dy + 3 + b // 5 - 2) + dx + 3 + b % 5 - 2
                    if b >= 12:
                        for g in range(4):
                            for f in range(4):
                                field[place, g, f] += weight * blocks[child, b - 12, g, f]
                    else:
                        for g in range(4):
                            for f in range(4):
                                field[place, g, f] += weight * blocks[other, 12 - b, f, g]
        y, x = above_at[0, node], above_at[1, node]
        for place in range(49):
            child = family[node, place]
            if child == nobody:
                continue
            child_y, child_x = 2 * y + place // 7 - 3, 2 * x + place % 7 - 3
            for p in range(2):
                for q in range(2):
                    k = 5 * ((child_y + p) // 2 - y) + (child_x + q) // 2 - x
                    if k >= 0:
                        for g in range(4):
                            for f in range(4):
                                coarse[node, k, g, f] += 0.25 * field[place, g, f]


@compiled
def scaled_rows(first, last, beside, blocks, inverse, before, after):
    """Set the rows of the scaled matrix C⁻¹BC⁻ᵀ of the nodes from first to last.

    `inverse` (nodes, 4, 4) is C⁻¹, where CCᵀ is the block of a node itself, so that those blocks become the identity.
    `before` and `after` (nodes, 4, 48) take the blocks of the twelve nodes on either side.
    """
    nobody = len(beside)
    half = np.empty((4, 4))
    for node in range(first, last):
        for k in range(25):
            other = beside[node, k]
            if k == 12 or other == nobody:
                continue
            for g in range(4):
                for b in range(4):
                    half[g, b] = 0.0
                    for a in range(4):
                        entry = blocks[node, k - 12, a, b] if k > 12 else blocks[other, 12 - k, b, a]
                        half[g, b] += inverse[node, g, a] * entry
            for g in range(4):
                for f in range(4):
                    entry = 0.0
                    for b in range(4):
                        entry += half[g, b] * inverse[other, f, b]
                    if k > 12:
                        after[node, g, 4 * (k - 13) + f] = entry
                    else:
                        before[node, g, 4 * k + f] = entry


@inlined
def _subtract_nodes(rows, beside, node, first, pairs, coefficients, coefficient_pairs, row):
    """Subtract from `row` (4,) what twelve other nodes, from place `first` of 25, add at a node.

    `pairs` and `coefficient_pairs` view the field and `coefficients` (48,) as float64, to move two numbers at once.
    """
    for k in range(_12):
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
                _subtract_nodes(after, beside, node, _13, pairs, coefficients, coefficient_pairs, row)
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
        _subtract_nodes(after, beside, node, _13, pairs, coefficients, coefficient_pairs, row)
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
            _subtract_nodes(after, beside, node, _13, pairs, coefficients, coefficient_pairs, row)
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
            weight_y = (runs.rows[run] - cell * SPACING) / SPACING
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
                a, b = index[cell + 2, column + 2], index[cell + 2, column + 3]
                c, d = index[cell + 3, column + 2], index[cell + 3, column + 3]
                for f in range(4):
                    right = far[f] / SPACING
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
        weight_y = (runs.rows[run] - cell * SPACING) / SPACING
        x, stop = runs.starts[run], runs.starts[run] + runs.lengths[run]
        while x < stop:
            column = x // SPACING
            until = min(stop, (column + 1) * SPACING)
            a, b = index[cell + 2, column + 2], index[cell + 2, column + 3]
            c, d = index[cell + 3, column + 2], index[cell + 3, column + 3]
            for f in range(4):
                left = coefficients[a, f] + weight_y * (coefficients[c, f] - coefficients[a, f])
                right = coefficients[b, f] + weight_y * (coefficients[d, f] - coefficients[b, f])
                near[f], far[f] = left, (right - left) / SPACING
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
