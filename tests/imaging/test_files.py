"""Files on disk: what is one file under two names."""

import os
from pathlib import Path

import pytest

from mattingapp.imaging.files import same_file


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
