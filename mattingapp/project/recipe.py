"""A recipe: all that turns a photo into delivered files, as a file that people can read and mend (TOML)."""

import os
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomli_w

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.files import write_atomically
from mattingapp.imaging.framing import Framing
from mattingapp.imaging.matte import IMAGE_SUFFIXES, MATTE_SUFFIXES
from mattingapp.imaging.trimap import DEFAULT_BAND
from mattingapp.matting.stages import DEFAULT_METHOD, find_stage
from mattingapp.project.plain import from_plain, to_plain


class Source(StrEnum):
    """Where trimaps come from."""

    TRIMAPS = "trimaps"  # files beside the photos, or in a folder
    MASKS = "masks"  # likewise, with a band of unknown pixels around their edge
    TRANSPARENCY = "transparency"  # the photo's own


class Existing(StrEnum):
    """What becomes of an output that is there already."""

    SKIP = "skip"
    REPLACE = "replace"
    NUMBER = "number"


class Kind(StrEnum):
    """What is written."""

    ALPHA = "alpha"
    CUTOUT = "cutout"
    COMPOSITE = "composite"
    STAGES = "stages"  # the alpha of every stage


class Colours(StrEnum):
    """Colours of cut-out and composite."""

    ESTIMATED = "estimated"  # freed of the old background
    ORIGINAL = "original"


@dataclass(frozen=True)
class TrimapSource:
    """Where the trimap of a photo is.

    Attributes
    ----------
    source : Source
    where : str
        A folder, or a pattern such as "trimaps/{photo}.png", in which {photo} is the photo's name without its
        ending. Without a folder it is looked for beside the photo.
    inner, outer : float
        Pixels of unknown inside and outside the edge of a mask.
    """

    source: Source = Source.TRIMAPS
    where: str = "{photo}_trimap.*"
    inner: float = DEFAULT_BAND
    outer: float = DEFAULT_BAND


@dataclass(frozen=True)
class Output:
    """One delivered file.

    Attributes
    ----------
    kind : Kind
    format : str
        Ending of the file: png, tif, and of a composite jpg or webp.
    bits : int
        8, or as PNG and TIFF 16.
    premultiplied : bool
        The colours of a cut-out times its alpha.
    name : str
        Without the ending; {photo}, {kind} and {stage} are put in.
    """

    kind: Kind = Kind.CUTOUT
    format: str = "png"
    bits: int = 8
    premultiplied: bool = False
    name: str = "{photo}_{kind}"

    def file(self, photo: str, stage: str = "") -> str:
        """Return the file's name for a photo called `photo`."""
        name = self.name
        if self.kind is Kind.STAGES and "{stage}" not in name:
            name += "_{stage}"
        for key, text in (("photo", photo), ("kind", self.kind), ("stage", stage)):
            name = name.replace(f"{{{key}}}", text)
        return f"{name}.{self.format}"


@dataclass(frozen=True)
class Recipe:
    """All that turns a photo into delivered files.

    Attributes
    ----------
    title : str
    trimap : TrimapSource
    method : str
        A stage; what it needs is run as well.
    parameters : dict from stage name to a dict of its settings
    device : str
    colours : Colours
    backdrop : str
        Of a composite: a colour as #rrggbb, or an image file.
    framing : Framing
    outputs : tuple of Output
    existing : Existing
    """

    title: str = ""
    trimap: TrimapSource = field(default_factory=TrimapSource)
    method: str = DEFAULT_METHOD
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    device: str = "auto"
    colours: Colours = Colours.ESTIMATED
    backdrop: str = "#ffffff"
    framing: Framing = field(default_factory=Framing)
    outputs: tuple[Output, ...] = (Output(),)
    existing: Existing = Existing.NUMBER

    def wants(self, *kinds: Kind) -> bool:
        """Return whether any output is of one of `kinds`."""
        return any(output.kind in kinds for output in self.outputs)


PRESETS = {
    "web-shop": Recipe(
        title="Web shop: on white, trimmed, square",
        framing=Framing(trim=True, margin=0.08, square=True, longest=2000),
        outputs=(Output(Kind.COMPOSITE, "jpg", name="{photo}"),),
    ),
    "designer": Recipe(title="Designer: cut-out with transparency", outputs=(Output(Kind.CUTOUT),)),
    "compositor": Recipe(
        title="Compositor: 16-bit alpha and premultiplied cut-out",
        outputs=(Output(Kind.ALPHA, "tif", 16), Output(Kind.CUTOUT, "tif", 16, premultiplied=True)),
    ),
    "research": Recipe(
        title="Research: the alpha of every stage", outputs=(Output(Kind.STAGES, bits=16, name="{photo}"),)
    ),
}


def check_recipe(recipe: Recipe) -> Recipe:
    """Return `recipe`; raise InputError for what it cannot do."""
    find_stage(recipe.method)
    if not recipe.outputs:
        raise InputError("The recipe writes nothing; give it an output.")
    for output in recipe.outputs:
        suffixes = IMAGE_SUFFIXES if output.kind is Kind.COMPOSITE else MATTE_SUFFIXES
        if f".{output.format}" not in suffixes:
            raise InputError(
                "The recipe's {kind} cannot be written as {format}; choose {formats}.",
                kind=output.kind,
                format=output.format,
                formats=" or ".join(suffix[1:] for suffix in suffixes),
            )
        if output.bits not in (8, 16) or (output.bits == 16 and f".{output.format}" not in MATTE_SUFFIXES):
            raise InputError(
                "The recipe's {kind} cannot have {bits} bits; PNG and TIFF have 8 or 16, others 8.",
                kind=output.kind,
                bits=output.bits,
            )
        if Path(output.file("photo", "stage")).name != output.file("photo", "stage"):
            raise InputError("The recipe names a file '{name}'; leave folders out of it.", name=output.name)
    names = [output.file("photo", "stage") for output in recipe.outputs]
    if len(set(names)) < len(names):
        raise InputError("Two outputs of the recipe have one name; tell them apart by {{kind}} in it.")
    if recipe.framing.longest is not None and recipe.framing.longest < 1:
        raise InputError("The recipe's longest side must be at least one pixel.")
    if not 0 <= recipe.framing.margin <= 10:
        raise InputError("The recipe's margin is a share of the subject from 0 to 10.")
    return recipe


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Read a recipe, or return the preset of that name.

    Raises
    ------
    InputError
        If there is no such file or preset, or it is no recipe.
    """
    path = Path(path)
    if str(path) in PRESETS:
        return PRESETS[str(path)]
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(
            "There is no recipe '{path}'; name a TOML file, or one of {presets}.",
            path=path,
            presets=", ".join(PRESETS),
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            "The recipe '{path}' cannot be read ({error}); mend it.", path=path, error=error
        ) from error
    return check_recipe(from_plain(Recipe, found, f"The recipe '{path}'"))


def write_recipe(path: str | os.PathLike[str], recipe: Recipe) -> None:
    """Write a recipe; InputError where it cannot be written."""
    write_atomically(path, recipe_text(recipe).encode())


def recipe_text(recipe: Recipe) -> str:
    """Return a recipe as TOML."""
    return tomli_w.dumps(to_plain(recipe))
