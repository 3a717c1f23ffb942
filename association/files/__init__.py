"""Uploaded documents: cleaned, kept privately once, shown page by page."""
