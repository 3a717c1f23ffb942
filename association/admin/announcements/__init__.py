"""Announcements at the desk: drafts, what is on show, objections."""

from association.admin.announcements.cases import dues, kind_names
from association.admin.announcements.objections import ObjectionAdmin
from association.admin.announcements.pages import AnnouncementAdmin

__all__ = ["AnnouncementAdmin", "ObjectionAdmin", "dues", "kind_names"]
