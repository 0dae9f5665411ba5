"""What the program tells the person without a dialog."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How serious a notice is."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Notice:
    """One sentence for the person, and the id of an action that answers it, or ""."""

    text: str
    tone: Tone = Tone.INFO
    action: str = ""
