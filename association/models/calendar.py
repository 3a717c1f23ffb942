"""The installation's own words on working days (工作日历)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose official calendar was loaded here, beyond what the package knows (C-5)."""

    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=200)
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("loaded by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                name="association_calendaryear_unique",
                violation_error_message=_("This year is loaded already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class OfficialDay(models.Model):
    """One day of a loaded year that the State Council's notice names: at rest, or worked to make up for it (调休)."""

    year = models.ForeignKey(CalendarYear, models.CASCADE, verbose_name=_("calendar year"), related_name="days")
    day = models.DateField(_("day"))
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(_("holiday"), max_length=60)

    class Meta:
        verbose_name = _("official day")
        verbose_name_plural = _("official days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                name="association_officialday_unique",
                violation_error_message=_("The notice names this day already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.day)


class CalendarOverride(models.Model):
    """One day that is a working day, or is none, whatever the weekday says (C-4)."""

    day = models.DateField(_("day"))
    is_workday = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                name="association_calendaroverride_unique",
                violation_error_message=_("This day is entered already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.day)
