"""A kd-tree of the pixels of a photo.

The tree halves the points by the median of their widest coordinate until a leaf holds few. Its nodes are numbered
like a heap's: the children of node i are 2i + 1 and 2i + 2. Points lie in the order of the leaves, so what is near in
colour and position is near in memory.
"""

from dataclasses import dataclass

import numpy as np

from mattingapp.matting.cores import cores
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu.compiler import compiled
from mattingapp.matting.solvers.cpu.threads import a_share_each, on_cores, split_evenly

DIMENSIONS = (
    6  # of every point, with zeros where fewer are given: fast loops need to be written out for a number
)
LEAF = 32  # points in a leaf, at most
SAMPLE = 64  # points that decide which coordinate of a node is halved


@dataclass(frozen=True, eq=False)
class Tree:
    """Points in a kd-tree.

    Attributes
    ----------
    points : ndarray (DIMENSIONS, n + LEAF), float32
        In the order of the leaves; the last are there so that as many can be read from any point on.
    order : ndarray (n,), int32
        The number that each of these points was given with.
    boxes : ndarray (nodes, 2, DIMENSIONS), float32
        Lowest and highest coordinates of the points of each node.
    edges : ndarray (leaves + 1,), int64
        Where each leaf begins; the leaves are the last nodes.
    """

    points: np.ndarray
    order: np.ndarray
    boxes: np.ndarray
    edges: np.ndarray


def make_tree(points: np.ndarray, job: Job) -> Tree:
    """Return the tree of `points` (n, up to 6), float32, whose rows are put into the order of the leaves.

    A halving of many points takes longer than a cancel may wait: call it by `Job.wait_for`.
    """
    size = len(points)
    order = np.arange(size, dtype=np.int32)
    edges = np.array([0, size])
    for _ in range(max(int(np.ceil(np.log2(size / LEAF))), 0)):
        middle = (edges[:-1] + edges[1:]) // 2
        ranges = split_evenly(len(middle), cores())
        job.check()
        on_cores(_halve, ranges, edges, middle, points, order)
        edges = np.sort(np.concatenate((edges, middle)))
    job.check()
    return _with_boxes(points, order, edges)


def _with_boxes(points: np.ndarray, order: np.ndarray, edges: np.ndarray) -> Tree:
    """Return the tree of points (n, dimensions) that lie in the order of the leaves."""
    leaves, (size, dimensions) = len(edges) - 1, points.shape
    boxes = np.zeros((2 * leaves - 1, 2, DIMENSIONS), np.float32)
    on_cores(_leaf_boxes, a_share_each(np.diff(edges)), points, edges, boxes[leaves - 1 :])
    for nodes in _levels_above(leaves):
        boxes[nodes, 0] = np.minimum(boxes[2 * nodes + 1, 0], boxes[2 * nodes + 2, 0])
        boxes[nodes, 1] = np.maximum(boxes[2 * nodes + 1, 1], boxes[2 * nodes + 2, 1])
    padded = np.zeros((DIMENSIONS, size + LEAF), np.float32)
    padded[:dimensions, :size] = points.T
    return Tree(padded, order, boxes, edges)


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


@compiled
def _leaf_boxes(first, last, points, edges, boxes):
    """Set the boxes of the leaves from first to last."""
    for leaf in range(first, last):
        for d in range(points.shape[1]):
            low = high = points[edges[leaf], d]
            for i in range(edges[leaf] + 1, edges[leaf + 1]):
                low, high = min(low, points[i, d]), max(high, points[i, d])
            boxes[leaf, 0, d], boxes[leaf, 1, d] = low, high
