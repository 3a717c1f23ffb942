"""Registration (登记): the procedure that ends in a registration certificate."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RegistrationKind(models.TextChoices):
    INITIAL = "initial", _("initial registration")
    RENEWAL = "renewal", _("renewal of registration")
    AGAIN = "re_registration", _("re-registration")


class Registration(models.Model):
    """One registration of a membership, beside its case. Validity is ``[valid_from, valid_until)``."""

    case = models.OneToOneField(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="registration"
    )
    membership = models.ForeignKey(
        "members.Membership", models.RESTRICT, verbose_name=_("membership"), related_name="registrations"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RegistrationKind.choices)
    closes_on = models.DateField(_("accepted until"), null=True, blank=True)
    closes_provisional = models.BooleanField(_("provisional"), default=False)
    paid_through_year = models.PositiveSmallIntegerField(_("fees paid through the year"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (not included)"), null=True, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(paid_through_year__isnull=False),
                name="members_registration_accepted_paid",
                violation_error_message=_("A registration is accepted once the fee is paid."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True, decision__isnull=True, valid_from__isnull=True)
                | Q(completed_on__isnull=False, decision__isnull=False, valid_from__isnull=False),
                name="members_registration_completed_whole",
                violation_error_message=_("A completed registration has its decision and its validity."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="members_registration_ordered",
                violation_error_message=_("A registration ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} {self.kind}"
