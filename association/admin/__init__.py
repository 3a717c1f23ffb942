"""The desk of the association layer: meetings and resolutions, announcements, settings, records."""

from association.admin import accounts, announcements, meetings, records, settings

__all__ = ["accounts", "announcements", "meetings", "records", "settings"]
