"""The networks, what they read, how they run over a photo, and their files."""
