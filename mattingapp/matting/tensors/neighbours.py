"""Nearest neighbours among the pixels of a photo, exactly, on a GPU.

A tree sorts the points of each node by their widest coordinate and cuts them into `BRANCHES` of equal counts, until a
leaf holds few. All leaves are of one size, so what is done for one is done for thousands in one call: their own
points first, which tell how far they have to look; then the leaves whose boxes are within reach, the nearest first,
while those that are left could hold anything nearer. A key holds the bits of a squared distance, which sort as it does
where it is not negative, and below them the point's number: of points at one distance the first counts.
"""

from collections.abc import Callable

import torch

from mattingapp.matting.job import Job

BRANCHES = 4
LEAF = 64  # points in a leaf, at most
FAR = 1e4  # coordinates of points that are there to fill the last leaves
LEAVES_AT_ONCE = 1 << 15
PAIRS_AT_ONCE = 1 << 19  # of a point and a leaf; their keys take some 200 MB
NUMBER = (1 << 32) - 1  # the part of a key that is a point's number


class TensorTree:
    """Points in a tree.

    Parameters
    ----------
    points : tensor (n, dimensions), float32
    job : Job

    Attributes
    ----------
    points : tensor (leaves, size of a leaf, dimensions)
    order : tensor (leaves · size,), int64
        The number each of these was given with; n and more for those that fill the last leaves.
    """

    def __init__(self, points: torch.Tensor, job: Job) -> None:
        self.count, dimensions = points.shape
        levels = 0
        while BRANCHES**levels * LEAF < self.count:
            levels += 1
        leaves = BRANCHES**levels
        size = -(-self.count // leaves)
        filling = points.new_full((leaves * size - self.count, dimensions), FAR)
        points, order = torch.cat((points, filling)), torch.arange(leaves * size, device=points.device)
        for level in range(levels):
            job.check()
            nodes = points.view(BRANCHES**level, -1, dimensions)
            axis = (nodes.amax(1) - nodes.amin(1)).argmax(1)
            along = nodes.gather(2, axis[:, None, None].expand(-1, nodes.shape[1], 1))[..., 0]
            begins = torch.arange(0, len(points), nodes.shape[1], device=points.device)
            sorting = (along.argsort(1) + begins[:, None]).view(-1)
            points, order = points[sorting], order[sorting]
        self.points, self.order = points.view(leaves, size, dimensions), order
        # Of the nodes, for every level from the root on
        self._boxes = [(self.points.amin(1), self.points.amax(1))]
        for _ in range(levels):
            low, high = (side.view(-1, BRANCHES, dimensions) for side in self._boxes[0])
            self._boxes.insert(0, (low.amin(1), high.amax(1)))

    def find(
        self, unknown: torch.Tensor, wanted: int, job: Job, report: Callable[[float], None]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the points that matter and their nearest others, by the numbers they were given with.

        Parameters
        ----------
        unknown : tensor (n,), bool
            What matters are these points, and all that have one of them among their nearest. Others may be there.
        wanted : int
            How many others; less than n.
        job : Job
        report : callable (fraction)

        Returns
        -------
        points : tensor (m,), int64
        others : tensor (m, wanted), int64
        """
        leaves, size, _ = self.points.shape
        marked = torch.zeros(leaves * size, dtype=torch.bool, device=unknown.device)
        marked[: self.count] = unknown
        marked = marked[self.order].view(leaves, size)
        asking, others = [], []
        for first in range(0, leaves, LEAVES_AT_ONCE):
            report(first / leaves)
            own = torch.arange(first, min(first + LEAVES_AT_ONCE, leaves), device=unknown.device)
            keys = self._own_leaf(own, wanted)
            filling = self.order.view(leaves, size)[own] >= self.count
            bounds = _distance(keys[..., -1]).masked_fill_(filling, -1.0)
            matter = self._meet(own, bounds.masked_fill(marked[own], -1.0), marked, job) | marked[own]
            self._search(own, bounds.masked_fill_(~matter, -1.0), keys, job)
            asking.append(self.order.view(leaves, size)[own][matter])
            others.append(keys[matter] & NUMBER)
        return torch.cat(asking), torch.cat(others)

    def _own_leaf(self, own: torch.Tensor, wanted: int) -> torch.Tensor:
        """Return the keys (leaves, size, wanted) of the nearest others of every point within its own leaf."""
        points = self.points[own]
        away = _squared_distances(points[:, :, None], points[:, None])
        away.diagonal(dim1=1, dim2=2).fill_(torch.inf)
        return self._keys(away, own[:, None]).topk(wanted, largest=False).values

    def _keys(self, distances: torch.Tensor, leaves: torch.Tensor) -> torch.Tensor:
        """Return the keys of squared distances (..., size) to the points of `leaves` (...)."""
        numbers = self.order.view(len(self.points), -1)[leaves]
        return (distances.view(torch.int32).long() << 32) | numbers

    def _meet(self, own: torch.Tensor, bounds: torch.Tensor, marked: torch.Tensor, job: Job) -> torch.Tensor:
        """Tell, (leaves, size) bool, which points have a marked one within their squared distance `bounds`."""
        met = torch.zeros_like(bounds, dtype=torch.bool)
        points, leaves, _ = self._leaves_near(own, bounds, self._levels_above(marked.any(1)), job)
        here = self.points[own].flatten(0, 1)
        for some, there in zip(points.split(PAIRS_AT_ONCE), leaves.split(PAIRS_AT_ONCE), strict=True):
            job.check()
            away = _squared_distances(here[some, None], self.points[there])
            near = (away <= bounds.view(-1)[some, None]) & marked[there]
            met.view(-1)[some[near.any(1)]] = True
        return met

    def _search(self, own: torch.Tensor, bounds: torch.Tensor, keys: torch.Tensor, job: Job) -> None:
        """Put what is nearer in other leaves into the sorted `keys` (leaves, size, wanted).

        Points whose squared distance `bounds` (leaves, size) is negative are left out.
        """
        everywhere = self.points.new_ones(len(self.points), dtype=torch.bool)
        points, leaves, gaps = self._leaves_near(own, bounds, self._levels_above(everywhere), job)
        elsewhere = leaves != own[points // bounds.shape[1]]
        points, leaves, gaps = points[elsewhere], leaves[elsewhere], gaps[elsewhere]
        # The nearest leaf of each point first
        order = ((points << 32) | gaps.view(torch.int32)).argsort()
        points, leaves, gaps = points[order], leaves[order], gaps[order]
        open_ones, counts = points.unique_consecutive(return_counts=True)
        ends = counts.cumsum(0)
        entries = ends - counts
        here, keys = self.points[own].flatten(0, 1), keys.flatten(0, 1)
        while len(open_ones):
            for some, entry in zip(open_ones.split(PAIRS_AT_ONCE), entries.split(PAIRS_AT_ONCE), strict=True):
                job.check()
                leaf = leaves[entry]
                there = self._keys(_squared_distances(here[some, None], self.points[leaf]), leaf)
                both = torch.cat((keys[some], there), dim=1)
                keys[some] = both.topk(keys.shape[1], largest=False).values
            entries = entries + 1
            left = entries < ends
            open_ones, entries, ends = open_ones[left], entries[left], ends[left]
            left = gaps[entries] <= _distance(keys[open_ones, -1])
            open_ones, entries, ends = open_ones[left], entries[left], ends[left]

    def _leaves_near(
        self, own: torch.Tensor, bounds: torch.Tensor, allowed: list[torch.Tensor], job: Job
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the pairs of a point and a leaf whose box is no farther from it than its squared distance.

        Parameters
        ----------
        own : tensor (leaves,), int64
            The leaves whose points these are.
        bounds : tensor (leaves, size)
            The squared distances.
        allowed : list of tensor (nodes,), bool
            Which nodes to look at, for every level from the root on.
        job : Job

        Returns
        -------
        points : tensor (pairs,), int64
            As in the flat `bounds`, in order.
        leaves : tensor (pairs,), int64
        gaps : tensor (pairs,)
            The squared distances to the boxes.
        """
        low, high = (side[own] for side in self._boxes[-1])
        reach = bounds.amax(1)
        asking, nodes = torch.arange(len(own), device=own.device), torch.zeros_like(own)
        for level, ((lows, highs), these) in enumerate(zip(self._boxes, allowed, strict=True)):
            job.check()
            if level:
                nodes = (nodes[:, None] * BRANCHES + torch.arange(BRANCHES, device=own.device)).view(-1)
                asking = asking.repeat_interleave(BRANCHES)
            kept = these[nodes] & (
                _box_gap(low[asking], high[asking], lows[nodes], highs[nodes]) <= reach[asking]
            )
            asking, nodes = asking[kept], nodes[kept]
        pairs = []
        for some, leaves in zip(asking.split(PAIRS_AT_ONCE), nodes.split(PAIRS_AT_ONCE), strict=True):
            job.check()
            here = self.points[own[some]]
            lows, highs = (side[leaves, None] for side in self._boxes[-1])
            gaps = _box_gap(here, here, lows, highs)
            pair, point = (gaps <= bounds[some]).nonzero(as_tuple=True)
            pairs.append((some[pair] * bounds.shape[1] + point, leaves[pair], gaps[pair, point]))
        points, leaves, gaps = (torch.cat(parts) for parts in zip(*pairs, strict=True))
        return points, leaves, gaps

    def _levels_above(self, leaves: torch.Tensor) -> list[torch.Tensor]:
        """Return, from the root on, which nodes have any of `leaves` (leaves,), bool."""
        levels = [leaves]
        for _ in self._boxes[1:]:
            levels.insert(0, levels[0].view(-1, BRANCHES).any(1))
        return levels


def _distance(keys: torch.Tensor) -> torch.Tensor:
    """Return the squared distances that are in keys."""
    return (keys >> 32).to(torch.int32).view(torch.float32)


def _squared_distances(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return the squared distances of points (..., dimensions), broadcast against each other."""
    total = (one[..., 0] - other[..., 0]).square_()
    for axis in range(1, one.shape[-1]):
        difference = one[..., axis] - other[..., axis]
        total.addcmul_(difference, difference)
    return total


def _box_gap(low: torch.Tensor, high: torch.Tensor, lows: torch.Tensor, highs: torch.Tensor) -> torch.Tensor:
    """Return the squared distances between boxes (..., dimensions)."""
    nothing = low.new_zeros(())
    total = nothing
    for axis in range(low.shape[-1]):
        beyond = torch.maximum(lows[..., axis] - high[..., axis], low[..., axis] - highs[..., axis])
        total = total + torch.maximum(beyond, nothing).square_()
    return total
