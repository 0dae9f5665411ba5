"""Nearest neighbours among the pixels of a photo, exactly, on a GPU.

A tree sorts the points of each node by their widest coordinate and cuts them into `BRANCHES` of equal counts, until a
leaf holds few. All leaves are of one size, so what is done for one is done for thousands in one call: their own
points first, which tell how far they have to look; then the leaves whose boxes are within reach, the nearest first,
while those that are left could hold anything nearer. A key holds the bits of a squared distance, which sort as it does
where it is not negative, and below them the point's number: of points at one distance the first counts.
"""

from collections.abc import Callable, Iterator

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
    points : tensor (dimensions, leaves, size of a leaf)
    order : tensor (leaves, size), int64
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
        self.points = points.T.reshape(dimensions, leaves, size)
        self.order = order.view(leaves, size)
        # Of the nodes (dimensions, nodes), for every level from the root on
        self._boxes = [(self.points.amin(2), self.points.amax(2))]
        for _ in range(levels):
            low, high = (side.view(dimensions, -1, BRANCHES) for side in self._boxes[0])
            self._boxes.insert(0, (low.amin(2), high.amax(2)))

    def find(
        self,
        unknown: torch.Tensor,
        wanted: int,
        job: Job,
        report: Callable[[float], None],
        mutual: bool = True,
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
        mutual : bool
            Else only the unknown points matter.

        Returns
        -------
        points : tensor (m,), int64
        others : tensor (m, wanted), int64
        """
        leaves = len(self.order)
        marked = torch.zeros(self.order.numel(), dtype=torch.bool, device=unknown.device)
        marked[: self.count] = unknown
        marked = marked[self.order]
        asking, others = [], []
        for first in range(0, leaves, LEAVES_AT_ONCE):
            report(first / leaves)
            own = torch.arange(first, min(first + LEAVES_AT_ONCE, leaves), device=unknown.device)
            keys = self._own_leaf(own, wanted)
            bounds = _distance(keys[..., -1]).masked_fill_(self.order[own] >= self.count, -1.0)
            matter = marked[own]
            if mutual:
                matter = matter | self._meet(own, bounds.masked_fill(matter, -1.0), marked, job)
            self._search(own, bounds.masked_fill_(~matter, -1.0), keys, job)
            asking.append(self.order[own][matter])
            others.append(keys[matter] & NUMBER)
        return torch.cat(asking), torch.cat(others)

    def _own_leaf(self, own: torch.Tensor, wanted: int) -> torch.Tensor:
        """Return the keys (leaves, size, wanted) of the nearest others of every point within its own leaf."""
        away = _sum_of_squares(axis[:, :, None] - axis[:, None] for axis in self.points[:, own])
        away.diagonal(dim1=1, dim2=2).fill_(torch.inf)
        return self._keys(away, own[:, None]).topk(wanted, largest=False).values

    def _keys(self, distances: torch.Tensor, leaves: torch.Tensor) -> torch.Tensor:
        """Return the keys of squared distances (..., size) to the points of `leaves` (...)."""
        return (distances.view(torch.int32).long() << 32) | self.order[leaves]

    def _distances(self, here: torch.Tensor, leaves: torch.Tensor) -> torch.Tensor:
        """Return the squared distances (n, size) of points (dimensions, n) from those of a leaf (n,) each."""
        return _sum_of_squares(
            one[:, None] - axis[leaves] for one, axis in zip(here, self.points, strict=True)
        )

    def _meet(self, own: torch.Tensor, bounds: torch.Tensor, marked: torch.Tensor, job: Job) -> torch.Tensor:
        """Tell, (leaves, size) bool, which points have a marked one within their squared distance `bounds`."""
        met = torch.zeros_like(bounds, dtype=torch.bool)
        points, leaves, _ = self._leaves_near(own, bounds, marked.any(1), job)
        here = self.points[:, own].flatten(1)
        for some, leaf in zip(points.split(PAIRS_AT_ONCE), leaves.split(PAIRS_AT_ONCE), strict=True):
            job.check()
            near = self._distances(here[:, some], leaf) <= bounds.view(-1)[some, None]
            met.view(-1)[some[(near & marked[leaf]).any(1)]] = True
        return met

    def _search(self, own: torch.Tensor, bounds: torch.Tensor, keys: torch.Tensor, job: Job) -> None:
        """Put what is nearer in other leaves into the sorted `keys` (leaves, size, wanted).

        Points whose squared distance `bounds` (leaves, size) is negative are left out.
        """
        everywhere = torch.ones(len(self.order), dtype=torch.bool, device=own.device)
        points, leaves, gaps = self._leaves_near(own, bounds, everywhere, job)
        elsewhere = leaves != own[points // bounds.shape[1]]
        points, leaves, gaps = points[elsewhere], leaves[elsewhere], gaps[elsewhere]
        # The nearest leaf of each point first
        order = ((points << 32) | gaps.view(torch.int32)).argsort()
        points, leaves, gaps = points[order], leaves[order], gaps[order]
        open_ones, counts = points.unique_consecutive(return_counts=True)
        ends = counts.cumsum(0)
        entries = ends - counts
        here, keys = self.points[:, own].flatten(1), keys.flatten(0, 1)
        while len(open_ones):
            for some, entry in zip(open_ones.split(PAIRS_AT_ONCE), entries.split(PAIRS_AT_ONCE), strict=True):
                job.check()
                leaf = leaves[entry]
                there = self._keys(self._distances(here[:, some], leaf), leaf)
                both = torch.cat((keys[some], there), dim=1)
                keys[some] = both.topk(keys.shape[1], largest=False).values
            entries = entries + 1
            left = entries < ends
            open_ones, entries, ends = open_ones[left], entries[left], ends[left]
            left = gaps[entries] <= _distance(keys[open_ones, -1])
            open_ones, entries, ends = open_ones[left], entries[left], ends[left]

    def _leaves_near(
        self, own: torch.Tensor, bounds: torch.Tensor, allowed: torch.Tensor, job: Job
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the pairs of a point and a leaf whose box is no farther from it than its squared distance.

        Parameters
        ----------
        own : tensor (leaves,), int64
            The leaves whose points these are.
        bounds : tensor (leaves, size)
            The squared distances; negative for points that are left out.
        allowed : tensor (leaves,), bool
            Which leaves to look at.
        job : Job

        Returns
        -------
        points : tensor (pairs,), int64
            Where they are in the flat `bounds`.
        leaves : tensor (pairs,), int64
        gaps : tensor (pairs,)
            The squared distances to the boxes.
        """
        levels = [allowed]
        for _ in self._boxes[1:]:
            levels.insert(0, levels[0].view(-1, BRANCHES).any(1))
        points = self.points[:, own]
        low = points.masked_fill(bounds < 0, torch.inf).amin(2)
        high = points.masked_fill(bounds < 0, -torch.inf).amax(2)
        reach = bounds.amax(1)
        asking = (reach >= 0).nonzero()[:, 0]
        nodes = torch.zeros_like(asking)
        for level, ((lows, highs), these) in enumerate(zip(self._boxes, levels, strict=True)):
            job.check()
            if level:
                nodes = (nodes[:, None] * BRANCHES + torch.arange(BRANCHES, device=own.device)).view(-1)
                asking = asking.repeat_interleave(BRANCHES)
            gaps = _sum_of_squares(
                torch.maximum(
                    lows[axis, nodes] - high[axis, asking], low[axis, asking] - highs[axis, nodes]
                ).clamp_(min=0.0)
                for axis in range(len(points))
            )
            kept = these[nodes] & (gaps <= reach[asking])
            asking, nodes = asking[kept], nodes[kept]
        pairs = []
        lows, highs = self._boxes[-1]
        for some, leaves in zip(asking.split(PAIRS_AT_ONCE), nodes.split(PAIRS_AT_ONCE), strict=True):
            job.check()
            here = (axis[some] for axis in points)
            sides = zip(here, lows[:, leaves, None], highs[:, leaves, None], strict=True)
            gaps = _sum_of_squares(one - one.clamp(least, most) for one, least, most in sides)
            pair, point = (gaps <= bounds[some]).nonzero(as_tuple=True)
            pairs.append((some[pair] * bounds.shape[1] + point, leaves[pair], gaps[pair, point]))
        found, leaves, gaps = (torch.cat(parts) for parts in zip(*pairs, strict=True))
        return found, leaves, gaps


def _sum_of_squares(differences: Iterator[torch.Tensor]) -> torch.Tensor:
    """Return the sum of the squares of tensors, one an axis; the first is overwritten."""
    total = next(differences).square_()
    for difference in differences:
        total.addcmul_(difference, difference)
    return total


def _distance(keys: torch.Tensor) -> torch.Tensor:
    """Return the squared distances that are in keys."""
    return (keys >> 32).to(torch.int32).view(torch.float32)
