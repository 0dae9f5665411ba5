"""A project file: what is read from it is what was written to it, and what is not sound is told in one sentence."""

import json
import shutil
import struct
import tracemalloc
import zipfile
import zlib
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.matte import read_alpha, write_alpha
from mattingapp.imaging.photo import Photo, read_photo
from mattingapp.imaging.trimap import Label
from mattingapp.matting.dcnn import DcnnSettings
from mattingapp.matting.foreground import STAGE as FOREGROUND
from mattingapp.matting.knn import KnnSettings, KnnVariant
from mattingapp.matting.pipeline import run_pipeline
from mattingapp.matting.request import MattingRequest
from mattingapp.matting.stages import Stage
from mattingapp.project.backdrop import Backdrop, BlurredPhoto, Gradient, PlacedImage, PlainColour
from mattingapp.project.document import Document, Matte, RunSettings, Solved
from mattingapp.project.load import PhotoMissingError, read_project
from mattingapp.project.parameters import parameters_from_json, parameters_to_json
from mattingapp.project.save import Snapshot, write_project
from mattingapp.project.touch_up import Brush, Touch
from tests.matting.scenes import soft_disc

HALF_A_LEVEL = 0.5 / 65535 + 1e-7
ADD = Brush(Touch.ADD, 30)


def run(document: Document, method: str) -> None:
    """Put the results of a run into the document, as the window does."""
    settings = document.settings
    request = MattingRequest(
        document.photo.pixels,
        document.trimap.copy(),
        (method,),
        settings.parameters,
        foreground=True,
    )
    for result in run_pipeline(request):
        if result.stage != FOREGROUND.name:
            document.results[result.stage] = Solved(result, request, document.trimap_state)
        else:
            document.matte = Matte(method, "Mean", result.alpha, result.foreground, document.trimap_state)


