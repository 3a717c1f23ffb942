"""Who looked at what is protected (查阅记录)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly


class AccessLog(models.Model):
    """One look at an identity paper or an unmasked number. Append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="+")
    what = models.CharField(_("what"), max_length=40)
    target = models.CharField(_("of"), max_length=80)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("look at protected data")
        verbose_name_plural = _("looks at protected data")
        ordering = ["-pk"]
        constraints = [
            AppendOnly(
                name="association_accesslog_append_only",
                violation_error_message=_("The log of looks at protected data is not changed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.what} {self.target}"
