"""Decisions taken between meetings, which the next meeting ratifies or revokes (闭会期间临时处理)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ratification(models.TextChoices):
    PENDING = "", _("to be ratified")
    RATIFIED = "ratified", _("ratified")
    REVOKED = "revoked", _("revoked")


class InterimDecision(models.Model):
    """A case decided at once by the interim body, with the reason why it could not wait."""

    case = models.OneToOneField(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="interim_decision"
    )
    taken_on = models.DateField(_("taken on"))
    urgency = models.CharField(_("why it could not wait"), max_length=500, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Ratification.choices, blank=True)
    resolution = models.ForeignKey(
        "association.Resolution",
        models.RESTRICT,
        verbose_name=_("resolution"),
        null=True,
        blank=True,
        related_name="interim_decisions",
    )
    settled = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("ratification or revocation"),
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("interim decision")
        verbose_name_plural = _("interim decisions")
        ordering = ["taken_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", resolution__isnull=True, settled__isnull=True)
                | (~models.Q(outcome="") & models.Q(resolution__isnull=False, settled__isnull=False)),
                name="association_interimdecision_settled_whole",
                violation_error_message=_("An interim decision is settled by a resolution, and that is on record."),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="revoked") | ~models.Q(note=""),
                name="association_interimdecision_revoked_says_why",
                violation_error_message=_("A revocation gives its reason."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)
