"""Damaged files for every reader: `python tests/benchmarks/fuzz.py --cases 100000 --seed 0`.

Each case is a sound file with some bytes changed, cut, repeated or moved, half of them with their checksums mended so
that the damage reaches the decoder. A reader may return or raise InputError; printed is, for each reader, how often it
raised something else or took the process down, took more than 2 s of processor time, and grew by more than 1 GB.
--readers runs some of them only; --case repeats one with its traceback.
"""

import argparse
import io
import json
import multiprocessing as mp
import os
import struct
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from mattingapp.imaging.errors import InputError

SECONDS, BYTES = 2.0, 1 << 30
PATIENCE = 60.0  # seconds of a case until its process is ended
SIZE = 24, 18  # pixels: small files are damaged where it matters
EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000000, 30000, 65000)
FAULTS = ("other errors", "over 2 s", "over 1 GB")

Corpus = list[tuple[str, bytes]]  # suffix and content


def pictures() -> Corpus:
    """Sound pictures, one or more of each format that is read."""
    import OpenImageIO as oiio  # noqa: N813  its own name for itself

    width, height = SIZE
    noise = np.random.default_rng(0)
    rgb = np.clip(np.linspace(0, 255, height * width * 3) + noise.normal(0, 8, height * width * 3), 0, 255)
    rgb = rgb.reshape(height, width, 3).astype(np.uint8)
    image = Image.fromarray(rgb)
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[271] = 6, "Maker"
    corpus: Corpus = []

    def add(suffix: str, picture: Image.Image, **options: object) -> None:
        file = io.BytesIO()
        picture.save(file, suffix, **options)
        corpus.append((f".{suffix.lower()}", file.getvalue()))

    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        add("PNG", image.convert(mode), icc_profile=icc, exif=exif, dpi=(300, 300))
    for mode in ("RGB", "L", "CMYK"):
        add("JPEG", image.convert(mode), icc_profile=icc, exif=exif)
        add("TIFF", image.convert(mode), compression="tiff_lzw", exif=exif)
    add("JPEG", image, progressive=True)
    for compression in ("raw", "packbits", "tiff_adobe_deflate", "zstd", "jpeg"):
        add("TIFF", image, compression=compression)
    add("TIFF", image.convert("1"), compression="group4")
    add("TIFF", image.quantize(16))
    add("WEBP", image.convert("RGBA"), lossless=True, icc_profile=icc)
    add("WEBP", image)
    add("GIF", image, save_all=True, append_images=[image.rotate(180)])
    add("PNG", image, save_all=True, append_images=[image.rotate(180)])
    for suffix in ("BMP", "TGA", "AVIF", "PPM", "ICO", "QOI"):
        add(suffix, image)
    add("JPEG2000", image, num_resolutions=2)
    deep = rgb.astype(np.uint16) * 257
    light = (rgb / 255).astype(np.float32)
    files = [
        ("png", deep),
        ("tif", deep),
        ("jxl", rgb),
        ("dpx", deep),
        ("sgi", rgb),
    ]
    files += [("exr", light), ("hdr", light), ("tif", light), ("pfm", light), ("ppm", deep)]
    with tempfile.TemporaryDirectory() as folder:
        for suffix, pixels in files:
            path = str(Path(folder) / f"picture.{suffix}")
            kind = {"uint8": "uint8", "uint16": "uint16", "float32": "float"}[pixels.dtype.name]
            out = oiio.ImageOutput.create(path)
            out.open(path, oiio.ImageSpec(width, height, 3, kind))
            out.write_image(pixels)
            out.close()
            corpus.append((f".{suffix}", Path(path).read_bytes()))
    corpus.append((".psd", _psd(rgb)))
    try:
        import pillow_heif
    except ImportError:
        return corpus
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file)
    return [*corpus, (".heic", file.getvalue())]


def _psd(rgb: np.ndarray) -> bytes:
    """Return a flat Photoshop file."""
    height, width = rgb.shape[:2]
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3)
    return header + bytes(12) + b"\0\0" + np.moveaxis(rgb, 2, 0).tobytes()


