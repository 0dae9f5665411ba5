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
        self._white = np.iinfo(photo.dtype).max if np.issubdtype(photo.dtype, np.integer) else 1
        # Torch cannot index 16 bits without a sign, and takes no array that is read-only.
        photo = photo.astype(np.int32 if photo.dtype == np.uint16 else photo.dtype)
        self._pixels = torch.from_numpy(photo).to(device).reshape(-1, 3)

    def colours(self, at: torch.Tensor, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Return the colours in [0, 1], (*at.shape, 3), at raster indices."""
        found = self._pixels.index_select(0, at.reshape(-1)).to(dtype)
        return found.div_(self._white).view(*at.shape, 3)
