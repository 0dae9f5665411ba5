"""What stands around the pictures: tool bars, status, notices, guide, start page."""
