"""A multi-level preconditioner for the matting Laplacian.

Plain smoothing leaves the functions that the matting Laplacian hardly sees: those that are, in every small
window, affine in the colours. So the first coarse space is bilinear hats on a grid of `SPACING` pixels, each times
1, r, g and b; the next ones are hats on ever wider grids, which are sums of the narrower ones, until what is left
can be factored at once. Every coarse matrix is the Galerkin one. A cycle goes down and up once, with one damped
(block) Jacobi step on each level before and after, which keeps it symmetric. The work is linear in the pixels.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import torch
from scipy.linalg import eigvalsh_tridiagonal
from scipy.sparse.linalg import splu

from mattingapp.matting.job import Job
from mattingapp.matting.tensors.laplacian import UnknownSystem
from mattingapp.matting.tensors.sparse import to_scipy, to_torch

SPACING = 8
FUNCTIONS = 4  # of each node: 1, r, g, b
FACTORED = 6000  # a matrix up to this size is factored
# The smoother converges below 2 / λmax(D⁻¹A) and works best shortly before; Lanczos stops a little short of λmax.
DAMPING = 1.7
LANCZOS_STEPS = 15


@dataclass(frozen=True, eq=False)
class _Level:
    """One level: its matrix, its damped inverse block diagonal (blocks, size, size), and the ways down and up."""

    matrix: torch.Tensor
    smoother: torch.Tensor
    down: torch.Tensor
    up: torch.Tensor


class TensorMultiLevel:
    """Call it with a residual (n,) for a correction (n,).

    Parameters
    ----------
    system : UnknownSystem
    photo : ndarray (H, W, 3), float64
    job : Job
    """

    def __init__(self, system: UnknownSystem, photo: np.ndarray, job: Job) -> None:
        self._check = job.check  # a cycle on a large photo takes longer than a cancel may wait
        device = system.b.device
        matrix = to_scipy(system.matrix)
        up, nodes = job.wait_for(lambda: _colour_affine_hats(photo, system.pixels))
        self._levels: list[_Level] = []
        size = 1
        while True:
            level, coarse = job.wait_for(lambda: _make_level(matrix, up, size, device))  # noqa: B023 - called here
            self._levels.append(level)
            matrix, size = coarse, FUNCTIONS
            wider = _wider_hats(nodes)
            if matrix.shape[0] <= FACTORED or wider[0].shape[0] == wider[0].shape[1]:
                break
            up, nodes = wider
        options = {"SymmetricMode": True}
        self._bottom = job.wait_for(
            lambda: splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        )

    def __call__(self, residual: torch.Tensor) -> torch.Tensor:
        return self._cycle(0, residual)

    def _cycle(self, depth: int, residual: torch.Tensor) -> torch.Tensor:
        if depth == len(self._levels):
            return torch.from_numpy(self._bottom.solve(residual.cpu().numpy())).to(residual.device)
        level = self._levels[depth]
        right = residual.to(level.matrix.dtype)
        self._check()
        correction = _times(level.smoother, right)
        below = self._cycle(depth + 1, (level.down @ (right - level.matrix @ correction)).double())
        self._check()
        correction += level.up @ below.to(right.dtype)
        self._check()
        correction += _times(level.smoother, right - level.matrix @ correction)
        return correction.double()


def _make_level(
    matrix: sparse.csr_array, up: sparse.csr_array, size: int, device: torch.device
) -> tuple[_Level, sparse.csr_array]:
    """Return the level of `matrix`, whose diagonal blocks are size × size, and the coarse matrix below it."""
    down = up.T.tocsr()
    coarse = (down @ (matrix @ up)).tocsr()
    # In a region of one colour the four functions of a node are one: keep the matrix regular there.
    coarse = (coarse + sparse.diags_array(1e-9 * coarse.diagonal() + 1e-12)).tocsr()
    on_device = to_torch(matrix, device)
    inverse = torch.from_numpy(_inverse_blocks(matrix, size)).to(device)
    damping = DAMPING / _largest_eigenvalue(on_device, inverse)
    parts = (on_device, damping * inverse, to_torch(down, device), to_torch(up, device))
    # The finest level corrects as well in float32, with half the bytes to move. The ones below would lose the
    # functions they are there for: those have next to no energy.
    dtype = torch.float32 if size == 1 else torch.float64
    return _Level(*(part.to(dtype) for part in parts)), coarse


def _times(blocks: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """Multiply a block diagonal matrix (blocks, size, size) by a vector."""
    return (blocks * vector.view(len(blocks), 1, -1)).sum(2).view(-1)


def _inverse_blocks(matrix: sparse.csr_array, size: int) -> np.ndarray:
    """Return the inverses of the diagonal blocks, (blocks, size, size)."""
    if size == 1:
        return 1.0 / np.maximum(matrix.diagonal(), 1e-12).reshape(-1, 1, 1)
    triplets = matrix.tocoo()
    diagonal = triplets.row // size == triplets.col // size
    row, column = triplets.row[diagonal], triplets.col[diagonal]
    place = row * size + column % size
    blocks = np.bincount(place, triplets.data[diagonal], matrix.shape[0] * size).reshape(-1, size, size)
    ridge = 1e-8 * np.trace(blocks, axis1=1, axis2=2) / size + 1e-12
    return np.linalg.inv(blocks + ridge[:, None, None] * np.eye(size))


def _colour_affine_hats(photo: np.ndarray, pixels: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the (n, 4 · nodes) matrix of hats × (1, r, g, b), and the nodes' (2, nodes) grid positions."""
    hats, nodes = _hats(np.stack(np.divmod(pixels, photo.shape[1])) / SPACING)
    functions = np.ones((len(pixels), FUNCTIONS))
    functions[:, 1:] = photo.reshape(-1, 3)[pixels]
    columns = (FUNCTIONS * hats.indices.reshape(-1, 4))[:, :, None] + np.arange(FUNCTIONS, dtype=np.int32)
    values = hats.data.reshape(-1, 4, 1) * functions[:, None, :]
    starts = np.arange(0, columns.size + 1, 4 * FUNCTIONS, dtype=np.int32)
    shape = (len(pixels), FUNCTIONS * nodes.shape[1])
    return sparse.csr_array((values.ravel(), columns.ravel(), starts), shape=shape), nodes


