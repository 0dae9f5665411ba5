"""Hats on grids of nodes above the unknown pixels: the ways up and down, and the Galerkin matrices.

A node carries four coefficients, of 1, r, g and b. Only nodes whose hat meets an unknown pixel exist. Hats that are
coupled are at most two nodes apart in each direction, as pixels are in the matting Laplacian, so a node's row is
25 blocks of 4 × 4. The number after the last node's stands for the neighbours that do not exist.

Seen from one pixel or node, all that its row of the matrix reaches lies under the hats of 4 × 4 nodes of the wider
grid: the corners of its own cell and one more on every side. The matrix times the hats is found for these first.
"""

from dataclasses import dataclass

import torch

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.gpu.laplacian import ITSELF, STENCIL, UnknownSystem

SPACING = 8
FUNCTIONS = 4  # of each node: 1, r, g, b
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
CELLS_AT_ONCE = 2048  # some 200 MB


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of one grid.

    Attributes
    ----------
    index : tensor (rows + 4, columns + 4), int64
        Number of the node at each grid point, with two points of margin; `count` where there is none.
    at : tensor (2, count), int64
        Row and column of each node, without the margin.
    beside : tensor (count, 25), int64
        Number of the node at each of the 25 points around a node.
    """

    index: torch.Tensor
    at: torch.Tensor
    beside: torch.Tensor

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.beside)


def _make_nodes(present: torch.Tensor) -> Nodes:
    """Return the nodes of a bool mask of the grid points that exist."""
    at = present.nonzero().T
    count = at.shape[1]
    index = at.new_full((present.shape[0] + 4, present.shape[1] + 4), count)
    index[2:-2, 2:-2][present] = torch.arange(count, device=at.device)
    around = torch.tensor(STENCIL, device=at.device).T + 2
    return Nodes(index, at, index[at[0, :, None] + around[0], at[1, :, None] + around[1]])


def _window_hats(spacing: int, device: torch.device) -> torch.Tensor:
    """Return the weights (spacing², 25, 16) of the 4 × 4 hats at the 25 points around every point of a cell."""
    reach = torch.arange(-2, 3)
    along = torch.arange(spacing)[:, None, None] + reach[:, None] - spacing * torch.arange(-1, 3)
    one_way = (1.0 - along.double().abs() / spacing).clamp(min=0.0)
    hats = torch.einsum("aei,bfj->abefij", one_way, one_way)
    return hats.reshape(spacing**2, 25, 16).to(device)


class PixelHats:
    """From the unknown pixels to the nodes `SPACING` pixels apart, in square cells between the nodes.

    Parameters
    ----------
    system : UnknownSystem
    """

    def __init__(self, system: UnknownSystem) -> None:
        device, size = system.b.device, len(system.b)
        row, column = system.pixels // system.shape[1], system.pixels % system.shape[1]
        across = system.shape[1] // SPACING + 1
        cells, cell = torch.unique(row // SPACING * across + column // SPACING, return_inverse=True)
        cell_at = torch.stack((cells // across, cells % across))
        self._count = len(cells)
        within = row % SPACING * SPACING + column % SPACING
        self._slots = cell * SPACING**2 + within
        present = torch.zeros((system.shape[0] // SPACING + 2, across + 1), dtype=torch.bool, device=device)
        for p, q in CORNERS:
            present[cell_at[0] + p, cell_at[1] + q] = True
        self.nodes = _make_nodes(present)
        self._corners = torch.stack(
            [self.nodes.index[cell_at[0] + 2 + p, cell_at[1] + 2 + q] for p, q in CORNERS], dim=1
        )
        # The cell that has a node for each of its corners; the one after the last where there is none.
        self._cells = torch.full((self.nodes.count, 4), self._count, device=device)
        for corner, nodes in enumerate(self._corners.T):
            self._cells[nodes, corner] = torch.arange(self._count, device=device)
        self._window = _window_hats(SPACING, device)
        self._hats = self._window[:, ITSELF, [5, 6, 9, 10]]  # at a point itself, of the corners of its cell
        self._functions = torch.ones((size, FUNCTIONS), dtype=torch.float64, device=device)
        self._functions[:, 1:] = system.colours
        basis = torch.zeros((self._count * SPACING**2, 4, FUNCTIONS), device=device)
        basis[self._slots] = (self._hats[within, :, None] * self._functions[:, None]).float()
        self._basis = basis.view(self._count, SPACING**2, -1)

    def down(self, left: torch.Tensor) -> torch.Tensor:
        """Return what is left at the pixels (n,), float32, as coefficients (nodes · 4,), float64."""
        dense = left.new_zeros(self._count * SPACING**2)
        dense[self._slots] = left
        sums = (self._basis.mT @ dense.view(self._count, -1, 1)).view(-1, 4, FUNCTIONS)
        return self._at_nodes(sums.double()).sum(1).view(-1)

    def up(self, coefficients: torch.Tensor) -> torch.Tensor:
        """Return the function of coefficients (nodes · 4,) at the pixels (n,), float32."""
        at_corners = coefficients.float().view(-1, FUNCTIONS)[self._corners].view(self._count, -1, 1)
        return (self._basis @ at_corners).view(-1)[self._slots]

    def galerkin(self, system: UnknownSystem, job: Job) -> torch.Tensor:
        """Return the blocks (nodes, 25, 4, 4), float64, of the matrix between the hats."""
        size = len(system.b)
        rows = self._slots.new_full((self._count * SPACING**2,), size)
        rows[self._slots] = torch.arange(size, device=rows.device)
        rows = rows.view(self._count, -1)
        sums = self._functions.new_empty((self._count, 4, FUNCTIONS, FUNCTIONS, 4, 4))
        for first in range(0, self._count, CELLS_AT_ONCE):
            job.check()
            row = rows[first : first + CELLS_AT_ONCE]
            exists = (row < size)[:, :, None]
            row = row.clamp(max=size - 1)
            entries = (system.stencil[row] * exists)[..., None] * self._functions[system.columns[row]]
            # Cell, pixel, neighbour, function and window hat
            reached = torch.einsum("cpef,pew->cpfw", entries, self._window)
            own = self._hats[:, :, None] * (self._functions[row] * exists)[:, :, None]
            part = own.flatten(2).mT @ reached.flatten(2)
            sums[first : first + CELLS_AT_ONCE] = part.view(-1, *sums.shape[1:])
        blocks = sums.new_zeros((self.nodes.count, 5, 5, FUNCTIONS, FUNCTIONS))
        for corner, (p, q) in enumerate(CORNERS):
            found = _with_nothing(sums[:, corner])[self._cells[:, corner]]
            blocks[:, 1 - p : 5 - p, 1 - q : 5 - q] += found.permute(0, 3, 4, 1, 2)
        return blocks.view(-1, 25, FUNCTIONS, FUNCTIONS)

    def _at_nodes(self, sums: torch.Tensor) -> torch.Tensor:
        """Return (nodes, 4, 4): for each cell around a node what `sums` (cells, 4, 4) holds for that corner."""
        return _with_nothing(sums)[self._cells, torch.arange(4, device=sums.device)]


class NodeHats:
    """From nodes to those of the grid twice as wide.

    Parameters
    ----------
    below : Nodes
    """

    def __init__(self, below: Nodes) -> None:
        low, high = below.at // 2, (below.at + 1) // 2
        rows, columns = high.amax(1).tolist()
        present = torch.zeros((rows + 1, columns + 1), dtype=torch.bool, device=low.device)
        for y in (low[0], high[0]):
            for x in (low[1], high[1]):
                present[y, x] = True
        self.nodes = _make_nodes(present)
        # A node on a line of the wider grid has the same parent twice.
        self._parents = torch.stack(
            [self.nodes.index[y + 2, x + 2] for y in (low[0], high[0]) for x in (low[1], high[1])], dim=1
        )
        self._parity = below.at[0] % 2 * 2 + below.at[1] % 2
        nearest = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        height, width = below.index.shape
        beyond = below.index[-1, -1]
        inside = []
        for dy, dx in nearest:
            y, x = 2 * self.nodes.at[0] + dy + 2, 2 * self.nodes.at[1] + dx + 2
            child = below.index[y.clamp(max=height - 1), x.clamp(max=width - 1)]
            inside.append(torch.where((y < height) & (x < width), child, beyond))
        self._children = torch.stack(inside, dim=1)
        self._nearest = [(dy, dx, 0.5 ** (abs(dy) + abs(dx))) for dy, dx in nearest]
        weights = [weight for _, _, weight in self._nearest]
        self._weights = torch.tensor(weights, dtype=torch.float64, device=low.device)[:, None]

    def down(self, left: torch.Tensor) -> torch.Tensor:
        """Return what is left at the nodes (nodes · 4,) as coefficients of the wider hats."""
        at_children = _with_nothing(left.view(-1, FUNCTIONS))[self._children]
        return (at_children * self._weights).sum(1).view(-1)

    def up(self, coefficients: torch.Tensor) -> torch.Tensor:
        """Return coefficients of the wider hats as those of the nodes."""
        return coefficients.view(-1, FUNCTIONS)[self._parents].mean(1).view(-1)

    def galerkin(self, blocks: torch.Tensor, job: Job) -> torch.Tensor:
        """Return the blocks (wider nodes, 25, 4, 4) between the wider hats from those (nodes, 25, 4, 4) below."""
        window = _window_hats(2, blocks.device)
        job.check()
        reached = blocks.flatten(2).mT @ window[self._parity]
        reached = _with_nothing(reached.view(-1, FUNCTIONS, FUNCTIONS, 4, 4)).permute(0, 3, 4, 1, 2)
        wider = blocks.new_zeros((self.nodes.count, 5, 5, FUNCTIONS, FUNCTIONS))
        for child, (dy, dx, weight) in zip(self._children.T, self._nearest, strict=True):
            top, left = int(dy >= 0), int(dx >= 0)
            wider[:, top : top + 4, left : left + 4] += weight * reached[child]
        return wider.view(-1, 25, FUNCTIONS, FUNCTIONS)


def _with_nothing(parts: torch.Tensor) -> torch.Tensor:
    """Return `parts` and one more that is zero, for those that do not exist."""
    return torch.cat((parts, parts.new_zeros((1, *parts.shape[1:]))))
