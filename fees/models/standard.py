"""Fee standards (会费标准): entered data, usable only under the resolution that the rulebook asks for (ACG-35)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from association.fields import MoneyField


class FeeStandard(models.Model):
    """A standard, in force from a day once activated under a resolution."""

    title = models.CharField(_("title"), max_length=120)
    effective_from = models.DateField(_("in force from"))
    resolution = models.ForeignKey(
        "association.Resolution",
        models.RESTRICT,
        verbose_name=_("resolution"),
        null=True,
        blank=True,
        related_name="+",
    )
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("activation"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("fee standard")
        verbose_name_plural = _("fee standards")
        ordering = ["-effective_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=True) | models.Q(resolution__isnull=False),
                name="fees_feestandard_active_has_resolution",
                violation_error_message=_("A fee standard in force rests on a resolution."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class FeeStandardItem(models.Model):
    """The amount of a class: for a tier where it has tiers, for a grade (资质等级) where the fee depends on one.

    For a year, or for each period of the cycle where the rulebook says so.
    """

    standard = models.ForeignKey(FeeStandard, models.CASCADE, verbose_name=_("standard"), related_name="items")
    class_id = models.CharField(_("class"), max_length=64)
    tier = models.CharField(_("tier"), max_length=64, blank=True)
    grade = models.CharField(_("grade"), max_length=120, blank=True)
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("amount of a standard")
        verbose_name_plural = _("amounts of a standard")
        ordering = ["standard", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "class_id", "tier", "grade"],
                name="fees_feestandarditem_unique",
                violation_error_message=_("This standard has an amount for this already."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="fees_feestandarditem_not_negative",
                violation_error_message=_("A fee is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.class_id, self.tier, self.grade)))
