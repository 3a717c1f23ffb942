"""Certificates: a row with frozen facts; the PDF is its rendering (证书)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("valid")
    SUSPENDED = "suspended", _("rights suspended")
    EXPIRED = "expired", _("expired")
    SUPERSEDED = "superseded", _("replaced by a newer one")
    REVOKED = "revoked", _("revoked")


class Certificate(models.Model):
    """``serial`` has 80 random bits and is what the QR code carries. Status is computed, never stored."""

    serial = models.CharField(_("serial"), max_length=32)
    rule = models.CharField(_("kind of certificate"), max_length=64)
    membership = models.ForeignKey(
        "members.Membership", models.RESTRICT, verbose_name=_("membership"), related_name="certificates"
    )
    registration = models.ForeignKey(
        "members.Registration",
        models.RESTRICT,
        verbose_name=_("registration"),
        null=True,
        blank=True,
        related_name="+",
    )
    facts = models.JSONField(_("printed facts"))
    template_version = models.CharField(_("template version"), max_length=40)
    issued_on = models.DateField(_("issued on"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (not included)"), null=True, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )
    file = models.OneToOneField(
        "association.StoredFile",
        models.RESTRICT,
        verbose_name=_("PDF file"),
        null=True,
        blank=True,
        related_name="certificate",
    )
    superseded_by = models.OneToOneField(
        "self", models.RESTRICT, verbose_name=_("replaced by"), null=True, blank=True, related_name="supersedes"
    )
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revocation = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("revocation"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["serial"],
                name="members_certificate_serial_unique",
                violation_error_message=_("There is a certificate of this serial already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="members_certificate_ordered",
                violation_error_message=_("A certificate ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True, revocation__isnull=True)
                | Q(revoked_on__isnull=False, revocation__isnull=False),
                name="members_certificate_revoked_whole",
                violation_error_message=_("A revocation has its day and its decision."),
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    def status(self, on: date) -> CertificateStatus:
        """Computed from dated facts. The membership must be fetched with it."""
        if self.revoked_on is not None and self.revoked_on <= on:
            return CertificateStatus.REVOKED
        membership = self.membership
        if membership.until is not None and membership.until <= on:
            return CertificateStatus.REVOKED
        if self.superseded_by_id is not None:
            return CertificateStatus.SUPERSEDED
        if self.valid_until is not None and self.valid_until <= on:
            return CertificateStatus.EXPIRED
        since, until = membership.suspended_from, membership.suspended_until
        if since is not None and since <= on and (until is None or until > on):
            return CertificateStatus.SUSPENDED
        return CertificateStatus.VALID
