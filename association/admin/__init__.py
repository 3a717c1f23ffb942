"""The desk of the association layer: meetings and resolutions, announcements, rules, settings, records."""

from association.admin import (
    accounts,
    announcements,
    calendar,
    delegations,
    meetings,
    messages,
    records,
    rulebooks,
    settings,
)

__all__ = [
    "accounts",
    "announcements",
    "calendar",
    "delegations",
    "meetings",
    "messages",
    "records",
    "rulebooks",
    "settings",
]
