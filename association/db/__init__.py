"""What the database itself holds, the same on PostgreSQL and SQLite: append-only rows, spans that do not overlap."""