def _wider_hats(nodes: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the matrix from hats on a grid twice as wide to those at `nodes`, and the wider grid's nodes."""
    hats, wider = _hats(nodes / 2)
    return sparse.kron(hats, sparse.eye_array(FUNCTIONS), format="csr"), wider


def _hats(positions: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the bilinear weights (n, nodes) of the grid nodes around `positions` (2, n), four a row, and the nodes."""
    corner, fraction = np.divmod(positions, 1.0)
    (y, x), (fraction_y, fraction_x) = corner.astype(np.int64), fraction
    across = int(x.max()) + 2
    around = (y * across + x)[:, None] + np.array([0, 1, across, across + 1])
    weights_y, weights_x = np.stack((1 - fraction_y, fraction_y)), np.stack((1 - fraction_x, fraction_x))
    weights = (weights_y[:, None] * weights_x[None]).reshape(4, -1).T
    present = np.zeros(int(around.max()) + 1, bool)
    present[around] = True
    number = (np.cumsum(present) - 1).astype(np.int32)
    nodes = np.stack(np.divmod(np.flatnonzero(present), across))
    starts = np.arange(0, around.size + 1, 4, dtype=np.int32)
    shape = (len(around), nodes.shape[1])
    return sparse.csr_array((weights.ravel(), number[around].ravel(), starts), shape=shape), nodes


def _largest_eigenvalue(matrix: torch.Tensor, inverse_blocks: torch.Tensor) -> float:
    """Return the largest eigenvalue of D⁻¹A, a few percent too low at most, by Lanczos steps."""
    random = (
        torch.rand(matrix.shape[0], generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.5
    )
    residual = random.to(matrix.device)
    before = torch.zeros_like(residual)
    step = _times(inverse_blocks, residual)
    beta = float(residual.dot(step)) ** 0.5
    diagonal, beside = [], []
    for _ in range(min(LANCZOS_STEPS, len(residual))):
        direction, step = residual / beta, step / beta
        residual = matrix @ step - beta * before
        diagonal.append(float(residual.dot(step)))
        residual -= diagonal[-1] * direction
        before = direction
        step = _times(inverse_blocks, residual)
        beta = max(float(residual.dot(step)), 0.0) ** 0.5
        if beta <= 1e-8 * diagonal[0]:
            break
        beside.append(beta)
    return float(eigvalsh_tridiagonal(diagonal, beside[: len(diagonal) - 1])[-1])
