"""Memberships: one row, one stint (会籍)."""

from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from association.db.no_overlap import NoOverlap
from association.models.body import SpanQuerySet


class Standing(models.TextChoices):
    """What a member is on a day. Never stored: the words of ``members.rules.standing.Status``."""

    NONE = "none", _("not a member")
    ACTIVE = "active", _("full member, registration pending")
    REGISTERED = "registered", _("registered member")
    SUSPENDED = "suspended", _("rights suspended")
    ENDED = "ended", _("ended")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def running_on(self, day: date) -> "MembershipQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), starts_on__lte=day)

    def standing(self, day: date) -> "MembershipQuerySet":
        """Annotate ``standing``, ``tier`` and ``registered_until`` as they are on the day, in one query.

        The same answer as the fold in ``members.rules.standing``; a property test holds the two together.
        """
        from members.models.registration import Registration

        registrations = Registration.objects.filter(membership=OuterRef("pk"), completed_on__isnull=False)
        tiers = TierSpan.objects.on(day).filter(membership=OuterRef("pk"))
        return self.annotate(
            tier=Subquery(tiers.values("tier")[:1]),
            registered_until=Subquery(
                registrations.filter(completed_on__lte=day).order_by("-completed_on", "-pk").values("valid_until")[:1]
            ),
            standing=Case(
                When(Q(starts_on__gt=day) | Q(until=F("starts_on")), then=Value(Standing.NONE)),
                When(until__lte=day, then=Value(Standing.ENDED)),
                When(
                    Q(suspended_from__lte=day) & (Q(suspended_until__isnull=True) | Q(suspended_until__gt=day)),
                    then=Value(Standing.SUSPENDED),
                ),
                When(Exists(registrations.filter(completed_on__lte=day)), then=Value(Standing.REGISTERED)),
                default=Value(Standing.ACTIVE),
                output_field=models.CharField(),
            ),
        )


class Membership(models.Model):
    """One stint of one party, ``[starts_on, until)``. ``head_hash`` is the last link of its history.

    ``until = starts_on`` is a membership that never was: its beginning was struck out (ACG-44).
    """

    party = models.ForeignKey("members.Party", models.RESTRICT, verbose_name=_("party"), related_name="memberships")
    class_id = models.CharField(_("class"), max_length=64)
    field = models.CharField(_("professional field"), max_length=120, blank=True)
    grade = models.CharField(_("grade"), max_length=120, blank=True, help_text=_("What the fee depends on, if any."))
    starts_on = models.DateField(_("member since"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)
    suspended_from = models.DateField(_("rights suspended from"), null=True, blank=True)
    suspended_until = models.DateField(_("rights suspended until (not included)"), null=True, blank=True)
    case = models.OneToOneField(
        "association.Case",
        models.RESTRICT,
        verbose_name=_("admission"),
        related_name="membership",
        null=True,
        blank=True,
    )
    head_seq = models.PositiveIntegerField(_("events"), default=0, editable=False)
    head_hash = models.CharField(_("head of history"), max_length=64, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-pk"]
        constraints = [
            NoOverlap(
                key=("party",),
                span=("starts_on", "until"),
                name="members_membership_no_overlap",
                violation_error_message=_("This party was a member in that time already."),
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(until__isnull=True),
                name="members_membership_open_unique",
                violation_error_message=_("This party is a member already."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("starts_on")),
                name="members_membership_ordered",
                violation_error_message=_("A membership does not end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.party)


class TierSpan(models.Model):
    """Which tier a membership had, ``[from_on, until)``. A projection of its events."""

    membership = models.ForeignKey(Membership, models.RESTRICT, verbose_name=_("membership"), related_name="tiers")
    tier = models.CharField(_("tier"), max_length=64)
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier of a membership")
        verbose_name_plural = _("tiers of a membership")
        ordering = ["from_on", "pk"]
        constraints = [
            NoOverlap(
                key=("membership",),
                span=("from_on", "until"),
                name="members_tierspan_no_overlap",
                violation_error_message=_("A membership has one tier on each day."),
            ),
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(until__isnull=True),
                name="members_tierspan_open_unique",
                violation_error_message=_("A membership has one tier at a time."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("from_on")),
                name="members_tierspan_ordered",
                violation_error_message=_("A tier ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} {self.tier}"
