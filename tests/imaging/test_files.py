"""Files on disk: written whole or not at all, over nothing but files; what is one file under two names."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import check_output, remove_parts, same_file, write_atomically

_KILLED = """
import os, sys
os.fsync = lambda number: (print("written", flush=True), sys.stdin.read())
from mattingapp.imaging.files import write_atomically
write_atomically(sys.argv[1], b"half a file")
"""
posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A file in a folder that has a second name."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "photos")
    path = tmp_path / "photos" / "hair.png"
    path.write_bytes(b"a photo")
    return path


def test_a_file_is_the_same_under_every_name(photo: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "link.png").symlink_to(photo)
    (tmp_path / "chain.png").symlink_to(tmp_path / "link.png")
    os.link(photo, tmp_path / "hard.png")
    monkeypatch.chdir(tmp_path)
    names = (
        photo,
        str(photo),
        tmp_path / "photos" / ".." / "photos" / "hair.png",
        tmp_path / "linked" / "hair.png",
        tmp_path / "link.png",
        tmp_path / "chain.png",
        tmp_path / "hard.png",
        "photos/hair.png",
    )
    assert all(same_file(first, second) for first in names for second in names)


def test_files_to_be_are_the_same_where_they_would_be_one(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "dangling.png").symlink_to(tmp_path / "photos" / "new.png")
    new = tmp_path / "photos" / "new.png"
    assert same_file(new, tmp_path / "linked" / "new.png")
    assert same_file(new, tmp_path / "dangling.png")
    assert same_file(tmp_path / "gone" / "a.png", tmp_path / "gone" / "." / "a.png")


def test_others_are_not(photo: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.png"
    twin.write_bytes(photo.read_bytes())
    assert not same_file(photo, twin)
    assert not same_file(photo, photo.with_name("new.png"))
    assert not same_file(photo.with_name("new.png"), photo.with_name("newer.png"))


@pytest.mark.parametrize("name", ["a\0b.png", 300 * "a" + ".png", "\ud800.png"])
def test_a_name_that_no_file_can_have_is_no_file(photo: Path, name: str) -> None:
    assert not same_file(photo, photo.with_name(name))


@posix
def test_a_replaced_file_keeps_its_mode_bits(photo: Path) -> None:
    photo.chmod(0o640)
    write_atomically(photo, b"new")
    assert photo.read_bytes() == b"new"
    assert stat.S_IMODE(photo.stat().st_mode) == 0o640


def test_a_link_stays_a_link(photo: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(photo)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert photo.read_bytes() == b"new"


@posix
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to a device"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    path = Path("out.png")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    else:
        path.symlink_to("/dev/null")
    for refuse in (lambda: check_output(path, (".png",)), lambda: write_atomically(path, b"")):
        with pytest.raises(InputError, match=r"^'out.png' is a device or a pipe and no file; choose another"):
            refuse()
    assert not path.is_file()


@pytest.mark.parametrize("name", ["a\0b.png", 300 * "a" + ".png", "\ud800.png", "circle.png"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle.png").symlink_to("circle.png")
    with pytest.raises(InputError, match=r"cannot be called .*; choose another name") as refused:
        check_output(tmp_path / name, (".png",))
    str(refused.value).encode()
    assert refused.value.__cause__ is not None


def test_a_write_protected_file_is_refused(photo: Path, monkeypatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != photo)
    with pytest.raises(InputError, match=r"is write-protected; choose another name"):
        check_output(photo, (".png",))


def test_what_a_killed_program_left_of_a_file_is_removed_once_nobody_writes_it(photo: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(photo)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "written\n"
    remove_parts(photo.parent)
    assert len(list(photo.parent.iterdir())) == 2, "it is being written"
    started.kill()
    started.communicate(timeout=30)
    assert photo.read_bytes() == b"a photo"
    write_atomically(photo, b"new")
    assert list(photo.parent.iterdir()) == [photo]
