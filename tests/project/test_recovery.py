"""Recovery files: each belongs to one running program, and what a dead one left belongs to whoever finds it first."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.project.document import Document
from mattingapp.project.load import read_project
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.save import Snapshot, write_recovery
from mattingapp.resources import resource

_LEAVE = """
import os, sys
from pathlib import Path
from mattingapp.imaging.photo import read_photo
from mattingapp.project.document import Document
from mattingapp.project.recovery import RecoveryFolder
from mattingapp.project.save import Snapshot, write_recovery
from mattingapp.resources import resource
folder = RecoveryFolder(Path(sys.argv[1]))
write_recovery(folder.own(), Snapshot.of(Document(read_photo(resource("samples", "hair.png")))))
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
    document = Document(read_photo(resource("samples", "hair.png")))
    write_recovery(folder / f"{name}.matting", Snapshot.of(document))
    (folder / f"{name}.lock").touch()


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
def work() -> Snapshot:
    """Some work on a pasted photo."""
    return Snapshot.of(Document(Photo(np.zeros((8, 9, 3), np.uint8))))


def test_nothing_is_left_where_nothing_was(tmp_path: Path) -> None:
    assert RecoveryFolder(tmp_path / "none").left_behind() == []
    assert not (tmp_path / "none").exists()


def test_what_a_dead_program_left_is_found_with_name_and_time(program, tmp_path: Path) -> None:
    end(start(tmp_path, "die"))
    (left,) = program().left_behind()
    assert left.photo == "hair.png"
    assert timedelta(0) <= datetime.now() - left.time < timedelta(minutes=2)
    assert read_project(left.path)[0].photo.shape == (600, 800)


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


def test_a_clean_end_leaves_nothing(program, tmp_path: Path, work: Snapshot) -> None:
    folder = program()
    write_recovery(folder.own(), work)
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_saved_work_is_removed_and_later_work_kept_again(program, tmp_path: Path, work: Snapshot) -> None:
    folder = program()
    own = folder.own()
    write_recovery(own, work)
    folder.clear()
    assert not own.exists()
    assert folder.own() == own
    folder.close()


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
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_not_offered_and_not_removed(program, tmp_path: Path) -> None:
    (tmp_path / "other.matting").write_bytes(b"of a version to come")
    folder = program()
    assert folder.left_behind() == []
    folder.close()
    assert (tmp_path / "other.matting").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="Work cannot be kept safe in"):
        RecoveryFolder(tmp_path / "file" / "recovery").own()
