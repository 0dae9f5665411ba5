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

from mattingapp.matting.job import Job
from mattingapp.matting.tensors.sparse import csr_tensor

WINDOW = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
STENCIL = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
BAND = 8192  # unknown pixels at once, in whole rows


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
    photo: np.ndarray, region: np.ndarray, alpha: np.ndarray, epsilon: float, device: torch.device, job: Job
) -> UnknownSystem:
    """Return the matting Laplacian's rows of the unknown pixels and what the known pixels add to them.

    Parameters
    ----------
    photo : ndarray (H, W, 3), float64 in [0, 1], H and W at least 3
    region : ndarray (H, W), bool
        The unknown pixels.
    alpha : ndarray (H, W), float32
        The alpha of all others.
    epsilon : float
        Regularises the windows' covariances. They need float64: in float32 the weights are wrong by 1e-2 at 1e-7.
    """
    pixels = np.flatnonzero(region)
    stencil = _stencil(photo, region, pixels, epsilon, device, job)
    return job.wait_for(lambda: _assemble(region, alpha, pixels, stencil))


def _assemble(
    region: np.ndarray, alpha: np.ndarray, pixels: np.ndarray, stencil: torch.Tensor
) -> UnknownSystem:
    """Split the (n, 25) stencil rows into the matrix of the unknown pixels and the known pixels' part."""
    device = stencil.device
    height, width = region.shape
    # Two pixels of margin make neighbours outside the photo read as known background; their weights are zero anyway.
    padded_width = width + 4
    unknown_index = torch.full(((height + 4) * padded_width,), -1, dtype=torch.int32, device=device)
    centre = torch.from_numpy((pixels // width + 2) * padded_width + pixels % width + 2).to(device)
    own_index = torch.arange(len(pixels), dtype=torch.int32, device=device)
    unknown_index[centre] = own_index
    known_alpha = torch.from_numpy(np.pad(np.where(region, 0.0, alpha), 2).ravel()).to(device)
    reach = torch.tensor([dy * padded_width + dx for dy, dx in STENCIL], device=device)
    neighbours = (centre[:, None] + reach).view(-1)
    b = -(stencil * known_alpha.index_select(0, neighbours).view(-1, 25)).sum(1)

    # A row keeps all of its 25 entries: those of known neighbours are zeros on the diagonal.
    columns = unknown_index.index_select(0, neighbours).view(-1, 25)
    known = columns < 0
    columns = torch.where(known, own_index[:, None], columns).view(-1)
    values = stencil.masked_fill_(known, 0.0).view(-1)
    starts = torch.arange(0, len(values) + 1, 25, dtype=torch.int32, device=device)
    return UnknownSystem(pixels, csr_tensor(starts, columns, values, (len(pixels), len(pixels))), b)


def _stencil(
    photo: np.ndarray, region: np.ndarray, pixels: np.ndarray, epsilon: float, device: torch.device, job: Job
) -> torch.Tensor:
    """Return the (n, 25) stencil rows of the unknown `pixels`, summed over the windows that hold any of them.

    It is done in bands of rows, so that the windows' 9 × 9 weights never take much memory.
    """
    height, width = region.shape
    unknown = region.astype(np.uint8)
    rows_of = np.searchsorted(pixels, np.arange(0, (height + 1) * width, width))  # first pixel of each row
    stencil = torch.zeros((len(pixels), 5, 5), dtype=torch.float64, device=device)
    top = 0
    while top < height:
        job.check()
        bottom = max(int(np.searchsorted(rows_of, rows_of[top] + BAND, side="right")) - 1, top + 1)
        first, last = rows_of[top], rows_of[bottom]
        if first < last:
            around = slice(max(top - 2, 0), min(bottom + 2, height))
            centres = cv2.dilate(np.pad(unknown[top:bottom], ((2, 2), (0, 0))), np.ones((3, 3), np.uint8))
            centres = centres[around.start - top + 2 : around.stop - top + 2]
            centres[:, [0, -1]] = 0  # only windows wholly inside the photo
            centres[[0, -1]] = 0
            weights, number = _window_weights(photo[around], centres, epsilon, device)
            band_pixels = torch.from_numpy(pixels[first:last] - around.start * width).to(device)
            for a, (dy, dx) in enumerate(WINDOW):
                # Pixel number `a` of a window lies (dy, dx) from its centre.
                holding = number[(band_pixels - dy * width - dx).clamp(0, len(number) - 1)]
                rows = weights[:, a].index_select(0, holding).view(-1, 3, 3)
                stencil[first:last, 1 - dy : 4 - dy, 1 - dx : 4 - dx] += rows
        top = bottom
    return stencil.view(-1, 25)


def _window_weights(
    photo: np.ndarray, centres: np.ndarray, epsilon: float, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the (windows + 1, 9, 9) terms δ − w of the windows at `centres`, and each pixel's window number.

    The last window is a zero, and the number of every pixel that is no centre.
    """
    width = photo.shape[1]
    windows = torch.from_numpy(np.flatnonzero(centres)).to(device)
    number = torch.full((centres.size,), len(windows), dtype=torch.int64, device=device)
    number[windows] = torch.arange(len(windows), device=device)
    offsets = torch.tensor([dy * width + dx for dy, dx in WINDOW], device=device)
    deviation = torch.from_numpy(photo.reshape(-1, 3)).to(device)
    deviation = deviation.index_select(0, (windows[:, None] + offsets).view(-1)).view(-1, 9, 3)
    deviation -= deviation.mean(1, keepdim=True)  # I − μ, (windows, 9, 3)
    covariance = deviation.mT @ deviation / 9.0
    weights = torch.zeros((len(windows) + 1, 9, 9), dtype=torch.float64, device=device)
    whitened = deviation @ _inverse(covariance, epsilon / 9.0)
    torch.baddbmm(weights.new_ones(()), whitened, deviation.mT, out=weights[:-1])
    weights[:-1] *= -1.0 / 9.0
    weights[:-1].diagonal(dim1=1, dim2=2).add_(1.0)
    return weights, number


def _inverse(covariance: torch.Tensor, ridge: float) -> torch.Tensor:
    """Return (Σ + ridge · 1)⁻¹ of each symmetric (windows, 3, 3) Σ, by the adjugate."""
    (rr, rg, rb), (_, gg, gb), (_, _, bb) = (row.unbind(1) for row in covariance.unbind(1))
    rr, gg, bb = rr + ridge, gg + ridge, bb + ridge
    i_rr, i_rg, i_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    i_gg, i_gb, i_bb = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
    adjugate = torch.stack((i_rr, i_rg, i_rb, i_rg, i_gg, i_gb, i_rb, i_gb, i_bb), dim=1)
    determinant = rr * i_rr + rg * i_rg + rb * i_rb
    return (adjugate / determinant[:, None]).view(-1, 3, 3)
