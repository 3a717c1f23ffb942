"""One body decides in place of another (授权): standing, for a time, or for a single case."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def on(self, day: date) -> "DelegationQuerySet":
        """Those that hold on the day: begun, not over, not revoked."""
        held = models.Q(revoked_from__isnull=True) | models.Q(revoked_from__gt=day)
        begun = models.Q(until__isnull=True) | models.Q(until__gt=day)
        return self.filter(begun, held, from_on__lte=day)


class Delegation(models.Model):
    """``to_body`` decides the cases of ``kind`` for ``from_body`` in [from_on, until), until it is revoked.

    With ``case`` it holds for that one alone. What was granted stays as it was: a revocation is written beside it.
    """

    from_body = models.ForeignKey(
        "association.Body", models.RESTRICT, verbose_name=_("delegating body"), related_name="delegations_given"
    )
    to_body = models.ForeignKey(
        "association.Body", models.RESTRICT, verbose_name=_("delegate"), related_name="delegations_held"
    )
    kind = models.CharField(_("kind of case"), max_length=40)
    case = models.ForeignKey(
        "association.Case",
        models.RESTRICT,
        verbose_name=_("single case"),
        null=True,
        blank=True,
        related_name="delegations",
    )
    resolution = models.ForeignKey(
        "association.Resolution", models.RESTRICT, verbose_name=_("resolution"), related_name="delegations"
    )
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    revoked_from = models.DateField(_("revoked from"), null=True, blank=True)
    revocation = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("revocation"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("from_on")),
                name="association_delegation_ordered",
                violation_error_message=_("A delegation ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~models.Q(from_body=models.F("to_body")),
                name="association_delegation_to_another",
                violation_error_message=_("A body delegates to another one."),
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_from__isnull=True, revocation__isnull=True)
                | models.Q(
                    revoked_from__isnull=False, revocation__isnull=False, revoked_from__gte=models.F("from_on")
                ),
                name="association_delegation_revoked_whole",
                violation_error_message=_("A revocation has its day, not before the first one, and its decision."),
            ),
            models.UniqueConstraint(
                fields=["resolution", "to_body", "kind"],
                condition=models.Q(case__isnull=True),
                name="association_delegation_standing_unique",
                violation_error_message=_("This resolution grants this delegation already."),
            ),
            models.UniqueConstraint(
                fields=["resolution", "to_body", "case"],
                condition=models.Q(case__isnull=False),
                name="association_delegation_case_unique",
                violation_error_message=_("This resolution delegates this case already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_body} → {self.to_body}"
