"""The system D − A of a graph of pixels, over the unknown ones, and a preconditioner (see `solvers.cpu.groups`)."""

from dataclasses import dataclass, replace

import torch

from mattingapp.matting.solvers.gpu.dense import DenseSolver
from mattingapp.matting.solvers.gpu.sparse import csr_tensor

GROUPS = 2000  # at most
ROWS_IN_A_GROUP = 100  # at least


@dataclass(frozen=True, eq=False)
class TensorGraph:
    """(D − A) x = b over the unknown pixels.

    Attributes
    ----------
    pixels : tensor (n,), int64
        Raster index of the pixel of each row. Rows that are coupled are near each other.
    degrees, b : tensor (n,), float64
        D, which counts known neighbours as well, and what the known ones add.
    similarities : sparse CSR tensor (n, n), float64
        A between unknown pixels.
    """

    pixels: torch.Tensor
    degrees: torch.Tensor
    b: torch.Tensor
    similarities: torch.Tensor

    def scaled(self, factor: float) -> "TensorGraph":
        """Return the system with every similarity times a factor."""
        return replace(
            self,
            degrees=factor * self.degrees,
            b=factor * self.b,
            similarities=factor * self.similarities,
        )

    def times(self, x: torch.Tensor) -> torch.Tensor:
        """Return (D − A) x."""
        return self.degrees * x - self.similarities @ x


def join(
    features: torch.Tensor,
    pixels: torch.Tensor,
    alpha: torch.Tensor,
    neighbours: list[tuple[torch.Tensor, torch.Tensor]],
    once: bool,
    fall: float = 0.0,
) -> TensorGraph:
    """Join the pixels to their neighbours, an edge counting for both its ends.

    Parameters
    ----------
    features : tensor (H · W, dimensions), float32
        The similarity of two pixels is 1 − the mean absolute difference of their features, times `fall`'s factor.
    pixels : tensor (n,), int64
        The unknown pixels, in the order the rows shall have.
    alpha : tensor (H · W,), float32
        The alpha of the known pixels.
    neighbours : list of (tensor (m,), tensor (m, k)), int64
        Some pixels, and the neighbours of each.
    once : bool
        An edge that is found twice counts once.
    fall : float
        See `similarity.Similarity`.
    """
    size, count = len(pixels), len(features)
    row = torch.full((count,), -1, device=pixels.device)
    row[pixels] = torch.arange(size, device=pixels.device)
    edges = []
    for asking, others in neighbours:
        one, other = asking.repeat_interleave(others.shape[1]), others.reshape(-1)
        for here, there in ((one, other), (other, one)):
            unknown = row[here] >= 0
            edges.append(row[here[unknown]] * count + there[unknown])
    edge, times = torch.cat(edges).unique(return_counts=True)
    here, other = edge // count, edge % count
    difference = torch.zeros(len(edge), device=pixels.device)
    for axis in features.T:
        difference += (axis[pixels[here]] - axis[other]).abs_()
    weights = (1.0 - difference / features.shape[1]).clamp_(min=0.0) * (-fall * difference).exp_()
    weights = weights.double()
    if not once:
        weights *= times
    nothing = weights.new_zeros(size)
    known = row[other] < 0
    b = nothing.index_add(0, here[known], weights[known] * alpha[other[known]])
    degrees = nothing.index_add(0, here, weights)
    here, columns, weights = here[~known], row[other[~known]], weights[~known]
    starts = torch.searchsorted(here, torch.arange(size + 1, device=here.device), out_int32=True)
    return TensorGraph(pixels, degrees, b, csr_tensor(starts, columns.to(torch.int32), weights))


class TensorGroups:
    """Call it with a residual (n,) for a correction (n,), both float64.

    Parameters
    ----------
    graph : TensorGraph
    """

    def __init__(self, graph: TensorGraph) -> None:
        self._size = size = len(graph.b)
        self._rows = max(-(-size // GROUPS), ROWS_IN_A_GROUP)
        self._count = count = -(-size // self._rows)
        # A pixel that no path joins to a known one keeps the 0.5 it starts with.
        self._inverse = 1.0 / torch.where(graph.degrees > 0, graph.degrees, 1.0)
        starts = graph.similarities.crow_indices()
        row = torch.arange(size, device=starts.device).repeat_interleave(starts.diff())
        column = graph.similarities.col_indices().long()
        joined = torch.zeros(count * count, dtype=torch.float64, device=starts.device)
        place = row // self._rows * count + column // self._rows
        joined.index_add_(0, place, graph.similarities.values(), alpha=-1.0)
        matrix = joined.view(count, count)
        diagonal = matrix.diagonal()
        diagonal += self._sums(graph.degrees)
        # Groups that no known pixel is joined to have no alpha of their own: a little more settles it.
        diagonal += 1e-9 * diagonal + 1e-12
        self._solver = DenseSolver(matrix)

    def __call__(self, residual: torch.Tensor) -> torch.Tensor:
        correction = self._solver(self._sums(residual)).repeat_interleave(self._rows)
        return self._inverse * residual + correction[: self._size]

    def _sums(self, vector: torch.Tensor) -> torch.Tensor:
        """Return the sums over the groups."""
        whole = torch.nn.functional.pad(vector, (0, self._count * self._rows - self._size))
        return whole.view(self._count, self._rows).sum(1)
