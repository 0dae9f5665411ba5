"""Where one paints."""
