"""What is due, for which case, by which article (期限)."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def unmet(self) -> "DeadlineQuerySet":
        return self.filter(met_on__isnull=True, dropped_on__isnull=True)

    def overdue(self, day: date) -> "DeadlineQuerySet":
        return self.unmet().filter(due_on__lt=day)


class Deadline(models.Model):
    """The last day on which something is in time. Provisional while a year's calendar is not published (C-5)."""

    case = models.ForeignKey("association.Case", models.RESTRICT, verbose_name=_("case"), related_name="deadlines")
    code = models.CharField(_("what is due"), max_length=60)
    body = models.CharField(_("whose"), max_length=60, blank=True)
    started_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("due on"))
    provisional = models.BooleanField(_("provisional"), default=False)
    sources = models.JSONField(_("sources"))
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
                fields=["due_on"],
                condition=models.Q(met_on__isnull=True, dropped_on__isnull=True),
                name="association_deadline_open",
            )
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
