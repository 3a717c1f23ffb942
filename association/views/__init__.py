"""Pages of the association itself."""
