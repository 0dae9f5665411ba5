"""Sparse matrices between SciPy, which assembles and factors, and torch, which multiplies on any device."""

import warnings

import scipy.sparse
import torch

with warnings.catch_warnings():
    # Torch says once in a process that CSR tensors are in beta; this first tensor takes the warning.
    warnings.simplefilter("ignore")
    torch.sparse_csr_tensor([0, 0], [], [], (1, 1))


def to_scipy(matrix: torch.Tensor) -> scipy.sparse.csr_array:
    """Return a CSR tensor as a SciPy CSR array on the CPU."""
    parts = (matrix.values(), matrix.col_indices(), matrix.crow_indices())
    rows, columns = matrix.shape
    return scipy.sparse.csr_array(tuple(part.cpu().numpy() for part in parts), shape=(rows, columns))


def to_torch(matrix: scipy.sparse.csr_array, device: torch.device) -> torch.Tensor:
    """Return a SciPy CSR array as a CSR tensor on `device`."""
    starts, columns, values = matrix.indptr, matrix.indices, matrix.data
    parts = [torch.from_numpy(part).to(device) for part in (starts, columns, values)]
    return csr_tensor(parts[0], parts[1], parts[2], matrix.shape)


def csr_tensor(
    starts: torch.Tensor, columns: torch.Tensor, values: torch.Tensor, shape: tuple[int, ...]
) -> torch.Tensor:
    """Return a CSR tensor of parts that are known to fit together."""
    return torch.sparse_csr_tensor(starts, columns, values, shape, check_invariants=False)
