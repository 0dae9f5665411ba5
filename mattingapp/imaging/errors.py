"""Errors that a person can cause and mend."""

from typing import Any

from mattingapp.imaging.message import Message


class PluginWarning(UserWarning):
    """A package that extends the program cannot be loaded; all else works."""


class InputError(ValueError):
    """One sentence that says what is wrong with the input and what to do about it.

    Only ever raised for something the person can change; anything else is a bug and stays a traceback.

    Parameters
    ----------
    template : str
        The sentence, with the names of its values in braces.
    **values
        What is put in.

    Attributes
    ----------
    message : Message
        The sentence as template and values, for who speaks another language; `str` of the error is English.
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        self.message = template if isinstance(template, Message) else Message(template, **values)
        super().__init__(self.message)
