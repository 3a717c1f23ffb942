"""The desk of credit: penalties on record, bans, the dishonesty list."""

from credit.admin import records

__all__ = ["records"]
