"""Pictures of what happens inside: the groups of patches, and the response maps of every layer (Fig. 5)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mattingapp.imaging.composite import fit_backdrop
from mattingapp.imaging.depth import quantise, unit_range
from mattingapp.imaging.matte import write_image
from mattingapp.imaging.trimap import Label
from mattingapp.matting.dcnn import DEFAULT_MODEL
from mattingapp.matting.networks.model import read_card
from mattingapp.matting.networks.responses import LayerResponses, response_maps
from mattingapp.matting.request import Progress
from mattingapp.training.config import TrainingConfig, configure
from mattingapp.training.dataset import read_example, select_names, trimap_kinds
from mattingapp.training.groups import group_means, nearest_group, patch_counts
from mattingapp.training.samples import Sources, load_samples
from mattingapp.training.stage_alphas import Sample, with_stage_alphas

INK, PAPER, GAP = (40, 40, 40), 255, 8
PLOT = 420  # pixels, the side of the plot of the groups
EXAMPLES, ENLARGED = 6, 2  # patches shown of each group, and how many times larger
DOTS = 20_000


def write_groups(
    sources: Sources, changes: Mapping[str, Any], output: Path, progress: Progress
) -> Iterator[str]:
    """Write `draw_groups` of a data set, by the settings of the preset `paper`; yield lines for the person."""
    config = configure("paper", changes=changes)
    photographs, made = load_samples(sources, config, progress)
    picture, sizes = draw_groups((*photographs, *made), config)
    write_image(output, picture)
    yield f"{sizes.sum():,} patches in {len(sizes)} groups of {sizes.min():,} to {sizes.max():,}"
    yield f"{output} written"


def write_responses(
    sources: Sources, name: str, centre: tuple[int, int] | None, output: Path, progress: Progress
) -> Iterator[str]:
    """Write `draw_responses` of one photo of a data set at `centre`, or in the midst of its unknown pixels."""
    (name,) = select_names(sources.data, (name or sources.names[0],))
    example = read_example(sources.data, name, trimap_kinds(sources.data)[0])
    (sample,) = with_stage_alphas(
        [example],
        read_card(DEFAULT_MODEL).stages,
        sources.cache,
        1,
        lambda done, of: progress("stages", done / of, f"{done} of {of}"),
    )
    if centre is None:
        unknown = np.argwhere(example.trimap == Label.UNKNOWN)
        y, x = unknown[len(unknown) // 2].tolist()
        centre = x, y
    layers = response_maps(example.photo, example.trimap, sample.alphas, centre, DEFAULT_MODEL)
    write_image(output, draw_responses(layers, example.photo, centre))
    yield f"{output} written: {name} at {centre[0]}, {centre[1]}"


def draw_groups(samples: Sequence[Sample], config: TrainingConfig) -> tuple[np.ndarray, np.ndarray]:
    """Draw the groups that balanced sampling draws from.

    Returns
    -------
    picture : ndarray (H, W, 3), float32 in [0, 1]
        Every patch as a dot by its share of non-zero alphas (across) and gradients (up), coloured by group; and
        beside it, for every group, photo and true alpha of some of its patches.
    sizes : ndarray of int
        How many patches each group has.
    """
    random = np.random.default_rng(config.seed)
    counts = [patch_counts(sample, config.patch) for sample in samples]
    together = np.concatenate(counts)
    means = group_means(together, config.groups, config.seed)
    means = means[np.lexsort(means.T)]
    group = nearest_group(together, means)
    sizes = np.bincount(group, minlength=len(means))
    hues = np.stack((np.linspace(0, 300, len(means)), np.full(len(means), 0.8), np.full(len(means), 0.85)), 1)
    colours = np.round(cv2.cvtColor(hues[None].astype(np.float32), cv2.COLOR_HSV2RGB)[0] * 255).astype(
        np.uint8
    )

    plot = np.full((PLOT, PLOT, 3), PAPER, np.uint8)
    for index in random.choice(len(together), min(DOTS, len(together)), replace=False):
        x, y = np.round(together[index] * (PLOT - 40)).astype(int)
        cv2.circle(plot, (20 + int(x), PLOT - 20 - int(y)), 1, colours[group[index]].tolist(), -1)
    _write(plot, "non-zero alphas (across), non-zero gradients (up)", (20, 14))

    first = np.cumsum([0, *(len(part) for part in counts)])
    rows = []
    for number in range(len(means)):
        members = np.flatnonzero(group == number)
        tiles = []
        for index in random.choice(members, min(EXAMPLES, len(members)), replace=False):
            owner = int(np.searchsorted(first, index, side="right")) - 1
            tiles.append(_patch(samples[owner], int(index - first[owner]), config.patch))
        rows.append(_row(f"{number + 1}: {sizes[number]:,}", colours[number].tolist(), tiles, config.patch))
    half = -(-len(rows) // 2)
    blocks = [plot, *(np.concatenate(part) for part in (rows[:half], rows[half:]) if part)]
    return unit_range(_beside(blocks), np.float32), sizes


def draw_responses(
    layers: Sequence[LayerResponses], photo: np.ndarray, centre: tuple[int, int]
) -> np.ndarray:
    """Draw the response maps of every layer, one block a layer, each map scaled to its own range.

    Parameters
    ----------
    layers : sequence of LayerResponses
    photo : ndarray (H, W, 3)
    centre : tuple (x, y)
        The pixel they belong to; shown in the photo, which comes first.

    Returns
    -------
    ndarray (h, w, 3), float32 in [0, 1]
    """
    blocks = [_marked(photo, centre)]
    for layer in layers:
        columns = int(np.ceil(np.sqrt(len(layer.maps))))
        side = 3 * layer.maps.shape[1] if len(layer.maps) > 1 else PLOT // 2
        tiles = [
            np.pad(cv2.resize(_grey(one), (side, side), interpolation=cv2.INTER_NEAREST), 1)
            for one in layer.maps
        ]
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
        grid = np.concatenate(
            [np.concatenate(tiles[at : at + columns], 1) for at in range(0, len(tiles), columns)]
        )
        picture = np.repeat(grid[..., None], 3, axis=2)
        title = np.full((20, picture.shape[1], 3), PAPER, np.uint8)
        _write(title, f"{layer.name}, {layer.kernel} x {layer.kernel}", (2, 14))
        blocks.append(np.concatenate((title, picture)))
    half = -(-len(blocks) // 2)
    rows = [_beside(blocks[:half]), _beside(blocks[half:])]
    width = max(row.shape[1] for row in rows)
    padded = [
        np.pad(row, ((0, GAP), (0, width - row.shape[1]), (0, 0)), constant_values=PAPER) for row in rows
    ]
    return unit_range(np.concatenate(padded), np.float32)


def _patch(sample: Sample, index: int, side: int) -> np.ndarray:
    """Return photo above true alpha around the index-th unknown pixel of `sample`, enlarged."""
    example = sample.example
    y, x = divmod(int(np.flatnonzero(example.trimap == Label.UNKNOWN)[index]), example.trimap.shape[1])
    half = side // 2
    padding = ((half, half), (half, half), (0, 0))
    photo = np.pad(quantise(example.photo, 8), padding, mode="edge")
    truth = np.pad(quantise(example.truth, 8)[..., None], padding, mode="edge")
    area = slice(y, y + side), slice(x, x + side)
    both = np.concatenate((photo[area], np.repeat(truth[area], 3, axis=2)), axis=1)
    return both.repeat(ENLARGED, 0).repeat(ENLARGED, 1)


def _row(text: str, colour: list[int], tiles: list[np.ndarray], side: int) -> np.ndarray:
    height, width = ENLARGED * side + GAP, 2 * ENLARGED * side + GAP
    row = np.full((height, 110 + EXAMPLES * width, 3), PAPER, np.uint8)
    cv2.rectangle(row, (2, 4), (14, 16), colour, -1)
    _write(row, text, (20, 14))
    for number, tile in enumerate(tiles):
        left = 110 + number * width
        row[: tile.shape[0], left : left + tile.shape[1]] = tile
    return row


def _marked(photo: np.ndarray, centre: tuple[int, int]) -> np.ndarray:
    height, width = photo.shape[:2]
    shown = fit_backdrop(photo, (round(PLOT * height / width), PLOT))
    picture = quantise(shown, 8)
    x, y = (round(at * PLOT / width) for at in centre)
    cv2.rectangle(picture, (x - 8, y - 8), (x + 8, y + 8), (255, 0, 0), 2)
    return picture


def _grey(values: np.ndarray) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    return np.round(255 * (values - low) / max(high - low, 1e-6)).astype(np.uint8)


def _beside(blocks: Sequence[np.ndarray]) -> np.ndarray:
    height = max(block.shape[0] for block in blocks)
    return np.concatenate(
        [
            np.pad(block, ((0, height - len(block)), (0, GAP), (0, 0)), constant_values=PAPER)
            for block in blocks
        ],
        1,
    )


def _write(picture: np.ndarray, text: str, corner: tuple[int, int]) -> None:
    cv2.putText(picture, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.4, INK, 1, cv2.LINE_AA)
