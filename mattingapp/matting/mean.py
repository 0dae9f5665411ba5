"""The plain mean of closed-form and KNN: the line that a learned fusion has to clear."""

import numpy as np

from mattingapp.matting.job import Job
from mattingapp.matting.stages import Estimate, Stage, StageInputs


def mean(inputs: StageInputs, job: Job) -> Estimate:
    """Average the alphas of the needed stages."""
    return Estimate(np.stack(list(inputs.alphas.values())).mean(axis=0))


STAGE = Stage("mean", "Mean", mean, needs=("closed-form", "knn"))
