"""Sentences travel as template and values."""

import ast
import copy
import pickle
from pathlib import Path

import pytest

import mattingapp
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.message import Message, joined


def test_a_message_is_its_english_sentence_and_knows_its_parts():
    message = Message("'{path}' is a folder; name an image file in it.", path="a{b}")
    assert message == "'a{b}' is a folder; name an image file in it."
    assert (message.template, message.values) == (
        "'{path}' is a folder; name an image file in it.",
        {"path": "a{b}"},
    )


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda message: pickle.loads(pickle.dumps(message))])
def test_a_copy_knows_them_too(copied):
    message = copied(Message("step {number}", number=3))
    assert (message, message.template, message.values) == ("step 3", "step {number}", {"number": 3})


def test_sentences_are_joined_and_keep_their_parts():
    both = joined([Message("{device} is slow.", device="a{b}"), Message("It stopped.")])
    assert both == "a{b} is slow. It stopped."
    assert [part.template for part in both.values.values()] == ["{device} is slow.", "It stopped."]


def test_an_error_says_its_message():
    error = InputError("There is no file '{path}'; check its name.", path="x.png")
    assert str(error) == error.message == "There is no file 'x.png'; check its name."
    assert error.message.values == {"path": "x.png"}
    assert pickle.loads(pickle.dumps(error)).message.template == error.message.template


def sentences(source: str) -> list[ast.expr]:
    """Return what calls of InputError and Message are given as their template."""
    return [
        node.args[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and node.args
        and getattr(node.func, "id", "") in ("InputError", "Message")
    ]


@pytest.mark.parametrize("path", sorted(Path(mattingapp.__file__).parent.rglob("*.py")), ids=str)
def test_no_sentence_is_put_together_before_it_can_be_translated(path):
    assert not [node.lineno for node in sentences(path.read_text("utf-8")) if isinstance(node, ast.JoinedStr)]


def test_one_that_is_would_be_found():
    assert isinstance(sentences("raise InputError(f'{x} is wrong.')")[0], ast.JoinedStr)
