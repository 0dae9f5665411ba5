"""Photographs that are hard on a solver, and trimaps, dtypes and layouts for them, made from a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from mattingapp.imaging.trimap import Label
from mattingapp.matting.closed_form import ClosedFormSettings
from mattingapp.matting.knn import KnnSettings, KnnVariant
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.shared import SharedSettings
from mattingapp.matting.stages import registry

Random = np.random.Generator
Shape = tuple[int, int]


def one_colour(colour: tuple[int, int, int]) -> Callable[[Random, Shape], np.ndarray]:
    """Return what makes a studio's backdrop, as flat as a cut-out's."""
    return lambda random, shape: np.full((*shape, 3), colour, np.float64)


def night_sky(random: Random, shape: Shape) -> np.ndarray:
    """Stars, some pixels wide, on what a sensor makes of black."""
    dark = random.poisson(1.0, (*shape, 3)).astype(float)
    stars = np.zeros(shape)
    stars.ravel()[_few(random, shape, 0.004)] = random.uniform(50, 2000)
    return dark + cv2.GaussianBlur(stars, (0, 0), 0.7)[..., None] * random.uniform(0.6, 1.0, 3)


def sparks(random: Random, shape: Shape) -> np.ndarray:
    """Streaks of orange that are cut off at white, on black."""
    photo = np.zeros((*shape, 3))
    for _ in range(1 + shape[0] * shape[1] // 400):
        y, x = random.integers(0, shape)
        to = int(x + random.integers(-9, 10)), int(y + random.integers(-9, 10))
        cv2.line(photo, (int(x), int(y)), to, (255, int(random.integers(120, 256)), 60), 1)
    return photo


def snow(random: Random, shape: Shape) -> np.ndarray:
    """Flakes of one white before a blue slope."""
    photo = np.empty((*shape, 3))
    photo[:] = np.linspace((90, 110, 150), (140, 150, 180), shape[0])[:, None]
    flakes = np.zeros(shape, np.uint8)
    flakes.ravel()[_few(random, shape, 0.01)] = 1
    photo[cv2.dilate(flakes, np.ones((2, 2), np.uint8)) > 0] = 250
    return photo


def line_art(random: Random, shape: Shape) -> np.ndarray:
    """Ink on paper, scanned as two values."""
    photo = np.full((*shape, 3), 255.0)
    for _ in range(6):
        ends = random.integers(0, max(shape), (2, 2)).tolist()
        cv2.line(photo, *map(tuple, ends), (0.0, 0.0, 0.0), int(random.integers(1, 4)))
    return photo


def jpeg_blocks(random: Random, shape: Shape) -> np.ndarray:
    """Soft colours as a JPEG of low quality leaves them."""
    soft = cv2.resize(random.uniform(0, 255, (3, 3, 3)), shape[::-1], interpolation=cv2.INTER_CUBIC)
    coded = cv2.imencode(".jpg", soft.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 12])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(float)


def banding(random: Random, shape: Shape) -> np.ndarray:
    """A gradient in few steps."""
    ramp = np.linspace(0, 7, shape[1]).round() * 30
    return np.broadcast_to(ramp[:, None] * random.uniform(0.3, 1.0, 3), (*shape, 3)).copy()


def halves(random: Random, shape: Shape) -> np.ndarray:
    """Two colours, one beside the other."""
    photo = np.empty((*shape, 3))
    photo[:, : shape[1] // 2], photo[:, shape[1] // 2 :] = random.integers(0, 256, (2, 3))
    return photo


def noise(random: Random, shape: Shape) -> np.ndarray:
    """Nothing that a window could explain."""
    return random.integers(0, 256, (*shape, 3)).astype(float)


def grey_noise(random: Random, shape: Shape) -> np.ndarray:
    """Noise of no colour."""
    return noise(random, shape)[..., :1].repeat(3, axis=2)


PHOTOS = {
    "studio black": one_colour((0, 0, 0)),
    "studio white": one_colour((255, 255, 255)),
    "studio green": one_colour((0, 177, 64)),
    "night sky": night_sky,
    "sparks": sparks,
    "snow": snow,
    "line art": line_art,
    "JPEG blocks": jpeg_blocks,
    "banding": banding,
    "halves": halves,
    "noise": noise,
    "grey noise": grey_noise,
}


def specks(photo: np.ndarray, random: Random, share: float = 0.003) -> np.ndarray:
    """Return the photo with dust or hot pixels: single ones, all of one colour or each of its own."""
    at = _few(random, photo.shape[:2], share)
    colours = random.integers(0, 256, (len(at), 3))
    if random.random() < 0.7:
        colours[:] = random.choice(((255, 255, 255), (255, 0, 255), (0, 0, 0), (128, 128, 128), (255, 0, 0)))
    spoiled = photo.copy()
    spoiled.reshape(-1, 3)[at] = colours
    return spoiled


def _few(random: Random, shape: Shape, share: float) -> np.ndarray:
    count = shape[0] * shape[1]
    return random.choice(count, max(round(share * count), 1), replace=False)


def ring(random: Random, shape: Shape) -> np.ndarray:
    """A subject of some size with an unknown band around it."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    distance = np.hypot((y + 0.5) / shape[0] - random.uniform(0.3, 0.7), (x + 0.5) / shape[1] - 0.5)
    inner = random.uniform(0.05, 0.25)
    return np.select([distance < inner, distance < inner + random.uniform(0.05, 0.5)], [255, 128], 0)


