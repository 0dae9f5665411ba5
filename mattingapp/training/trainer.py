"""The training loop: patches in, a network out, with checkpoints that a run goes on from exactly."""

import io
import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.optim.lr_scheduler import LambdaLR

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.matting.network import FusionNetwork
from mattingapp.training.config import Loss, TrainingConfig
from mattingapp.training.patches import PatchSampler
from mattingapp.training.stage_alphas import Sample

WARM_UP = 200  # steps
REPORT_EVERY = 100  # steps
CHECKPOINT_EVERY = 120.0  # seconds

Report = Callable[[int, int, float], None]
_SIZE = {Loss.L1: torch.abs, Loss.L2: torch.square}


def train(
    samples: list[Sample],
    config: TrainingConfig,
    device: torch.device,
    checkpoint: Path | None = None,
    report: Report = lambda step, steps, loss: None,
) -> FusionNetwork:
    """Train the network on `samples`.

    Parameters
    ----------
    samples : list of Sample
    config : TrainingConfig
    device : torch.device
    checkpoint : Path, optional
        Written every two minutes and on an interruption, read at the start, removed at the end. A run that goes on
        from it takes the same steps as one that was never interrupted.
    report : callable (step, steps, loss) -> None
        The loss is the mean since the last report.

    Returns
    -------
    FusionNetwork
        On the CPU, in evaluation mode.

    Raises
    ------
    InputError
        If the checkpoint belongs to another configuration or other samples.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = config.card().build().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    schedule = LambdaLR(optimizer, lambda step: _rate(step, config.iterations))
    sampler = PatchSampler(samples, config, generator)
    parts = (network, optimizer, schedule)
    run = repr((config, [(sample.example.name, sample.example.kind) for sample in samples]))
    first = _resume(checkpoint, run, parts, generator, device) if checkpoint else 0

    saved, losses = time.monotonic(), []
    try:
        for step in range(first, config.iterations):
            batch = sampler.batch()
            with torch.autocast(device.type, torch.bfloat16):
                alpha = network(batch.inputs.to(device, memory_format=torch.channels_last))
            loss = _loss(alpha.float(), batch.truth.to(device), batch.unknown.to(device), config)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
            if (step + 1) % REPORT_EVERY == 0:
                report(step + 1, config.iterations, float(torch.stack(losses).mean()))
                losses.clear()
            if checkpoint and time.monotonic() - saved > CHECKPOINT_EVERY:
                _save(checkpoint, step + 1, run, parts, generator)
                saved = time.monotonic()
    except KeyboardInterrupt:
        if checkpoint:  # a step cut short is taken again
            _save(checkpoint, schedule.last_epoch, run, parts, generator)
        raise
    if checkpoint:
        checkpoint.unlink(missing_ok=True)
    return network.to("cpu").eval().requires_grad_(False)


def _loss(
    alpha: torch.Tensor, truth: torch.Tensor, unknown: torch.Tensor, config: TrainingConfig
) -> torch.Tensor:
    """Return the mean error over unknown pixels, with that of its differences if wanted."""
    error = (alpha - truth) * unknown
    total = _SIZE[config.loss](error).sum()
    size = _SIZE[config.gradient_loss]
    for apart in config.reach if config.gradient else ():
        down = error[..., apart:, :] - error[..., :-apart, :]
        across = error[..., apart:] - error[..., :-apart]
        total = total + config.gradient * (size(down).sum() + size(across).sum())
    return total / unknown.sum()


def _rate(step: int, steps: int) -> float:
    """Return the factor on the learning rate: up linearly, down along half a cosine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * min(step / steps, 1.0)))


def _save(path: Path, step: int, run: str, parts: tuple, generator: torch.Generator) -> None:
    state = {
        "step": step,
        "run": run,
        "parts": [part.state_dict() for part in parts],
        "generator": generator.get_state(),
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_atomically(path, buffer.getvalue())


def _resume(path: Path, run: str, parts: tuple, generator: torch.Generator, device: torch.device) -> int:
    """Restore `parts` and `generator` from a checkpoint, if there is one; return the step to go on from."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location=device, weights_only=True)
    if state["run"] != run:
        raise InputError(
            f"The checkpoint {path} was made with other settings or images; delete it or name another output."
        )
    for part, saved in zip(parts, state["parts"], strict=True):
        part.load_state_dict(saved)
    generator.set_state(state["generator"].cpu())
    return int(state["step"])
