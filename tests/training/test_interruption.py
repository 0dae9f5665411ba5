"""Ctrl+C in a terminal, which reaches the training and the processes that compute stage alphas."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to signal")


@pytest.mark.parametrize(("begun", "checkpoints"), [("training-cache", 0), ("m.csv", 1)])
def test_it_ends_in_two_lines_and_what_was_done_is_kept(tiny_data, tmp_path, begun, checkpoints):
    command = [sys.executable, "-m", "mattingapp", "train", tiny_data, "-o", tmp_path / "m.safetensors"]
    options = ["--device", "cpu", "--workers", "2", "--iterations", "1000000", "--set", "batch=2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [*map(str, command), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        while process.poll() is None and not (tmp_path / begun).exists():
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert error.splitlines()[-2:] == [
        "The same command goes on where this one stopped.",
        "mattingapp train: interrupted",
    ]
    assert "Traceback" not in error
    assert len(list((tmp_path / "training-cache").glob("*.checkpoint"))) == checkpoints
