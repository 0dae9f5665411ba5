"""Progress on standard error."""

import shutil
import sys
import time


class Progress:
    """Progress on standard error: a bar that is redrawn on a terminal, else a plain line now and then."""

    WIDTH = 24
    REDRAW_EVERY, LINE_EVERY = 0.05, 10.0  # seconds

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._told_of_compiling = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def show(self, stage: str, fraction: float, text: str) -> None:
        """Tell how far `stage` is."""
        from mattingapp.matting.job import COMPILING

        now = time.monotonic()
        is_news = text == COMPILING and not self._told_of_compiling
        self._told_of_compiling |= is_news
        if not is_news and now - self._last < (self.REDRAW_EVERY if self._terminal else self.LINE_EVERY):
            return
        self._last = now
        if self._terminal:
            bar = "█" * round(self.WIDTH * fraction)
            line = f"{stage:12} {bar:{self.WIDTH}} {fraction:4.0%} {text}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{line[:width]}", end="", file=sys.stderr, flush=True)
        else:
            print(f"{stage}: {fraction:.0%}, {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def done(self, title: str, seconds: float, device: str, note: str) -> None:
        """Print the line of a finished stage."""
        self.clear()
        print(
            f"{title}: {seconds:.2f} s on {device}{'. ' + note if note else ''}", file=sys.stderr, flush=True
        )
