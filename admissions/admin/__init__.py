"""The secretariat's desk for applications."""

from admissions.admin import applications, claims, records

__all__ = ["applications", "claims", "records"]
