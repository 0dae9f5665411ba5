"""Sentences for the person as template and values: put together here in English, translated where they are shown."""

from collections.abc import Iterable
from typing import Any


class Message(str):
    """A sentence, which still knows what it was made from.

    It is the English sentence itself wherever a str is wanted; a window translates the template and puts in the values.

    Parameters
    ----------
    template : str
        English, with the values' names in braces: "'{path}' is a folder; name a file in it."
    **values
        What is put in; a value that is a Message is translated as well.

    Attributes
    ----------
    template : str
    values : dict from name to value
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Message":
        """Put the sentence together."""
        message = super().__new__(cls, template.format(**values))
        message.template, message.values = template, values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Pickle and copy template and values."""
        return (self.template,), self.values


def joined(messages: Iterable[Message]) -> Message:
    """Return several sentences as one message, each still translated by itself."""
    values = {f"sentence_{number}": message for number, message in enumerate(messages)}
    return Message(" ".join(f"{{{name}}}" for name in values), **values)
