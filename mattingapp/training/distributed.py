"""The processes that `torchrun` started, each on its own GPU or share of the CPU; one when there was no torchrun."""

import os
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

LONGEST_WAIT = timedelta(days=2)  # the first process computes the stage alphas while the others wait


@dataclass(frozen=True)
class Processes:
    """One process among `count`, its own; rank 0 reports and writes."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that reports and writes."""
        return self.rank == 0

    def share(self, network: nn.Module, device: torch.device) -> nn.Module:
        """Return `network`, made to average its gradients over all processes."""
        if self.count == 1:
            return network
        return DistributedDataParallel(network, device_ids=[device] if device.type == "cuda" else None)

    def wait(self) -> None:
        """Wait for the other processes to come here."""
        if self.count > 1:
            distributed.barrier()


ONE_PROCESS = Processes()


def join() -> Processes:
    """Join the processes of torchrun's environment, with NCCL where every one has a GPU, else with Gloo."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return ONE_PROCESS
    if not distributed.is_initialized():
        cuda = torch.cuda.is_available()
        if cuda:
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        distributed.init_process_group("nccl" if cuda else "gloo", timeout=LONGEST_WAIT)
    return Processes(distributed.get_rank(), count)


def local_device(name: str) -> str:
    """Return the device name for this process: under torchrun, "auto" and "cuda" are the GPU of its local rank."""
    if "LOCAL_RANK" in os.environ and name in ("auto", "cuda") and torch.cuda.is_available():
        return f"cuda:{os.environ['LOCAL_RANK']}"
    return name
