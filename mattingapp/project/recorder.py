"""What of a document its journal does not have yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mattingapp.project.backdrop import Backdrop
from mattingapp.project.document import Document, RunSettings
from mattingapp.project.history import PastStep, Step
from mattingapp.project.journal import Places, Start, Update
from mattingapp.project.save import Snapshot


@dataclass(frozen=True, eq=False)
class _Seen:
    """A document as its journal has it."""

    following: int  # the number of the next step
    last: int
    backdrop: Backdrop
    settings: RunSettings
    places: Places
    view: Mapping[str, Any]

    @classmethod
    def of(cls, document: Document, view: Mapping[str, Any]) -> "_Seen":
        history = document.history
        places = Places(
            document.trimap_path, document.truth_path, document.project_path, document.project_stamp
        )
        settings, backdrop = document.settings, document.backdrop
        return cls(history.following, history.last, backdrop, settings, places, dict(view))


class Recorder:
    """Takes the news of one document. Asked after each step, it costs a look at what that step changed.

    Parameters
    ----------
    document : Document
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: _Seen | None = None

    def go_on(self, view: Mapping[str, Any]) -> None:
        """Take the document as it is for known: it was replayed from its journal."""
        self._seen = _Seen.of(self._document, view)

    def start_over(self) -> None:
        """Take the whole document for news."""
        self._seen = None

    def news(self, view: Mapping[str, Any]) -> Start | Update:
        """Return what there is to write since the last time; `view` is how the window shows the document."""
        before, now = self._seen, _Seen.of(self._document, view)
        self._seen = now
        steps = self._document.history.steps
        fresh = [step for step in steps if before is not None and step.state >= before.following]
        if before is None or len(fresh) > 1:
            return Start(Snapshot.of(self._document), now.view)
        step = self._taken(fresh[0]) if fresh else None
        gone = not fresh and now.last != before.last
        return Update(
            step,
            now.last if gone else None,
            now.backdrop if now.backdrop is not before.backdrop and not fresh and not gone else None,
            now.settings if now.settings != before.settings else None,
            now.places if now.places != before.places else None,
            now.view if now.view != before.view else None,
        )

    def _taken(self, step: Step) -> tuple[int, PastStep]:
        """Return a step that was just made, and the number of the one before it."""
        steps = self._document.history.steps
        index = steps.index(step)
        before = steps[index - 1].state if index else 0
        return before, PastStep(step.name, step.state, step.change.layer, step.change.present())
