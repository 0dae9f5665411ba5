"""A multi-level preconditioner for the matting Laplacian.

Plain smoothing leaves the functions that the matting Laplacian hardly sees: those that are, in every small
window, affine in the colours. So the first coarse space is bilinear hats on a grid of `SPACING` pixels, each times
1, r, g and b; the next ones are hats on ever wider grids, which are sums of the narrower ones, until what is left
can be factored at once. Every coarse matrix is the Galerkin one. A cycle goes down and up once, with one damped
(block) Jacobi step on each level before and after, which keeps it symmetric. The work is linear in the pixels, and
all of it is done on the device.
"""

import math
from dataclasses import dataclass

import torch
from scipy.linalg import eigvalsh_tridiagonal

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.gpu.dense import DenseSolver, factored_blocks
from mattingapp.matting.solvers.gpu.hats import FUNCTIONS, NodeHats, Nodes, PixelHats
from mattingapp.matting.solvers.gpu.laplacian import ITSELF, UnknownSystem
from mattingapp.matting.solvers.gpu.sparse import rows_of_one_length

FACTORED = 2000
# The smoother converges below 2 / λmax(D⁻¹A) and works best shortly before; Lanczos stops a little short of λmax.
DAMPING = 1.7
LANCZOS_STEPS = 15


@dataclass(frozen=True, eq=False)
class _Level:
    """One level: its matrix, its damped inverse block diagonal (blocks, size, size), and the hats above it."""

    matrix: torch.Tensor
    smoother: torch.Tensor
    hats: PixelHats | NodeHats


class TensorMultiLevel:
    """Call it with a residual (n,) for a correction (n,).

    Parameters
    ----------
    system : UnknownSystem
    job : Job
    factored : int
        A matrix up to this size, 16 at least, is factored.
    """

    def __init__(self, system: UnknownSystem, job: Job, factored: int = FACTORED) -> None:
        self._check = job.check  # a cycle on a large photo takes longer than a cancel may wait
        pixels = PixelHats(system)
        # The finest level corrects as well in float32, with half the bytes to move. The ones below would lose the
        # functions they are there for: those have next to no energy.
        inverse = 1.0 / system.stencil[:, ITSELF, None, None].float().clamp(min=1e-12)
        self._levels = [_make_level(system.matrix(torch.float32), inverse, pixels)]
        nodes, blocks = pixels.nodes, pixels.galerkin(system, job)
        while True:
            roots = factored_blocks(blocks[:, ITSELF])
            if FUNCTIONS * nodes.count <= factored:
                break
            hats = NodeHats(nodes)
            self._levels.append(_make_level(_matrix(nodes, blocks), torch.cholesky_inverse(roots), hats))
            nodes, blocks = hats.nodes, hats.galerkin(blocks, job)
        self._bottom = DenseSolver(_dense(nodes, blocks))

    def __call__(self, residual: torch.Tensor) -> torch.Tensor:
        return self._cycle(0, residual.float()).double()

    def _cycle(self, depth: int, right: torch.Tensor) -> torch.Tensor:
        if depth == len(self._levels):
            return self._bottom(right)
        level = self._levels[depth]
        self._check()
        correction = _times(level.smoother, right)
        below = self._cycle(depth + 1, level.hats.down(right - level.matrix @ correction))
        correction += level.hats.up(below)
        correction += _times(level.smoother, right - level.matrix @ correction)
        return correction


def _make_level(matrix: torch.Tensor, inverse: torch.Tensor, hats: PixelHats | NodeHats) -> _Level:
    return _Level(matrix, inverse * (DAMPING / _largest_eigenvalue(matrix, inverse)), hats)


def _times(blocks: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """Multiply a block diagonal matrix (blocks, size, size) by a vector."""
    return (blocks * vector.view(len(blocks), 1, -1)).sum(2).view(-1)


def _matrix(nodes: Nodes, blocks: torch.Tensor) -> torch.Tensor:
    """Return the blocks (nodes, 25, 4, 4) as a sparse CSR tensor."""
    itself = torch.arange(nodes.count, device=blocks.device)[:, None]
    beside = torch.where(nodes.beside == nodes.count, itself, nodes.beside)  # those blocks are zeros
    columns = FUNCTIONS * beside[:, :, None] + torch.arange(FUNCTIONS, device=blocks.device)
    columns = columns.flatten(1).to(torch.int32).repeat_interleave(FUNCTIONS, dim=0)
    return rows_of_one_length(columns, blocks.transpose(1, 2).reshape(FUNCTIONS * nodes.count, -1))


def _dense(nodes: Nodes, blocks: torch.Tensor) -> torch.Tensor:
    """Return the blocks (nodes, 25, 4, 4) as a dense matrix."""
    count = nodes.count
    matrix = blocks.new_zeros((count, FUNCTIONS, count + 1, FUNCTIONS))
    matrix[torch.arange(count, device=blocks.device)[:, None], :, nodes.beside] = blocks
    return matrix[:, :, :-1].reshape(FUNCTIONS * count, -1)


def _largest_eigenvalue(matrix: torch.Tensor, inverse_blocks: torch.Tensor) -> float:
    """Return the largest eigenvalue of D⁻¹A, a few percent too low at most, by Lanczos steps."""
    random = torch.rand(matrix.shape[0], generator=torch.Generator().manual_seed(0)) - 0.5
    residual = random.to(matrix.device, matrix.dtype)
    before = torch.zeros_like(residual)
    step = _times(inverse_blocks, residual)
    beta = max(float(residual.dot(step)), 0.0) ** 0.5
    diagonal, beside = [], []
    for _ in range(min(LANCZOS_STEPS, len(residual))):
        direction, step = residual / beta, step / beta
        residual = matrix @ step - beta * before
        diagonal.append(float(residual.dot(step)))
        residual -= diagonal[-1] * direction
        before = direction
        step = _times(inverse_blocks, residual)
        beta = max(float(residual.dot(step)), 0.0) ** 0.5
        if beta <= 1e-6 * diagonal[0]:
            break
        beside.append(beta)
    if not math.isfinite(sum(diagonal) + sum(beside)):
        return math.nan  # which conjugate gradients notice
    return float(eigvalsh_tridiagonal(diagonal, beside[: len(diagonal) - 1])[-1])
