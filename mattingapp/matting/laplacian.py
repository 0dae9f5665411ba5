"""The matting Laplacian of Levin, Lischinski and Weiss (2008), restricted to the unknown pixels.

In every 3 × 3 window k with colours I_i, mean μ and covariance Σ,

    L_ij = δ_ij − 1/9 · (1 + (I_i − μ)ᵀ (Σ + ε/9 · 1)⁻¹ (I_j − μ)),

and the matting Laplacian is the sum over the windows. A row reaches two pixels in each direction, so a row is
a 5 × 5 stencil. Only the rows of unknown pixels are built: the known alphas go to the right-hand side.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from mattingapp.imaging.trimap import Label
from mattingapp.matting.job import Job
from mattingapp.matting.sparse import csr_tensor

WINDOW = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
STENCIL = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
CHUNK = 16384  # windows at once: their covariances and weights stay in the cache of a core


@dataclass(frozen=True, eq=False)
class UnknownSystem:
    """A x = b over the unknown pixels, in raster order.

    Attributes
    ----------
    pixels : ndarray (n,), int64
        Raster index of each unknown pixel.
    matrix : sparse CSR tensor (n, n), float64
    b : tensor (n,), float64
    """

    pixels: np.ndarray
    matrix: torch.Tensor
    b: torch.Tensor


def matting_system(
    photo: np.ndarray, trimap: np.ndarray, epsilon: float, device: torch.device, job: Job
) -> UnknownSystem:
    """Return the matting Laplacian's rows of the unknown pixels and what the known pixels add to them.

    Parameters
    ----------
    photo : ndarray (H, W, 3), float64 in [0, 1], H and W at least 3
    trimap : ndarray (H, W), uint8
    epsilon : float
        Regularises the windows' covariances. They need float64: in float32 the weights are wrong by 1e-2 at 1e-7.
    """
    height, width = trimap.shape
    pixels = np.flatnonzero(trimap == Label.UNKNOWN)
    stencil = _stencil(photo, trimap, pixels, epsilon, device, job)
    job.check()

    # Column of each stencil entry: the unknown index of that neighbour, or -1. Two pixels of margin make
    # neighbours outside the photo read as -1 with alpha 0; their weights are zero anyway.
    padded_width = width + 4
    columns = torch.full(((height + 4) * padded_width,), -1, dtype=torch.int32, device=device)
    centre = torch.from_numpy((pixels // width + 2) * padded_width + pixels % width + 2).to(device)
    columns[centre] = torch.arange(len(pixels), dtype=torch.int32, device=device)
    is_foreground = np.pad(trimap == Label.FOREGROUND, 2).astype(np.float64)
    foreground = torch.from_numpy(is_foreground.ravel()).to(device)
    reach = torch.tensor([dy * padded_width + dx for dy, dx in STENCIL], device=device)
    neighbours = centre[:, None] + reach
    b = -(stencil * foreground[neighbours]).sum(1)
    index = columns[neighbours]
    inside = index >= 0
    starts = torch.zeros(len(pixels) + 1, dtype=torch.int32, device=device)
    starts[1:] = inside.sum(1).cumsum(0)
    shape = (len(pixels), len(pixels))
    # The stencil is in raster order, so each row's columns are sorted already.
    matrix = csr_tensor(starts, index[inside], stencil[inside], shape)
    return UnknownSystem(pixels, matrix, b)


def _stencil(
    photo: np.ndarray, trimap: np.ndarray, pixels: np.ndarray, epsilon: float, device: torch.device, job: Job
) -> torch.Tensor:
    """Return the (n, 25) stencil rows of the unknown `pixels`, summed over the windows that hold any of them."""
    height, width = trimap.shape
    unknown = (trimap == Label.UNKNOWN).astype(np.uint8)
    centres = cv2.dilate(unknown, np.ones((3, 3), np.uint8))
    centres[[0, -1], :] = 0  # only windows wholly inside the photo
    centres[:, [0, -1]] = 0
    windows = torch.from_numpy(np.flatnonzero(centres)).to(device)
    colour = torch.from_numpy(photo.reshape(-1, 3).T.copy()).to(device)
    row = torch.full(
        (height * width,), len(pixels), dtype=torch.int64, device=device
    )  # last row: known pixels
    row[torch.from_numpy(pixels).to(device)] = torch.arange(len(pixels), device=device)
    stencil = torch.zeros((len(pixels) + 1) * 25, dtype=torch.float64, device=device)
    offsets = torch.tensor([dy * width + dx for dy, dx in WINDOW], device=device)
    entry = torch.tensor(
        [[(bj - aj + 2) * 5 + (bi - ai + 2) for bj, bi in WINDOW] for aj, ai in WINDOW], device=device
    )
    for start in range(0, len(windows), CHUNK):
        job.check()
        members = offsets[:, None] + windows[start : start + CHUNK]  # (9, windows)
        deviation = colour[:, members]
        deviation -= deviation.mean(1, keepdim=True)  # I − μ, (3, 9, windows)
        whitened = _solve_covariance(deviation, epsilon)
        first = row[members] * 25
        for a in range(9):
            weight = (whitened[:, a, None] * deviation).sum(0).add_(1.0).mul_(-1.0 / 9.0)
            weight[a] += 1.0
            # Within one window position `a`, every row occurs once, so no two writes meet.
            stencil[first[a] + entry[a][:, None]] += weight
    return stencil.view(-1, 25)[:-1]


def _solve_covariance(deviation: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Return (Σ + ε/9 · 1)⁻¹ (I − μ) of each window, from `deviation` (3, 9, windows), by the adjugate."""
    r, g, b = deviation
    e = epsilon / 9.0
    rr, gg, bb = (r * r).mean(0) + e, (g * g).mean(0) + e, (b * b).mean(0) + e
    rg, rb, gb = (r * g).mean(0), (r * b).mean(0), (g * b).mean(0)
    i_rr, i_rg, i_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    determinant = rr * i_rr + rg * i_rg + rb * i_rb
    i_gg, i_gb, i_bb = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
    solved = torch.stack(
        (
            i_rr * r + i_rg * g + i_rb * b,
            i_rg * r + i_gg * g + i_gb * b,
            i_rb * r + i_gb * g + i_bb * b,
        )
    )
    return solved.div_(determinant)
