"""New examples from old ones: a foreground over other backgrounds (paper, section 4.1).

What is made of an example follows from its name and trimap alone: neither the seed of a training nor the other
examples change it, so that trainings which are compared see the same pictures and share their stage alphas.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from mattingapp.imaging.composite import composite, fit_backdrop
from mattingapp.imaging.depth import quantise, to_float
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.formats import PHOTO_SUFFIXES
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import BandSource
from mattingapp.matting.api import estimate_foreground
from mattingapp.training.dataset import Example, random_of

KIND = "composite"
CUTOUT = "cut-out"
WIDEST_BAND = 24  # pixels of unknown on either side of a cut-out's soft edge
BLUR = (0.4, 1.0)  # pixels: what a lens adds to a rendered picture
NOISE = (0.5, 3.0)  # levels of 8 bits
QUALITY = (80, 98)  # of JPEG
SHRINKAGE = (3, 10)  # how much smaller a photo is in a collage
COLOUR_GAIN = (1.0, 4.0)  # of its colours' distance to grey


def composites(
    examples: list[Example], backgrounds: Path, count: int, collages: float = 0.0
) -> Iterator[Example]:
    """Yield `count` composites of each example, each on another photo of `backgrounds`, or on a collage of them.

    The foreground colours are estimated under the true alpha, so the old background does not come along.
    """
    photos = _images(backgrounds)
    for example in examples:
        random = random_of(example.name, example.kind)
        foreground = estimate_foreground(example.photo, example.truth)
        for choice in random.choice(len(photos), size=min(count, len(photos)), replace=False):
            mirrored = random.random() < 0.5
            # Without collages no number is drawn for them, so that the composites are the same as ever.
            if collages and random.random() < collages:
                pieces = [photos[index] for index in random.choice(len(photos), 4)]
                backdrop = _collage(pieces, example.truth.shape, random)
            else:
                backdrop = _backdrop(photos[choice], example.truth.shape, mirrored)
            image = composite(foreground, example.truth, backdrop)
            yield replace(example, photo=quantise(image, 8), kind=KIND)


def cutout_composites(cutouts: Path, backgrounds: Path) -> Iterator[Example]:
    """Yield one composite of each RGBA cut-out in `cutouts`, on a photo of `backgrounds`.

    Its trimap has an unknown band of random width, half as deep as the subject at most, or nothing of a net would be
    known. It is blurred, grained and compressed a little, as a photo is. Cut-outs that are nowhere opaque or nowhere
    transparent have no trimap and are left out.
    """
    photos = _images(backgrounds)
    for path in _images(cutouts):
        random = random_of(path.stem, CUTOUT)
        cutout = read_photo(path)
        if cutout.alpha is None:
            raise InputError("{path} has no transparency; cut-outs are RGBA images.", path=path)
        blur = random.uniform(*BLUR)
        truth = cv2.GaussianBlur(cutout.alpha, (0, 0), blur)
        inner, outer = random.integers(1, WIDEST_BAND, 2)
        try:
            band = BandSource.of_alpha(truth)
            trimap = band.trimap(min(inner, band.foreground.max() / 2), outer)
        except InputError:
            continue
        choice, mirrored = random.integers(len(photos)), random.random() < 0.5
        backdrop = _backdrop(photos[choice], truth.shape, mirrored)
        sharp = composite(to_float(cutout.pixels), cutout.alpha, backdrop)
        image = cv2.GaussianBlur(sharp, (0, 0), blur)
        image += random.uniform(*NOISE) / 255 * random.standard_normal(image.shape, np.float32)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(*QUALITY))]
        compressed = cv2.imencode(".jpg", quantise(image, 8), quality)[1]
        grained = np.asarray(cv2.imdecode(compressed, cv2.IMREAD_COLOR))
        yield Example(path.stem, grained, trimap, truth, CUTOUT)


def _images(folder: Path) -> list[Path]:
    images = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
    if not images:
        raise InputError("{folder} holds no images; choose another folder.", folder=folder)
    return images


def _backdrop(path: Path, shape: tuple[int, ...], mirrored: bool) -> np.ndarray:
    backdrop = fit_backdrop(read_photo(path).pixels, (shape[0], shape[1]))
    return backdrop[:, ::-1] if mirrored else backdrop


def _collage(photos: list[Path], shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Return four photos, small, in strong colours and again and again: busier than any photo."""
    height, width = shape
    size = (np.array((height, width)) / random.uniform(*SHRINKAGE)).astype(int) + 1
    pieces = []
    for path in photos:
        piece = fit_backdrop(read_photo(path).pixels, (size[0], size[1]))[..., random.permutation(3)]
        grey = piece.mean(axis=2, keepdims=True)
        pieces.append(np.clip(grey + random.uniform(*COLOUR_GAIN) * (piece - grey), 0, 1))
    block = np.concatenate((np.concatenate(pieces[:2], 1), np.concatenate(pieces[2:], 1)), 0)
    times = -(-height // block.shape[0]), -(-width // block.shape[1]), 1
    return np.tile(block, times)[:height, :width]
