"""Announcements to the public (公告)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self) -> "AnnouncementQuerySet":
        return self.filter(published_on__isnull=False)


class Announcement(models.Model):
    """A draft until somebody publishes it. ``fields`` hold only what the rulebook's whitelist allows (C-22)."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    fields = models.JSONField(_("published fields"), help_text=_("What the rulebook allows to be published."))
    case = models.ForeignKey(
        "association.Case",
        models.RESTRICT,
        verbose_name=_("case"),
        null=True,
        blank=True,
        related_name="announcements",
    )
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="announcements"
    )
    drafted_on = models.DateField(_("drafted on"))
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_announcement_key_unique",
                violation_error_message=_("There is an announcement of this key already."),
            ),
            models.CheckConstraint(
                condition=models.Q(published_on__isnull=True, published_by__isnull=True)
                | models.Q(published_on__isnull=False, published_by__isnull=False),
                name="association_announcement_published_by_and_on",
                violation_error_message=_("A published announcement has its day and the person who released it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
