"""`mattingapp doctor`: what runs where, and whether it works; to be pasted into a report of a bug."""

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from mattingapp.bug_report import circumstances, state_folder
from mattingapp.cli.options import DONE, SOME_FAILED
from mattingapp.imaging.errors import InputError

FAST = ("avx2", "fma", "avx512f", "neon", "sve")  # what the compiled loops gain from
MOST_ERROR = (
    0.04  # mean square over the unknown band of the sample: closed-form matting has 0.024, a grey one 0.2
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    return argparse.ArgumentParser(
        "mattingapp doctor",
        description="Tell what runs where and whether it works. Paste what it prints into a report of a bug.",
        epilog="The exit status is 0 where everything works, 3 where something does not.",
    )


def run(options: argparse.Namespace) -> int:
    """Print what there is, and a line a check; return the exit status."""
    print(*circumstances(), sep="\n")
    checks = {
        "processor": _processor,
        "devices": _devices,
        "window": _window,
        "weights": _weights,
        "folders": _folders,
        "compiled code": _compiled_code,
        "test": _test,
    }
    results = [_told(name, check) for name, check in checks.items()]
    return DONE if all(results) else SOME_FAILED


def _told(name: str, check: Callable[[], str]) -> bool:
    """Print what a check found; return whether all is well."""
    try:
        state, found = "ok", check()
    except InputError as error:
        state, found = "FAILED", str(error)
    except Exception as error:  # whatever it is, it is what the report is about; the other checks go on
        state, found = "FAILED", f"{type(error).__name__}: {error}"
    print(f"{state:7} {name}: {found}", flush=True)
    return state == "ok"


def _processor() -> str:
    from llvmlite import binding

    from mattingapp.matting.cores import cores

    features = binding.get_host_cpu_features()
    fast = [name for name in FAST if features.get(name)]
    return f"{binding.get_host_cpu_name()}, {cores()} cores for the program, {' '.join(fast) or 'no wide vectors'}"


def _devices() -> str:
    from mattingapp.matting.device import available_devices, device_title

    return ", ".join(f"{name} ({device_title(name)})" for name in available_devices())


def _window() -> str:
    from mattingapp.gui.screen import check_screen, missing_library

    wanted = {
        name: os.environ[name]
        for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
        if os.environ.get(name)
    }
    try:
        check_screen()
    except ModuleNotFoundError as error:
        raise InputError(
            "{library} is not installed; run 'pip install PySide6-Essentials'.", library=error.name
        ) from None
    except ImportError as error:
        raise missing_library(error) or error from None
    return " ".join(f"{name}={value}" for name, value in wanted.items()) or "the system's own"


def _weights() -> str:
    from safetensors import safe_open

    from mattingapp.matting.networks.model import read_card
    from mattingapp.resources import resource

    files = sorted(resource("weights").glob("*.safetensors"))
    if not files:
        raise InputError(
            "There are none in '{folder}'; install the program again.", folder=resource("weights")
        )
    for path in files:
        read_card(path)
        with safe_open(path, "numpy") as tensors:
            tensors.keys()
    return ", ".join(path.stem for path in files)


def _folders() -> str:
    folders = {"notes on errors": state_folder(), "temporary files": Path(tempfile.gettempdir())}
    for name, folder in folders.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise InputError(
                "'{folder}', for {name}, cannot be written to ({reason}); make it yours, or free some space.",
                folder=folder,
                name=name,
                reason=error.strerror,
            ) from None
    return ", ".join(f"'{folder}'" for folder in folders.values())


def _compiled_code() -> str:
    from mattingapp.matting.solvers.cpu.colours import step_rows
    from mattingapp.matting.solvers.cpu.prepare import is_on_disk

    state = "ready" if is_on_disk() else "not there yet, the first run makes it"
    return f"{state}, in '{step_rows.stats.cache_path}'"


def _test() -> str:
    """Solve for the alpha of a bundled sample on every device."""
    import numpy as np

    from mattingapp.imaging.matte import read_alpha
    from mattingapp.imaging.photo import read_photo
    from mattingapp.imaging.trimap import Label, read_trimap
    from mattingapp.matting.api import matte
    from mattingapp.matting.device import available_devices
    from mattingapp.resources import resource

    photo = read_photo(resource("samples", "hair.png")).pixels
    trimap = read_trimap(resource("samples", "hair_trimap.png"))[0]
    truth = read_alpha(resource("samples", "hair_alpha.png"))
    unknown = trimap == Label.UNKNOWN
    told = []
    for device in available_devices():
        result = matte(photo, trimap, "closed-form", device=device)
        error = float(np.mean((result.alpha - truth)[unknown] ** 2))
        if not (result.converged and error < MOST_ERROR):
            raise InputError(
                "The alpha of the sample is wrong on {device}: its mean square error is {error:.4f} and should be "
                "below {most}; report this.",
                device=device,
                error=error,
                most=MOST_ERROR,
            )
        told.append(f"{device} in {result.seconds:.2f} s with a mean square error of {error:.4f}")
    return f"closed-form on {', '.join(told)}"