@pytest.fixture
def photo_path(tmp_path: Path) -> Path:
    """A photo in a folder beside the projects."""
    (tmp_path / "photos").mkdir()
    path = tmp_path / "photos" / "disc.png"
    Image.fromarray(np.round(255 * soft_disc(96, 3)[0]).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def document(photo_path: Path, tmp_path: Path) -> Document:
    """A document with something of everything: two runs, one of them outdated, a touch-up, a backdrop, the truth."""
    _, trimap, alpha = soft_disc(96, 3)
    write_alpha(tmp_path / "truth.png", alpha)
    made = Document(
        read_photo(photo_path),
        trimap,
        PlacedImage(
            np.random.default_rng(1).integers(0, 65536, (20, 30, 3), np.uint16), "noise.png", 1.5, (0.1, -0.2)
        ),
        RunSettings("mean", "cpu", {"knn": KnnSettings(KnnVariant.HSV, tolerance=1e-5)}),
        trimap_path=photo_path.with_name("disc_trimap.png"),
        truth=read_alpha(tmp_path / "truth.png"),
        truth_path=tmp_path / "truth.png",
    )
    run(made, "mean")
    made.paint((48, 48), (60, 48), 9, Label.UNKNOWN)
    made.end_gesture("Unknown stroke")
    run(made, "closed-form")
    made.touch((20, 20), (70, 70), ADD)
    made.end_touch("Add")
    return made


def reopened(document: Document, path: Path) -> Document:
    """Write a document, and read it again."""
    write_project(path, Snapshot.of(document))
    read, notes = read_project(path)
    assert notes == ()
    return read


def edited(path: Path, **fields: object) -> Path:
    """Change fields of the description in a project file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["project.json"] = json.dumps(json.loads(parts["project.json"]) | fields).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_reopened_document_is_equal(document: Document, tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    path = tmp_path / "projects" / "disc.matting"
    again = reopened(document, path)
    assert np.array_equal(again.photo.pixels, document.photo.pixels)
    assert again.photo.path == document.photo.path
    assert np.array_equal(again.trimap, document.trimap)
    assert again.trimap_path == document.trimap_path
    assert again.settings == replace(document.settings, device="auto")
    assert np.array_equal(again.truth, document.truth)
    assert again.truth_path == document.truth_path
    assert np.array_equal(again.backdrop.image, document.backdrop.image)
    assert (again.backdrop.name, again.backdrop.scale, again.backdrop.shift) == (
        "noise.png",
        1.5,
        (0.1, -0.2),
    )
    assert again.touch_up.tiles.keys() == document.touch_up.tiles.keys()
    for key, tile in document.touch_up.tiles.items():
        assert np.array_equal(again.touch_up.tiles[key], tile)
    assert again.project_path == path
    assert not again.modified
    assert again.history.names == []


def test_reopened_results_need_no_run(document: Document, tmp_path: Path) -> None:
    again = reopened(document, tmp_path / "disc.matting")
    assert list(again.results) == ["closed-form", "knn", "mean"]
    for stage, solved in document.results.items():
        other = again.results[stage]
        assert np.abs(other.result.alpha - solved.result.alpha).max() <= HALF_A_LEVEL
        assert other.result.alpha.dtype == np.float32
        for name in ("stage", "title", "seconds", "device", "converged", "notes"):
            assert getattr(other.result, name) == getattr(solved.result, name)
        assert again.outdated(other.state) == document.outdated(solved.state)
        assert np.array_equal(other.request.trimap, solved.request.trimap)
        assert other.request.settings == solved.request.settings
        assert other.request.methods == solved.request.methods
    assert again.outdated(again.results["mean"].state)
    assert not again.outdated(again.results["closed-form"].state)
    assert again.matte.state == again.results["closed-form"].state
    assert (again.matte.stage, again.matte.title) == (document.matte.stage, document.matte.title)


def test_the_reopened_matte_looks_the_same_on_everything(document: Document, tmp_path: Path) -> None:
    again = reopened(document, tmp_path / "disc.matting")
    before, after = document.final_matte()(), again.final_matte()()
    shown = np.maximum.reduce([solved.result.alpha for solved in document.results.values()]) > HALF_A_LEVEL
    shown &= document.matte.alpha < 1 - HALF_A_LEVEL  # a pixel that becomes opaque shows the photo
    assert np.abs(before.alpha - after.alpha).max() <= 2 * HALF_A_LEVEL
    assert np.abs(document.matte.foreground - again.matte.foreground)[shown].max() <= HALF_A_LEVEL
    for backdrop in (document.backdrop, PlainColour(np.ones(3, np.float32))):
        one, other = (matte.on(backdrop, document.photo.pixels)[0] for matte in (before, after))
        assert np.abs(one - other).max() <= 1e-3
        assert np.abs(one - other).mean() <= HALF_A_LEVEL


def test_a_second_saving_loses_nothing_more(document: Document, tmp_path: Path) -> None:
    first = reopened(document, tmp_path / "a.matting")
    second = reopened(first, tmp_path / "b.matting")
    for stage, solved in first.results.items():
        assert np.array_equal(solved.result.alpha, second.results[stage].result.alpha)
    assert np.array_equal(first.matte.foreground, second.matte.foreground)


@pytest.mark.parametrize(
    "backdrop",
    [
        Backdrop(),
        PlainColour(np.float32([0.1, 0.2, 0.3])),
        Gradient(np.float32([0, 0.5, 1]), np.float32([0.3, 0.3, 0.7]), 37.5),
        PlacedImage(np.arange(60, dtype=np.uint8).reshape(4, 5, 3), "a.jpg"),
        BlurredPhoto(0.0123),
    ],
)
def test_every_backdrop_comes_back(document: Document, tmp_path: Path, backdrop: Backdrop) -> None:
    document.backdrop = backdrop
    again = reopened(document, tmp_path / "disc.matting").backdrop
    assert type(again) is type(backdrop)
    for name, value in vars(backdrop).items():
        assert np.array_equal(getattr(again, name), value), name


def test_what_is_being_painted_is_not_in_the_file(document: Document, tmp_path: Path) -> None:
    trimap, tiles = document.trimap.copy(), document.touch_up.tiles
    kept = {key: tile.copy() for key, tile in tiles.items()}
    document.paint((5, 5), (30, 5), 11, Label.FOREGROUND)
    document.touch((80, 20), (80, 70), ADD)
    snapshot = Snapshot.of(document)
    document.paint((5, 90), (30, 90), 11, Label.BACKGROUND)
    write_project(tmp_path / "disc.matting", snapshot)
    again, _ = read_project(tmp_path / "disc.matting")
    assert np.array_equal(again.trimap, trimap)
    assert all(np.array_equal(again.touch_up.tiles[key], tile) for key, tile in kept.items())


def test_saved_work_is_no_change_until_something_is_done(document: Document, tmp_path: Path) -> None:
    assert document.modified
    state = document.state
    document.mark_in_project(tmp_path / "disc.matting", state)
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified
    for change in (
        lambda: setattr(document, "backdrop", Backdrop()),
        lambda: setattr(document, "settings", replace(document.settings, method="knn")),
        lambda: run(document, "knn"),
    ):
        change()
        assert document.modified
        document.mark_in_project(tmp_path / "disc.matting", document.state)
    document.settings = replace(document.settings, device="auto")  # which no project keeps
    assert not document.modified


def test_a_project_moves_with_its_photo(document: Document, tmp_path: Path) -> None:
    here, away = tmp_path / "photos", tmp_path / "away"
    document.truth = document.truth_path = None
    write_project(here / "disc.matting", Snapshot.of(document))
    shutil.move(here, away)
    again, notes = read_project(away / "disc.matting")
    assert again.photo.path == away / "disc.png"
    assert notes == ()


def test_a_photo_beside_the_project_is_found(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    shutil.move(document.photo.path, tmp_path / "disc.png")
    assert read_project(tmp_path / "disc.matting")[0].photo.path == tmp_path / "disc.png"


def test_a_missing_photo_is_asked_for_and_may_be_elsewhere(document: Document, tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "disc.matting", tmp_path / "renamed.png"
    write_project(path, Snapshot.of(document))
    shutil.move(document.photo.path, elsewhere)
    with pytest.raises(PhotoMissingError, match=r"disc.png' of this project is missing") as raised:
        read_project(path)
    assert raised.value.photo == document.photo.path
    again, notes = read_project(path, elsewhere)
    assert again.photo.path == elsewhere
    assert notes == ()


def test_a_photo_of_another_size_is_refused(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    Image.fromarray(np.zeros((50, 60, 3), np.uint8)).save(document.photo.path)
    with pytest.raises(PhotoMissingError, match=r"60 × 50 pixels but the photo of this project is 96 × 96"):
        read_project(tmp_path / "disc.matting")


def test_a_changed_photo_is_told_and_outdates_the_results(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    Image.fromarray(255 - document.photo.pixels).save(document.photo.path)
    again, (note,) = read_project(tmp_path / "disc.matting")
    assert note.startswith("'disc.png' has changed since the project was saved")
    assert all(again.outdated(solved.state) for solved in again.results.values())
    assert again.outdated(again.matte.state)


def test_a_missing_ground_truth_is_told_and_the_rest_is_there(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    document.truth_path.unlink()
    again, (note,) = read_project(tmp_path / "disc.matting")
    assert "truth.png' is missing" in note
    assert again.truth is None
    assert len(again.results) == 3


def test_a_photo_that_was_never_a_file_is_in_the_project(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    alpha = random.integers(0, 256, (40, 50)).astype(np.float32) / np.float32(255)
    pasted = Photo(random.integers(0, 65536, (40, 50, 3), np.uint16), alpha, b"a profile")
    again = reopened(Document(pasted), tmp_path / "pasted.matting").photo
    assert np.array_equal(again.pixels, pasted.pixels)
    assert np.array_equal(again.alpha, pasted.alpha)
    assert again.icc == pasted.icc
    assert again.path is None


def test_a_project_that_says_it_was_recovered_belongs_to_no_other(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    path = edited(tmp_path / "disc.matting", recovered={"project": "precious.matting"})
    again, _ = read_project(path)
    assert again.project_path == path
    assert not again.modified


def test_a_newer_file_is_told_so(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    path = edited(tmp_path / "disc.matting", version=2)
    with pytest.raises(
        InputError, match=r"disc.matting' was saved by a newer version of this program; update"
    ):
        read_project(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "something else"},
        {"version": "1"},
        {"photo": None},
        {"photo": {"path": "photos/disc.png", "size": [96], "pixels": ""}},
        {"trimap": {"file": "alpha-0.png", "state": 0, "path": None}},
        {"trimap": {"file": "../secret.png", "state": 0, "path": None}},
        {"touch_up": [{"row": -1, "column": 0, "file": "touch-up/0-0.npy"}]},
        {"touch_up": [{"row": 9, "column": 0, "file": "touch-up/0-0.npy"}]},
        {"method": 3},
        {"parameters": {"knn": {"tolerance": "small"}}},
        {"parameters": {"knn": {"neighbours": 3}}},
        {"parameters": {"knn": {"tolerance": float("nan")}}},
        {"parameters": {"knn": {"tolerance": -1.0}}},
        {"parameters": {"knn": {"max_iterations": 10**18}}},
        {"parameters": {"knn": {"max_iterations": 10**400}}},
        {"parameters": {"fusion": {"model": "a\0b"}}},
        {"parameters": {"shared": {"rays": 0}}},
        {"parameters": []},
        {"truth": "a\0b"},
        {"truth": "\ud800"},
        {"photo": {"path": None, "size": [1e9, 1e9], "pixels": "", "file": "trimap.png"}},
        {"photo": {"path": None, "size": [96, float("inf")], "pixels": "", "file": "trimap.png"}},
        {"backdrop": {"kind": "blur", "share": 10**400}},
        {"trimap": {"file": "project.json", "state": 0, "path": None}},
        {"backdrop": {"kind": "video"}},
        {"backdrop": {"kind": "blur", "share": float("nan")}},
        {"runs": []},
        {"results": [{"stage": "knn"}]},
        {"matte": 1},
        {"truth": False},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_what_no_project_file_says_is_refused(
    document: Document, tmp_path: Path, fields: dict[str, object]
) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    path = edited(tmp_path / "disc.matting", **fields)
    with pytest.raises(InputError, match=r"disc.matting' is damaged or no project"):
        read_project(path)


def test_an_unknown_method_names_itself(document: Document, tmp_path: Path) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    with pytest.raises(InputError, match=r"'shared-matting', which is not installed here"):
        read_project(edited(tmp_path / "disc.matting", method="shared-matting"))


def replaced(path: Path, name: str, data: bytes, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """Put something else in the place of one part of a project file."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for part, old in parts.items():
            archive.writestr(part, data if part == name else old)
    return path


def png_head(width: int, height: int) -> bytes:
    """Return a PNG of such a size that ends behind its head."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + head
        + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    )


def npy_head(text: str) -> bytes:
    """Return an array file with such a head, and nothing behind it."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("project.json", 100_000 * b"["),
        ("project.json", b"\xff"),
        ("project.json", b'{"format": "\\ud800"}'),
        ("trimap.png", png_head(96, 96)),
        ("trimap.png", png_head(60_000, 60_000)),
        ("trimap.png", (64 << 20) * b"\0"),
        ("trimap.png", b""),
        ("touch-up/0-0.npy", (64 << 20) * b"\0"),
        (
            "touch-up/0-0.npy",
            npy_head("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1000000, 1000000)}\n"),
        ),
        ("touch-up/0-0.npy", npy_head("{'descr': '|O', 'fortran_order': False, 'shape': (2, 96, 96)}\n")),
        ("touch-up/0-0.npy", npy_head("((((((((((((\n")),
        ("touch-up/0-0.npy", npy_head(2000 * "-" + "1")),
        ("foreground.png", png_head(1024, 4000)),
        ("foreground.png", (64 << 20) * b"\0"),
    ],
)
def test_a_part_that_is_not_what_it_should_be_is_refused_before_it_takes_memory(
    document: Document, tmp_path: Path, name: str, data: bytes
) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    path = replaced(tmp_path / "disc.matting", name, data)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"disc.matting' is damaged or no project") as refused:
            read_project(path)
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()
    assert refused.value.__cause__ is not None


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_packed_in_ways_that_know_no_bound_are_refused(
    document: Document, tmp_path: Path, packing: int
) -> None:
    write_project(tmp_path / "disc.matting", Snapshot.of(document))
    path = replaced(tmp_path / "disc.matting", "", b"", packing)
    with pytest.raises(InputError, match=r"disc.matting' is damaged or no project"):
        read_project(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_refused(document: Document, tmp_path: Path, share: float) -> None:
    path = tmp_path / "disc.matting"
    write_project(path, Snapshot.of(document))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(InputError, match=r"disc.matting' is damaged or no project"):
        read_project(path)


def test_a_flipped_byte_is_noticed(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "disc.matting"
    write_project(path, Snapshot.of(document))
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 20] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"disc.matting' is damaged or no project"):
        read_project(path)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file"):
        read_project(tmp_path / "gone.matting")
    with pytest.raises(InputError, match=r"is a folder"):
        read_project(tmp_path)


