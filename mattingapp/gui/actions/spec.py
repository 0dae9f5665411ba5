"""One row of the table of actions."""

from collections.abc import Callable
from dataclasses import dataclass

from mattingapp.gui.session.situation import Situation
from mattingapp.imaging.trimap import Label


def always(situation: Situation) -> bool:
    """For actions that can be used at any time."""
    return True


def with_photo(situation: Situation) -> bool:
    """For actions that need an open photo."""
    return situation.photo


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """One row of the table.

    Attributes
    ----------
    id : str
    menu : str
        "File", or "View/Theme" for a menu in a menu.
    text : str or Message
        With its mnemonic; three dots where a dialog follows.
    handler : function
        A method of one of the window's parts, named by its class: `Filing.open`. It is called on the part that is of
        this class, with `argument` if there is one, with the check state if checkable.
    keys : tuple of str
        The first is shown.
    tip : str
        Tooltip; the text where empty. Shortcuts are added.
    icon : str or Label
        File in resources/icons without its suffix, or a label for its swatch.
    argument : object
    checkable : bool
    group : str
        Of the checkable actions of one group, one is checked.
    enabled : callable (Situation) -> bool
    section : bool
        A line goes before it in the menu.
    repeats : bool
        A key held down triggers it again and again.
    """

    id: str
    menu: str
    text: str
    handler: Callable[..., object]
    keys: tuple[str, ...] = ()
    tip: str = ""
    icon: str | Label = ""
    argument: object = None
    checkable: bool = False
    group: str = ""
    enabled: Callable[[Situation], bool] = with_photo
    section: bool = False
    repeats: bool = True
