"""The one place that chooses who computes, and readies it."""

import torch

from mattingapp.matting.device import solving_device
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.backend import Backend
from mattingapp.matting.solvers.cpu.backend import CpuBackend
from mattingapp.matting.solvers.cpu.prepare import prepare
from mattingapp.matting.solvers.gpu.backend import TensorBackend


def solving_backend(device: torch.device, job: Job) -> Backend:
    """Return the backend for systems, which take float64: the CPU's where the device has none."""
    return colour_backend(solving_device(device), job)


def colour_backend(device: torch.device, job: Job) -> Backend:
    """Return the backend of a device for what float32 is enough for."""
    if device.type == "cpu":
        prepare(job)
        return CpuBackend()
    return TensorBackend(device)
