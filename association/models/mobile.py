"""Codes sent to mobile numbers (短信验证码), kept as hashes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MobileCode(models.Model):
    """One code for one number: asked for, sent, tried, used. Nothing that was sent can be read from the row.

    Whoever asks for a number that nobody verified gets a row without an account, and no message: so neither the page
    nor the time it takes says whose number it is.
    """

    class Purpose(models.TextChoices):
        VERIFY = "verify", _("verify the number")
        LOGIN = "login", _("log in")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("account"), null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    number = models.CharField(_("mobile number"), max_length=20)
    code_hash = models.CharField(_("hash of the code"), max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    asked_at = models.DateTimeField(_("asked for at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("code for a mobile number")
        verbose_name_plural = _("codes for mobile numbers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["number", "asked_at"], name="association_mobilecode_number"),
            models.Index(fields=["user", "asked_at"], name="association_mobilecode_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tries__lte=5),
                name="association_mobilecode_five_tries",
                violation_error_message=_("A code may be tried five times."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number[-4:]}"
