"""Opening what a person names: only ordinary files are read, nothing blocks, and every refusal is one sentence."""

import os
import socket
from pathlib import Path

import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.inputs import library_errors, open_input, read_input, shown


def refusal(path: object) -> str:
    with pytest.raises(InputError) as raised:
        open_input(path)
    sentence = str(raised.value)
    assert sentence.endswith(".") and sentence.isprintable()
    return sentence


def test_an_ordinary_file_is_read_whole(tmp_path) -> None:
    (tmp_path / "note").write_bytes(b"content")
    assert read_input(tmp_path / "note") == b"content"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path) -> None:
    assert "no file" in refusal(tmp_path / "absent")
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_does_not_block(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe, a socket or a device" in refusal(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no devices with names here")
def test_a_device_and_a_socket_are_refused(tmp_path, monkeypatch) -> None:
    assert "a pipe, a socket or a device" in refusal("/dev/zero")
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert "a pipe, a socket or a device" in refusal("socket")


@pytest.mark.parametrize("name", ["a\0b.png", "half\ud800.png", "long" * 100 + ".png", "new\nline.png"])
def test_impossible_names_are_refused_in_one_line(tmp_path, name) -> None:
    refusal(tmp_path / name)


def test_links_in_a_circle_are_refused(tmp_path) -> None:
    try:
        (tmp_path / "one").symlink_to(tmp_path / "other")
    except OSError:
        pytest.skip("this system lets ordinary users make no links")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    assert "could not be read" in refusal(tmp_path / "one")


@pytest.mark.parametrize("error", [ValueError("a\nb"), MemoryError(), RecursionError(), OverflowError("{x}")])
def test_what_a_library_raises_becomes_a_sentence_with_its_cause(error) -> None:
    with pytest.raises(InputError) as raised, library_errors("'{name}' is damaged ({reason}).", "photo.png"):
        raise error
    assert raised.value.__cause__ is error
    assert "photo.png" in str(raised.value) and "\n" not in str(raised.value)


def test_a_refusal_inside_stays_itself_and_an_interruption_passes() -> None:
    with pytest.raises(InputError, match="Mine"), library_errors("'{name}' ({reason}).", "photo.png"):
        raise InputError("Mine.")
    with pytest.raises(KeyboardInterrupt), library_errors("'{name}' ({reason}).", "photo.png"):
        raise KeyboardInterrupt


def test_a_name_is_shown_in_one_line_that_is_not_too_long() -> None:
    assert shown("a\nb\ud800") == "a�b�"
    assert len(shown("x" * 5000)) < 250
