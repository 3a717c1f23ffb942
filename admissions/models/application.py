"""Applications to join (入会申请)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association.fields import EncryptedTextField


class Application(models.Model):
    """What the applicant wrote, beside its case. ``answers`` hold the form field by field, saved as they are typed.

    Identity numbers are never in ``answers``: they are in ``identity`` (encrypted), found by ``identity_index``.
    """

    case = models.OneToOneField(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="application"
    )
    answers = models.JSONField(_("answers"), default=dict)
    identity = EncryptedTextField(_("identity number"), blank=True, default="")
    identity_index = models.CharField(_("index of the identity number"), max_length=64, blank=True, db_index=True)
    party = models.ForeignKey(
        "members.Party", models.RESTRICT, verbose_name=_("party"), null=True, blank=True, related_name="applications"
    )
    rules_accepted_at = models.DateTimeField(_("rules accepted at"), null=True, blank=True)
    rules_version = models.ForeignKey(
        "association.RulebookVersion",
        models.RESTRICT,
        verbose_name=_("accepted version of the rules"),
        null=True,
        blank=True,
        related_name="+",
    )
    channel = models.CharField(_("came through"), max_length=120, blank=True)
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rules_accepted_at__isnull=True, rules_version__isnull=True)
                | Q(rules_accepted_at__isnull=False, rules_version__isnull=False),
                name="admissions_application_accepted_whole",
                violation_error_message=_("An acceptance has its moment and the version that was accepted."),
            )
        ]

    def __str__(self) -> str:
        return str(self.case)


class Judgement(models.Model):
    """A person's answer where a check refers to one (C-24), with a note. The newest counts."""

    application = models.ForeignKey(
        Application, models.RESTRICT, verbose_name=_("application"), related_name="judgements"
    )
    check_id = models.CharField(_("check"), max_length=64)
    satisfied = models.BooleanField(_("satisfied"))
    note = models.CharField(_("note"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("judged by"), related_name="+")
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(note=""),
                name="admissions_judgement_has_note",
                violation_error_message=_("Write down what the judgement rests on."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.check_id}"


class FactCorrection(models.Model):
    """A fact that staff corrected, with source and note: a computed fail is never overridden, its fact is (C-24)."""

    application = models.ForeignKey(
        Application, models.RESTRICT, verbose_name=_("application"), related_name="corrections"
    )
    field = models.CharField(_("fact"), max_length=64)
    before = models.CharField(_("before"), max_length=300, blank=True)
    after = models.CharField(_("after"), max_length=300)
    note = models.CharField(_("source and note"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("corrected by"), related_name="+")
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("corrected fact")
        verbose_name_plural = _("corrected facts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(note=""),
                name="admissions_factcorrection_has_note",
                violation_error_message=_("Write down where the corrected fact was found."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.field}"


class ClaimState(models.TextChoices):
    OPEN = "open", _("waiting for the secretariat")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class Claim(models.Model):
    """Somebody else says, by sealed letter, that a unit's application is theirs to continue."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="claims"
    )
    application = models.ForeignKey(Application, models.RESTRICT, verbose_name=_("application"), related_name="claims")
    letter = models.OneToOneField(
        "association.StoredFile", models.RESTRICT, verbose_name=_("sealed letter"), related_name="claim"
    )
    made_on = models.DateField(_("made on"))
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("claim to an application")
        verbose_name_plural = _("claims to applications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "application"],
                condition=Q(state="open"),
                name="admissions_claim_open_unique",
                violation_error_message=_("Your claim is being looked at already."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decision__isnull=True) | (~Q(state="open") & Q(decision__isnull=False)),
                name="admissions_claim_decided_whole",
                violation_error_message=_("A decided claim has its decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(note=""),
                name="admissions_claim_refused_says_why",
                violation_error_message=_("A refusal gives its reason."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                name="admissions_claim_key_unique",
                violation_error_message=_("There is a claim of this key already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"
