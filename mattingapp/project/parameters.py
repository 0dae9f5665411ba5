"""Settings of stages in a project file, and back."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mattingapp.imaging.errors import InputError
from mattingapp.matting.stages import Stage
from mattingapp.project.archive import ArchiveError
from mattingapp.project.plain import from_plain, to_plain


def parameters_to_json(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of each stage as a JSON object.

    A file that is the default is left out: the program's own lie elsewhere on another machine.
    """
    return {
        stage: {
            part.name: to_plain(value)
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
    try:
        return {
            name: from_plain(type(default := stages[name].settings), values, name, default)
            for name, values in found.items()
        }
    except InputError as error:
        raise ArchiveError(str(error)) from error
