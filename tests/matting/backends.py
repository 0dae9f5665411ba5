"""Every backend that runs where there is no GPU, and one that says it is on one."""

import pytest
import torch

from mattingapp.matting.solvers.cpu.backend import CpuBackend
from mattingapp.matting.solvers.gpu.backend import TensorBackend

CPU = torch.device("cpu")
LOOPS, TENSORS = CpuBackend(), TensorBackend(CPU)

every_backend = pytest.mark.parametrize("backend", [LOOPS, TENSORS], ids=["cpu", "tensors on the CPU"])


class PretendedGpu:
    """Says it is a GPU; what is sent there stays on the CPU."""

    type = "cuda"

    def __str__(self):
        return "cuda:0"


class PretendedBackend(TensorBackend):
    """Computes on the CPU what is meant for a pretended GPU."""

    def __init__(self, device):
        assert isinstance(device, PretendedGpu)
        super().__init__(CPU)

    @property
    def device(self):
        return "cuda:0"