def greys() -> Corpus:
    """Sound trimaps, as PNG, TIFF and JPEG."""
    width, height = SIZE
    trimap = np.full((height, width), 128, np.uint8)
    trimap[:6], trimap[12:] = 0, 255
    corpus = []
    for format, suffix in (("PNG", ".png"), ("TIFF", ".tif"), ("JPEG", ".jpg")):
        file = io.BytesIO()
        Image.fromarray(trimap).save(file, format)
        corpus.append((suffix, file.getvalue()))
    return corpus


def projects() -> Corpus:
    """Sound projects, the photo inside: one as it begins, and one with steps, a result and touched-up colours."""
    from mattingapp.imaging.photo import Photo
    from mattingapp.imaging.trimap import Label, trimap_from_mask
    from mattingapp.matting.request import MattingRequest, StageResult
    from mattingapp.project.document import Document, Matte, Solved
    from mattingapp.project.save import Snapshot, write_project

    width, height = SIZE
    mask = np.zeros((height, width), bool)
    mask[4:14, 6:18] = True
    random = np.random.default_rng(0)
    photo = Photo(random.integers(0, 256, (height, width, 3), np.uint8))
    begun, worked = (Document(photo, trimap_from_mask(mask, 1, 1)) for _ in range(2))
    for label in Label:
        trimap = worked.trimap.copy()
        trimap[2:5, 2:9] = label
        worked.replace_trimap(trimap, f"Step {label.name}")
    request = MattingRequest(photo.pixels, worked.trimap.copy(), ("closed-form",))
    alpha = random.random((height, width), np.float32)
    result = StageResult("closed-form", "Closed-form", alpha, 0.5, "cpu")
    state = worked.trimap_state
    worked.results["closed-form"] = Solved(result, request, state)
    colours = random.random((height, width, 3), np.float32)
    worked.matte = Matte("closed-form", "Closed-form", alpha, colours, state)
    corpus = []
    with tempfile.TemporaryDirectory() as folder:
        for document in (begun, worked):
            path = Path(folder) / "project.matting"
            write_project(path, Snapshot.of(document))
            corpus.append((".matting", path.read_bytes()))
    return corpus


