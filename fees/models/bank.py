"""Where to pay (收款账户)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BankAccount(models.Model):
    """An account of the association. The invoice names the one in use when it was issued."""

    payee = models.CharField(_("payee"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    account = models.CharField(_("account number"), max_length=40)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                name="fees_bankaccount_unique",
                violation_error_message=_("This account is entered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.account}"
