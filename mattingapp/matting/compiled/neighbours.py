"""Nearest neighbours among the pixels of a photo, exactly, through a kd-tree.

The tree halves the points by the median of their widest coordinate until a leaf holds few. Its nodes are numbered
like a heap's: the children of node i are 2i + 1 and 2i + 2. Points lie in the order of the leaves, so what is near in
colour and position is near in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mattingapp.matting.compiled.threads import compiled, cores, inlined, on_cores_checked, split
from mattingapp.matting.job import Job

LEAF = 32  # points in a leaf, at most
SAMPLE = 64  # points that decide which coordinate of a node is halved
AT_ONCE = 16_384  # points of one call: some 30 ms, as long as a cancel may wait


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
    size, dimensions = points.shape
    order = np.arange(size, dtype=np.int32)
    edges = np.array([0, size])
    for _ in range(max(int(np.ceil(np.log2(size / LEAF))), 0)):
        middle = (edges[:-1] + edges[1:]) // 2
        ranges = split(np.ones(len(middle)), max(cores(), size // AT_ONCE))
        on_cores_checked(job, _halve, ranges, edges, middle, points, order)
        edges = np.sort(np.concatenate((edges, middle)))
    leaves = len(edges) - 1
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
        marked = unknown[self.tree.order] & ~self._ever_unknown
        if not marked.any() or not self.others.shape[1]:
            return
        beyond = np.where(marked, np.float32(0.0), np.float32(np.inf))
        has_unknown = nodes_with(self.tree, marked)
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
def _meets_unknown(point, reach, points, boxes, edges, beyond, has_unknown, distances, stack):
    """Tell whether an unknown point lies within a squared distance of `reach`."""
    offset = len(edges) - 2
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        here = stack[top]
        if not has_unknown[here] or _box_distance(boxes, here, point) > reach:
            continue
        if here < offset:
            stack[top], stack[top + 1] = 2 * here + 1, 2 * here + 2
            top += 2
            continue
        begin, end = edges[here - offset], edges[here - offset + 1]
        count, start = np.uint64(end - begin), np.uint64(begin)
        for i in range(count):
            distances[i] = beyond[start + i]
        _measure(points, begin, end, point, distances)
        near = 0
        for i in range(count):
            near += distances[i] <= reach
        if near > 0:
            return True
    return False


@compiled
def _nearest(first, last, points, order, boxes, edges, beyond, has_unknown, result):
    """Set the rows of `result` that are open yet, of the points in the leaves from first to last.

    `beyond` (n,) is infinite at known points and zero at unknown ones.
    """
    dimensions, wanted = len(points), result.shape[1]
    offset = len(edges) - 2
    point = np.empty(dimensions, np.float32)
    distances = np.empty(LEAF, np.float32)
    nearest, found = np.empty(wanted, np.float32), np.empty(wanted, np.int64)
    stack, away = np.empty(64, np.int64), np.empty(64, np.float32)
    for leaf in range(first, last):
        for itself in range(edges[leaf], edges[leaf + 1]):
            if result[order[itself], 0] >= 0:
                continue
            for d in range(dimensions):
                point[d] = points[d, itself]
            nearest[:] = np.inf
            found[:] = -1
            _scan(points, edges[leaf], edges[leaf + 1], itself, point, distances, nearest, found)
            if beyond[itself] > 0.0 and not _meets_unknown(
                point, nearest[wanted - 1], points, boxes, edges, beyond, has_unknown, distances, stack
            ):
                continue
            node = offset + leaf
            while node > 0:
                stack[0], top = node - 1 if node % 2 == 0 else node + 1, 1
                away[0] = _box_distance(boxes, stack[0], point)
                node = (node - 1) // 2
                while top > 0:
                    top -= 1
                    here = stack[top]
                    if away[top] >= nearest[wanted - 1]:
                        continue
                    if here >= offset:
                        begin, end = edges[here - offset], edges[here - offset + 1]
                        _scan(points, begin, end, itself, point, distances, nearest, found)
                        continue
                    near, far = 2 * here + 1, 2 * here + 2
                    to_near, to_far = _box_distance(boxes, near, point), _box_distance(boxes, far, point)
                    if to_far < to_near:
                        near, far, to_near, to_far = far, near, to_far, to_near
                    stack[top], away[top] = far, to_far
                    stack[top + 1], away[top + 1] = near, to_near
                    top += 2
            for i in range(wanted):
                result[order[itself], i] = order[found[i]]
