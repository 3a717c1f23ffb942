"""Pages of members: certificates."""
