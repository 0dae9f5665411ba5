"""The window shows the methods of another package as it shows its own."""

import pytest
from PySide6.QtGui import QKeySequence

from mattingapp.gui.panes.gallery import COMPOSITE
from mattingapp.gui.panes.grid import FINAL
from mattingapp.imaging.errors import PluginWarning
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.stages import registry
from tests.gui.conftest import Window


@pytest.fixture
def extended(example_plugin, qtbot, settings, dialogs, monkeypatch) -> Window:
    """The window with the example package installed, and the hair sample open."""
    monkeypatch.setattr("mattingapp.gui.session.session.Session.warm_up", lambda session: None)
    window = Window(settings, dialogs, run_pipeline)
    window.resize(1280, 800)
    window.show()
    window.open_sample("hair")
    yield window
    window.session.document.mark_saved()
    window.close()
    window.deleteLater()


def choose(window: Window, method: str) -> None:
    """Choose a method in the bar."""
    window.options.method.setCurrentIndex(window.options.method.findData(method))


def test_panes_and_actions_follow_the_registry(extended: Window, run) -> None:
    grid = extended.grid
    assert list(grid.panes) == ["closed-form", "knn", "shared", "lightness", FINAL, COMPOSITE]
    choose(extended, "contrast")
    assert [key for key, pane in grid.panes.items() if pane.isVisible()] == ["lightness", FINAL, COMPOSITE]
    run(extended)
    assert grid["lightness"].title == "Lightness"
    assert grid[FINAL].title == "Contrast"
    assert grid["lightness"].image.has_picture
    assert grid[FINAL].image.has_picture
    assert extended.session.document.matte.stage == "contrast"
    use = extended.actions_["matte.lightness"]
    assert use.text() == "Use the Lightness alpha"
    assert use.shortcuts() == [QKeySequence("Alt+5")]
    use.trigger()
    assert grid.chosen_pane == "lightness" or extended.session.running


def test_a_stage_that_others_come_to_read_gets_a_pane(extended: Window) -> None:
    extended.grid.add_sources(("mean",))
    choose(extended, "mean")
    assert extended.grid["mean"].isVisible()
    assert not extended.grid[FINAL].isVisible()
    assert extended.grid["mean"].image.actions() == extended.grid["knn"].image.actions()


def test_what_its_network_reads_is_planned(extended: Window) -> None:
    choose(extended, "retrained")
    assert extended.results.planned == {"retrained", "closed-form", "knn", "shared"}


def test_a_package_that_cannot_be_loaded_is_named(install, qtbot, settings, dialogs, pipeline) -> None:
    install(broken="example_plugin:GONE")
    with pytest.warns(PluginWarning):
        registry()
    window = Window(settings, dialogs, pipeline)
    qtbot.addWidget(window)
    assert window.notices.text.startswith(
        "The method 'broken' of the package 'example-plugin' cannot be loaded"
    )
    window.close()
