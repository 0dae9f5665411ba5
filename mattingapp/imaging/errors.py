"""Errors that a person can cause and mend."""


class InputError(ValueError):
    """One sentence that says what is wrong with the input and what to do about it.

    Only ever raised for something the person can change; anything else is a bug and stays a traceback.
    """
