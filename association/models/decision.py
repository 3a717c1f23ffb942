"""What was decided, by whom, under what (决定)."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
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
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("stood in for"),
        null=True,
        blank=True,
        related_name="+",
    )

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
            models.CheckConstraint(
                condition=models.Q(principal__isnull=True)
                | models.Q(actor_kind="user") & ~models.Q(principal=models.F("actor")),
                name="association_decisionrecord_principal_is_another",
                violation_error_message=_("Who stands in acts for somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def actor_name(self) -> str:
        """«张三», or «张三 代 李四» where somebody stood in; empty for Huiji itself."""
        if self.actor is None:
            return ""
        name = self.actor.get_full_name()
        if self.principal is None:
            return name
        return gettext("%(actor)s for %(absent)s") % {"actor": name, "absent": self.principal.get_full_name()}

    @cached_property
    def decision(self) -> Decision:
        return Decision(Outcome(self.outcome), tuple(Reason.from_json(reason) for reason in self.reasons))

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.decision.sources
