"""A photo on a device, as it came; what is read of it is converted there."""

import numpy as np
import torch


class DevicePhoto:
    """The pixels of a photo.

    Parameters
    ----------
    photo : ndarray (H, W, 3), uint8, uint16, or float in [0, 1]
    device : torch.device

    Attributes
    ----------
    shape : tuple of int
        Height and width.
    device : torch.device
    """

    def __init__(self, photo: np.ndarray, device: torch.device) -> None:
        self.shape: tuple[int, int] = photo.shape[:2]
        self.device = device
        white = np.iinfo(photo.dtype).max if np.issubdtype(photo.dtype, np.integer) else 1.0
        # A tensor: a number would be inverted on a GPU.
        self._white = torch.tensor(white, dtype=torch.float32, device=device)
        kind = photo.dtype
        if kind == np.uint16:  # torch cannot index these
            kind = np.dtype(np.int32)
        elif kind == np.float64 and device.type == "mps":  # which has none
            kind = np.dtype(np.float32)
        photo = photo.astype(kind)  # a copy in any case: torch takes no array that is read-only
        self._pixels = torch.from_numpy(photo).to(device).reshape(-1, 3)

    def colours(self, at: torch.Tensor, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Return the colours in [0, 1], (*at.shape, 3), at raster indices."""
        found = self._pixels.index_select(0, at.reshape(-1)).to(dtype)
        return found.div_(self._white).view(*at.shape, 3)

    def planes(self) -> torch.Tensor:
        """Return all colours in [0, 1], (3, H, W), float32."""
        return self._pixels.T.reshape(3, *self.shape).to(torch.float32).div_(self._white)
