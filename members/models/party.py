"""Units and persons the association deals with, members or not (主体)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.fields import EncryptedTextField
from association.models.body import SpanQuerySet


class PartyKind(models.TextChoices):
    UNIT = "unit", _("unit")
    PERSON = "person", _("natural person")


class Party(models.Model):
    """A unit or a person. The member number belongs to it and is bound to its identifier one to one (ACG-13)."""

    kind = models.CharField(_("kind"), max_length=10, choices=PartyKind.choices)
    name = models.CharField(_("name"), max_length=160)
    number = models.CharField(_("member number"), max_length=40, null=True, blank=True)  # noqa: DJ001  unique, so absent is NULL
    number_seq = models.PositiveIntegerField(_("running number"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="members_party_number_unique",
                violation_error_message=_("This member number is taken."),
            ),
            models.UniqueConstraint(
                fields=["number_seq"],
                name="members_party_number_seq_unique",
                violation_error_message=_("This running number is taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdentifierKind(models.TextChoices):
    USCC = "uscc", _("unified social credit code")
    RESIDENT_ID = "id_no", _("resident identity number")


class Identifier(models.Model):
    """The number by which the state knows the party: encrypted, found by ``index``, shown as ``masked``."""

    party = models.ForeignKey(Party, models.RESTRICT, verbose_name=_("party"), related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=10, choices=IdentifierKind.choices)
    value = EncryptedTextField(_("number"))
    index = models.CharField(_("index"), max_length=64)
    masked = models.CharField(_("shown as"), max_length=40)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "index"],
                name="members_identifier_unique",
                violation_error_message=_("This number is bound to another member already."),
            )
        ]

    def __str__(self) -> str:
        return self.masked


class PartyAccess(models.Model):
    """Which account acts for the party in the portal, from when until when."""

    party = models.ForeignKey(Party, models.RESTRICT, verbose_name=_("party"), related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="party_accesses"
    )
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("access for a party")
        verbose_name_plural = _("accesses for parties")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "user"],
                condition=models.Q(until__isnull=True),
                name="members_partyaccess_open_unique",
                violation_error_message=_("This account acts for this member already."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("from_on")),
                name="members_partyaccess_ordered",
                violation_error_message=_("An access ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.party}"
