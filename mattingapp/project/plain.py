"""Frozen dataclasses as plain values (what TOML and JSON hold) and back, checked by their declared types and ranges.

A field declares the range of its number in its metadata: {"range": (least, most)}.
"""

import dataclasses
import types
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mattingapp.imaging.errors import InputError

T = TypeVar("T")
_LARGEST = 2**63  # of numbers without a range: a time stamp in nanoseconds


def to_plain(value: Any) -> Any:
    """Return a dataclass as nested dicts and lists; fields that are None are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
        return {name: to_plain(part) for name, part in parts.items() if part is not None}
    if isinstance(value, dict):
        return {name: to_plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(part) for part in value]
    if isinstance(value, Enum):
        return _choice(value)
    return str(value) if isinstance(value, Path) else value


def from_plain(kind: type[T], values: Any, name: str, default: T | None = None) -> T:
    """Return the dataclass `kind` from plain values; what is left out takes its default.

    Parameters
    ----------
    name : str
        What the person calls it: it begins the sentence.
    default : dataclass, optional
        Has the values of what is left out.

    Raises
    ------
    InputError
        For a key that it does not have, or a value it cannot take.
    """
    if not isinstance(values, dict):
        raise InputError("{name} must be a table of settings; mend it.", name=name)
    hints = get_type_hints(kind)
    for key in values:
        if key not in hints:
            raise InputError(
                "{name} has no setting '{key}'; there are {keys}.", name=name, key=key, keys=", ".join(hints)
            )
    read = {key: _value(hints[key], value, f"{name}: {key}") for key, value in values.items()}
    for part in dataclasses.fields(kind):  # type: ignore[arg-type]
        if part.name in read and "range" in part.metadata:
            least, most = part.metadata["range"]
            _check_range(read[part.name], least, most, f"{name}: {part.name}")
    return kind(**read) if default is None else dataclasses.replace(default, **read)  # type: ignore[type-var]


def _check_range(value: float, least: float, most: float, name: str) -> None:
    if not least <= value <= most:
        raise InputError(
            "{name} cannot be {value}; choose a number from {least} to {most}.",
            name=name,
            value=value,
            least=least,
            most=most,
        )


def _choice(member: Enum) -> str:
    return str(member) if isinstance(member, StrEnum) else member.name


def _value(kind: Any, value: Any, name: str) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if value is None:
            return None
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return from_plain(kind, value, name)
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_value(get_args(kind)[0], part, name) for part in value)
    if get_origin(kind) is dict and isinstance(value, dict):
        return value
    if isinstance(kind, type) and issubclass(kind, Enum):
        choices = {_choice(member): member for member in kind}
        if isinstance(value, str) and value in kind.__members__:  # as projects of earlier versions name it
            return kind[value]
        if not isinstance(value, str) or value not in choices:
            raise InputError(
                "{name} cannot be {value}; choose one of {choices}.",
                name=name,
                value=repr(value),
                choices=", ".join(choices),
            )
        return choices[value]
    if kind is Path and isinstance(value, str) and "\0" not in value:
        return Path(value)
    if kind is float and type(value) in (int, float) and -_LARGEST < value < _LARGEST:
        return float(value)
    if kind is int and type(value) is int and -_LARGEST < value < _LARGEST:
        return value
    if kind in (bool, str) and type(value) is kind:
        return value
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", Path: "a file"}
    raise InputError(
        "{name} cannot be {value}; write {wanted}.",
        name=name,
        value=repr(value),
        wanted=words.get(kind, "a list" if get_origin(kind) is tuple else "a table"),
    )