def models() -> Corpus:
    """Sound weights; their card lies beside each case."""
    from mattingapp.matting.networks.model import ModelCard, save_model

    card = ModelCard("fuzz", "1", ("rgb", "trimap"), 1, 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        save_model(path, card.build(), card)
        return [(".safetensors", path.read_bytes()), (".json", path.with_suffix(".json").read_bytes())]


def configurations() -> Corpus:
    """Sound configurations of a training."""
    text = (
        'architecture = "fusion"\ninputs = ["closed-form", "knn"]\nlayers = 4\nwidth = 16\niterations = 100\n'
        'batch = 4\npatch = 64\noptimiser = "adam"\nlearning_rate = 1e-3\nloss = "l1"\ngradient = 0.5\n'
        "balanced = true\n"
    )
    return [(".toml", text.encode())]


def read_photo_of(path: Path) -> None:
    from mattingapp.imaging.photo import read_photo

    read_photo(path)


def read_backdrop(path: Path) -> None:
    from mattingapp.imaging.composite import fit_backdrop
    from mattingapp.imaging.photo import read_photo
    from mattingapp.imaging.profile import in_profile

    photo = read_photo(path)
    fit_backdrop(in_profile(photo, None), SIZE[::-1])


def read_trimap_of(path: Path) -> None:
    from mattingapp.imaging.trimap import read_trimap

    read_trimap(path, SIZE[::-1])


def read_mask(path: Path) -> None:
    from mattingapp.imaging.matte import read_alpha
    from mattingapp.imaging.trimap import trimap_from_mask

    trimap_from_mask(read_alpha(path), 1, 1)


def read_alpha_of(path: Path) -> None:
    from mattingapp.imaging.matte import read_alpha
    from mattingapp.imaging.trimap import trimap_from_alpha

    trimap_from_alpha(read_alpha(path), 1, 1)


def read_project_of(path: Path) -> None:
    from mattingapp.project.load import read_project

    read_project(path)


def read_model(path: Path) -> None:
    from mattingapp.matting.networks.model import load_model

    sound = dict(models())
    for suffix in {".safetensors", ".json"} - {path.suffix}:
        path.with_suffix(suffix).write_bytes(sound[suffix])
    load_model(path.with_suffix(".safetensors"))


def read_configuration(path: Path) -> None:
    from mattingapp.training.config import PRESETS, configure

    configure(next(iter(PRESETS)), path)


READERS: dict[str, tuple[Callable[[], Corpus], Callable[[Path], None], int]] = {
    # corpus, reader, share of the cases
    "photo": (pictures, read_photo_of, 50),
    "backdrop": (pictures, read_backdrop, 10),
    "trimap": (greys, read_trimap_of, 8),
    "mask": (greys, read_mask, 8),
    "alpha": (pictures, read_alpha_of, 8),
    "project": (projects, read_project_of, 8),
    "model": (models, read_model, 4),
    "configuration": (configurations, read_configuration, 4),
}


def mutated(data: bytes, suffix: str, rng: np.random.Generator) -> bytes:
    """Return damaged content; half of it with sound checksums."""
    if suffix == ".matting" and rng.random() < 0.7:
        return _mutated_zip(data, rng)
    if suffix == ".json" and rng.random() < 0.7:
        return _mutated_json(data, rng)
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        _mutate(changed, rng)
    if suffix == ".png" and rng.random() < 0.5:
        return _mended_png(bytes(changed))
    return bytes(changed)


def _mutate(data: bytearray, rng: np.random.Generator) -> None:
    if not data:
        return
    # Headers are short: half of the damage goes to the first 200 bytes.
    at = int(rng.integers(min(len(data), 200) if rng.random() < 0.5 else len(data)))
    kind = rng.integers(7)
    if kind == 0:
        data[at] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        data[at] = int(rng.integers(256))
    elif kind in (2, 3):
        size = int(rng.choice([1, 2, 4]))
        number = int(rng.choice(EXTREMES)) & ((1 << 8 * size) - 1)
        data[at : at + size] = number.to_bytes(size, "little" if kind == 2 else "big")
    elif kind == 4:
        del data[at : at + int(rng.integers(1, 40))]
    elif kind == 5:
        data[at:at] = data[at : at + int(rng.integers(1, 40))]
    elif rng.random() < 0.3:
        del data[at:]
    else:
        other = int(rng.integers(len(data)))
        length = int(rng.integers(1, 40))
        data[at : at + length] = data[other : other + length]


def _mended_png(data: bytes) -> bytes:
    parts, at = [data[:8]], 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + length]
        parts.append(data[at : at + 4] + body + zlib.crc32(body).to_bytes(4, "big"))
        at += 12 + length
    return b"".join(parts)


