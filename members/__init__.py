"""Parties, memberships and their history, tiers, registration, certificates (会员)."""
