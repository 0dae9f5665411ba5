"""Images on screen: zoom, levels, layers, and numpy as QImage."""
