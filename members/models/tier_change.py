"""Conferring a tier by resolution (授予等级)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TierChange(models.Model):
    """What a resolution is to confer on a membership, beside its case."""

    case = models.OneToOneField(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="tier_change"
    )
    membership = models.ForeignKey(
        "members.Membership", models.RESTRICT, verbose_name=_("membership"), related_name="tier_changes"
    )
    tier = models.CharField(_("tier"), max_length=64)

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")

    def __str__(self) -> str:
        return f"{self.membership} → {self.tier}"
