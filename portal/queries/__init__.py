"""Reads across all apps: a member's file (档案), the home of a person."""

from portal.queries.history import history_of
from portal.queries.my import home_of

__all__ = ["history_of", "home_of"]
