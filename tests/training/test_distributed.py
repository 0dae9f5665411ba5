"""torchrun with two processes on the CPU."""

import os
import subprocess
import sys

import pytest
import torch

from mattingapp.imaging.errors import InputError
from mattingapp.matting.networks.model import load_model
from mattingapp.training.config import PRESETS
from mattingapp.training.curve import read_curve
from mattingapp.training.distributed import Processes, join, local_device
from mattingapp.training.trainer import train


def test_two_processes_share_a_training_and_write_one_model(tiny_data, tmp_path):
    output = tmp_path / "shared.safetensors"
    settings = ["iterations=12", "batch=4", "patch=32", "width=4"]
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"),
        *("-m", "mattingapp", "train", str(tiny_data), "-o", str(output), "--network", "fusion"),
        *("--device", "cpu", "--workers", "1"),
        *(part for setting in settings for part in ("--set", setting)),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("shared.safetensors written") == 1
    _, card = load_model(output)
    assert card.architecture == "fusion"
    assert [point[0] for point in read_curve(tmp_path / "shared.csv")] == [12]


def test_without_torchrun_there_is_one_process(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert join() == Processes(0, 1)
    assert local_device("cpu") == "cpu"


def test_every_process_takes_its_own_gpu(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert local_device("auto") == "cuda:3"
    assert local_device("cpu") == "cpu"


def test_a_batch_that_cannot_be_shared_is_told(samples):
    with pytest.raises(InputError, match="64 cannot be shared by 3"):
        train(samples, PRESETS["fast"], torch.device("cpu"), processes=Processes(0, 3))
