"""What the kinds of backdrop, and the steps that change it, are called on screen."""

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QCoreApplication

from mattingapp.imaging.depth import quantise
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour

translate = QCoreApplication.translate


class BackdropKind(StrEnum):
    """What the composite lies on."""

    TRANSPARENT = "transparent"
    COLOUR = "colour"
    GRADIENT = "gradient"
    IMAGE = "image"
    BLUR = "blur"


_KINDS = {
    PlainColour: BackdropKind.COLOUR,
    Gradient: BackdropKind.GRADIENT,
    PlacedImage: BackdropKind.IMAGE,
    BlurredPhoto: BackdropKind.BLUR,
}


def kind_of(backdrop: Backdrop) -> BackdropKind:
    """Return which kind a backdrop is."""
    return _KINDS.get(type(backdrop), BackdropKind.TRANSPARENT)


def kind_title(kind: BackdropKind) -> str:
    """Return what a kind is called on screen."""
    return {
        BackdropKind.TRANSPARENT: translate("Backdrop", "Transparent"),
        BackdropKind.COLOUR: translate("Backdrop", "Colour"),
        BackdropKind.GRADIENT: translate("Backdrop", "Gradient"),
        BackdropKind.IMAGE: translate("Backdrop", "Image"),
        BackdropKind.BLUR: translate("Backdrop", "Blurred photo"),
    }[kind]


def backdrop_title(backdrop: Backdrop) -> str:
    """Return what the composite is said to lie on: "#3060a0", "meadow.jpg", "a gradient"."""
    if isinstance(backdrop, PlainColour):
        return hex_colour(backdrop.colour)
    if isinstance(backdrop, PlacedImage):
        return backdrop.name
    if isinstance(backdrop, Gradient):
        return translate("Backdrop", "a gradient")
    return translate("Backdrop", "the blurred photo")


def step_name(before: Backdrop, after: Backdrop) -> str:
    """Return the name of the step from one backdrop to another: "Backdrop: Image", "Place backdrop"."""
    if isinstance(before, PlacedImage) and isinstance(after, PlacedImage) and before.image is after.image:
        return translate("Backdrop", "Place backdrop")
    if kind_of(before) is kind_of(after) is not BackdropKind.IMAGE:
        return translate("Backdrop", "Adjust backdrop")
    return translate("Backdrop", "Backdrop: {kind}").format(kind=kind_title(kind_of(after)))


def hex_colour(colour: np.ndarray) -> str:
    """Return a colour as "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*quantise(colour, 8))
