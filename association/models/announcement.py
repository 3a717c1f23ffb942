"""Announcements to the public (公告、公示)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.db.append_only import AppendOnly
from association.db.frozen import Frozen


class OwnKind(models.TextChoices):
    """What the secretariat writes itself. A rulebook's own kinds have no colon."""

    ANNOUNCEMENT = "own:announcement", pgettext_lazy("kind of announcement", "Announcement")
    PUBLICITY = "own:publicity", pgettext_lazy("kind of announcement", "Publicity")
    NOTICE = "own:notice", pgettext_lazy("kind of announcement", "Notice")


class Objecting(models.TextChoices):
    """Who may object while something is on show."""

    NONE = "", _("nobody")
    NAMED = "named", _("whoever gives a name and a contact")
    ANONYMOUS = "anonymous", _("everybody, without a name too")


class Relation(models.TextChoices):
    NONE = "", _("stands for itself")
    CORRECTS = "corrects", _("corrects")
    REPEATS = "repeats", _("shows again")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self) -> "AnnouncementQuerySet":
        """What has an address for the public; the withdrawn ones too, without their content."""
        return self.filter(published_on__isnull=False)

    def standing(self) -> "AnnouncementQuerySet":
        return self.published().filter(withdrawn_on__isnull=True)

    def drafts(self) -> "AnnouncementQuerySet":
        """What waits for its release, or for its day."""
        return self.filter(published_on__isnull=True, dropped_on__isnull=True)


