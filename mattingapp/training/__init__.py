"""The training code: data set, stage alphas, composites, patches, trainer, cross-validation."""
