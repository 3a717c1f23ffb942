"""What is due, for which case, by which article (期限)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def unmet(self) -> "DeadlineQuerySet":
        return self.filter(met_on__isnull=True, dropped_on__isnull=True)

    def overdue(self, day: date) -> "DeadlineQuerySet":
        return self.unmet().filter(due_on__lt=day)

    def with_change(self) -> "DeadlineQuerySet":
        """Annotate ``changed_from`` and ``changed_counted``: what the last calendar that touched it did (C-5)."""
        last = DeadlineChange.objects.filter(deadline=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(
            changed_from=models.Subquery(last.values("old_on")[:1]),
            changed_counted=models.Subquery(last.values("counted_on")[:1]),
        )


class Deadline(models.Model):
    """The last day on which something is in time. Provisional while a year's calendar is not published (C-5).

    ``period`` is the rulebook's, as it was counted, so that it can be counted again. ``watch_on``: the next day on
    which somebody is to be reminded; none once there is nothing more to say.
    """

    case = models.ForeignKey("association.Case", models.RESTRICT, verbose_name=_("case"), related_name="deadlines")
    code = models.CharField(_("what is due"), max_length=60)
    body = models.CharField(_("whose"), max_length=60, blank=True)
    started_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("due on"))
    provisional = models.BooleanField(_("provisional"), default=False)
    sources = models.JSONField(_("sources"))
    period = models.JSONField(_("period"), null=True, blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    watch_on = models.DateField(_("looked at next on"), null=True, blank=True, db_index=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(met_on__isnull=True, dropped_on__isnull=True),
                name="association_deadline_open",
            ),
            models.Index(
                fields=["body", "due_on", "id"],
                condition=models.Q(met_on__isnull=True, dropped_on__isnull=True),
                name="association_deadline_whose",
            ),
            models.Index(
                fields=["due_on"],
                condition=models.Q(met_on__isnull=True, dropped_on__isnull=True, provisional=True),
                name="association_deadline_vague",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code", "started_on"],
                name="association_deadline_unique",
                violation_error_message=_("This deadline is running already."),
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("started_on")),
                name="association_deadline_ordered",
                violation_error_message=_("A deadline ends on or after the day it is counted from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.due_on}"


class DeadlineChange(models.Model):
    """What a change of the calendar did to one day that people had been told (C-5). Never to an earlier day.

    ``counted_on`` is what the new calendar gives; the day stays where that is earlier. ``deadline`` is empty for a day
    that another app keeps (until when a registration is accepted), named by ``code``.
    """

    case = models.ForeignKey(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="deadline_changes"
    )
    deadline = models.ForeignKey(
        Deadline, models.RESTRICT, verbose_name=_("deadline"), null=True, blank=True, related_name="changes"
    )
    code = models.CharField(_("what is due"), max_length=60)
    old_on = models.DateField(_("day until now"))
    counted_on = models.DateField(_("day by the new calendar"))
    new_on = models.DateField(_("day from now on"))
    provisional = models.BooleanField(_("still provisional"))
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="deadline_changes"
    )

    class Meta:
        verbose_name = _("changed deadline")
        verbose_name_plural = _("changed deadlines")
        ordering = ["-pk"]
        constraints = [
            AppendOnly(
                name="association_deadlinechange_append_only",
                violation_error_message=_("What a new calendar did to a deadline stays on record."),
            ),
            models.CheckConstraint(
                condition=Q(new_on__gte=models.F("old_on")) & Q(new_on__gte=models.F("counted_on")),
                name="association_deadlinechange_never_shortened",
                violation_error_message=_("A deadline that people were told is never shortened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.old_on} {self.new_on}"

    @property
    def kept(self) -> bool:
        """Whether the new calendar gives an earlier day, which people were not held to."""
        return self.counted_on < self.old_on
