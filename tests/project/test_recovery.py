"""Recovery files: each belongs to one running program, and what a dead one left belongs to whoever finds it first."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.project.document import Document
from mattingapp.project.journal import Journal
from mattingapp.project.recorder import Recorder
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.replay import read_journal
from mattingapp.resources import resource

_LEAVE = """
import os, sys
from pathlib import Path
from mattingapp.imaging.photo import read_photo
from mattingapp.project.document import Document
from mattingapp.project.journal import Journal
from mattingapp.project.recorder import Recorder
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.resources import resource
folder = RecoveryFolder(Path(sys.argv[1]))
Journal(folder.own()).write(Recorder(Document(read_photo(resource("samples", "hair.png")))).news({}))
print("written", flush=True)
if sys.argv[2] == "die":
    os._exit(1)
sys.stdin.read()
"""


def start(folder: Path, then: str) -> subprocess.Popen:
    """Start a program that writes work there, and dies, or lives on until its standard input is closed."""
    started = subprocess.Popen(
        [sys.executable, "-c", _LEAVE, str(folder), then],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "written\n"
    return started


def leave(folder: Path, name: str = "left") -> None:
    """Leave work there as a dead program does: nobody holds its lock."""
    write(folder / f"{name}.matting", Document(read_photo(resource("samples", "hair.png")))).close()
    (folder / f"{name}.lock").touch()


def write(path: Path, document: Document) -> Journal:
    """Write a journal of a document, with results."""
    journal = Journal(path)
    journal.write(Recorder(document).news({}))
    journal.write_results({}, None)
    return journal


def end(started: subprocess.Popen) -> None:
    """Wait for its end."""
    started.communicate(timeout=60)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[], RecoveryFolder]]:
    """See the folder as another running program does."""
    seen = []

    def program() -> RecoveryFolder:
        seen.append(RecoveryFolder(tmp_path))
        return seen[-1]

    yield program
    for folder in seen:
        folder.close()


@pytest.fixture
def work() -> Document:
    """Some work on a pasted photo."""
    return Document(Photo(np.zeros((8, 9, 3), np.uint8)))


def test_nothing_is_left_where_nothing_was(tmp_path: Path) -> None:
    assert RecoveryFolder(tmp_path / "none").left_behind() == []
    assert not (tmp_path / "none").exists()


def test_what_a_dead_program_left_is_found_with_name_and_time(program, tmp_path: Path) -> None:
    end(start(tmp_path, "die"))
    (left,) = program().left_behind()
    assert left.photo == "hair.png"
    assert timedelta(0) <= datetime.now() - left.time < timedelta(minutes=2)
    assert read_journal(left.path).document.photo.shape == (600, 800)


def test_what_a_living_program_holds_is_left_alone(program, tmp_path: Path) -> None:
    living = start(tmp_path, "live")
    assert program().left_behind() == []
    end(living)
    assert len(program().left_behind()) == 1  # it ended without a word


def test_only_one_of_two_programs_gets_what_was_left(program, tmp_path: Path) -> None:
    leave(tmp_path)
    first, second = program(), program()
    assert len(first.left_behind()) == 1
    assert second.left_behind() == []
    first.close()  # not answered: it is offered again
    assert len(second.left_behind()) == 1


def test_the_latest_comes_first(program, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        leave(tmp_path, name)
    times = [left.time for left in program().left_behind()]
    assert times == sorted(times, reverse=True)
    assert len(times) == 3


def test_a_clean_end_leaves_nothing(program, tmp_path: Path, work: Document) -> None:
    folder = program()
    made = write(folder.own(), work)
    made.remove()
    made.remove_results()
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_beside_no_journal_goes_at_the_next_start(program, tmp_path: Path) -> None:
    leave(tmp_path, "whole")
    for name in ("a.lock", "a.results", "b.results", ".mattingapp-c.part"):
        (tmp_path / name).touch()
    living = program()
    assert living.own().with_suffix(".lock").exists()
    assert len(program().left_behind()) == 1
    whole = {"whole.matting", "whole.results", "whole.lock"}
    assert {path.name for path in tmp_path.iterdir()} == whole | {living.own().with_suffix(".lock").name}


def test_discarded_work_is_gone(program, tmp_path: Path) -> None:
    leave(tmp_path)
    folder = program()
    (left,) = folder.left_behind()
    folder.discard(left.path)
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_adopted_work_stays_until_it_is_saved(program, tmp_path: Path) -> None:
    leave(tmp_path)
    folder = program()
    (left,) = folder.left_behind()
    folder.adopt(left.path)
    assert left.path.exists()
    assert folder.own() == left.path
    adopted = Journal(folder.own(), resume=True)
    adopted.remove()
    adopted.remove_results()
    folder.close()
    assert list(tmp_path.iterdir()) == []


def nested(path: Path) -> None:
    """Write a journal whose description is nested deeper than any."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", 100_000 * "[")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"of a version to come"),
        lambda path: path.write_bytes(b""),
        lambda path: path.mkdir(),
        nested,
        pytest.param(os.mkfifo, marks=pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")),
    ],
    ids=["foreign", "empty", "folder", "nested", "pipe"],
)
def test_what_is_no_work_is_told_not_offered_and_not_removed(program, tmp_path: Path, make) -> None:
    make(tmp_path / "other.matting")
    leave(tmp_path)
    folder = program()
    assert [left.photo for left in folder.left_behind()] == ["hair.png"]
    (problem,) = folder.problems
    assert problem.startswith(f"'{tmp_path / 'other.matting'}' is no work that this version")
    folder.close()
    assert (tmp_path / "other.matting").exists()


def test_a_folder_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = RecoveryFolder(tmp_path / "file" / "recovery")
    assert folder.left_behind() == []
    assert folder.problems[0].startswith("Work cannot be kept safe in ")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="Work cannot be kept safe in"):
        RecoveryFolder(tmp_path / "file" / "recovery").own()
