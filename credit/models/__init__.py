"""Penalties on record, bans and the dishonesty list, one noun per file."""

from credit.models.record import Ban, DishonestyEntry, PenaltyRecord

__all__ = ["Ban", "DishonestyEntry", "PenaltyRecord"]
