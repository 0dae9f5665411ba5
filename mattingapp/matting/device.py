"""Which device computes."""

import torch

from mattingapp.imaging.errors import InputError


def available_devices() -> tuple[str, ...]:
    """Return the device names of this machine, the fastest first, always ending in "cpu"."""
    names = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    return (*names, "cpu")


def choose_device(name: str) -> torch.device:
    """Return the device called `name`; "auto" is the first of `available_devices`."""
    available = available_devices()
    if name == "auto":
        return torch.device(available[0])
    if name == "cuda":
        name = "cuda:0"
    if name not in available:
        raise InputError(
            "This machine has no device '{name}'; choose auto or one of {available}.",
            name=name,
            available=", ".join(available),
        )
    return torch.device(name)


def device_name(device: torch.device) -> str:
    """Return "cpu", "mps" or "cuda:0"."""
    return str(device)


def device_title(name: str) -> str:
    """Return the name a person knows: "CPU", or the GPU's product name."""
    return torch.cuda.get_device_name(name) if name.startswith("cuda") else name.upper()


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an allocator raised `error`; torch's for the CPU, MPS and cuSPARSE raise plain RuntimeErrors."""
    words = "out of memory", "can't allocate memory"
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(
        one in str(error).lower() for one in words
    )


def solving_device(device: torch.device) -> torch.device:
    """Return where to solve: doubles are needed throughout, and MPS has none."""
    return device if device.type == "cuda" else torch.device("cpu")
