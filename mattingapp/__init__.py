"""Natural image matting on the desktop: closed-form, KNN and the deep network that fuses them."""

__version__ = "0.1.0"
