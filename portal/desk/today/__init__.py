"""今天: what is due, what waits for me, what waits for others."""
