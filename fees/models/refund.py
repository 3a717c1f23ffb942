"""Money that is owed back, since what it paid was undone (应退款). A counter-entry: the payment stays as it was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.fields import MoneyField


class Refund(models.Model):
    """What of a confirmed payment goes back to its payer, by which decision; and once it has, when and how."""

    payment = models.ForeignKey("fees.Payment", models.RESTRICT, verbose_name=_("payment"), related_name="refunds")
    amount = MoneyField(_("amount"))
    owed_since = models.DateField(_("owed since"))
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="refunds"
    )
    paid_back_on = models.DateField(_("paid back on"), null=True, blank=True)
    paid_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("payment back entered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    reference = models.CharField(_("bank reference"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["pk"]
        constraints = [
            AppendOnly(
                allow_update=("paid_back_on", "paid_back_by", "reference"),
                name="fees_refund_append_only",
                violation_error_message=_("What is owed back is not changed; it is paid back."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fees_refund_positive",
                violation_error_message=_("A refund is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(paid_back_on__isnull=True, paid_back_by__isnull=True, reference="")
                | Q(paid_back_on__isnull=False, paid_back_by__isnull=False) & ~Q(reference=""),
                name="fees_refund_paid_back_whole",
                violation_error_message=_("A refund paid back has its day, its reference and who entered it."),
            ),
            models.UniqueConstraint(
                fields=["payment", "decision"],
                name="fees_refund_once",
                violation_error_message=_("This decision refunds this payment already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} ← {self.amount}"
