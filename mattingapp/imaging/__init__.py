"""Photographs and mattes on disk and in memory: read, write, composite, trimap, measure."""
