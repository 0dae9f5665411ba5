"""The working folder holds photos, and what else lies there is never run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mattingapp

ROOT = str(Path(mattingapp.__file__).parents[1])
NAMES = (
    *(
        "argparse",
        "json",
        "logging",
        "multiprocessing",
        "numba",
        "numpy",
        "pickle",
        "PIL",
        "PySide6",
        "scipy",
    ),
    *("socket", "subprocess", "torch"),
)


@pytest.fixture
def poisoned(tmp_path):
    """A working folder with modules in it that tell when they are imported."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'caught')!r}, 'a').write('{name} ')\n")
    return folder


def run(folder, *command):
    environment = {**os.environ, "PYTHONPATH": ROOT, "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONSAFEPATH", None)
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    caught = folder.parent / "caught"
    return caught.read_text() if caught.exists() else ""


def test_the_folder_is_poisonous(poisoned):
    assert run(poisoned, "-c", "import numba, json") == "numba json "


def test_training_with_processes_of_its_own_imports_nothing_from_it(poisoned, tiny_data):
    options = [
        "--trimaps",
        "trimap1",
        "--iterations",
        "1",
        "--set",
        "batch=1",
        "--workers",
        "1",
        "--device",
        "cpu",
    ]
    assert run(poisoned, "-m", "mattingapp", "train", tiny_data, "-o", "model.safetensors", *options) == ""
    assert (poisoned / "model.safetensors").exists()


def test_the_process_that_compiles_imports_nothing_from_it(poisoned):
    compile_again = """
from mattingapp.matting.job import Job
from mattingapp.matting.solvers.cpu import prepare
prepare.is_on_disk = lambda: False
prepare.prepare(Job())
"""
    assert run(poisoned, "-P", "-c", compile_again) == ""


def test_the_library_leaves_the_environment_alone(tmp_path):
    program = """
import os
before = dict(os.environ)
import numpy as np
from mattingapp.matting import estimate_alpha
trimap = np.full((8, 8), 128, np.uint8)
trimap[0], trimap[-1] = 0, 255
estimate_alpha(np.zeros((8, 8, 3), np.uint8), trimap, "closed-form", device="cpu")
changed = {name for name in {*before, *os.environ} if os.environ.get(name) != before.get(name)}
assert changed <= {"LD_LIBRARY_PATH"}, changed  # which OpenCV sets
"""
    run(tmp_path, "-c", program)


def test_the_program_lets_waiting_threads_sleep(tmp_path):
    program = """
import os, sys
from mattingapp.__main__ import start
sys.argv = ["mattingapp", "--version"]
try:
    start()
except SystemExit:
    print(os.environ["OMP_WAIT_POLICY"])
    raise
"""
    environment = {**os.environ, "PYTHONPATH": ROOT}
    environment.pop("OMP_WAIT_POLICY", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == "PASSIVE"
