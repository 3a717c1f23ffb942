"""The desk of the association layer: meetings and resolutions, announcements, rules, settings, records."""

from association.admin import (
    absences,
    accounts,
    announcements,
    calendar,
    delegations,
    document_forms,
    meetings,
    newsletters,
    official_notices,
    records,
    rulebooks,
    settings,
    terms,
)

__all__ = [
    "absences",
    "accounts",
    "announcements",
    "calendar",
    "delegations",
    "document_forms",
    "meetings",
    "newsletters",
    "official_notices",
    "records",
    "rulebooks",
    "settings",
    "terms",
]
