"""What the bylaws say about who may join."""
