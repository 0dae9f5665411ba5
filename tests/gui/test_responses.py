"""The response maps of the pixel under the cursor, in their dock."""

import pytest

from mattingapp.gui.main_window import MainWindow
from mattingapp.gui.picture.view import Point
from mattingapp.matting.dcnn import DEFAULT_MODEL

UNKNOWN = 230, 330


def test_before_a_run_the_dock_says_what_to_do(loaded: MainWindow) -> None:
    loaded.actions_["dock.responses"].trigger()
    assert loaded.viewing.responses.heading.text().startswith("Run the network, then point at the photo")
    assert loaded.viewing.responses.titles == []


def test_the_dock_shows_every_layer_for_the_pixel_under_the_cursor(qtbot, done: MainWindow) -> None:
    if not DEFAULT_MODEL.exists():
        pytest.skip("needs the trained weights in resources")
    done.actions_["dock.responses"].trigger()
    with qtbot.waitSignal(done.session.output.responded, timeout=10000):
        done.view.set_cursor(Point(10.0, 10.0))
        done.view.set_cursor(Point(*UNKNOWN))
    panel = done.viewing.responses
    assert panel.heading.text() == "Network at pixel 230, 330, and the 27 × 27 pixels around it"
    assert panel.titles[0] == "photo, Closed-form, KNN"
    assert len(panel.titles) == 7  # the inputs, and six layers
    assert panel.titles[1].startswith("F1: filters of 9 × 9, ")
    assert panel.titles[-1] == "F6: filters of 5 × 5, 1 of 1 maps active"
    image = panel.grab().toImage()
    levels = {
        image.pixelColor(x, y).red() for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)
    }
    assert len(levels) > 20  # something is drawn
    done.open_sample("plush")
    assert panel.titles == []


@pytest.mark.parametrize(
    ("method", "shown", "inputs"),
    [
        ("dcnn3", "Network of three", "photo, Closed-form, KNN, Shared"),
        ("fusion", "Network of three", "photo, Closed-form, KNN, Shared"),
        ("mean", "Network", "photo, Closed-form, KNN"),
    ],
)
def test_the_dock_asks_the_network_whose_stages_were_run(
    qtbot, run, loaded: MainWindow, method: str, shown: str, inputs: str
) -> None:
    if not DEFAULT_MODEL.exists():
        pytest.skip("needs the trained weights in resources")
    loaded.options.method.setCurrentIndex(loaded.options.method.findData(method))
    run(loaded)
    loaded.actions_["dock.responses"].trigger()
    with qtbot.waitSignal(loaded.session.output.responded, timeout=10000):
        loaded.view.set_cursor(Point(*UNKNOWN))
    panel = loaded.viewing.responses
    assert panel.heading.text().startswith(f"{shown} at pixel 230, 330")
    assert panel.titles[0] == inputs
    assert panel.titles[-1] == "F6: filters of 5 × 5, 1 of 1 maps active"


def test_where_its_stages_were_not_run_the_dock_waits(qtbot, run, loaded: MainWindow) -> None:
    loaded.options.method.setCurrentIndex(loaded.options.method.findData("closed-form"))
    run(loaded)
    loaded.actions_["dock.responses"].trigger()
    loaded.view.set_cursor(Point(*UNKNOWN))
    qtbot.wait(250)
    assert loaded.viewing.responses.heading.text().startswith("Run the network")


def test_a_hidden_dock_asks_nothing(qtbot, done: MainWindow) -> None:
    asked = []
    done.session.output.responded.connect(lambda *news: asked.append(news))
    done.view.set_cursor(Point(*UNKNOWN))
    qtbot.wait(250)
    assert asked == []


def test_places_outside_the_photo_are_left_alone(qtbot, done: MainWindow) -> None:
    done.actions_["dock.responses"].trigger()
    asked = []
    done.session.output.responded.connect(lambda *news: asked.append(news))
    done.view.set_cursor(Point(-5.0, 10.0))
    qtbot.wait(250)
    assert asked == []