def _mutated_zip(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage one member of a zip, and pack it soundly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        victim = "project.json" if rng.random() < 0.5 else names[int(rng.integers(len(names)))]
        for name in names:
            content = bytearray(old.read(name))
            if name == victim:
                if name.endswith(".json") and rng.random() < 0.7:
                    content = bytearray(_mutated_json(bytes(content), rng))
                else:
                    _mutate(content, rng)
                if name.endswith(".png"):
                    content = bytearray(_mended_png(bytes(content)))
            new.writestr(name, bytes(content))
    return out.getvalue()


def _mutated_json(data: bytes, rng: np.random.Generator) -> bytes:
    """Put a value of another kind or size in the place of one."""
    strange = (None, -1, 0, 1e9, 10**18, 1e308, float("nan"), "", "../x", [], {}, True, [[]], "\0", "\ud800")
    found = json.loads(data)
    place, key = found, None
    while isinstance(place, (dict, list)) and place:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        holder, key = place, keys[int(rng.integers(len(keys)))]
        place = holder[key]
        if rng.random() < 0.3:
            break
    if key is not None:
        holder[key] = strange[int(rng.integers(len(strange)))]
    return json.dumps(found).encode()


def case(reader: str, seed: int, number: int, corpus: Corpus) -> tuple[str, bytes]:
    """Return suffix and content of one case."""
    rng = np.random.default_rng((seed, sorted(READERS).index(reader), number))
    suffix, data = corpus[int(rng.integers(len(corpus)))]
    return suffix, mutated(data, suffix, rng)


def work(reader: str, seed: int, first: int, last: int, pipe: Connection) -> None:
    """Try some cases; send the number of each before it begins, and what was wrong after it."""
    warnings.simplefilter("ignore")
    make, read, _ = READERS[reader]
    corpus = make()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries tell of every damage there
    with tempfile.TemporaryDirectory() as folder:
        n_read = 0
        for suffix, data in corpus:  # what is sound is read; and whatever is loaded once is loaded
            path = Path(folder) / f"sound{suffix}"
            path.write_bytes(data)
            with suppress(InputError):  # a picture may be no trimap
                read(path)
                n_read += 1
        if not n_read:
            raise RuntimeError(f"{reader}: no sound file is read")
        for number in range(first, last):
            suffix, data = case(reader, seed, number, corpus)
            path = Path(folder) / f"case{suffix}"
            path.write_bytes(data)
            pipe.send(number)
            before, start = _reset_peak(), time.process_time()
            faults = []
            try:
                read(path)
            except InputError:
                pass
            except Exception as error:  # what this command looks for
                faults.append((FAULTS[0], f"{type(error).__name__}: {str(error)[:100]}"))
            seconds, grown = time.process_time() - start, _peak() - before
            if seconds > SECONDS:
                faults.append((FAULTS[1], f"{seconds:.1f} s"))
            if grown > BYTES:
                faults.append((FAULTS[2], f"{grown / (1 << 30):.1f} GB"))
            pipe.send(faults)
    pipe.send(None)


def _reset_peak() -> int:
    """Forget the process's highest memory so far; return what it has now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def trials(reader: str, seed: int, count: int) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Yield the number of every case, and what was wrong with it; a process that dies is replaced."""
    number = -1
    while number < count - 1:
        begun = number
        ours, theirs = mp.Pipe(duplex=False)
        process = mp.get_context("spawn").Process(target=work, args=(reader, seed, number + 1, count, theirs))
        process.start()
        theirs.close()
        try:
            while ours.poll(PATIENCE) and (message := ours.recv()) is not None:
                if isinstance(message, int):
                    number = message
                else:
                    yield number, message
            if not ours.poll(0) and process.is_alive() and number < count - 1:
                process.kill()
                yield number, [(FAULTS[1], "did not end")]
        except EOFError:
            if number == begun:
                raise RuntimeError(f"{reader}: sound files could not be read") from None
            yield number, [(FAULTS[0], "the process died")]
        process.join()


def main() -> int:
    """Run the cases and print the counts; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--case", type=int, help="repeat this case of the one reader named")
    options = parser.parse_args()
    if options.case is not None:
        (reader,) = options.readers
        with tempfile.TemporaryDirectory() as folder:
            suffix, data = case(reader, options.seed, options.case, READERS[reader][0]())
            path = Path(folder) / f"case{suffix}"
            path.write_bytes(data)
            try:
                READERS[reader][1](path)
            except Exception:  # shown, whatever it is
                traceback.print_exc()
        return 0
    shares = {reader: READERS[reader][2] for reader in options.readers}
    bad = 0
    print(f"{'reader':15} {'cases':>8} " + " ".join(f"{fault:>13}" for fault in FAULTS), flush=True)
    for reader, share in shares.items():
        count = max(options.cases * share // sum(shares.values()), 1)
        found: Counter[str] = Counter()
        for number, faults in trials(reader, options.seed, count):
            for fault, detail in faults:
                found[fault] += 1
                print(f"  {reader} {number}: {fault}: {detail}", file=sys.stderr, flush=True)
        print(f"{reader:15} {count:8} " + " ".join(f"{found[fault]:13}" for fault in FAULTS), flush=True)
        bad += sum(found.values())
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
