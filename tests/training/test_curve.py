import pytest

from mattingapp.training.curve import Curve, draw_curve, read_curve


def test_the_curve_is_on_disk_after_every_point(tmp_path):
    curve = Curve(tmp_path / "run.csv")
    curve.add(100, 0.5)
    curve.add(200, 0.25)
    assert (tmp_path / "run.csv").read_text().splitlines()[0] == "step,loss,seconds"
    assert [point[:2] for point in read_curve(tmp_path / "run.csv")] == [(100, 0.5), (200, 0.25)]


def test_a_run_that_goes_on_keeps_what_lies_before_it(tmp_path):
    first = Curve(tmp_path / "run.csv")
    for step in (100, 200, 300):
        first.add(step, 1.0)
    again = Curve(tmp_path / "run.csv")
    again.add(200, 0.5)
    points = read_curve(tmp_path / "run.csv")
    assert [point[:2] for point in points] == [(100, 1.0), (200, 0.5)]
    assert points[1][2] >= points[0][2]


@pytest.mark.parametrize("losses", [(0.3,), (0.2, 0.2), (5.0, 0.001, 0.0)])
def test_any_curve_is_drawn_within_the_picture(tmp_path, losses):
    points = [(100 * (number + 1), loss, 1.0) for number, loss in enumerate(losses)]
    picture = draw_curve(points)
    assert picture.shape == (400, 720, 3)
    assert (picture < 0.5).any()
    curve = Curve(tmp_path / "run.csv")
    curve.add(100, 1.0)
    curve.plot()
    assert (tmp_path / "run.png").exists()
