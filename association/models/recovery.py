"""Somebody who lost their login asks for it back; two of the staff look at it (找回登录)."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


def _who(words: Any) -> models.ForeignKey:
    return models.ForeignKey(PERSON, models.RESTRICT, verbose_name=words, null=True, blank=True, related_name="+")


class RecoveryRequest(models.Model):
    """One request, step by step: asked, proposed, confirmed by another, told to the old address, released, used.

    Only what was given for a step is stored with it; who did what is also on record as decisions. Tokens are kept as
    hashes. A request that ended says how in ``closed_as``.
    """

    class Lost(models.TextChoices):
        MAILBOX = "mailbox", _("the mailbox")
        PHONE = "phone", _("the phone with the codes")
        BOTH = "both", _("both")

    class Closed(models.TextChoices):
        OPEN = "", _("open")
        REFUSED = "refused", _("refused")
        OBJECTED = "objected", _("stopped by an objection")
        STOPPED = "stopped", _("stopped: the account or address changed")
        USED = "used", _("login reset")

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    unit = models.CharField(_("unit or name"), max_length=120)
    person = models.CharField(_("who asks"), max_length=80)
    contact = models.CharField(_("telephone or e-mail to reach them"), max_length=120)
    lost = models.CharField(_("what is lost"), max_length=10, choices=Lost.choices)
    text = models.TextField(_("what happened"), blank=True)
    letter = models.OneToOneField(
        "association.StoredFile",
        models.RESTRICT,
        verbose_name=_("letter with the seal"),
        null=True,
        blank=True,
        related_name="+",
    )
    received_on = models.DateField(_("received on"))
    entered_by = _who(_("entered by"))

    account = models.ForeignKey(
        PERSON, models.RESTRICT, verbose_name=_("account"), null=True, blank=True, related_name="recoveries"
    )
    old_email = models.EmailField(_("e-mail address until now"), max_length=254, blank=True)
    new_email = models.EmailField(_("new e-mail address"), max_length=254, blank=True)
    evidence = models.TextField(_("how it was checked"), blank=True)
    proposed_by = _who(_("proposed by"))
    proposed_on = models.DateField(_("proposed on"), null=True, blank=True)

    confirmed_by = _who(_("confirmed by"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    objection_until = models.DateField(_("objections until"), null=True, blank=True)
    objection_hash = models.CharField(_("hash of the objection link"), max_length=64, blank=True)

    link_hash = models.CharField(_("hash of the link"), max_length=64, blank=True)
    link_until = models.DateTimeField(_("link works until"), null=True, blank=True)

    closed_as = models.CharField(_("outcome"), max_length=10, choices=Closed.choices, blank=True)
    closed_by = _who(_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lost login")
        verbose_name_plural = _("lost logins")
        ordering = ["-pk"]
        permissions = [("confirm_recoveryrequest", _("Can confirm what another proposed for a lost login"))]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_recoveryrequest_key_unique",
                violation_error_message=_("There is a request of this key already."),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(closed_as="", account__isnull=False),
                name="association_recoveryrequest_one_open",
                violation_error_message=_("Another request for this account is open. Settle that one first."),
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_on__isnull=True, account__isnull=True, new_email="")
                | (
                    Q(proposed_by__isnull=False, proposed_on__isnull=False, account__isnull=False)
                    & ~Q(new_email="")
                    & ~Q(evidence="")
                ),
                name="association_recoveryrequest_proposal_whole",
                violation_error_message=_("A proposal names the account, the address, the evidence and who proposes."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_on__isnull=True, objection_until__isnull=True)
                | Q(
                    proposed_by__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_on__isnull=False,
                    objection_until__isnull=False,
                ),
                name="association_recoveryrequest_confirmed_whole",
                violation_error_message=_("What is confirmed was proposed, and has its time for objections."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("proposed_by")),
                name="association_recoveryrequest_two_eyes",
                violation_error_message=_("Who proposes does not confirm: a second person looks at it."),
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True)
                | (
                    ~Q(proposed_by=models.F("account"))
                    & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("account")))
                ),
                name="association_recoveryrequest_not_own",
                violation_error_message=_("Nobody resets their own login."),
            ),
            models.CheckConstraint(
                condition=Q(link_hash="", link_until__isnull=True)
                | (~Q(link_hash="") & Q(link_until__isnull=False, confirmed_by__isnull=False)),
                name="association_recoveryrequest_link_whole",
                violation_error_message=_("A link is sent for what is confirmed, and works for a stated time."),
            ),
            models.CheckConstraint(
                condition=Q(closed_as="", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(closed_as="") & Q(closed_at__isnull=False)),
                name="association_recoveryrequest_closed_whole",
                violation_error_message=_("What is closed says how and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.person}"
