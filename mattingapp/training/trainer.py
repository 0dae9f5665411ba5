"""The training loop: patches in, a network out, with checkpoints that a run goes on from exactly."""

import bisect
import io
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.matting.networks.model import Architecture
from mattingapp.matting.networks.network import Network
from mattingapp.training.config import Optimiser, TrainingConfig
from mattingapp.training.crops import CropSampler
from mattingapp.training.distributed import ONE_PROCESS, Processes
from mattingapp.training.losses import loss_of
from mattingapp.training.patches import PatchSampler
from mattingapp.training.stage_alphas import Sample

WARM_UP = 200  # steps, or a tenth of a short training
AGAIN = 0.3  # of the learning rate, in the cycles after the first
MOMENTUM = 0.9
REPORT_EVERY = 100  # steps
CHECKPOINT_EVERY = 120.0  # seconds

Report = Callable[[int, int, float], None]
_SAMPLERS: Mapping[Architecture, type[PatchSampler | CropSampler]] = {
    Architecture.DCNN: PatchSampler,
    Architecture.FUSION: CropSampler,
}


def train(
    samples: list[Sample],
    config: TrainingConfig,
    device: torch.device,
    checkpoint: Path | None = None,
    report: Report = lambda step, steps, loss: None,
    start: Network | None = None,
    processes: Processes = ONE_PROCESS,
) -> Network:
    """Train the network on `samples`.

    Every batch follows from the seed and its step alone, so a run that goes on from a checkpoint takes the same
    steps as one that was never interrupted.

    Parameters
    ----------
    samples : list of Sample
    config : TrainingConfig
    device : torch.device
    checkpoint : Path, optional
        Written every two minutes and on an interruption, read at the start, removed at the end.
    report : callable (step, steps, loss) -> None
        The loss is the mean since the last report, of this process's share of the batches.
    start : Network, optional
        A trained network to go on from, instead of a fresh one.
    processes : Processes
        They share the batches; only the first reports and writes.

    Returns
    -------
    Network
        On the CPU, in evaluation mode.

    Raises
    ------
    InputError
        If the checkpoint belongs to another configuration or other samples, or the batch cannot be shared.
    """
    if config.batch % processes.count:
        raise InputError(
            "A batch of {batch} cannot be shared by {count} processes; change it.",
            batch=config.batch,
            count=processes.count,
        )
    torch.manual_seed(config.seed)
    network = config.card().build()
    if start is not None:
        network.load_state_dict(start.state_dict())
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer, schedule = _optimiser(network, config)
    averaged = AveragedModel(network)
    sampler = _SAMPLERS[config.architecture](samples, config, processes.rank, config.batch // processes.count)
    parts = (network, optimizer, schedule, averaged)
    run = repr((config, [(sample.example.name, sample.example.kind) for sample in samples]))
    first = _resume(checkpoint, run, parts, device) if checkpoint else 0
    shared = processes.share(network, device)
    checkpoint = checkpoint if processes.first else None

    mixed = has_fast_bfloat16(device)
    saved, losses = time.monotonic(), []
    try:
        for step in range(first, config.iterations):
            batch = sampler.batch(step).to(device)
            with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
                alpha = shared(batch.inputs)
            loss = loss_of(alpha.float(), batch, config)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            cycle, done, steps = _cycle(step, config)
            if done + 1 == steps and (cycle > 0 or config.cycles == 1):
                averaged.update_parameters(network)
            losses.append(loss.detach())
            if (step + 1) % REPORT_EVERY == 0 or step + 1 == config.iterations:
                if processes.first:
                    report(step + 1, config.iterations, float(torch.stack(losses).mean()))
                losses.clear()
            if checkpoint and time.monotonic() - saved > CHECKPOINT_EVERY:
                _save(checkpoint, step + 1, run, parts)
                saved = time.monotonic()
    except KeyboardInterrupt:
        if checkpoint:  # a step cut short is taken again
            _save(checkpoint, schedule.last_epoch, run, parts)
        raise
    processes.wait()
    if checkpoint:
        checkpoint.unlink(missing_ok=True)
    network = averaged.module  # type: ignore[assignment]
    return network.to("cpu").eval().requires_grad_(False)


def has_fast_bfloat16(device: torch.device) -> bool:
    """Tell whether mixed precision is worth having; without instructions for it bfloat16 is 8 times slower."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def _optimiser(network: nn.Module, config: TrainingConfig) -> tuple[torch.optim.Optimizer, LambdaLR]:
    if config.optimiser is Optimiser.SGD:
        plain = torch.optim.SGD(network.parameters(), lr=config.learning_rate, momentum=MOMENTUM)
        return plain, LambdaLR(plain, lambda step: 1.0)
    adam = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    return adam, LambdaLR(adam, lambda step: _rate(step, config))


def _cycle(step: int, config: TrainingConfig) -> tuple[int, int, int]:
    """Return the number of the cycle that a step belongs to, how many steps of it are done before, and all of them.

    The first of several takes half the training.
    """
    first = config.iterations if config.cycles == 1 else config.iterations // 2
    later = max(config.cycles - 1, 1)
    starts = [0, *(first + (config.iterations - first) * number // later for number in range(later + 1))]
    number = min(bisect.bisect_right(starts, step), config.cycles) - 1
    return number, step - starts[number], starts[number + 1] - starts[number]


def _rate(step: int, config: TrainingConfig) -> float:
    """Return the factor on the learning rate: in every cycle up linearly, then down along half a cosine."""
    number, done, steps = _cycle(step, config)
    peak = AGAIN if number else 1.0
    warm_up = min(WARM_UP, steps // 10)
    if done < warm_up:
        return peak * (done + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * done / steps))


def _save(path: Path, step: int, run: str, parts: tuple) -> None:
    buffer = io.BytesIO()
    torch.save({"step": step, "run": run, "parts": [part.state_dict() for part in parts]}, buffer)
    write_atomically(path, buffer.getvalue())


def _resume(path: Path, run: str, parts: tuple, device: torch.device) -> int:
    """Restore `parts` from a checkpoint, if there is one; return the step to go on from."""
    if not path.exists():
        return 0
    try:
        state = torch.load(path, map_location=device, weights_only=True)
        its_run, step, saved_parts = state["run"], int(state["step"]), state["parts"]
        if its_run == run:
            for part, saved in zip(parts, saved_parts, strict=True):
                part.load_state_dict(saved)
    except Exception as error:  # a broken pickle raises anything
        raise InputError("The checkpoint {path} is damaged; delete it.", path=path) from error
    if its_run != run:
        raise InputError(
            "The checkpoint {path} was made with other settings or images; delete it or name another output.",
            path=path,
        )
    return step
