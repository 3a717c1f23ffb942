"""Pages about fees."""