class Announcement(models.Model):
    """A draft until somebody publishes it; then its content never changes, and it can only be withdrawn.

    ``fields`` hold only what the rulebook's whitelist allows (C-22), ``text`` what the secretariat wrote itself.
    ``period`` (a rulebook period as JSON) says how long it is on show (公示期), ``objections`` who may object.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=64)
    title = models.CharField(_("title"), max_length=200)
    fields = models.JSONField(_("published fields"), help_text=_("What the rulebook allows to be published."))
    text = models.TextField(_("text"), max_length=20000, blank=True)
    case = models.ForeignKey(
        "association.Case",
        models.RESTRICT,
        verbose_name=_("case"),
        null=True,
        blank=True,
        related_name="announcements",
    )
    refers_to = models.ForeignKey(
        "self", models.RESTRICT, verbose_name=_("refers to"), null=True, blank=True, related_name="followed_by"
    )
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, blank=True)
    period = models.JSONField(_("publicity period"), null=True, blank=True)
    objections = models.CharField(_("who may object"), max_length=10, choices=Objecting.choices, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="announcements"
    )
    drafted_on = models.DateField(_("drafted on"))
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("dropped by"),
        null=True,
        blank=True,
        related_name="+",
    )
    scheduled_for = models.DateField(_("to be published on"), null=True, blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("publication confirmed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_on", "-pk"]
        permissions = [("publish_announcement", _("Can publish, withdraw and close announcements"))]
        indexes = [
            models.Index(
                fields=["-published_on", "-id"],
                condition=Q(published_on__isnull=False),
                name="association_announce_newest",
            ),
            models.Index(
                fields=["scheduled_for"],
                condition=Q(scheduled_for__isnull=False, published_on__isnull=True, dropped_on__isnull=True),
                name="association_announcement_sched",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_announcement_key_unique",
                violation_error_message=_("There is an announcement of this key already."),
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, published_by__isnull=True)
                | Q(published_on__isnull=False, published_by__isnull=False),
                name="association_announcement_published_by_and_on",
                violation_error_message=_("A published announcement has its day and the person who released it."),
            ),
            models.CheckConstraint(
                condition=Q(scheduled_for__isnull=True, scheduled_by__isnull=True)
                | Q(scheduled_for__isnull=False, scheduled_by__isnull=False),
                name="association_announcement_scheduled_by_somebody",
                violation_error_message=_("A day of publication has the person who confirmed it."),
            ),
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True, dropped_by__isnull=True)
                | Q(dropped_on__isnull=False, dropped_by__isnull=False, published_on__isnull=True),
                name="association_announcement_dropped_by_and_on",
                violation_error_message=_("Only a draft is dropped, by somebody on a day."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False, published_on__isnull=False)
                & ~Q(withdrawal_reason=""),
                name="association_announcement_withdrawn_by_and_on",
                violation_error_message=_("A withdrawal has its day, its reason and the person who decided it."),
            ),
            models.CheckConstraint(
                condition=Q(refers_to__isnull=True, relation="") | Q(refers_to__isnull=False) & ~Q(relation=""),
                name="association_announcement_relation_whole",
                violation_error_message=_("Say which announcement this one corrects or repeats."),
            ),
            Frozen(
                since="published_on",
                allow_update=("withdrawn_on", "withdrawn_by", "withdrawal_reason"),
                name="association_announcement_published_stays",
                violation_error_message=_(
                    "What was published is not changed. Publish a correction, or withdraw it with a reason."
                ),
            ),
            Frozen(
                since="withdrawn_on",
                name="association_announcement_withdrawn_stays",
                violation_error_message=_("A withdrawn announcement stays withdrawn. Publish a new one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def own(self) -> bool:
        """Written by the secretariat, not drafted after a rule."""
        return self.kind in OwnKind.values


class AnnouncementFile(models.Model):
    """An attachment meant for the public; served once the announcement is out.

    ``found``: private numbers that were read in it, masked, with their page. ``by_eye``: pages without text, which a
    person looks through before it is published; None where nobody has read it yet.
    """

    announcement = models.ForeignKey(
        Announcement, models.RESTRICT, verbose_name=_("announcement"), related_name="attachments"
    )
    file = models.OneToOneField(
        "association.StoredFile", models.RESTRICT, verbose_name=_("file"), related_name="announced_in"
    )
    found = models.JSONField(_("numbers found in it"), default=list, blank=True)
    by_eye = models.PositiveIntegerField(_("pages that only the eye can read"), null=True, blank=True)
    looked_on = models.DateField(_("looked through on"), null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("looked through by"),
        null=True,
        blank=True,
        related_name="+",
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment of an announcement")
        verbose_name_plural = _("attachments of announcements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_on__isnull=True, looked_by__isnull=True)
                | Q(looked_on__isnull=False, looked_by__isnull=False),
                name="association_announcementfile_looked_by_and_on",
                violation_error_message=_("Who looked a document through is recorded with the day."),
            ),
            Frozen(
                since="published_on",
                name="association_announcementfile_published_stays",
                violation_error_message=_("What was published is not changed. Publish a correction."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)

    @property
    def to_look_at(self) -> bool:
        """Whether somebody has still to look through what no machine can read."""
        return self.by_eye != 0 and self.looked_on is None


class ActKind(models.TextChoices):
    DRAFTED = "drafted", pgettext_lazy("announcement act", "drafted")
    DROPPED = "dropped", pgettext_lazy("announcement act", "dropped")
    SCHEDULED = "scheduled", pgettext_lazy("announcement act", "day of publication set")
    UNSCHEDULED = "unscheduled", pgettext_lazy("announcement act", "not published on its day")
    PUBLISHED = "published", pgettext_lazy("announcement act", "published")
    EXTENDED = "extended", pgettext_lazy("announcement act", "publicity extended")
    CLOSED = "closed", pgettext_lazy("announcement act", "publicity closed")
    LOOKED = "looked", pgettext_lazy("announcement act", "attachment looked through")
    CORRECTED = "corrected", pgettext_lazy("announcement act", "correction published")
    WITHDRAWN = "withdrawn", pgettext_lazy("announcement act", "withdrawn")


class AnnouncementAct(models.Model):
    """What was done to an announcement, by whom, when and why (经过). Never changed."""

    announcement = models.ForeignKey(
        Announcement, models.RESTRICT, verbose_name=_("announcement"), related_name="acts"
    )
    what = models.CharField(_("what was done"), max_length=12, choices=ActKind.choices)
    on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )

    class Meta:
        verbose_name = _("act on an announcement")
        verbose_name_plural = _("acts on announcements")
        ordering = ["pk"]
        constraints = [
            AppendOnly(
                name="association_announcementact_append_only",
                violation_error_message=_("What was done to an announcement stays on record."),
            ),
            models.UniqueConstraint(
                fields=["announcement"],
                condition=Q(what="published"),
                name="association_announcementact_published_once",
                violation_error_message=_("This announcement is published already."),
            ),
            models.UniqueConstraint(
                fields=["announcement"],
                condition=Q(what="withdrawn"),
                name="association_announcementact_withdrawn_once",
                violation_error_message=_("This announcement is withdrawn already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement} {self.what}"
