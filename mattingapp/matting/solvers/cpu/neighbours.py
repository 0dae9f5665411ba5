"""Nearest neighbours among the pixels of a photo, exactly, through a kd-tree."""

from collections.abc import Callable

import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled, inlined
from mattingapp.matting.solvers.cpu.threads import on_cores_checked, split
from mattingapp.matting.solvers.cpu.tree import DIMENSIONS, LEAF, Tree, nodes_with

CANDIDATES = 2048  # leaves around a leaf; where there are more, each point searches the tree by itself
AT_ONCE = 8192  # points of one call: some 10 ms, as a cancel has to wait for it
_0, _1, _2, _3, _4, _5 = (np.uint64(number) for number in range(DIMENSIONS))
NUMBER = np.int64((1 << 32) - 1)  # the part of a key that is a point's number; the rest is its distance
LEFT_OUT = np.iinfo(np.int32).max  # for as long as a search lasts, as if it were a point's number
NOTHING = np.int64(np.float32(np.inf).view(np.int32)) << 32
_31, _32 = np.uint64(LEAF - 1), np.uint64(LEAF)


class Neighbours:
    """The nearest others of the points of a tree, found as far as they matter.

    Points that are known and have no unknown one among their nearest are left out. What was found stays when other
    points become unknown.

    Parameters
    ----------
    tree : Tree
    wanted : int
        How many others; less than the number of points.
    mutual : bool
        Else all known points are left out.

    Attributes
    ----------
    others : ndarray (n, wanted), int32
        By the numbers the points were given with; −1 for the first where they were left out.
    """

    def __init__(self, tree: Tree, wanted: int, mutual: bool = True) -> None:
        self.tree = tree
        self._mutual = mutual
        self.others = np.full((len(tree.order), wanted), -1, np.int32)
        self._ever_unknown = np.zeros(len(tree.order), bool)

    def find(self, unknown: np.ndarray, job: Job, report: Callable[[float], None]) -> None:
        """Find what matters where these points are unknown.

        Parameters
        ----------
        unknown : ndarray (n,), bool
            As the points were given.
        job : Job
        report : callable (fraction)
        """
        marked = job.wait_for(lambda: unknown[self.tree.order] & ~self._ever_unknown)
        if not marked.any() or not self.others.shape[1]:
            return
        beyond = job.wait_for(lambda: np.where(np.pad(marked, (0, LEAF)), np.float32(0), np.float32(np.inf)))
        has_unknown = job.wait_for(lambda: nodes_with(self.tree, marked))
        arrays = (
            *vars(self.tree).values(),
            beyond,
            has_unknown,
            np.ones_like(has_unknown),
            np.empty(LEAF, np.float32),
        )
        if not self._mutual:
            self.others[~unknown & (self.others[:, 0] < 0), 0] = LEFT_OUT
        ranges = split(np.diff(self.tree.edges), 1 + len(unknown) // AT_ONCE)
        try:
            for first in range(0, len(ranges), 8 * cores()):
                report(first / len(ranges))
                part = ranges[first : first + 8 * cores()]
                on_cores_checked(job, _nearest, part, *arrays, self.others)
        finally:
            if not self._mutual:
                self.others[self.others[:, 0] == LEFT_OUT, 0] = -1
        self._ever_unknown |= marked  # last: after a cancel it is all done again


@inlined
def _box_distance(boxes, node, point):
    """Return the squared distance of a point from the box of a node."""
    total = np.float32(0.0)
    for d in range(DIMENSIONS):
        outside = max(boxes[node, 0, d] - point[d], point[d] - boxes[node, 1, d], np.float32(0.0))
        total += outside * outside
    return total


@inlined
def _measure(points, begin, point, leaf, distances):
    """Set `distances` to the squared distances of a point from `leaf` points, from `begin` on."""
    p0, p1, p2, p3, p4, p5 = point
    for i in range(leaf):
        d0, d1, d2 = points[_0, begin + i] - p0, points[_1, begin + i] - p1, points[_2, begin + i] - p2
        d3, d4, d5 = points[_3, begin + i] - p3, points[_4, begin + i] - p4, points[_5, begin + i] - p5
        distances[i] = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5


@inlined
def _scan(points, order, begin, end, itself, point, distances, distance_bits, keys):
    """Put the points from begin to end that are nearer than the last of the sorted `keys` among them.

    A key holds the bits of a squared distance, which sort as it does, and below them the point's number: of points at
    one distance the first counts. Returns the bits of the last. `distance_bits` view `distances`.
    """
    last = len(keys) - 1
    bound = np.int32(keys[last] >> 32)
    leaf = np.uint64(len(distances))
    _measure(points, np.uint64(begin), point, leaf, distances)
    nearer = 0
    for i in range(leaf):
        nearer += distance_bits[i] <= bound
    if nearer > 0:
        for i in range(end - begin):
            if distance_bits[i] <= bound and begin + i != itself:
                key = (np.int64(distance_bits[i]) << 32) | order[begin + i]
                for place in range(last, 0, -1):
                    keys[place] = min(keys[place], max(keys[place - 1], key))
                keys[0] = min(keys[0], key)
                bound = np.int32(keys[last] >> 32)
    return bound


@inlined
def _box_gap(boxes, one, other):
    """Return the squared distance between the boxes of two nodes."""
    total = np.float32(0.0)
    for d in range(DIMENSIONS):
        below, above = boxes[other, 0, d] - boxes[one, 1, d], boxes[one, 0, d] - boxes[other, 1, d]
        outside = max(below, above, np.float32(0.0))
        total += outside * outside
    return total


@inlined
def _leaves_near(leaf, reach, boxes, wanted, stack, candidates, low, high):
    """Put the other leaves that are `wanted` within a squared distance of `reach` of a leaf into `candidates`.

    Sets `low` and `high` to their boxes, and returns how many there are, or −1 if there is no room for them.
    """
    offset = len(boxes) // 2
    itself = offset + leaf
    stack[0], top, count = 0, 1, 0
    while top > 0:
        top -= 1
        here = stack[top]
        if here == itself or not wanted[here] or _box_gap(boxes, itself, here) > reach:
            continue
        if here < offset:
            stack[top], stack[top + 1] = 2 * here + 1, 2 * here + 2
            top += 2
        elif count == len(candidates):
            return -1
        else:
            candidates[count] = here
            for d in range(DIMENSIONS):
                low[d, count], high[d, count] = boxes[here, 0, d], boxes[here, 1, d]
            count += 1
    low[0, count : count + LEAF] = np.inf  # boxes that no point is near, to fill the last round
    return count


@inlined
def _unknown_near(leaf, boxes, has_unknown, stack):
    """Tell whether a leaf with an unknown point lies as near to another leaf as that one is wide."""
    offset = len(boxes) // 2
    itself = offset + leaf
    width = np.float32(0.0)
    for d in range(DIMENSIONS):
        width += (boxes[itself, 1, d] - boxes[itself, 0, d]) ** 2
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        here = stack[top]
        if not has_unknown[here] or _box_gap(boxes, itself, here) > width:
            continue
        if here >= offset:
            return True
        stack[top], stack[top + 1] = 2 * here + 1, 2 * here + 2
        top += 2
    return False


@inlined
def _distances_from_boxes(point, within, low, high, count, away):
    """Set `away` to the squared distances of a point from the first `count` boxes, in whole rounds of LEAF.

    Returns how many are no farther than `within`.
    """
    p0, p1, p2, p3, p4, p5 = point
    none, near = np.float32(0.0), 0
    for c in range((count + _31) // _32 * _32):
        d0 = max(low[_0, c] - p0, p0 - high[_0, c], none)
        d1 = max(low[_1, c] - p1, p1 - high[_1, c], none)
        d2 = max(low[_2, c] - p2, p2 - high[_2, c], none)
        d3 = max(low[_3, c] - p3, p3 - high[_3, c], none)
        d4 = max(low[_4, c] - p4, p4 - high[_4, c], none)
        d5 = max(low[_5, c] - p5, p5 - high[_5, c], none)
        distance = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5
        away[c] = distance
        near += distance <= within
    return near


@inlined
def _point(points, i):
    """Return the coordinates of a point."""
    return points[0, i], points[1, i], points[2, i], points[3, i], points[4, i], points[5, i]


@compiled
def _nearest(first, last, points, order, boxes, edges, beyond, has_unknown, anywhere, leaf_distances, result):
    """Set the rows of `result` that are open yet and matter, of the points in the leaves from first to last.

    `beyond` (n + LEAF,) is infinite at known points and zero at unknown ones; `anywhere` (nodes,) is true. The points
    of a leaf share the search for the leaves around it, as far as any of them may have to look: first for those with
    an unknown point, which tell what known points matter, then for all. `leaf_distances` (LEAF,) is read for its size
    only: told as a number, the compiler would write loops of that length out and not use vector instructions.
    """
    wanted = result.shape[1]
    offset = len(edges) - 2
    distances = np.empty(len(leaf_distances), np.float32)
    keys, matters = np.empty((LEAF, wanted), np.int64), np.empty(LEAF, np.bool_)
    bounds = np.empty(LEAF, np.float32)
    distance_bits, bound_bits = distances.view(np.int32), bounds.view(np.int32)
    stack, candidates = np.empty(64, np.int64), np.empty(CANDIDATES, np.int64)
    low, high = np.zeros((2, DIMENSIONS, CANDIDATES + LEAF), np.float32)
    away = np.empty(CANDIDATES + LEAF, np.float32)
    for leaf in range(first, last):
        begin, end = edges[leaf], edges[leaf + 1]
        if not has_unknown[offset + leaf] and not _unknown_near(leaf, boxes, has_unknown, stack):
            continue
        reach = np.float32(-1.0)
        for itself in range(begin, end):
            own = itself - begin
            matters[own] = result[order[itself], 0] < 0
            if not matters[own]:
                continue
            point = _point(points, itself)
            keys[own, :] = NOTHING
            bound_bits[own] = _scan(
                points, order, begin, end, itself, point, distances, distance_bits, keys[own]
            )
            if beyond[itself] > 0.0:
                reach = max(reach, bounds[own])
        count = 0
        if reach >= 0.0:
            count = _leaves_near(leaf, reach, boxes, has_unknown, stack, candidates, low, high)
        reach = np.float32(-1.0)
        for itself in range(begin, end):
            own = itself - begin
            if matters[own] and beyond[itself] > 0.0:
                point = _point(points, itself)
                within = bounds[own]
                if has_unknown[offset + leaf] and _holds_unknown(
                    point, within, points, begin, beyond, distances
                ):
                    matters[own] = True
                elif count >= 0:
                    near = _distances_from_boxes(point, within, low, high, np.uint64(count), away)
                    matters[own] = near > 0 and _meets(
                        point, within, points, edges, beyond, distances, candidates, away, count
                    )
                else:
                    matters[own] = _meets_in_tree(
                        point, within, points, boxes, edges, beyond, has_unknown, distances, stack
                    )
            if matters[own]:
                reach = max(reach, bounds[own])
        if reach < 0.0:
            continue
        count = _leaves_near(leaf, reach, boxes, anywhere, stack, candidates, low, high)
        for itself in range(begin, end):
            own = itself - begin
            if not matters[own]:
                continue
            point = _point(points, itself)
            if count >= 0:
                near = _distances_from_boxes(point, bounds[own], low, high, np.uint64(count), away)
                for c in range(count if near > 0 else 0):
                    if away[c] <= bounds[own]:
                        other = candidates[c] - offset
                        bound_bits[own] = _scan(
                            points,
                            order,
                            edges[other],
                            edges[other + 1],
                            itself,
                            point,
                            distances,
                            distance_bits,
                            keys[own],
                        )
            else:
                _search_tree(
                    leaf,
                    itself,
                    point,
                    points,
                    order,
                    boxes,
                    edges,
                    distances,
                    distance_bits,
                    keys[own],
                    bounds[own : own + 1],
                    bound_bits[own : own + 1],
                    stack,
                )
            for i in range(wanted):
                result[order[itself], i] = keys[own, i] & NUMBER


@inlined
def _holds_unknown(point, within, points, begin, beyond, distances):
    """Tell whether any of the points of a leaf, or of those that follow, is unknown and within a squared distance."""
    start, leaf = np.uint64(begin), np.uint64(len(distances))
    _measure(points, start, point, leaf, distances)
    near = 0
    for i in range(leaf):
        near += distances[i] + beyond[start + i] <= within
    return near > 0


@inlined
def _meets(point, within, points, edges, beyond, distances, candidates, away, count):
    """Tell whether an unknown point lies within a squared distance, in the candidates."""
    offset = len(edges) - 2
    for c in range(count):
        if away[c] <= within:
            other = candidates[c] - offset
            if _holds_unknown(point, within, points, edges[other], beyond, distances):
                return True
    return False


@inlined
def _meets_in_tree(point, within, points, boxes, edges, beyond, has_unknown, distances, stack):
    """Tell whether an unknown point lies within a squared distance, anywhere in the tree."""
    offset = len(edges) - 2
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        here = stack[top]
        if not has_unknown[here] or _box_distance(boxes, here, point) > within:
            continue
        if here < offset:
            stack[top], stack[top + 1] = 2 * here + 1, 2 * here + 2
            top += 2
            continue
        if _holds_unknown(point, within, points, edges[here - offset], beyond, distances):
            return True
    return False


@inlined
def _search_tree(
    leaf, itself, point, points, order, boxes, edges, distances, distance_bits, keys, bound, bound_bits, stack
):
    """Search the whole tree but one leaf, from near it outwards; `bound` (1,) is the distance of the last of `keys`."""
    offset = len(edges) - 2
    node = offset + leaf
    while node > 0:
        stack[0], top = node - 1 if node % 2 == 0 else node + 1, 1
        node = (node - 1) // 2
        while top > 0:
            top -= 1
            here = stack[top]
            if _box_distance(boxes, here, point) > bound[0]:
                continue
            if here >= offset:
                begin, end = edges[here - offset], edges[here - offset + 1]
                bound_bits[0] = _scan(
                    points, order, begin, end, itself, point, distances, distance_bits, keys
                )
                continue
            near, far = 2 * here + 1, 2 * here + 2
            if _box_distance(boxes, far, point) < _box_distance(boxes, near, point):
                near, far = far, near
            stack[top], stack[top + 1] = far, near
            top += 2
