"""A package that adds two methods, one of which reads the other, and a network trained by `mattingapp train`.

All it takes beside this file are three lines of its pyproject.toml:

    [project.entry-points."mattingapp.stages"]
    lightness = "example_plugin:LIGHTNESS"
    contrast = "example_plugin:CONTRAST"
    retrained = "example_plugin:RETRAINED"
"""

import numpy as np

from mattingapp.imaging.depth import to_float
from mattingapp.imaging.trimap import Label
from mattingapp.matting.dcnn import DcnnSettings, dcnn, stages_read
from mattingapp.matting.job import Job
from mattingapp.matting.stages import Estimate, Stage, StageInputs, known_alpha
from mattingapp.resources import resource


def lightness(inputs: StageInputs, job: Job) -> Estimate:
    """Take what is bright for the foreground."""
    unknown = inputs.trimap == Label.UNKNOWN
    return Estimate(np.where(unknown, to_float(inputs.photo).mean(2), known_alpha(inputs.trimap)))


def contrast(inputs: StageInputs, job: Job) -> Estimate:
    """Make an alpha harder: α² (3 − 2 α)."""
    alpha = inputs.alphas["lightness"]
    return Estimate(alpha**2 * (3 - 2 * alpha))


LIGHTNESS = Stage("lightness", "Lightness", lightness)
CONTRAST = Stage("contrast", "Contrast", contrast, needs=("lightness",))
RETRAINED = Stage(
    "retrained",
    "Retrained network",
    dcnn,
    needs=stages_read,
    settings=DcnnSettings(resource("weights", "dcnn3.safetensors")),  # a file of the package's own
    layered=True,
)
