"""What was paid: as the bank says it, entered by one person and confirmed by another (到账)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.fields import MoneyField


class Method(models.TextChoices):
    CASH = "cash", _("cash")
    CHEQUE = "cheque", _("cheque")
    CORPORATE_TRANSFER = "corporate_transfer", _("corporate transfer")
    BANK_REMITTANCE = "bank_remittance", _("bank remittance")
    ELECTRONIC = "electronic", _("e-payment")
    OTHER = "other", _("other")


class Voucher(models.Model):
    """The payer's proof of transfer, uploaded by the member (汇款凭证). Finance still has to find the money."""

    invoice = models.ForeignKey("fees.Invoice", models.RESTRICT, verbose_name=_("invoice"), related_name="vouchers")
    file = models.OneToOneField(
        "association.StoredFile", models.RESTRICT, verbose_name=_("file"), related_name="voucher"
    )
    uploaded_on = models.DateField(_("uploaded on"))

    class Meta:
        verbose_name = _("payment voucher")
        verbose_name_plural = _("payment vouchers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.invoice} {self.uploaded_on}"


class Payment(models.Model):
    """Money that arrived. ``value_date`` is the bank's. Counts once a second person has confirmed it."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    invoice = models.ForeignKey("fees.Invoice", models.RESTRICT, verbose_name=_("invoice"), related_name="payments")
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    amount = MoneyField(_("amount"))
    value_date = models.DateField(_("value date"))
    reference = models.CharField(_("bank reference"), max_length=80)
    payer = models.CharField(_("payer"), max_length=160, blank=True)
    memo = models.CharField(_("memo"), max_length=160, blank=True)
    entered_on = models.DateField(_("entered on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    confirmation = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("confirmation"),
        null=True,
        blank=True,
        related_name="+",
    )
    struck_on = models.DateField(_("struck out on"), null=True, blank=True)
    strike_reason = models.CharField(_("reason of striking out"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-pk"]
        permissions = [
            ("enter_payment", _("Can enter money that arrived")),
            ("confirm_payment", _("Can confirm money that another person entered")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "reference"],
                condition=Q(struck_on__isnull=True),
                name="fees_payment_reference_unique",
                violation_error_message=_("A payment with this bank reference is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fees_payment_positive",
                violation_error_message=_("A payment is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmation__isnull=True)
                | Q(confirmed_on__isnull=False, confirmation__isnull=False),
                name="fees_payment_confirmed_whole",
                violation_error_message=_("A confirmed payment has its day and its decision."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(confirmed_on__isnull=False),
                name="fees_payment_confirmed_by_and_on",
                violation_error_message=_("A payment confirmed by a person has the day of confirmation."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(entered_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="fees_payment_two_persons",
                violation_error_message=_("The person who entered a payment cannot confirm it."),
            ),
            models.CheckConstraint(
                condition=Q(struck_on__isnull=True) | (Q(confirmed_on__isnull=True) & ~Q(strike_reason="")),
                name="fees_payment_struck_unconfirmed",
                violation_error_message=_("Only an unconfirmed payment can be struck out, with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.value_date}"


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def standing(self) -> "AllocationQuerySet":
        return self.filter(reversed_on__isnull=True)


class Allocation(models.Model):
    """Which line a payment covers, and how much of it. What no line takes stays visible as excess.

    When a line is replaced by another, its allocations are reversed and made anew; both stay on record.
    """

    payment = models.ForeignKey(Payment, models.RESTRICT, verbose_name=_("payment"), related_name="allocations")
    line = models.ForeignKey("fees.FeeLine", models.RESTRICT, verbose_name=_("fee line"), related_name="allocations")
    amount = MoneyField(_("amount"))
    made_on = models.DateField(_("made on"))
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            AppendOnly(
                allow_update=("reversed_on",),
                name="fees_allocation_append_only",
                violation_error_message=_("An allocation is not changed. It is reversed and made anew."),
            ),
            models.UniqueConstraint(
                fields=["payment", "line"],
                condition=Q(reversed_on__isnull=True),
                name="fees_allocation_unique",
                violation_error_message=_("This payment covers this line already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fees_allocation_positive",
                violation_error_message=_("An allocation is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} → {self.line}"


class SandboxOrder(models.Model):
    """An order at the demo's payment sandbox, which takes no money and does not load in production."""

    trade_no = models.CharField(_("trade number"), max_length=40)
    invoice = models.ForeignKey("fees.Invoice", models.RESTRICT, verbose_name=_("invoice"), related_name="+")
    amount = MoneyField(_("amount"))
    created_on = models.DateField(_("created on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox order")
        verbose_name_plural = _("sandbox orders")
        constraints = [
            models.UniqueConstraint(
                fields=["trade_no"],
                name="fees_sandboxorder_unique",
                violation_error_message=_("There is an order of this number already."),
            )
        ]

    def __str__(self) -> str:
        return self.trade_no
