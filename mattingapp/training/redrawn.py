"""New examples from old ones: trimaps of other widths, made from the true alpha.

Where little is known the stages fail in other ways than beside it, and a network that shall mend that must see it. So
their alphas are computed anew with each trimap.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.trimap import trimap_from_alpha
from mattingapp.training.dataset import Example, random_of

NARROWEST, WIDEST = 4.0, 80.0  # pixels of unknown on either side of the soft ones
NARROWER = 0.7


def redrawn(examples: list[Example], count: int) -> Iterator[Example]:
    """Yield each photo `count` times, with bands of random widths, as wide as leaves something known on both sides.

    Like composites they follow from the photo's name alone. A photo without definite foreground or background is
    left out.
    """
    for example in {example.name: example for example in examples}.values():
        random = random_of(example.name, "redrawn")
        for number in range(1, count + 1):
            widths = np.exp(random.uniform(np.log(NARROWEST), np.log(WIDEST), 2))
            trimap = _widest(example.truth, widths)
            if trimap is not None:
                yield replace(example, trimap=trimap, kind=f"redrawn {number}")


def _widest(truth: np.ndarray, widths: np.ndarray) -> np.ndarray | None:
    while (widths >= 1).any():
        try:
            return trimap_from_alpha(truth, *widths)
        except InputError:
            widths = widths * NARROWER
    return None
