"""Every action of the window: what it is called, its keys, its menu, and when it can be used.

Menus, tool bars, tooltips and the list of shortcuts are all made from this table.
"""

from collections.abc import Mapping

from mattingapp.gui.actions.file_edit import FILE_EDIT
from mattingapp.gui.actions.run_window_help import RUN, WINDOW_HELP, stage_actions
from mattingapp.gui.actions.spec import ActionSpec
from mattingapp.gui.actions.trimap_tools import TRIMAP_TOOLS
from mattingapp.gui.actions.view import VIEW
from mattingapp.matting.stages import Stage

MENUS = ("&File", "&Edit", "&Trimap", "&View", "&Run", "&Window", "&Help")


def table(stages: Mapping[str, Stage]) -> tuple[ActionSpec, ...]:
    """Return every action there is where the pipeline offers these stages."""
    return (*FILE_EDIT, *TRIMAP_TOOLS, *VIEW, *RUN, *stage_actions(stages), *WINDOW_HELP)
