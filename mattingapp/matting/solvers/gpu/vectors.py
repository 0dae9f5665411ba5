"""Vectors that are tensors, for conjugate gradients."""

import torch


class TensorVectors:
    """Vectors that are torch tensors, on any device."""

    def copy(self, a: torch.Tensor) -> torch.Tensor:
        """Return a copy of `a`."""
        return a.clone()

    def dot(self, a: torch.Tensor, b: torch.Tensor) -> float:
        """Return a · b."""
        return float(a.dot(b))

    def step(
        self, factor: float, p: torch.Tensor, q: torch.Tensor, x: torch.Tensor, r: torch.Tensor
    ) -> float:
        """Add factor · p to `x`, take factor · q from `r`, and return r · r."""
        x.add_(p, alpha=factor)
        r.sub_(q, alpha=factor)
        return self.dot(r, r)

    def scale_and_add(self, factor: float, to: torch.Tensor, a: torch.Tensor) -> None:
        """Set `to` to factor · to + a."""
        to.mul_(factor).add_(a)
