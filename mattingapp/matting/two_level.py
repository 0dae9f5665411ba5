"""A two-level preconditioner for the matting Laplacian.

Plain smoothing leaves the functions that the matting Laplacian hardly sees: those that are, in every small
window, affine in the colours. So the coarse space is bilinear hats on a grid of `SPACING` pixels, each times
1, r, g and b. One cycle is a damped Jacobi step, the coarse correction with the Galerkin matrix, and the same
step again, which keeps it symmetric.
"""

import numpy as np
import scipy.sparse as sparse
import torch
from scipy.linalg import eigvalsh_tridiagonal
from scipy.sparse.linalg import splu

from mattingapp.matting.job import Job
from mattingapp.matting.laplacian import UnknownSystem
from mattingapp.matting.sparse import to_scipy, to_torch

SPACING = 8
# The smoother converges below 2 / λmax(D⁻¹A) and works best shortly before; Lanczos stops a little short of λmax.
DAMPING = 1.7
LANCZOS_STEPS = 15


class TwoLevel:
    """Call it with a residual (n,) for a correction (n,).

    Parameters
    ----------
    system : UnknownSystem
    photo : ndarray (H, W, 3), float64
    job : Job
    """

    def __init__(self, system: UnknownSystem, photo: np.ndarray, job: Job) -> None:
        self._matrix = system.matrix
        device = system.b.device
        fine = to_scipy(system.matrix)
        diagonal = fine.diagonal()
        prolongation = job.wait_for(lambda: _colour_affine_hats(photo, system.pixels))
        restriction = job.wait_for(lambda: prolongation.T.tocsr())
        coarse = job.wait_for(lambda: (restriction @ (fine @ prolongation)).tocsc())
        # In a region of one colour the four functions of a node are one: keep the factor regular there.
        coarse = coarse + sparse.diags_array(1e-9 * coarse.diagonal() + 1e-12)
        self._coarse = job.wait_for(
            lambda: splu(
                coarse.tocsc(),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
        )
        self._prolongation = to_torch(prolongation, device)
        self._restriction = to_torch(restriction, device)
        inverse_diagonal = torch.from_numpy(1.0 / np.maximum(diagonal, 1e-12)).to(device)
        self._smoother = DAMPING / _largest_eigenvalue(system.matrix, inverse_diagonal) * inverse_diagonal

    def __call__(self, residual: torch.Tensor) -> torch.Tensor:
        correction = self._smoother * residual
        coarse = self._restriction @ (residual - self._matrix @ correction)
        solved = self._coarse.solve(coarse.cpu().numpy())
        correction += self._prolongation @ torch.from_numpy(solved).to(residual.device)
        correction += self._smoother * (residual - self._matrix @ correction)
        return correction


def _colour_affine_hats(photo: np.ndarray, pixels: np.ndarray) -> sparse.csr_array:
    """Return the (n, coarse) matrix of bilinear hats × (1, r, g, b), only nodes that reach unknown pixels."""
    width = photo.shape[1]
    node_y, fraction_y = np.divmod(pixels // width / SPACING, 1.0)
    node_x, fraction_x = np.divmod(pixels % width / SPACING, 1.0)
    nodes_across = width // SPACING + 2
    first = (node_y * nodes_across + node_x).astype(np.int64)
    nodes = first[:, None] + np.array([0, 1, nodes_across, nodes_across + 1])
    hats = np.stack(
        [
            (1 - fraction_y) * (1 - fraction_x),
            (1 - fraction_y) * fraction_x,
            fraction_y * (1 - fraction_x),
            fraction_y * fraction_x,
        ],
        axis=1,
    )
    functions = np.ones((len(pixels), 4))
    functions[:, 1:] = photo.reshape(-1, 3)[pixels]
    present = np.zeros(int(nodes.max()) + 1, bool)
    present[nodes] = True
    number = np.cumsum(present) - 1
    columns = (4 * number[nodes])[:, :, None] + np.arange(4)
    values = hats[:, :, None] * functions[:, None, :]
    starts = np.arange(0, 16 * len(pixels) + 1, 16, dtype=np.int32)
    shape = (len(pixels), 4 * int(number[-1] + 1))
    return sparse.csr_array((values.ravel(), columns.ravel().astype(np.int32), starts), shape=shape)


def _largest_eigenvalue(matrix: torch.Tensor, inverse_diagonal: torch.Tensor) -> float:
    """Return the largest eigenvalue of D⁻¹A, a few percent too low at most, by Lanczos steps on D^-½ A D^-½."""
    scale = inverse_diagonal.sqrt()
    v = torch.rand(len(scale), generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.5
    v = v.to(scale.device) / v.norm().item()
    before, beta = torch.zeros_like(v), 0.0
    diagonal, beside = [], []
    for _ in range(min(LANCZOS_STEPS, len(v))):
        w = scale * (matrix @ (scale * v)) - beta * before
        alpha = float(w.dot(v))
        w -= alpha * v
        diagonal.append(alpha)
        beta = float(w.norm())
        if beta <= 1e-8 * alpha:
            break
        beside.append(beta)
        before, v = v, w / beta
    return float(eigvalsh_tridiagonal(diagonal, beside[: len(diagonal) - 1])[-1])
