"""Settings of stages as JSON, and back: whatever a frozen dataclass of plain values, choices and files holds."""

import dataclasses
import types
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from mattingapp.matting.stages import Stage
from mattingapp.project.archive import ArchiveError, field


def parameters_to_json(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of each stage as a JSON object.

    A file that is the default is left out: the program's own lie elsewhere on another machine.
    """
    return {
        stage: {
            part.name: _to_json(value)
            for part in dataclasses.fields(settings)
            if not isinstance(value := getattr(settings, part.name), Path) or value != part.default
        }
        for stage, settings in parameters.items()
    }


def parameters_from_json(found: Mapping[str, Any], stages: Mapping[str, Stage]) -> dict[str, Any]:
    """Return the settings of each stage, all of them in `stages`; what is not there takes its default.

    Raises
    ------
    ArchiveError
        For a field that the settings do not have, or a value it cannot take.
    """
    parameters = {}
    for name in found:
        default = stages[name].settings
        hints = get_type_hints(type(default))
        values = field(found, name, dict)
        if not values.keys() <= hints.keys():
            raise ArchiveError(f"the parameters of {name}")
        read = {part: _from_json(hints[part], value) for part, value in values.items()}
        parameters[name] = dataclasses.replace(default, **read)
    return parameters


def _to_json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [_to_json(item) for item in value]
    return value


def _from_json(kind: Any, value: Any) -> Any:
    """Return a value as the type hint `kind` has it."""
    if get_origin(kind) in (Union, types.UnionType):
        if value is None and types.NoneType in get_args(kind):
            return None
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_from_json(get_args(kind)[0], item) for item in value)
    if isinstance(kind, type) and issubclass(kind, Enum) and value in list(kind.__members__):
        return kind[value]
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is float and type(value) is int:
        return float(value)
    if kind in (bool, int, float, str) and type(value) is kind:
        return value
    raise ArchiveError(f"the parameter {value!r}")
