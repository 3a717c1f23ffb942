"""Who has which role, from when until when, by whose decision (授予的角色)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.db.no_overlap import NoOverlap


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def on(self, day: date) -> "RoleGrantQuerySet":
        """Those whose [from_on, until) holds the day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=day), from_on__lte=day)


class RoleGrant(models.Model):
    """A role in [from_on, until). It gives nothing from ``until`` on; what was granted stays readable."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="role_grants"
    )
    role = models.CharField(_("role"), max_length=60)
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    ending = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("ending"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("granted role")
        verbose_name_plural = _("granted roles")
        ordering = ["-from_on", "-pk"]
        constraints = [
            NoOverlap(
                key=("user", "role"),
                span=("from_on", "until"),
                name="association_rolegrant_no_overlap",
                violation_error_message=_("This person has this role in that time already."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("from_on")),
                name="association_rolegrant_ordered",
                violation_error_message=_("A role does not end before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(ending__isnull=True) | models.Q(until__isnull=False),
                name="association_rolegrant_ended_whole",
                violation_error_message=_("A role that was ended has its last day."),
            ),
            AppendOnly(
                allow_update=("until", "ending"),
                name="association_rolegrant_append_only",
                violation_error_message=_("A granted role is not edited. End it and grant another."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
