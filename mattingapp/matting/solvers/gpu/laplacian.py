"""The matting Laplacian of Levin, Lischinski and Weiss (2008), restricted to the unknown pixels.

In every 3 × 3 window k with colours I_i, mean μ and covariance Σ,

    L_ij = δ_ij − 1/9 · (1 + (I_i − μ)ᵀ (Σ + ε/9 · 1)⁻¹ (I_j − μ)),

and the matting Laplacian is the sum over the windows. A row reaches two pixels in each direction, so a row is
a 5 × 5 stencil. Only the rows of unknown pixels are built: the known alphas go to the right-hand side.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import max_pool2d, pad

from mattingapp.matting.job import Job
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.solvers.gpu.sparse import rows_of_one_length

WINDOW = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
STENCIL = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
ITSELF = 12  # the place of a pixel in its own stencil
AT_ONCE = 1 << 17  # unknown pixels, whose windows' 9 × 9 weights take some 100 MB


@dataclass(frozen=True, eq=False)
class UnknownSystem:
    """A x = b over the unknown pixels, in raster order.

    Attributes
    ----------
    pixels : tensor (n,), int64
        Raster index of each unknown pixel.
    shape : tuple of int
        Height and width of the photo.
    colours : tensor (n, 3), float64 in [0, 1]
    stencil : tensor (n, 25), float64
        Every row's entries, zeros for known neighbours.
    columns : tensor (n, 25), int32
        The rows of the neighbours; known ones are given the row itself.
    b : tensor (n,), float64
    """

    pixels: torch.Tensor
    shape: tuple[int, int]
    colours: torch.Tensor
    stencil: torch.Tensor
    columns: torch.Tensor
    b: torch.Tensor

    def matrix(self, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Return A as a sparse CSR tensor."""
        return rows_of_one_length(self.columns, self.stencil.to(dtype))


def matting_system(
    photo: DevicePhoto, region: np.ndarray, alpha: np.ndarray, epsilon: float, job: Job
) -> UnknownSystem:
    """Return the matting Laplacian's rows of the unknown pixels and what the known pixels add to them.

    Parameters
    ----------
    photo : DevicePhoto
        Height and width at least 3.
    region : ndarray (H, W), bool
        The unknown pixels.
    alpha : ndarray (H, W), float32
        The alpha of all others.
    epsilon : float
        Regularises the windows' covariances. They need float64: in float32 the weights are wrong by 1e-2 at 1e-7.
    job : Job
    """
    height, width = photo.shape
    device = photo.device
    unknown = torch.from_numpy(region).to(device)
    pixels = unknown.view(-1).nonzero()[:, 0]
    size = len(pixels)
    centres = max_pool2d(unknown[None].float(), 3, stride=1, padding=1)[0] > 0
    centres[[0, -1]] = False  # only windows wholly inside the photo
    centres[:, [0, -1]] = False
    windows = centres.view(-1).nonzero()[:, 0]
    number = torch.full((height * width,), -1, dtype=torch.int32, device=device)
    number[windows] = torch.arange(len(windows), dtype=torch.int32, device=device)

    padded_width = width + 4
    places = (pixels // width + 2) * padded_width + pixels % width + 2
    row = torch.full(((height + 4) * padded_width,), -1, dtype=torch.int32, device=device)
    row[places] = torch.arange(size, dtype=torch.int32, device=device)
    known_alpha = pad(torch.from_numpy(alpha).to(device).masked_fill(unknown, 0.0), (2, 2, 2, 2)).view(-1)
    reach = torch.tensor([dy * padded_width + dx for dy, dx in STENCIL], device=device)

    stencil = torch.zeros((size, 25), dtype=torch.float64, device=device)
    columns = torch.empty((size, 25), dtype=torch.int32, device=device)
    b = torch.empty(size, dtype=torch.float64, device=device)
    firsts = torch.arange(0, size, AT_ONCE, device=device)
    lasts = (firsts + AT_ONCE).clamp(max=size)
    # Windows are in raster order too, and those that hold a pixel lie within one row and one pixel of it.
    from_window = torch.searchsorted(windows, pixels[firsts] - width - 1)
    to_window = torch.searchsorted(windows, pixels[lasts - 1] + width + 1, right=True)
    for first, last, low, high in torch.stack((firsts, lasts, from_window, to_window), dim=1).tolist():
        job.check()
        here = slice(first, last)
        weights = _window_weights(photo, windows[low:high], epsilon)
        rows = stencil[here].view(-1, 5, 5)
        for a, (dy, dx) in enumerate(WINDOW):
            # Pixel number `a` of a window lies (dy, dx) from its centre.
            holding = number[(pixels[here] - dy * width - dx).clamp(0, height * width - 1)]
            holding = torch.where(holding < 0, high - low, holding - low)
            rows[:, 1 - dy : 4 - dy, 1 - dx : 4 - dx] += weights[:, a].index_select(0, holding).view(-1, 3, 3)
        neighbours = places[here, None] + reach
        b[here] = -(stencil[here] * known_alpha[neighbours]).sum(1)
        beside = row[neighbours]
        stencil[here].masked_fill_(beside < 0, 0.0)
        columns[here] = torch.where(beside < 0, row[places[here], None], beside)
    return UnknownSystem(pixels, photo.shape, photo.colours(pixels), stencil, columns, b)


def _window_weights(photo: DevicePhoto, windows: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Return the (windows + 1, 9, 9) terms δ − w of the windows around some pixels; the last is a zero."""
    offsets = torch.tensor([dy * photo.shape[1] + dx for dy, dx in WINDOW], device=photo.device)
    deviation = photo.colours(windows[:, None] + offsets)
    deviation -= deviation.mean(1, keepdim=True)  # I − μ, (windows, 9, 3)
    weights = torch.zeros((len(windows) + 1, 9, 9), dtype=torch.float64, device=photo.device)
    white, pivots = _whitened(deviation, epsilon / 9.0)
    torch.baddbmm(weights.new_ones(()), white / pivots, white.mT, out=weights[:-1])
    weights[:-1] *= -1.0 / 9.0
    weights[:-1].diagonal(dim1=1, dim2=2).add_(1.0)
    return weights


def _whitened(deviation: torch.Tensor, ridge: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return X, (windows, 9, 3), and D, (windows, 1, 3), with X D⁻¹ Xᵀ = (I − μ)ᵀ (Σ + ridge · 1)⁻¹ (I − μ).

    Σ + ridge · 1 is taken apart into U D Uᵀ, whose pivots are at least `ridge` but for rounding; the adjugate would
    lose grey windows.
    """
    covariance = deviation.mT @ deviation / 9.0
    (rr, rg, rb), (_, gg, gb), (_, _, bb) = (row.unbind(1) for row in covariance.unbind(1))
    p_r, gg, bb = rr + ridge, gg + ridge, bb + ridge
    u_g, u_b = rg / p_r, rb / p_r
    p_g = (gg - u_g * rg).clamp(min=ridge)
    rest = gb - u_g * rb
    v_b = rest / p_g
    p_b = (bb - u_b * rb - v_b * rest).clamp(min=ridge)
    r, g, b = deviation.unbind(2)
    g = g - u_g[:, None] * r
    b = b - u_b[:, None] * r - v_b[:, None] * g
    return torch.stack((r, g, b), dim=2), torch.stack((p_r, p_g, p_b), dim=1)[:, None]
