"""The loss curve of a training: a CSV file that grows while it runs, and a plot at the end."""

import csv
import io
import time
from pathlib import Path

import cv2
import numpy as np

from mattingapp.imaging.depth import unit_range
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.matte import write_image

WIDTH, HEIGHT, BORDER = 720, 400, 56
INK, GRID, LINE = (40, 40, 40), (225, 225, 225), (30, 100, 200)
SMOOTHED = 0.9  # share of the past in the running mean that is drawn
Points = list[tuple[int, float, float]]  # step, loss, seconds of training


class Curve:
    """A CSV file with the columns step, loss, seconds.

    Parameters
    ----------
    path : Path
        Points that an interrupted run has left there are kept, up to where it goes on.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._points = read_curve(path) if path.exists() else []
        self._start = time.monotonic()
        self._before: float | None = None

    def add(self, step: int, loss: float) -> None:
        """Append a point and write the file."""
        if self._before is None:
            self._points = [point for point in self._points if point[0] < step]
            self._before = self._points[-1][2] if self._points else 0.0
        self._points.append((step, loss, self._before + time.monotonic() - self._start))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("step", "loss", "seconds"))
        writer.writerows((step, f"{loss:.6g}", f"{seconds:.1f}") for step, loss, seconds in self._points)
        write_atomically(self._path, text.getvalue().encode())

    def plot(self) -> None:
        """Draw what there is into a PNG file beside the CSV file."""
        if self._points:
            write_image(self._path.with_suffix(".png"), draw_curve(self._points))


def read_curve(path: Path) -> Points:
    """Return the points of a CSV file that `Curve` wrote; raise InputError where it is another."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [
                (int(row["step"]), float(row["loss"]), float(row["seconds"])) for row in csv.DictReader(file)
            ]
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise InputError("{path} is no loss curve; delete it or name another output.", path=path) from error


def draw_curve(points: Points) -> np.ndarray:
    """Return a picture of the loss against the step, (400, 720, 3) float32 in [0, 1]; the loss is logarithmic."""
    steps = np.array([point[0] for point in points], float)
    losses = np.log10(np.maximum([point[1] for point in points], 1e-12))
    low, high = np.floor(losses.min() * 5) / 5, np.ceil(losses.max() * 5) / 5
    high = max(high, low + 0.2)
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    x = BORDER + steps / steps[-1] * (WIDTH - 2 * BORDER)

    def row(level: np.ndarray | float) -> np.ndarray:
        return HEIGHT - BORDER - (level - low) / (high - low) * (HEIGHT - 2 * BORDER)

    for level in np.linspace(low, high, 5):
        y = round(float(row(level)))
        cv2.line(picture, (BORDER, y), (WIDTH - BORDER, y), GRID)
        _write(picture, f"{10**level:.3g}", (4, y + 4))
    for step in np.linspace(0, steps[-1], 5):
        at = round(BORDER + step / steps[-1] * (WIDTH - 2 * BORDER))
        _write(picture, f"{step:.0f}", (at - 12, HEIGHT - BORDER + 20))
    _write(picture, "loss, and its running mean, by training step", (BORDER, BORDER - 20))
    smooth, mean = [], losses[0]
    for loss in losses:
        mean = SMOOTHED * mean + (1 - SMOOTHED) * loss
        smooth.append(mean)
    for values, colour in ((losses, (180, 205, 240)), (np.array(smooth), LINE)):
        line = np.round(np.stack((x, row(values)), 1)).astype(np.int32)
        cv2.polylines(picture, [line[:, None]], False, colour, 1, cv2.LINE_AA)
    return unit_range(picture, np.float32)


def _write(picture: np.ndarray, text: str, corner: tuple[int, int]) -> None:
    cv2.putText(picture, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.4, INK, 1, cv2.LINE_AA)
