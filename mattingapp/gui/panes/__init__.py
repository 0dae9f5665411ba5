"""The results beside the canvas."""
