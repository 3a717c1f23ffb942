"""The desk of the association layer: meetings and resolutions, announcements, rules, settings, records."""

from association.admin import (
    absences,
    accounts,
    announcements,
    audit,
    calendar,
    delegations,
    interim,
    meetings,
    newsletters,
    records,
    reminders,
    rulebooks,
    settings,
    templates,
    terms,
)

__all__ = [
    "absences",
    "accounts",
    "announcements",
    "audit",
    "calendar",
    "delegations",
    "interim",
    "meetings",
    "newsletters",
    "records",
    "reminders",
    "rulebooks",
    "settings",
    "templates",
    "terms",
]
