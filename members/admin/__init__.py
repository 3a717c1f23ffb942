"""The desk of members: who they are today, registrations, certificates, tiers proposed."""

from members.admin import memberships, registrations

__all__ = ["memberships", "registrations"]
