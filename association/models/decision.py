"""What was decided, by whom, under what (决定)."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.decisions import Decision, Outcome, Reason, Source


class ActorKind(models.TextChoices):
    USER = "user", _("person")
    APPLICANT = "applicant", _("applicant")
    SYSTEM = "system", _("Huiji")


class DecisionRecord(models.Model):
    """One act, written in its transaction and never changed (C-17). The article text is read from ``version``."""

    kind = models.CharField(_("kind"), max_length=60)
    version = models.ForeignKey(
        "association.RulebookVersion", models.RESTRICT, verbose_name=_("rulebook version"), null=True, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=[(o.value, o.value) for o in Outcome])
    reasons = models.JSONField(_("reasons"))
    on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )
    body = models.CharField(_("body"), max_length=60, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]
        constraints = [
            AppendOnly(
                name="association_decisionrecord_append_only",
                violation_error_message=_("A decision on record is not changed. Record a new one."),
            ),
            models.CheckConstraint(
                condition=models.Q(actor_kind="system", actor__isnull=True)
                | (~models.Q(actor_kind="system") & models.Q(actor__isnull=False)),
                name="association_decisionrecord_actor_present",
                violation_error_message=_("A decision names the person who took it, unless Huiji computed it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @cached_property
    def decision(self) -> Decision:
        return Decision(Outcome(self.outcome), tuple(Reason.from_json(reason) for reason in self.reasons))

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.decision.sources
