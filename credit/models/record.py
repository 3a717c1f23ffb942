"""What is on record against a party. Each row carries who entered it, and from what."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PenaltyKind(models.TextChoices):
    ADMINISTRATIVE = "administrative_penalty", _("administrative penalty")
    CRIMINAL = "criminal_penalty", _("criminal penalty")
    DISHONESTY = "serious_dishonesty", _("serious dishonesty")
    OTHER = "other", _("other")


class PenaltyRecord(models.Model):
    """A penalty by a public authority (ACG-7). A revoked one does not count."""

    party = models.ForeignKey("members.Party", models.RESTRICT, verbose_name=_("party"), related_name="penalties")
    kind = models.CharField(_("kind"), max_length=30, choices=PenaltyKind.choices)
    authority = models.CharField(_("authority"), max_length=120)
    document = models.CharField(_("document number"), max_length=120, blank=True)
    decided_on = models.DateField(_("decided on"))
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    source = models.CharField(_("where it was found"), max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        related_name="+",
    )
    recorded_on = models.DateField(_("recorded on"))

    class Meta:
        verbose_name = _("penalty on record")
        verbose_name_plural = _("penalties on record")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__gte=F("decided_on")),
                name="credit_penaltyrecord_ordered",
                violation_error_message=_("A penalty is revoked on or after the day it was decided."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.decided_on}"


class BanCause(models.TextChoices):
    WITHDRAWAL = "withdrawal", _("withdrawal")
    LOSS = "loss", _("loss of membership")
    EXPULSION = "expulsion", _("expulsion")
    REGISTRY_EXIT = "registry_exit", _("exit from a registry")
    LIST_REMOVAL = "list_removal", _("removal from the dishonesty list")


class Ban(models.Model):
    """No admission through the last day of ``[from_on, until)`` (ACG-40, 41)."""

    party = models.ForeignKey("members.Party", models.RESTRICT, verbose_name=_("party"), related_name="bans")
    cause = models.CharField(_("cause"), max_length=20, choices=BanCause.choices)
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"))
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    voided_on = models.DateField(_("voided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("from_on")),
                name="credit_ban_ordered",
                violation_error_message=_("A ban ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.until}"


class DishonestyEntry(models.Model):
    """An entry in the association's own list (失信名录). Its planned end removes nothing; a decision does (ACG-41)."""

    party = models.ForeignKey(
        "members.Party", models.RESTRICT, verbose_name=_("party"), related_name="dishonesty_entries"
    )
    from_on = models.DateField(_("from"))
    planned_until = models.DateField(_("planned until (not included)"), null=True, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    removed_on = models.DateField(_("removed on"), null=True, blank=True)
    removal = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("removal"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("entry in the dishonesty list")
        verbose_name_plural = _("entries in the dishonesty list")
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removal__isnull=True)
                | Q(removed_on__isnull=False, removal__isnull=False),
                name="credit_dishonestyentry_removed_whole",
                violation_error_message=_("A removal has its day and its decision."),
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(removed_on__isnull=True),
                name="credit_dishonestyentry_open_unique",
                violation_error_message=_("This party is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.from_on}"
