"""New examples from old ones: the foreground over other backgrounds (paper, section 4.1)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from mattingapp.imaging.composite import composite, fit_backdrop
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import quantise
from mattingapp.imaging.photo import read_photo
from mattingapp.matting.api import estimate_foreground
from mattingapp.training.dataset import SUFFIXES, Example


def composites(examples: list[Example], backgrounds: Path, count: int, seed: int) -> Iterator[Example]:
    """Yield `count` composites of each example, each on another photo of `backgrounds`.

    The foreground colours are estimated under the true alpha, so the old background does not come along.
    """
    photos = sorted(path for path in backgrounds.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not photos:
        raise InputError(f"{backgrounds} holds no photos to use as backgrounds; choose another folder.")
    random = np.random.default_rng(seed)
    for example in examples:
        foreground = estimate_foreground(example.photo, example.truth)
        for choice in random.choice(len(photos), size=min(count, len(photos)), replace=False):
            backdrop = fit_backdrop(read_photo(photos[choice]).pixels, example.truth.shape)
            if random.random() < 0.5:
                backdrop = backdrop[:, ::-1]
            image = composite(foreground, example.truth, backdrop)
            yield replace(example, photo=quantise(image, 8), kind="composite")
