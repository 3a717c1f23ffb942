"""Somebody acts in place of a person who is away (外出代理). Bodies delegate by :class:`Delegation`."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.db.no_overlap import NoOverlap


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> AbsenceQuerySet:
        """Not declined; an answer may still be missing."""
        return self.filter(declined_on__isnull=True)

    def on(self, day: date) -> AbsenceQuerySet:
        """Those whose time holds the day, as named or as ended early."""
        ended = models.Q(ended_from__isnull=True) | models.Q(ended_from__gt=day)
        return self.standing().filter(ended, from_on__lte=day, until__gt=day)

    def working(self, day: date) -> AbsenceQuerySet:
        """Those under which the stand-in acts on the day: accepted, and both accounts are open."""
        return self.on(day).filter(accepted_on__isnull=False, absent__is_active=True, stand_in__is_active=True)

    def touching(self, from_on: date, until: date) -> AbsenceQuerySet:
        """Those that have a day of [from_on, until)."""
        ended = models.Q(ended_from__isnull=True) | models.Q(ended_from__gt=from_on)
        return self.standing().filter(
            ended, ~models.Q(ended_from=models.F("from_on")), from_on__lt=until, until__gt=from_on
        )


class Absence(models.Model):
    """``stand_in`` acts for ``absent`` in [from_on, until), unless it is declined or ended early.

    It carries the seats that the absent person holds on the day and no others, so that it ends with the seat and no
    stand-in has a stand-in. Rights of a role are not carried. ``actions``: kinds of step; empty is all of them.
    """

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("person away"), related_name="absences"
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("stand-in"), related_name="stand_ins"
    )
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"))
    actions = models.JSONField(_("kinds of step"), default=list, blank=True)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    declined_on = models.DateField(_("declined on"), null=True, blank=True)
    answer = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("answer"),
        null=True,
        blank=True,
        related_name="+",
    )
    ended_from = models.DateField(_("ended from"), null=True, blank=True)
    ending = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("early end"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing in")
        verbose_name_plural = _("standing in")
        ordering = ["-from_on", "-pk"]
        constraints = [
            AppendOnly(
                allow_update=("accepted_on", "declined_on", "answer", "ended_from", "ending"),
                name="association_absence_append_only",
                violation_error_message=_("What was agreed on standing in is not changed. End it and name anew."),
            ),
            NoOverlap(
                key=("absent",),
                condition=models.Q(declined_on__isnull=True, ended_from__isnull=True),
                name="association_absence_no_overlap",
                violation_error_message=_("This person has a stand-in in that time already."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("from_on")),
                name="association_absence_ordered",
                violation_error_message=_("The last day is not before the first one."),
            ),
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("stand_in")),
                name="association_absence_by_another",
                violation_error_message=_("Nobody stands in for themselves. Choose a colleague."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_on__isnull=True, declined_on__isnull=True, answer__isnull=True)
                | models.Q(accepted_on__isnull=False, declined_on__isnull=True, answer__isnull=False)
                | models.Q(accepted_on__isnull=True, declined_on__isnull=False, answer__isnull=False),
                name="association_absence_answered_once",
                violation_error_message=_("A stand-in accepts or declines, and that is on record."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_from__isnull=True, ending__isnull=True)
                | models.Q(
                    ended_from__isnull=False,
                    ending__isnull=False,
                    ended_from__gte=models.F("from_on"),
                    ended_from__lt=models.F("until"),
                ),
                name="association_absence_ended_whole",
                violation_error_message=_("An early end has its day within the time, and its decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.stand_in}"

    @property
    def end(self) -> date:
        """The first day without it."""
        return self.ended_from or self.until

    @property
    def last_on(self) -> date:
        return self.end - timedelta(1)

    def covers(self, action: str) -> bool:
        return not self.actions or not action or action in self.actions
