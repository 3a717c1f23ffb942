"""Who was asked to a meeting and came, what was voted, and who kept out (到会、表决、回避)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly


class Attendance(models.TextChoices):
    UNKNOWN = "", _("not said yet")
    PRESENT = "present", _("present")
    PROXY = "proxy", _("by proxy")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")


COUNTED = frozenset({Attendance.PRESENT, Attendance.PROXY})
"""Who counts as present: those who came, and those who sent somebody (委托)."""


class Attendee(models.Model):
    """Somebody with a vote at a meeting. ``user`` is empty for those without an account.

    ``proxy``: another attendee, present, who votes for this one.
    """

    meeting = models.ForeignKey(
        "association.Meeting", models.RESTRICT, verbose_name=_("meeting"), related_name="attendees"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=80)
    invited_on = models.DateField(_("invited on"), null=True, blank=True)
    attendance = models.CharField(_("attendance"), max_length=10, choices=Attendance.choices, blank=True)
    proxy = models.ForeignKey(
        "self", models.RESTRICT, verbose_name=_("proxy"), null=True, blank=True, related_name="represents"
    )

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=models.Q(user__isnull=False),
                name="association_attendee_user_unique",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "name"],
                condition=models.Q(user__isnull=True),
                name="association_attendee_name_unique",
                violation_error_message=_("This name is on the list already. Tell two of one name apart."),
            ),
            models.CheckConstraint(
                condition=models.Q(attendance="proxy", proxy__isnull=False)
                | ~models.Q(attendance="proxy") & models.Q(proxy__isnull=True),
                name="association_attendee_proxy_named",
                violation_error_message=_("Whoever comes by proxy says by whom."),
            ),
            models.CheckConstraint(
                condition=models.Q(proxy__isnull=True) | ~models.Q(proxy=models.F("id")),
                name="association_attendee_proxy_another",
                violation_error_message=_("Nobody is their own proxy."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="association_attendee_named",
                violation_error_message=_("Give the name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ballot(models.Model):
    """The vote on an item of a resolution, or on one without items. Counts; of an open vote also by person."""

    resolution = models.ForeignKey(
        "association.Resolution", models.CASCADE, verbose_name=_("resolution"), related_name="ballots"
    )
    item = models.OneToOneField(
        "association.ResolutionItem",
        models.CASCADE,
        verbose_name=_("item"),
        null=True,
        blank=True,
        related_name="ballot",
    )
    secret = models.BooleanField(_("secret"), default=False)
    yes = models.PositiveIntegerField(_("yes"), default=0)
    no = models.PositiveIntegerField(_("no"), default=0)
    abstain = models.PositiveIntegerField(_("abstentions"), default=0)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution"],
                condition=models.Q(item__isnull=True),
                name="association_ballot_whole_unique",
                violation_error_message=_("The vote on this resolution is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.yes} / {self.no} / {self.abstain}"


class Choice(models.TextChoices):
    YES = "yes", _("for")
    NO = "no", _("against")
    ABSTAIN = "abstain", _("abstains")


class CastVote(models.Model):
    """How one person voted in an open vote. A secret vote has none of these."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, verbose_name=_("vote"), related_name="cast")
    attendee = models.ForeignKey(Attendee, models.RESTRICT, verbose_name=_("attendee"), related_name="cast")
    choice = models.CharField(_("choice"), max_length=10, choices=Choice.choices)

    class Meta:
        verbose_name = _("vote of a person")
        verbose_name_plural = _("votes by person")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "attendee"],
                name="association_castvote_unique",
                violation_error_message=_("This person has voted on it already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.attendee} {self.choice}"


class Recusal(models.Model):
    """Somebody keeps out of a case (回避): no vote on it, and its papers are closed to them. Never taken back."""

    case = models.ForeignKey("association.Case", models.RESTRICT, verbose_name=_("case"), related_name="recusals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="recusals",
    )
    name = models.CharField(_("name"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["pk"]
        constraints = [
            AppendOnly(
                name="association_recusal_append_only",
                violation_error_message=_("A recusal is not taken back."),
            ),
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=models.Q(user__isnull=False),
                name="association_recusal_unique",
                violation_error_message=_("This person keeps out of the case already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="association_recusal_says_why",
                violation_error_message=_("Give the reason of the recusal."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.case}"
