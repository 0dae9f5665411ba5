"""Nearest neighbours among the pixels of a photo, exactly, through a kd-tree.

The tree halves the points by the median of their widest coordinate until a leaf holds few. Its nodes are numbered
like a heap's: the children of node i are 2i + 1 and 2i + 2. Points lie in the order of the leaves, so what is near in
colour and position is near in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mattingapp.matting.compiled.threads import compiled, cores, inlined, on_cores, on_cores_checked, split
from mattingapp.matting.job import Job

LEAF = 32  # points in a leaf, at most
SAMPLE = 64  # points that decide which coordinate of a node is halved
CANDIDATES = 2048  # leaves around a leaf; where there are more, each point searches the tree by itself
AT_ONCE = 8192  # points of one call: some 10 ms, as a cancel has to wait for it


@dataclass(frozen=True, eq=False)
class Tree:
    """Points in a kd-tree.

    Attributes
    ----------
    points : ndarray (dimensions, n), float32
        In the order of the leaves.
    order : ndarray (n,), int32
        The number that each of these points was given with.
    boxes : ndarray (nodes, 2, dimensions), float32
        Lowest and highest coordinates of the points of each node.
    edges : ndarray (leaves + 1,), int64
        Where each leaf begins; the leaves are the last nodes.
    """

    points: np.ndarray
    order: np.ndarray
    boxes: np.ndarray
    edges: np.ndarray


def make_tree(points: np.ndarray, job: Job) -> Tree:
    """Return the tree of `points` (n, dimensions), float32, whose rows are put into the order of the leaves."""
    size = len(points)
    order = np.arange(size, dtype=np.int32)
    edges = np.array([0, size])
    for _ in range(max(int(np.ceil(np.log2(size / LEAF))), 0)):
        middle = (edges[:-1] + edges[1:]) // 2
        ranges = split(np.ones(len(middle)), cores())
        job.wait_for(lambda: on_cores(_halve, ranges, edges, middle, points, order))  # noqa: B023 - called here
        edges = np.sort(np.concatenate((edges, middle)))
    return job.wait_for(lambda: _with_boxes(points, order, edges))


def _with_boxes(points: np.ndarray, order: np.ndarray, edges: np.ndarray) -> Tree:
    """Return the tree of points (n, dimensions) that lie in the order of the leaves."""
    leaves, dimensions = len(edges) - 1, points.shape[1]
    boxes = np.empty((2 * leaves - 1, 2, dimensions), np.float32)
    boxes[leaves - 1 :, 0] = np.minimum.reduceat(points, edges[:-1])
    boxes[leaves - 1 :, 1] = np.maximum.reduceat(points, edges[:-1])
    for nodes in _levels_above(leaves):
        boxes[nodes, 0] = np.minimum(boxes[2 * nodes + 1, 0], boxes[2 * nodes + 2, 0])
        boxes[nodes, 1] = np.maximum(boxes[2 * nodes + 1, 1], boxes[2 * nodes + 2, 1])
    return Tree(np.ascontiguousarray(points.T), order, boxes, edges)


class Neighbours:
    """The nearest others of the points of a tree, found as far as they matter.

    Points that are known and have no unknown one among their nearest are left out. What was found stays when other
    points become unknown.

    Parameters
    ----------
    tree : Tree
    wanted : int
        How many others; less than the number of points.

    Attributes
    ----------
    others : ndarray (n, wanted), int32
        By the numbers the points were given with; −1 for the first where they were left out.
    """

    def __init__(self, tree: Tree, wanted: int) -> None:
        self.tree = tree
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
        beyond = np.where(marked, np.float32(0.0), np.float32(np.inf))
        has_unknown = job.wait_for(lambda: nodes_with(self.tree, marked))
        ranges = split(np.diff(self.tree.edges), 1 + len(unknown) // AT_ONCE)
        for first in range(0, len(ranges), 8 * cores()):
            report(first / len(ranges))
            part = ranges[first : first + 8 * cores()]
            on_cores_checked(job, _nearest, part, *vars(self.tree).values(), beyond, has_unknown, self.others)
        self._ever_unknown |= marked  # last: after a cancel it is all done again


def nodes_with(tree: Tree, marked: np.ndarray) -> np.ndarray:
    """Return, (nodes,) bool, which nodes hold a point that is marked, (n,) bool in the order of the leaves."""
    leaves = len(tree.edges) - 1
    holds = np.zeros(2 * leaves - 1, bool)
    holds[leaves - 1 :] = np.logical_or.reduceat(marked, tree.edges[:-1])
    for nodes in _levels_above(leaves):
        holds[nodes] = holds[2 * nodes + 1] | holds[2 * nodes + 2]
    return holds


def _levels_above(leaves: int) -> list[np.ndarray]:
    """Return the numbers of the nodes of every level above the leaves, from the lowest up."""
    return [
        np.arange(2**level - 1, 2 ** (level + 1) - 1) for level in reversed(range(leaves.bit_length() - 1))
    ]


@compiled
def _halve(first, last, edges, middle, points, order):
    """Reorder the points of each node so that its lower half comes first."""
    dimensions = points.shape[1]
    for node in range(first, last):
        begin, end = edges[node], edges[node + 1]
        # The widest coordinate of a sample will do.
        step = max((end - begin) // SAMPLE, 1)
        axis, width = 0, np.float32(-1.0)
        for d in range(dimensions):
            lowest = highest = points[begin, d]
            for i in range(begin, end, step):
                lowest, highest = min(lowest, points[i, d]), max(highest, points[i, d])
            if highest - lowest > width:
                axis, width = d, highest - lowest
        # Hoare's selection, by the median of three
        low, high, wanted = begin, end - 1, middle[node]
        while low < high:
            a, b, c = points[low, axis], points[(low + high) // 2, axis], points[high, axis]
            pivot = max(min(a, b), min(max(a, b), c))
            i, j = low, high
            while i <= j:
                while points[i, axis] < pivot:
                    i += 1
                while points[j, axis] > pivot:
                    j -= 1
                if i <= j:
                    for d in range(dimensions):
                        points[i, d], points[j, d] = points[j, d], points[i, d]
                    order[i], order[j] = order[j], order[i]
                    i += 1
                    j -= 1
            if wanted <= j:
                high = j
            elif wanted >= i:
                low = i
            else:
                break


@inlined
def _box_distance(boxes, node, point):
    """Return the squared distance of a point from the box of a node."""
    total = np.float32(0.0)
    for d in range(len(point)):
        outside = max(boxes[node, 0, d] - point[d], point[d] - boxes[node, 1, d], np.float32(0.0))
        total += outside * outside
    return total


@inlined
def _measure(points, begin, end, point, distances):
    """Add to `distances` the squared distances of a point from the points from begin to end."""
    count, start = np.uint64(end - begin), np.uint64(begin)
    for d in range(len(point)):
        row, own = points[d], point[d]
        for i in range(count):
            difference = row[start + i] - own
            distances[i] += difference * difference


@inlined
def _scan(points, begin, end, itself, point, distances, nearest, found):
    """Put the points from begin to end that are nearer than what is found into the sorted lists of the nearest."""
    count, last = np.uint64(end - begin), len(nearest) - 1
    for i in range(count):
        distances[i] = np.float32(0.0)
    _measure(points, begin, end, point, distances)
    nearer = 0
    for i in range(count):
        nearer += distances[i] < nearest[last]
    if nearer == 0:
        return
    for i in range(end - begin):
        distance = distances[i]
        if distance < nearest[last] and begin + i != itself:
            place = last
            while place > 0 and nearest[place - 1] > distance:
                nearest[place] = nearest[place - 1]
                found[place] = found[place - 1]
                place -= 1
            nearest[place] = distance
            found[place] = begin + i


@inlined
def _box_gap(boxes, one, other):
    """Return the squared distance between the boxes of two nodes."""
    total = np.float32(0.0)
    for d in range(boxes.shape[2]):
        below, above = boxes[other, 0, d] - boxes[one, 1, d], boxes[one, 0, d] - boxes[other, 1, d]
        outside = max(below, above, np.float32(0.0))
        total += outside * outside
    return total


@inlined
def _leaves_near(leaf, reach, boxes, edges, stack, candidates):
    """Put the other leaves whose box lies within a squared distance of `reach` from a leaf's box into `candidates`.

    Returns how many there are, or −1 if there is no room for them.
    """
    offset = len(edges) - 2
    itself = offset + leaf
    stack[0], top, count = 0, 1, 0
    while top > 0:
        top -= 1
        here = stack[top]
        if here == itself or _box_gap(boxes, itself, here) > reach:
            continue
        if here < offset:
            stack[top], stack[top + 1] = 2 * here + 1, 2 * here + 2
            top += 2
        elif count == len(candidates):
            return -1
        else:
            candidates[count] = here
            count += 1
    return count


@inlined
def _unknown_near(leaf, boxes, has_unknown, stack):
    """Tell whether a leaf with an unknown point lies as near to another leaf as that one is wide."""
    offset = len(boxes) // 2
    itself = offset + leaf
    width = np.float32(0.0)
    for d in range(boxes.shape[2]):
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
def _distances_from_boxes(point, low, high, count, away):
    """Set `away` to the squared distances of a point from the first `count` boxes."""
    for c in range(count):
        away[c] = np.float32(0.0)
    for d in range(len(point)):
        lowest, highest, own = low[d], high[d], point[d]
        for c in range(count):
            outside = max(lowest[c] - own, own - highest[c], np.float32(0.0))
            away[c] += outside * outside


@compiled
def _nearest(first, last, points, order, boxes, edges, beyond, has_unknown, result):
    """Set the rows of `result` that are open yet, of the points in the leaves from first to last.

    `beyond` (n,) is infinite at known points and zero at unknown ones. The points of a leaf share the search for the
    leaves around it, as far as any of them may have to look.
    """
    dimensions, wanted = len(points), result.shape[1]
    offset = len(edges) - 2
    point, distances = np.empty(dimensions, np.float32), np.empty(LEAF, np.float32)
    nearest, found = np.empty((LEAF, wanted), np.float32), np.empty((LEAF, wanted), np.int64)
    stack, candidates = np.empty(64, np.int64), np.empty(CANDIDATES, np.int64)
    low, high = np.empty((2, dimensions, CANDIDATES), np.float32)
    away = np.empty(CANDIDATES, np.float32)
    for leaf in range(first, last):
        begin, end = edges[leaf], edges[leaf + 1]
        if not has_unknown[offset + leaf] and not _unknown_near(leaf, boxes, has_unknown, stack):
            continue
        reach = np.float32(-1.0)
        for itself in range(begin, end):
            if result[order[itself], 0] >= 0:
                continue
            for d in range(dimensions):
                point[d] = points[d, itself]
            nearest[itself - begin, :] = np.inf
            found[itself - begin, :] = -1
            _scan(
                points, begin, end, itself, point, distances, nearest[itself - begin], found[itself - begin]
            )
            reach = max(reach, nearest[itself - begin, wanted - 1])
        if reach < 0.0:
            continue
        count = _leaves_near(leaf, reach, boxes, edges, stack, candidates)
        for c in range(count):
            for d in range(dimensions):
                low[d, c], high[d, c] = boxes[candidates[c], 0, d], boxes[candidates[c], 1, d]
        for itself in range(begin, end):
            if result[order[itself], 0] >= 0:
                continue
            for d in range(dimensions):
                point[d] = points[d, itself]
            own_nearest, own_found = nearest[itself - begin], found[itself - begin]
            if count >= 0:
                _distances_from_boxes(point, low, high, np.uint64(count), away)
            matters = beyond[itself] == 0.0
            if not matters:
                within = own_nearest[wanted - 1]
                matters = (
                    _meets(
                        point,
                        within,
                        points,
                        edges,
                        beyond,
                        has_unknown,
                        distances,
                        leaf,
                        candidates,
                        away,
                        count,
                    )
                    if count >= 0
                    else _meets_in_tree(
                        point, within, points, boxes, edges, beyond, has_unknown, distances, stack
                    )
                )
            if not matters:
                continue
            if count >= 0:
                for c in range(count):
                    if away[c] < own_nearest[wanted - 1]:
                        other = candidates[c] - offset
                        _scan(
                            points,
                            edges[other],
                            edges[other + 1],
                            itself,
                            point,
                            distances,
                            own_nearest,
                            own_found,
                        )
            else:
                _search_tree(
                    leaf, itself, point, points, boxes, edges, distances, own_nearest, own_found, stack
                )
            for i in range(wanted):
                result[order[itself], i] = order[own_found[i]]


@inlined
def _holds_unknown(point, within, points, begin, end, beyond, distances):
    """Tell whether any of the points from begin to end is unknown and within a squared distance."""
    count, start = np.uint64(end - begin), np.uint64(begin)
    for i in range(count):
        distances[i] = beyond[start + i]
    _measure(points, begin, end, point, distances)
    near = 0
    for i in range(count):
        near += distances[i] <= within
    return near > 0


@inlined
def _meets(point, within, points, edges, beyond, has_unknown, distances, leaf, candidates, away, count):
    """Tell whether an unknown point lies within a squared distance, in the leaf itself or the candidates."""
    offset = len(edges) - 2
    if has_unknown[offset + leaf] and _holds_unknown(
        point, within, points, edges[leaf], edges[leaf + 1], beyond, distances
    ):
        return True
    for c in range(count):
        here = candidates[c]
        if away[c] <= within and has_unknown[here]:
            other = here - offset
            if _holds_unknown(point, within, points, edges[other], edges[other + 1], beyond, distances):
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
        begin, end = edges[here - offset], edges[here - offset + 1]
        if _holds_unknown(point, within, points, begin, end, beyond, distances):
            return True
    return False


@inlined
def _search_tree(leaf, itself, point, points, boxes, edges, distances, nearest, found, stack):
    """Search the whole tree but one leaf, from near it outwards."""
    offset, last = len(edges) - 2, len(nearest) - 1
    node = offset + leaf
    while node > 0:
        stack[0], top = node - 1 if node % 2 == 0 else node + 1, 1
        node = (node - 1) // 2
        while top > 0:
            top -= 1
            here = stack[top]
            if _box_distance(boxes, here, point) >= nearest[last]:
                continue
            if here >= offset:
                begin, end = edges[here - offset], edges[here - offset + 1]
                _scan(points, begin, end, itself, point, distances, nearest, found)
                continue
            near, far = 2 * here + 1, 2 * here + 2
            if _box_distance(boxes, far, point) < _box_distance(boxes, near, point):
                near, far = far, near
            stack[top], stack[top + 1] = far, near
            top += 2
