"""The open document and its jobs."""