def test_a_save_that_fails_leaves_the_last_good_file(document: Document, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "disc.matting"
    write_project(path, Snapshot.of(document))
    before = path.read_bytes()

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(InputError, match=r"No space left"):
        write_project(path, Snapshot.of(document))
    assert path.read_bytes() == before
    assert sorted(part.name for part in tmp_path.iterdir()) == ["disc.matting", "photos", "truth.png"]


def test_a_project_has_its_own_suffix(document: Document, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in .matting"):
        write_project(tmp_path / "disc.zip", Snapshot.of(document))


# The settings of stages


class Shape(Enum):
    """A choice."""

    ROUND = 1
    SQUARE = 2


@dataclass(frozen=True)
class Everything:
    """Each kind of value that settings may have."""

    flag: bool = False
    count: int = 1
    size: float = 1.0
    name: str = ""
    shape: Shape = Shape.ROUND
    model: Path = Path("bundled.safetensors")
    stages: tuple[str, ...] | None = None


STAGES = {"all": Stage("all", "All", lambda inputs, job: None, settings=Everything())}


@pytest.mark.parametrize(
    "settings",
    [
        Everything(),
        Everything(True, 7, 0.1 + 0.2, "ä", Shape.SQUARE, Path("/models/own.safetensors"), ("knn",)),
    ],
)
def test_settings_of_every_kind_come_back(settings: Everything) -> None:
    written = json.loads(json.dumps(parameters_to_json({"all": settings})))
    assert parameters_from_json(written, STAGES) == {"all": settings}


def test_the_bundled_model_is_not_named_for_it_lies_elsewhere_on_other_machines() -> None:
    assert "model" not in parameters_to_json({"dcnn": DcnnSettings()})["dcnn"]
    assert (
        parameters_to_json({"dcnn": DcnnSettings(Path("/own.safetensors"))})["dcnn"]["model"]
        == "/own.safetensors"
    )


def test_settings_that_a_later_version_added_take_their_defaults() -> None:
    assert parameters_from_json({"all": {"count": 3}}, STAGES) == {"all": Everything(count=3)}
