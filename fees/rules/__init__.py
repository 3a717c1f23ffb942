"""What the bylaws say about fees: what is owed, until when, and what has been paid of it."""
