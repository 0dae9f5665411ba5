"""A recipe over many photos."""

import dataclasses
import json
import os
import signal
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

import mattingapp
from mattingapp.imaging.errors import InputError
from mattingapp.imaging.framing import Framing
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.matting.job import Cancelled
from mattingapp.project import batch
from mattingapp.project.batch import read_reports, run_batch
from mattingapp.project.deliver import Report, Task
from mattingapp.project.plan import find_photos, plan
from mattingapp.project.recipe import Existing, Kind, Output, Recipe, Source, TrimapSource
from tests.matting.scenes import soft_disc

QUICK = Recipe(method="closed-form", device="cpu", outputs=(Output(Kind.ALPHA), Output(Kind.CUTOUT)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos, each with a trimap beside it."""
    photo, trimap, _ = soft_disc(48)
    for name in ("a", "b", "c"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.round(255 * photo[..., ::-1]).astype(np.uint8))
        cv2.imwrite(str(tmp_path / f"{name}_trimap.png"), trimap)
    return tmp_path


def deliver(folder: Path, recipe: Recipe = QUICK, **options) -> dict[str, Report]:
    tasks, refused = plan(find_photos([folder]), recipe, folder / "out")
    reports = [*refused, *run_batch(tasks, recipe, folder / "out", **options)]
    return {Path(report.photo).name: report for report in reports}


def test_every_photo_is_delivered_and_trimaps_are_no_photos(folder):
    reports = deliver(folder)
    assert sorted(reports) == ["a.png", "b.png", "c.png"]
    report = reports["a.png"]
    assert (report.status, report.error, report.converged, report.device) == ("done", "", True, "cpu")
    assert [Path(file).name for file in report.files] == ["a_alpha.png", "a_cutout.png"]
    assert set(report.seconds) == {"closed-form", "foreground"}
    _, trimap, alpha = soft_disc(48)
    assert np.abs(read_alpha(folder / "out" / "a_alpha.png") - alpha)[trimap == 128].mean() < 0.03


def test_one_bad_photo_never_stops_the_rest(folder):
    (folder / "b.png").write_bytes(b"no image")
    (folder / "c_trimap.png").unlink()
    reports = deliver(folder)
    assert [reports[name].status for name in ("a.png", "b.png", "c.png")] == ["done", "failed", "failed"]
    assert "b.png" in reports["b.png"].error
    assert "no trimap at '{photo}_trimap.*'" in reports["c.png"].error


def test_a_program_error_is_told_with_its_traceback(folder, monkeypatch):
    def broken(*arguments, **options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("mattingapp.project.deliver.run_pipeline", broken)
    assert "Traceback" in deliver(folder)["a.png"].error


def test_what_is_done_and_unchanged_is_left_out(folder, tmp_path):
    recipe = dataclasses.replace(QUICK, existing=Existing.REPLACE)
    path = tmp_path / "report.jsonl"
    lines = [json.dumps(dataclasses.asdict(report)) for report in deliver(folder, recipe).values()]
    path.write_text("\n".join(lines) + '\n{"photo": "cut sho')
    cv2.imwrite(str(folder / "b_trimap.png"), cv2.flip(soft_disc(48)[1], 0))
    (folder / "out" / "c_alpha.png").unlink()
    again = deliver(folder, recipe, before=read_reports(path))
    assert again["a.png"].status == "skipped"
    assert again["c.png"].status == "done"
    other = dataclasses.replace(recipe, method="knn")
    assert {report.status for report in deliver(folder, other, before=read_reports(path)).values()} == {
        "done"
    }
    titled = dataclasses.replace(recipe, title="another title")
    assert deliver(folder, titled, before=read_reports(path))["a.png"].status == "skipped"


@pytest.mark.parametrize(
    ("existing", "status", "names"),
    [
        (Existing.SKIP, "skipped", {"a_alpha.png", "a_cutout.png"}),
        (Existing.REPLACE, "done", {"a_alpha.png", "a_cutout.png"}),
        (Existing.NUMBER, "done", {"a_alpha.png", "a_cutout.png", "a_alpha-2.png", "a_cutout-2.png"}),
    ],
)
def test_an_output_that_is_there(folder, existing, status, names):
    recipe = dataclasses.replace(QUICK, existing=existing)
    deliver(folder, recipe)
    assert deliver(folder, recipe)["a.png"].status == status
    assert {path.name for path in (folder / "out").glob("a_*")} == names


def test_two_photos_of_one_name_do_not_replace_each_other(folder):
    (folder / "more").mkdir()
    for name in ("a.png", "a_trimap.png"):
        (folder / "more" / name).write_bytes((folder / name).read_bytes())
    photos = [folder / "a.png", folder / "more" / "a.png"]
    tasks, refused = plan(photos, dataclasses.replace(QUICK, existing=Existing.REPLACE), folder / "out")
    assert (len(tasks), len(refused)) == (1, 1)
    assert "has the same name" in refused[0].error
    tasks, refused = plan(photos, QUICK, folder / "out")
    reports = list(run_batch(tasks, QUICK, folder / "out"))
    assert len({file for report in reports for file in report.files}) == 4


def test_a_photo_is_never_written_over(folder):
    recipe = dataclasses.replace(QUICK, outputs=(Output(name="{photo}"),), existing=Existing.REPLACE)
    before = (folder / "a.png").read_bytes()
    tasks, _ = plan([folder / "a.png"], recipe, folder)
    (report,) = run_batch(tasks, recipe, folder)
    assert report.failed
    assert "would be overwritten" in report.error
    assert (folder / "a.png").read_bytes() == before


def test_trimaps_and_masks_are_found_in_a_folder_or_by_a_pattern(folder):
    (folder / "masks").mkdir()
    disc = 255 * (soft_disc(48)[2] > 0.5).astype(np.uint8)
    cv2.imwrite(str(folder / "masks" / "a.png"), disc)
    cv2.imwrite(str(folder / "masks" / "b_mask.png"), disc)
    source = TrimapSource(Source.MASKS, str(folder / "masks"), 4, 4)
    photos = [folder / "a.png", folder / "b.png"]
    tasks, refused = plan(photos, dataclasses.replace(QUICK, trimap=source), folder / "out")
    assert refused == []
    assert [task.trimap.name for task in tasks] == ["a.png", "b_mask.png"]
    pattern = dataclasses.replace(source, where=str(folder / "masks" / "{photo}*.png"))
    tasks, _ = plan(photos, dataclasses.replace(QUICK, trimap=pattern), folder / "out")
    assert [task.trimap.name for task in tasks] == ["a.png", "b_mask.png"]
    (folder / "masks" / "a_trimap.png").write_bytes(b"")
    _, refused = plan(photos, dataclasses.replace(QUICK, trimap=source), folder / "out")
    assert "several files that could be its mask" in refused[0].error


def test_transparency_of_the_photo_makes_its_trimap(folder):
    photo, _, alpha = soft_disc(48)
    pixels = np.dstack([np.round(255 * photo[..., ::-1]), np.round(255 * alpha)]).astype(np.uint8)
    cv2.imwrite(str(folder / "a.png"), pixels)
    recipe = dataclasses.replace(QUICK, trimap=TrimapSource(Source.TRANSPARENCY, inner=2, outer=2))
    tasks, _ = plan([folder / "a.png", folder / "b.png"], recipe, folder / "out")
    reports = {Path(report.photo).stem: report for report in run_batch(tasks, recipe, folder / "out")}
    assert reports["a"].status == "done"
    assert "no transparency" in reports["b"].error


def test_a_composite_is_trimmed_square_and_of_its_size(folder):
    recipe = dataclasses.replace(
        QUICK,
        framing=Framing(trim=True, margin=0.5, square=True, longest=30),
        backdrop="#ff0000",
        outputs=(Output(Kind.COMPOSITE),),
    )
    deliver(folder, recipe)
    pixels = read_photo(folder / "out" / "a_composite.png").pixels
    assert pixels.shape == (30, 30, 3)
    assert pixels[0, 0].tolist() == [255, 0, 0]


def test_every_stage_can_be_written(folder):
    recipe = dataclasses.replace(QUICK, method="mean", outputs=(Output(Kind.STAGES, name="{photo}"),))
    files = deliver(folder, recipe)["a.png"].files
    assert [Path(file).name for file in files] == ["a_closed-form.png", "a_knn.png", "a_mean.png"]


def test_a_batch_is_cancelled(folder):
    cancel = threading.Event()
    tasks, _ = plan(find_photos([folder]), QUICK, folder / "out")
    reports = run_batch(tasks, QUICK, folder / "out", cancel=cancel)
    next(reports)
    cancel.set()
    with pytest.raises(Cancelled):
        list(reports)


def test_a_folder_that_cannot_be_made_is_told_before_the_work(folder):
    (folder / "out").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be made"):
        deliver(folder)


def test_a_full_disk_stops_the_batch(folder, monkeypatch):
    monkeypatch.setattr(batch, "_FREE", 1 << 62)
    with pytest.raises(InputError, match="is full; make room"):
        deliver(folder)


def dying(task: Task, recipe: Recipe, out: Path) -> Report:
    """End the process in the midst of a photo called b."""
    if task.photo.stem == "b":
        os._exit(1)
    return Report(str(task.photo))


def test_a_process_that_dies_loses_only_its_photo(folder, monkeypatch):
    monkeypatch.setattr(batch, "process", dying)
    reports = deliver(folder, workers=2)
    assert [reports[name].status for name in ("a.png", "b.png", "c.png")] == ["done", "failed", "done"]
    assert "ended the process" in reports["b.png"].error


def test_names_of_nothing_are_told(tmp_path):
    with pytest.raises(InputError, match="no photos at"):
        find_photos([tmp_path / "*.jpg"])


def slow(task: Task, recipe: Recipe, out: Path) -> Report:
    """Tell which process works, and work long enough to be ended meanwhile."""
    (out / f"{task.photo.stem}.{os.getpid()}").touch()
    time.sleep(1.0)
    return Report(str(task.photo))


def test_a_cluster_does_the_same_and_survives_a_worker_that_is_killed(folder, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    monkeypatch.setattr(batch, "process", slow)
    (folder / "out").mkdir()
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        reports = {}

        def work() -> None:
            reports.update(deliver(folder, scheduler=cluster.scheduler_address))

        run = threading.Thread(target=work)
        run.start()
        while not (begun := [int(path.suffix[1:]) for path in (folder / "out").iterdir()]):
            time.sleep(0.05)
        os.kill(begun[0], signal.SIGKILL)
        run.join(60)
    assert {report.status for report in reports.values()} == {"done"}
    assert sorted(reports) == ["a.png", "b.png", "c.png"]


def test_a_cluster_that_is_not_there_is_told(folder):
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    with pytest.raises(InputError, match="There is no Dask scheduler at"):
        deliver(folder, scheduler="tcp://127.0.0.1:9")


def test_python_has_it_in_one_call(folder):
    reports = list(mattingapp.batch([folder], QUICK, folder / "out"))
    assert [report.status for report in reports] == ["done"] * 3
