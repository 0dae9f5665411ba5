"""Run, Window and Help."""

from collections.abc import Mapping
from itertools import chain, repeat

from mattingapp.gui.actions.shortcuts import Shortcuts
from mattingapp.gui.actions.spec import ActionSpec, always
from mattingapp.gui.commands.running import Running
from mattingapp.gui.commands.viewing import Viewing
from mattingapp.gui.commands.windowing import Windowing
from mattingapp.gui.docks.docks import Docks
from mattingapp.gui.language import stage_title
from mattingapp.gui.panes.grid import FINAL
from mattingapp.gui.panes.presenter import ResultsPresenter
from mattingapp.gui.session.layout import Layout
from mattingapp.gui.session.session import Session
from mattingapp.imaging.message import Message
from mattingapp.matting.stages import Stage, sources

RUN = (
    ActionSpec(
        id="run.run",
        menu="Run",
        text="&Run",
        handler=Session.run,
        keys=("Ctrl+R",),
        tip="Estimate the alpha where the trimap is unknown",
        icon="run",
        enabled=lambda s: s.photo and s.problem is None,
    ),
    ActionSpec(
        id="run.cancel",
        menu="Run",
        text="&Cancel the run",
        handler=Running.cancel,
        keys=("Esc",),
        tip="Stop the run, the search for the subject, or the opening of a file",
        icon="cancel",
        enabled=lambda s: s.running or s.cutting or s.opening,
    ),
    ActionSpec(
        id="run.auto",
        menu="Run",
        text="Run after each &stroke",
        handler=Running.run_automatically,
        keys=("Ctrl+Shift+R",),
        tip="Run as soon as a stroke has ended; the latest trimap wins",
        icon="auto",
        checkable=True,
    ),
)


def stage_actions(stages: Mapping[str, Stage]) -> tuple[ActionSpec, ...]:
    """Return what chooses the alpha of each stage that others read, and the method's own."""
    keys = ("Alt+1", "Alt+2", "Alt+3", "Alt+5", "Alt+6", "Alt+7", "Alt+8", "Alt+9")  # Alt+4 is the method's
    return (
        *(
            ActionSpec(
                id=f"matte.{name}",
                menu="Run",
                text=Message("Use the {stage} alpha", stage=stage_title(stages[name].title)),
                handler=ResultsPresenter.choose,
                keys=(key,) if key else (),
                tip=Message("Composite and export the {stage} alpha", stage=stage_title(stages[name].title)),
                argument=name,
                enabled=lambda s: s.results,
                section=number == 0,
            )
            for number, (name, key) in enumerate(zip(sources(stages), chain(keys, repeat("")), strict=False))
        ),
        ActionSpec(
            id="matte.final",
            menu="Run",
            text="Use the &fused alpha",
            handler=ResultsPresenter.choose,
            keys=("Alt+4",),
            tip="Composite and export the alpha of the method chosen",
            argument=FINAL,
            enabled=lambda s: s.results,
        ),
    )


WINDOW_HELP = (
    ActionSpec(
        id="layout.focus",
        menu="Window/&Layout",
        text="&Focus",
        handler=Viewing.lay_out,
        keys=("Ctrl+Alt+1",),
        tip="The canvas large, all alphas and the composite in a strip beside it",
        icon="layout-focus",
        argument=Layout.FOCUS,
        checkable=True,
        group="layout",
    ),
    ActionSpec(
        id="layout.compare",
        menu="Window/&Layout",
        text="&Compare",
        handler=Viewing.lay_out,
        keys=("Ctrl+Alt+2",),
        tip="Canvas, alphas and composite side by side, all alike",
        icon="layout-compare",
        argument=Layout.COMPARE,
        checkable=True,
        group="layout",
    ),
    ActionSpec(
        id="layout.deliver",
        menu="Window/&Layout",
        text="&Deliver",
        handler=Viewing.lay_out,
        keys=("Ctrl+Alt+3",),
        tip="The composite large, the alphas above it",
        icon="layout-deliver",
        argument=Layout.DELIVER,
        checkable=True,
        group="layout",
    ),
    ActionSpec(
        id="window.enlarge",
        menu="Window",
        text="&Enlarge one pane",
        handler=Viewing.enlarge,
        keys=("P",),
        tip="Show one pane large, or all again",
        icon="enlarge",
        checkable=True,
    ),
    ActionSpec(
        id="dock.parameters",
        menu="Window",
        text="&Parameters",
        handler=Docks.toggle,
        keys=("Ctrl+Shift+P",),
        tip="The parameters of every stage of the method",
        argument="parameters",
        checkable=True,
        section=True,
    ),
    ActionSpec(
        id="dock.backdrop",
        menu="Window",
        text="&Backdrop",
        handler=Docks.toggle,
        keys=("Ctrl+Shift+B",),
        tip="Colours, and place and size of the image behind the foreground",
        argument="backdrop",
        checkable=True,
    ),
    ActionSpec(
        id="dock.viewer",
        menu="Window",
        text="&Viewer and histogram",
        handler=Docks.toggle,
        keys=("Ctrl+Shift+V",),
        tip="Gain and gamma that find holes and haze, and how often each alpha occurs",
        argument="viewer",
        checkable=True,
    ),
    ActionSpec(
        id="dock.history",
        menu="Window",
        text="&History",
        handler=Docks.toggle,
        keys=("Ctrl+Shift+H",),
        tip="All steps, to go back and forth between",
        argument="history",
        checkable=True,
    ),
    ActionSpec(
        id="dock.responses",
        menu="Window",
        text="&Network responses",
        handler=Docks.toggle,
        tip="What each layer of the network makes of the place under the pointer",
        argument="responses",
        checkable=True,
    ),
    ActionSpec(
        id="window.full",
        menu="Window",
        text="&Full screen",
        handler=Windowing.show_full_screen,
        keys=("F11",),
        checkable=True,
        enabled=always,
    ),
    ActionSpec(
        id="help.guide",
        menu="Help",
        text="&Guided first matte",
        handler=Windowing.begin_guide,
        tip="From a sample photo to its cut-out, step by step",
        enabled=always,
    ),
    ActionSpec(
        id="help.keys",
        menu="Help",
        text="&Keyboard shortcuts",
        handler=Shortcuts.show,
        keys=("F1", "?"),
        enabled=always,
    ),
    ActionSpec(
        id="help.change",
        menu="Help",
        text="&Change shortcuts…",
        handler=Shortcuts.change,
        tip="Give actions other keys",
        enabled=always,
    ),
    ActionSpec(
        id="help.about",
        menu="Help",
        text="&About",
        handler=Windowing.show_about,
        enabled=always,
    ),
)
