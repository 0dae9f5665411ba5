"""Quality and time on photos of camera size with an exact alpha: `python tests/benchmarks/camera.py PHOTOS`.

The scenes are drawn (see `mattingapp.training.procedural`), filled with the texture of one photograph and laid on
another, with a sensor's noise, and written as a camera's JPEG or as it is. PHOTOS is a folder of photographs. Every
figure comes from one process; SAD is in thousands, over the unknown pixels.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from mattingapp.imaging.metrics import score
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import trimap_from_alpha
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.training.procedural import KINDS, procedural_alpha

BAND = 0.006  # of the long side, on either side of what is soft
NOISE = 1.5  # levels, standard deviation
ASPECT = 3 / 2


def scene(
    kind: str, megapixels: float, photos: list[Path], seed: int, jpeg: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return photo (H, W, 3) uint8, trimap and true alpha of a drawn scene; `jpeg` is a quality, with 4:2:0."""
    height = round((megapixels * 1e6 / ASPECT) ** 0.5)
    shape = height, round(ASPECT * height)
    rng = np.random.default_rng((seed, list(KINDS).index(kind)))
    alpha = procedural_alpha(kind, shape, seed)
    front, behind = rng.choice(len(photos), 2, replace=False)
    foreground = 0.55 * _filled(photos[front], shape) + 0.45 * rng.uniform(0, 255, 3).astype(np.float32)
    foreground += _grain(shape, rng)[..., None]
    mixed = alpha[..., None] * (foreground - (backdrop := _filled(photos[behind], shape))) + backdrop
    mixed += rng.normal(0, NOISE, (*shape, 1)).astype(np.float32)
    photo = np.rint(mixed).clip(0, 255).astype(np.uint8)
    if jpeg is not None:
        ways = [
            cv2.IMWRITE_JPEG_QUALITY,
            jpeg,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
        ]
        photo = cv2.imdecode(cv2.imencode(".jpg", photo, ways)[1], cv2.IMREAD_COLOR)
    band = BAND * max(shape)
    return photo, trimap_from_alpha(alpha, band, band), alpha


def _filled(path: Path, shape: tuple[int, int]) -> np.ndarray:
    """Return a photograph scaled and cut to fill `shape`, float32 levels."""
    pixels = read_photo(path).pixels
    scale = max(shape[0] / pixels.shape[0], shape[1] / pixels.shape[1])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.resize(pixels, None, fx=scale + 1e-3, fy=scale + 1e-3, interpolation=way)
    return large[: shape[0], : shape[1]].astype(np.float32)


def _grain(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return the fine shading of a surface, coarse and fine, in levels."""
    shading = np.zeros(shape, np.float32)
    for cell, strength in ((2, 5.0), (8, 6.0), (40, 8.0)):
        small = rng.normal(0, strength, (shape[0] // cell + 1, shape[1] // cell + 1)).astype(np.float32)
        shading += cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return shading


def main() -> None:
    """Print a row a scene and method: as computed, and where every stage is computed on the photo itself."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("--megapixels", type=float, default=6.0)
    parser.add_argument("--jpeg", type=int, help="quality of the JPEG the photo goes through, with 4:2:0")
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--method", action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--no-full-size", action="store_true", help="only as computed, without what it is measured by"
    )
    options = parser.parse_args()
    photos = sorted(path for path in options.photos.iterdir() if path.is_file())
    methods = tuple(options.method or ("closed-form", "knn", "shared", "fusion"))
    print(
        "| scene | method | SAD | MSE | Grad | s | full size: SAD | s | ratio of SAD |\n" + 9 * "|---" + "|"
    )
    logs: dict[str, list[float]] = {}
    for kind in options.kind or KINDS:
        photo, trimap, truth = scene(kind, options.megapixels, photos, options.seed, options.jpeg)
        made = {}
        for full_size in (False,) if options.no_full_size else (False, True):
            request = MattingRequest(photo, trimap, methods, device="cpu", full_size=full_size)
            for result in run_pipeline(request):
                made[full_size, result.stage] = score(result.alpha, truth, trimap), result.seconds
        for stage in [stage for full_size, stage in made if not full_size]:
            scores, seconds = made[False, stage]
            row = f"{scores.sad:.2f} | {scores.mse:.5f} | {scores.gradient:.2f} | {seconds:.1f}"
            if not options.no_full_size:
                full, spent = made[True, stage]
                ratio = scores.sad / full.sad
                row += f" | {full.sad:.2f} | {spent:.1f} | {ratio:.3f}"
                logs.setdefault(stage, []).append(np.log(ratio))
            print(f"| {kind} | {stage} | {row} |", flush=True)
    for method, values in logs.items():
        print(f"| geometric mean | {method} | | | | | | | {np.exp(np.mean(values)):.3f} |")


if __name__ == "__main__":
    main()
