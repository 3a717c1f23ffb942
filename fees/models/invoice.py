"""What is owed: lines by fee period, on an invoice (缴费通知)."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association.fields import MoneyField
from fees.words import period_name


class Invoice(models.Model):
    """A request to pay: lines, account, payee, exact memo. Never edited; replaced by a new one when facts change."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40)
    party = models.ForeignKey("members.Party", models.RESTRICT, verbose_name=_("party"), related_name="invoices")
    case = models.ForeignKey(
        "association.Case", models.RESTRICT, verbose_name=_("case"), null=True, blank=True, related_name="invoices"
    )
    account = models.ForeignKey(
        "fees.BankAccount", models.RESTRICT, verbose_name=_("bank account"), null=True, blank=True
    )
    memo = models.CharField(_("memo"), max_length=80)
    issued_on = models.DateField(_("issued on"))
    voided_on = models.DateField(_("voided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="fees_invoice_number_unique",
                violation_error_message=_("There is an invoice of this number already."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                name="fees_invoice_key_unique",
                violation_error_message=_("There is an invoice of this key already."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Cycle(models.TextChoices):
    """How often a fee is owed. The words of ``fees.cycle`` in a rulebook."""

    YEAR = "year", _("by the year")
    HALF = "half", _("by the half-year")
    QUARTER = "quarter", _("by the quarter")
    MONTH = "month", _("by the month")
    ONCE = "once", _("once")


class FeeLineQuerySet(models.QuerySet["FeeLine"]):
    def standing(self) -> "FeeLineQuerySet":
        """Those that are owed: not voided."""
        return self.filter(voided_on__isnull=True)

    def with_paid(self) -> "FeeLineQuerySet":
        """Annotate ``paid``: what confirmed payments cover of each line. Only confirmed payments are allocated."""
        return self.annotate(
            paid=models.Sum(
                "allocations__amount", filter=Q(allocations__reversed_on__isnull=True), default=Decimal("0.00")
            )
        )


class FeeLine(models.Model):
    """One fee period of one membership, with its explanation. ``period`` 0 is the whole year."""

    invoice = models.ForeignKey(Invoice, models.RESTRICT, verbose_name=_("invoice"), related_name="lines")
    membership = models.ForeignKey(
        "members.Membership",
        models.RESTRICT,
        verbose_name=_("membership"),
        null=True,
        blank=True,
        related_name="fee_lines",
    )
    year = models.PositiveSmallIntegerField(_("fee year"))
    cycle = models.CharField(_("cycle"), max_length=10, choices=Cycle.choices, default=Cycle.YEAR)
    period = models.PositiveSmallIntegerField(_("period of the year"), default=0)
    amount = MoneyField(_("amount"))
    annual = MoneyField(_("amount a year"))
    months = models.PositiveSmallIntegerField(_("number of months"))
    formula = models.CharField(_("formula"), max_length=80)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    counted = models.JSONField(_("how the day was counted"), null=True, blank=True)
    due_event = models.CharField(_("due at"), max_length=60, blank=True)
    sources = models.JSONField(_("sources"))
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="fee_lines"
    )
    voided_on = models.DateField(_("voided on"), null=True, blank=True)

    objects = FeeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee line")
        verbose_name_plural = _("fee lines")
        ordering = ["invoice", "year", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "year", "period"],
                condition=Q(voided_on__isnull=True),
                name="fees_feeline_period_unique",
                violation_error_message=_("The fee of this period is owed already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="fees_feeline_not_negative",
                violation_error_message=_("A fee is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(cycle__in=(Cycle.YEAR, Cycle.ONCE), period=0)
                | Q(cycle=Cycle.HALF, period__range=(1, 2))
                | Q(cycle=Cycle.QUARTER, period__range=(1, 4))
                | Q(cycle=Cycle.MONTH, period__range=(1, 12)),
                name="fees_feeline_period_of_cycle",
                violation_error_message=_("The cycle has no such period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.label}"

    @property
    def label(self) -> str:
        """2026, 2026年第3季度."""
        return period_name(self.year, self.period, self.cycle)
