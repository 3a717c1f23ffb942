"""Meetings and what they resolve (会议、决议)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Meeting(models.Model):
    """A meeting of a body on a day."""

    body = models.ForeignKey("association.Body", models.RESTRICT, verbose_name=_("body"), related_name="meetings")
    title = models.CharField(_("title"), max_length=160)
    held_on = models.DateField(_("held on"))
    begins_at = models.TimeField(_("begins at"), null=True, blank=True)
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=160, blank=True)
    minutes = models.TextField(_("minutes"), max_length=20000, blank=True)
    signed_on = models.DateField(_("minutes signed on"), null=True, blank=True)
    without_quorum = models.BooleanField(_("record of a missing quorum"), default=False)
    scan = models.ForeignKey(
        "association.StoredFile",
        models.RESTRICT,
        verbose_name=_("signed scan"),
        null=True,
        blank=True,
        related_name="+",
    )
    signing = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("signing of the minutes"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_on__isnull=True, signing__isnull=True)
                | models.Q(signed_on__isnull=False, signing__isnull=False) & ~models.Q(minutes=""),
                name="association_meeting_signed_whole",
                violation_error_message=_("Signed minutes have their text, their day and who recorded it."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Deciding(models.TextChoices):
    """What is decided, as far as the vote on it has rules of its own."""

    ORDINARY = "ordinary", _("any other matter")
    FEE_STANDARD = "fee_standard", _("a fee standard")
    CHARTER = "charter", _("the charter")
    DISSOLUTION = "dissolution", _("dissolution")
    REMOVAL = "removal", _("removal from office")
    ELECTION = "election", _("an election")


class Resolution(models.Model):
    """A resolution: drafted with its items, then passed as a whole and executed item by item."""

    meeting = models.ForeignKey(Meeting, models.RESTRICT, verbose_name=_("meeting"), related_name="resolutions")
    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=20000, blank=True)
    decides = models.CharField(
        _("kind of decision"), max_length=20, choices=Deciding.choices, default=Deciding.ORDINARY
    )
    taken_from = models.CharField(
        _("taken over from"),
        max_length=200,
        blank=True,
        help_text=_("For what was resolved on paper before meetings were kept here: where the signed paper lies."),
    )
    passed_on = models.DateField(_("passed on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        related_name="+",
    )
    scan = models.ForeignKey(
        "association.StoredFile",
        models.RESTRICT,
        verbose_name=_("signed scan"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["-pk"]
        permissions = [("pass_resolution", _("Can record what a meeting resolved"))]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="association_resolution_number_unique",
                violation_error_message=_("A resolution of this number is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ItemOutcome(models.TextChoices):
    PENDING = "", _("not decided")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    DEFERRED = "deferred", _("deferred")


class ResolutionItem(models.Model):
    """One case on a resolution, with its own outcome. A refused one stays listed with its reason."""

    resolution = models.ForeignKey(Resolution, models.RESTRICT, verbose_name=_("resolution"), related_name="items")
    case = models.ForeignKey(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="resolution_items"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=ItemOutcome.choices, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("item of a resolution")
        verbose_name_plural = _("items of a resolution")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "case"],
                name="association_resolutionitem_unique",
                violation_error_message=_("This case is on the resolution already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(note=""),
                name="association_resolutionitem_refused_says_why",
                violation_error_message=_("A refusal gives its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resolution} · {self.case}"
