"""Penalties on record, sanctions, the dishonesty list and bans (信用)."""
