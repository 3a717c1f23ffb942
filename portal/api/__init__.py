"""The public API, ``/api/v1/``: read-only, each answer cites."""
