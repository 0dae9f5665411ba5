"""Square sparse matrices in torch."""

import warnings

import torch

with warnings.catch_warnings():
    # Torch says once in a process that CSR tensors are in beta; this first tensor takes the warning.
    warnings.simplefilter("ignore")
    torch.sparse_csr_tensor([0, 0], [], [], (1, 1))


def csr_tensor(starts: torch.Tensor, columns: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return a CSR tensor of parts that are known to fit together.

    Parameters
    ----------
    starts : tensor (n + 1,), int32
    columns : tensor (entries,), int32
    values : tensor (entries,)
    """
    size = len(starts) - 1
    return torch.sparse_csr_tensor(starts, columns, values, (size, size), check_invariants=False)


def rows_of_one_length(columns: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return the CSR tensor whose rows hold `values` (n, entries) at `columns` (n, entries), int32."""
    size, entries = values.shape
    starts = torch.arange(0, size * entries + 1, entries, dtype=torch.int32, device=values.device)
    return csr_tensor(starts, columns.reshape(-1), values.reshape(-1))
