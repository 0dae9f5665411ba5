"""What a training run is, in one frozen dataclass; it is stored in the model card."""

from dataclasses import dataclass
from enum import StrEnum

from mattingapp.matting.model import RGB, ModelCard


class Loss(StrEnum):
    """Error of an alpha against the truth, over unknown pixels: absolute, or squared as in the paper."""

    L1 = "l1"
    L2 = "l2"


@dataclass(frozen=True)
class TrainingConfig:
    """A training run.

    Attributes
    ----------
    inputs : tuple of str
        Input channels, see `ModelCard.inputs`.
    layers, width : int
        The network's 1×1 layers, and response maps in each layer.
    trimaps : tuple of str
        Folders of trimaps to train on.
    composites : int
        Examples made from each photo and trimap on other backgrounds, if there are backgrounds.
    iterations, batch, patch : int
        Steps, patches a step, and side of an input patch in pixels; the alpha that comes out is 12 smaller.
    learning_rate : float
        Peak, reached after a short warm-up and then lowered to zero along a cosine.
    loss : Loss
    gradient : float
        Weight of the error of the alpha's differences between pixels `reach` apart, measured by `gradient_loss`.
    reach : tuple of int
    gradient_loss : Loss
        Squared, one false edge costs more than many faint ones, as in the benchmark's gradient error; with absolute
        differences the network follows the crisper input even where it fails.
    colour : bool
        Vary white balance and gamma, and permute the colour channels.
    swap : bool
        Exchange foreground and background in half of the patches.
    resize : float
        Patches are scaled by up to this factor, both ways.
    seed : int
    """

    inputs: tuple[str, ...] = (RGB, "closed-form", "knn")
    layers: int = 4
    width: int = 64
    trimaps: tuple[str, ...] = ("trimap1", "trimap2")
    composites: int = 2
    iterations: int = 3500
    batch: int = 64
    patch: int = 39
    learning_rate: float = 1e-3
    loss: Loss = Loss.L1
    gradient: float = 30.0
    reach: tuple[int, ...] = (1, 2)
    gradient_loss: Loss = Loss.L2
    colour: bool = True
    swap: bool = True
    resize: float = 1.33
    seed: int = 0

    def card(self, name: str = "", version: str = "") -> ModelCard:
        """Return the card of the network this trains, without training and scores."""
        return ModelCard(name, version, self.inputs, self.layers, self.width)
