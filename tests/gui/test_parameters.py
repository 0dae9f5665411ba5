"""Parameters made from settings dataclasses, and runs that start by themselves."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from mattingapp.gui.docks.parameters_panel import parameters_of
from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.session.settings import Settings
from mattingapp.imaging.trimap import Label
from mattingapp.matting.stages import registry
from tests.gui.conftest import STAGES, Window


class Kind(StrEnum):
    RGB = "rgb"
    HSV = "hsv"


@dataclass(frozen=True)
class Knobs:
    """Parameters of a stage.

    Attributes
    ----------
    tolerance : float
        Where it stops,
        in plain words.
    rounds : int
        How often.
    kind : Kind
    smooth : bool
    """

    tolerance: float = 1e-7
    rounds: int = 20
    kind: Kind = Kind.RGB
    smooth: bool = True
    stamp: int = field(default=0, metadata={"shown": False})
    free: tuple[int, ...] = ()

    @staticmethod
    def for_model(model: Path) -> "Knobs":
        return Knobs()


@pytest.fixture
def tuned(qtbot, loaded: MainWindow, monkeypatch) -> MainWindow:
    """The window, with parameters to the KNN stage, their dock open."""
    loaded.session.stages["knn"] = replace(STAGES["knn"], settings=Knobs())
    loaded.actions_["dock.parameters"].trigger()
    for method in ("knn", "dcnn"):
        loaded.session.set_method(method)
    return loaded


def test_parameters_come_from_the_dataclass() -> None:
    found = parameters_of(Knobs())
    assert [parameter.name for parameter in found] == ["tolerance", "rounds", "kind", "smooth"]
    assert found[0].title == "Tolerance"
    assert found[0].tip == "Where it stops, in plain words."


def test_what_is_not_for_the_person_is_left_out() -> None:
    for stage in registry().values():
        assert "modified" not in [parameter.name for parameter in parameters_of(stage.settings)]
    tips = {parameter.name: parameter.tip for parameter in parameters_of(registry()["closed-form"].settings)}
    assert tips["tolerance"].startswith("Relative residual")


def test_the_dock_shows_the_stages_of_the_method(tuned: MainWindow) -> None:
    assert tuned.parameters.isVisible()
    assert list(tuned.parameters.forms) == ["closed-form", "knn", "dcnn"]
    tuned.options.method.setCurrentIndex(tuned.options.method.findData("knn"))
    assert list(tuned.parameters.forms) == ["knn"]


def test_what_is_set_is_run(run, tuned: MainWindow, pipeline) -> None:
    form = tuned.parameters.forms["knn"]
    assert not form.reset.isEnabled()
    tolerance = form.editors["tolerance"]
    assert tolerance.text() == "1e-07"
    tolerance.setText("1e-5")
    QTest.keyClick(tolerance, Qt.Key.Key_Return)
    form.editors["rounds"].setValue(7)
    form.editors["kind"].setCurrentIndex(1)
    form.editors["kind"].activated.emit(1)
    form.editors["smooth"].click()
    run(tuned)
    assert pipeline.requests[-1].settings == {"knn": Knobs(1e-5, 7, Kind.HSV, False)}
    form.reset.click()
    assert tolerance.text() == "1e-07"
    run(tuned)
    assert pipeline.requests[-1].settings == {}


@pytest.mark.parametrize("text", ["0", "-3"])
def test_a_number_without_meaning_is_not_taken(tuned: MainWindow, text: str) -> None:
    tolerance = tuned.parameters.forms["knn"].editors["tolerance"]
    tolerance.setText(text)
    QTest.keyClick(tolerance, Qt.Key.Key_Return)
    assert tolerance.text() == "1e-07"
    assert tuned.session.document.settings.parameters == {}


def stroke(window: MainWindow, x: int, y: int) -> None:
    """Paint one dab on the canvas at a position of the photo."""
    device = window.canvas.mapping().to_device(x, y)
    QTest.mouseClick(
        window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(device.x), round(device.y)), delay=0
    )


def test_a_run_follows_each_stroke(qtbot, loaded: MainWindow, pipeline, settings: Settings) -> None:
    stroke(loaded, 230, 330)
    qtbot.wait(250)
    assert pipeline.requests == []  # not before it is switched on
    with qtbot.waitSignal(loaded.session.composite_arrived):
        loaded.actions_["run.auto"].trigger()
    assert settings.auto_run
    with qtbot.waitSignal(loaded.session.composite_arrived):
        stroke(loaded, 240, 300)
    assert loaded.session.document.results["dcnn"].request.trimap[300, 240] == Label.FOREGROUND
    with qtbot.waitSignal(loaded.session.composite_arrived):
        loaded.actions_["edit.undo"].trigger()
    assert len(pipeline.requests) == 3


def test_strokes_in_quick_succession_make_one_run(qtbot, loaded: MainWindow, pipeline) -> None:
    with qtbot.waitSignal(loaded.session.composite_arrived):
        loaded.actions_["run.auto"].trigger()
    with qtbot.waitSignal(loaded.session.composite_arrived):
        for x in (200, 210, 220, 230):
            stroke(loaded, x, 330)
    assert len(pipeline.requests) == 2
    assert (pipeline.requests[-1].trimap[330, 200:231:10] == Label.FOREGROUND).all()


def test_no_run_starts_in_the_middle_of_a_stroke(qtbot, loaded: MainWindow, pipeline) -> None:
    with qtbot.waitSignal(loaded.session.composite_arrived):
        loaded.actions_["run.auto"].trigger()
    stroke(loaded, 230, 330)
    device = loaded.canvas.mapping().to_device(240, 330)
    here = QPoint(round(device.x), round(device.y))
    QTest.mousePress(loaded.canvas, Qt.MouseButton.LeftButton, pos=here)
    qtbot.wait(250)
    assert len(pipeline.requests) == 1
    with qtbot.waitSignal(loaded.session.composite_arrived):
        QTest.mouseRelease(loaded.canvas, Qt.MouseButton.LeftButton, pos=here)
    assert len(pipeline.requests) == 2


def test_a_trimap_that_cannot_be_run_is_not(qtbot, loaded: MainWindow, pipeline) -> None:
    with qtbot.waitSignal(loaded.session.composite_arrived):
        loaded.actions_["run.auto"].trigger()
    loaded.session.clear_trimap()
    qtbot.wait(250)
    assert len(pipeline.requests) == 1


def test_docks_come_back_where_they_were(qtbot, loaded: MainWindow, settings, dialogs, pipeline) -> None:
    loaded.actions_["dock.parameters"].trigger()
    loaded.docks.host.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, loaded.docks["parameters"])
    loaded.close()
    again = Window(settings, dialogs, pipeline, STAGES)
    again.show()
    assert not again.docks["parameters"].isVisible()  # the start page has none
    again.open_sample("hair")
    assert again.docks["parameters"].isVisible()
    assert again.actions_["dock.parameters"].isChecked()
    assert (
        again.docks.host.dockWidgetArea(again.docks["parameters"]) is Qt.DockWidgetArea.BottomDockWidgetArea
    )
    again.actions_["dock.parameters"].trigger()
    assert not again.docks["parameters"].isVisible()
    again.close()
    again.deleteLater()


def test_another_model_may_read_other_stages(qtbot, tuned: MainWindow) -> None:
    stages = tuned.session.stages
    stages["dcnn"] = replace(
        STAGES["dcnn"], settings=Knobs(), needs=lambda knobs: ("closed-form",) if knobs.smooth else ("knn",)
    )
    tuned.session.set_method("knn")
    tuned.session.set_method("dcnn")
    assert list(tuned.parameters.forms) == ["closed-form", "dcnn"]
    tuned.parameters.forms["dcnn"].editors["smooth"].click()
    qtbot.waitUntil(lambda: list(tuned.parameters.forms) == ["knn", "dcnn"])
    assert not tuned.parameters.forms["dcnn"].editors["smooth"].isChecked()
