"""Every action of the window: what it is called, its keys, its menu, and when it can be used.

Menus, tool bars, tooltips and the list of shortcuts are all made from this table.
"""

from mattingapp.gui.actions.file_edit import FILE_EDIT
from mattingapp.gui.actions.run_window_help import RUN_WINDOW_HELP
from mattingapp.gui.actions.trimap_tools import TRIMAP_TOOLS
from mattingapp.gui.actions.view import VIEW

MENUS = ("&File", "&Edit", "&Trimap", "&View", "&Run", "&Window", "&Help")
TABLE = (*FILE_EDIT, *TRIMAP_TOOLS, *VIEW, *RUN_WINDOW_HELP)
