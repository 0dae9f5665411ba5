"""The network of the paper (see dcnn) on three stages: closed-form, KNN and shared matting, and the photo as it is."""

from mattingapp.matting.dcnn import DcnnSettings, dcnn, stages_read
from mattingapp.matting.stages import Stage
from mattingapp.resources import resource

STAGE = Stage(
    "dcnn3",
    "Network of three",
    dcnn,
    needs=stages_read,
    settings=DcnnSettings(resource("weights", "dcnn3.safetensors")),
    layered=True,
)