def scribbles(random: Random, shape: Shape) -> np.ndarray:
    """A few known pixels, all else unknown."""
    return random.choice([0, 128, 255], shape, p=[0.01, 0.98, 0.01])


def scattered(random: Random, shape: Shape) -> np.ndarray:
    """Every label anywhere."""
    return random.choice([0, 128, 255], shape)


TRIMAPS = (ring, scribbles, scattered)
DTYPES = {np.uint8: 1.0, np.uint16: 257.0, np.float32: 1 / 255, np.float64: 1 / 255}
LAYOUTS = {
    "plain": lambda a: a,
    "Fortran": np.asfortranarray,
    "every other": lambda a: np.repeat(np.repeat(a, 2, axis=0), 2, axis=1)[::2, ::2],
    "turned": lambda a: np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1],
    "read-only": lambda a: _read_only(a.copy()),
}


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


SETTINGS = {
    "closed-form": lambda random: ClosedFormSettings(
        epsilon=10.0 ** random.integers(-9, -3), max_iterations=int(random.choice([1, 3, 300]))
    ),
    "knn": lambda random: KnnSettings(
        variant=KnnVariant(random.choice([*KnnVariant])), max_iterations=int(random.choice([1, 300]))
    ),
    "shared": lambda random: SharedSettings(
        expansion=int(random.integers(0, 12)), rays=int(random.integers(1, 9)), max_iterations=300
    ),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """One problem; `photo` and `trimap` as a caller may hand them over, `settings` by method."""

    name: str
    photo: np.ndarray
    trimap: np.ndarray
    settings: dict[str, Any]


def broken_promises(problem: Problem) -> list[str]:
    """Return what any method does not keep of what all of them promise."""
    photo, trimap = problem.photo.copy(), problem.trimap.copy()
    request = MattingRequest(
        problem.photo, problem.trimap, tuple(registry()), problem.settings, "cpu", foreground=True
    )
    broken = []
    for result, again in zip(run_pipeline(request), run_pipeline(request), strict=True):
        alpha = result.alpha
        kept = {
            "finite": np.isfinite(alpha).all(),
            "in [0, 1]": ((alpha >= 0) & (alpha <= 1)).all(),
            "float32 of the photo's size": alpha.dtype == np.float32 and alpha.shape == trimap.shape,
            "known background kept": (alpha[trimap == Label.BACKGROUND] == 0).all(),
            "known foreground kept": (alpha[trimap == Label.FOREGROUND] == 1).all(),
            "the same again": np.array_equal(alpha, again.alpha),
            "a word where it has not converged": result.converged or result.notes,
        }
        if result.foreground is not None:
            colours = result.foreground
            kept["finite colours in [0, 1]"] = ((colours >= 0) & (colours <= 1)).all()
            kept["the same colours again"] = np.array_equal(colours, again.foreground)
        broken += [f"{result.stage}: not {promise}" for promise, holds in kept.items() if not holds]
    if not (np.array_equal(problem.photo, photo) and np.array_equal(problem.trimap, trimap)):
        broken.append("inputs changed")
    return broken


def make_problem(seed: int, most: int = 48) -> Problem:
    """Return the problem of a seed, up to `most` pixels high and wide."""
    random = np.random.default_rng(seed)
    shape = tuple(int(side) for side in random.integers(1, most + 1, 2))
    if random.random() < 0.1 or shape[0] * shape[1] < 3:
        shape = (1, max(shape[1], 3)) if random.random() < 0.5 else (max(shape[0], 3), 1)
    family = str(random.choice(list(PHOTOS)))
    photo = PHOTOS[family](random, shape).clip(0, 255).round()
    if speckled := random.random() < 0.6:
        photo = specks(photo, random)
    dtype = list(DTYPES)[random.integers(len(DTYPES))]
    layout, trimap_layout = random.choice(list(LAYOUTS), 2)
    photo = LAYOUTS[layout]((photo * DTYPES[dtype]).astype(dtype))
    draw = TRIMAPS[random.integers(len(TRIMAPS))]
    trimap = np.asarray(draw(random, shape), np.uint8)
    trimap.ravel()[0], trimap.ravel()[-1] = Label.BACKGROUND, Label.FOREGROUND  # a run needs one of each
    settings = {name: make(random) for name, make in SETTINGS.items()}
    name = (
        f"{seed}: {family}{' with specks' * speckled}, {shape}, {np.dtype(dtype)}, {layout}, {draw.__name__}"
    )
    return Problem(name, photo, LAYOUTS[trimap_layout](trimap), settings)
